"""The kept runs, trained and measured: `python -m benchmarks.learners.kept train|measure|pack [NAME …]`.

    train      each run of runs.py until its steps or its minutes are over; what was interrupted goes on
    measure    each by `shapelang eval`, 20 minutes at most; a row without a run says so
    pack       each by `shapelang pack`, with the licence of its data, into packed/

Runs lie in out/learners/kept, what was measured is added to measured.jsonl there.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Any, Final

from benchmarks.infer.sets import CACHE, DATA, unpacked
from benchmarks.learners.runs import LICENCES, RUNS, Kept, Licence, Source, runs_of
from benchmarks.timing import commit, machine
from shapelang.cli.main import main as shapelang
from shapelang.diagnostics import UsageError
from shapelang.io.json_text import compact

OUT: Final = Path("out/learners/kept")
SPENT: Final = "spent.json"
"""In a run's folder: the seconds of all calls."""
MEASURED: Final = "measured.jsonl"
CHUNK: Final = 300.0
"""Seconds between two looks at the clock: a kill costs the account no more."""
BUDGET: Final = 20 * 60.0


def train_all(runs: Sequence[Kept], out: Path) -> None:
    """Train what is not done yet, one after the other; ends with the exit code of a call that failed."""
    for kept in runs:
        source = source_of(kept, out)
        if source is None:
            print(f"{kept.name}: left out, {_name(kept.source)} is not there", flush=True)
            continue
        step, spent = _step(out / kept.name), _spent(out / kept.name)
        while step < kept.steps and spent < 60.0 * kept.minutes:
            begun, seconds = monotonic(), min(CHUNK, 60.0 * kept.minutes - spent)
            code = shapelang([*train_words(kept, source, out), "--time-limit", f"{seconds:.0f}"])
            spent += monotonic() - begun
            if (out / kept.name).is_dir():
                (out / kept.name / SPENT).write_text(json.dumps(spent))
            if code != 0:
                sys.exit(code)
            step = _step(out / kept.name)
        print(f"{kept.name}: step {step:,} of {kept.steps:,}, {spent / 60.0:.1f} of {kept.minutes:g} min", flush=True)


def train_words(kept: Kept, source: str, out: Path) -> list[str]:
    """What `shapelang` is called with."""
    place = ["--data", source] if isinstance(kept.source, Source) else ["--on", source]
    paces = ["--steps", str(kept.steps), "--batch", str(kept.batch), "--out", str(out / kept.name)]
    return ["train", kept.system, *place, *paces, *kept.settings]


def eval_words(kept: Kept, out: Path) -> list[str]:
    """The same of its measure."""
    assert kept.measured is not None, "it has a measure"
    features = [] if kept.features is None else ["--features", str(out / kept.features)]
    return ["eval", str(out / kept.name), *kept.measured, *features, "--keep", "--json"]


def measure_all(runs: Sequence[Kept], out: Path, budget: float = BUDGET) -> None:
    """A row for each run, printed and added to the file."""
    print(f"{machine()}, commit {commit()}\n\n| run | steps | minutes | measured |\n| --- | --- | --- | --- |")
    begun = monotonic()
    for kept in runs:
        told = _told(kept, out, budget - (monotonic() - begun))
        spent = _spent(out / kept.name) / 60.0
        print(f"| {kept.name} | {_step(out / kept.name):,} | {spent:.1f} | {told} |", flush=True)
    print(f"\n{monotonic() - begun:.0f} s")


def _told(kept: Kept, out: Path, left: float) -> str:
    if not _step(out / kept.name):
        return "no run: `make train-all` makes it"
    if kept.measured is None:
        return "no measure of its own: see its sheets"
    if kept.features is not None and not _step(out / kept.features):
        return f"no run of {kept.features}, by which it is measured"
    if left <= 0.0:
        return "left out: the time is over"
    printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with contextlib.redirect_stdout(printed):
        code = shapelang(eval_words(kept, out))
    if code != 0:
        return f"refused, exit code {code}"
    printed.seek(0)
    figures = json.loads(printed.read())
    row = {"run": kept.name, "step": _step(out / kept.name), "commit": commit(), "figures": figures}
    with (out / MEASURED).open("ab") as file:
        file.write(compact(row) + b"\n")
    return summary(figures)


def pack_all(runs: Sequence[Kept], out: Path) -> None:
    """A folder to give on of each run that is there, as far as its data's licence lets one."""
    for kept in runs:
        if not _step(out / kept.name):
            print(f"{kept.name}: no run")
            continue
        licence = licence_of(kept)
        if not licence.given_on:
            print(f"{kept.name}: not given on, its data is {licence.text}")
            continue
        folder = out / "packed" / kept.name
        folder.parent.mkdir(exist_ok=True)
        code = shapelang(["pack", str(out / kept.name), "-o", str(folder), "--half", "--data-licence", licence.text])
        if code != 0:
            sys.exit(code)


def summary(figures: Mapping[str, Any]) -> str:
    """What `eval --json` prints, in a line."""
    parts: list[str] = []
    for name, row in figures.get("iou", {}).items():
        parts.append(f"IoU {row['mean']:.3f} {name}")
    if "nats" in figures:
        parts += [f"{row['bound']['mean']:.0f} nats {Path(row['name']).name}" for row in figures["nats"]]
    if "elbo" in figures:
        parts.append(f"−ELBO {-figures['elbo']:.1f}, {-figures['iwae']:.1f} by {figures['samples']} samples")
    for name, value in figures.get("frechet", {}).items():
        parts.append(f"Fréchet {value:.2f} {name}")
    for name, row in figures.get("sets", {}).items():
        parts.append(f"MMD·1000 {1000 * row['mmd']:.2f} COV {row['cov']:.0%} 1-NNA {row['one_nna']:.0%} {name}")
    if "right" in figures and "frechet" not in figures:
        parts.append(f"{figures['right']:.2%} told right")
    return "; ".join(parts)


def source_of(kept: Kept, out: Path) -> str | None:
    """What `--data` or `--on` takes; None where it is not there."""
    match kept.source:
        case Source.LETTER_A | Source.PRIMITIVES:
            return kept.source.value
        case Source.DIGITS:
            file = DATA / "mnist10k.npz"
            return str(file) if file.exists() else None
        case Source.CHAIRS:
            archive = DATA / "programs_shapeassembly.tar.xz"
            return str(unpacked(archive, CACHE) / "data" / "chair") if archive.exists() else None
        case str():
            return str(out / kept.source) if _step(out / kept.source) else None


def licence_of(kept: Kept) -> Licence:
    """That of the shapes behind a run, also where it stands upon another."""
    if isinstance(kept.source, Source):
        return LICENCES[kept.source]
    return licence_of(next(below for below in RUNS if below.name == kept.source))


def _name(source: Source | str) -> str:
    return source.value if isinstance(source, Source) else f"the run {source}"


def _step(folder: Path) -> int:
    """Steps behind by the name of the newest checkpoint; 0 without one."""
    names = sorted(path.name for path in folder.glob("step_*"))
    return int(names[-1].removeprefix("step_")) if names else 0


def _spent(folder: Path) -> float:
    try:
        return float(json.loads((folder / SPENT).read_text()))
    except (OSError, ValueError, TypeError):
        return 0.0


def main(arguments: Sequence[str] | None = None) -> None:
    """One of the three."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("train", "measure", "pack"))
    parser.add_argument("names", nargs="*", metavar="NAME", help="runs of runs.py; all of them else")
    parser.add_argument("--out", type=Path, default=OUT)
    asked = parser.parse_args(arguments)
    try:
        runs = runs_of(asked.names)
    except UsageError as error:
        parser.error(str(error))
    asked.out.mkdir(parents=True, exist_ok=True)
    {"train": train_all, "measure": measure_all, "pack": pack_all}[asked.what](runs, asked.out)


if __name__ == "__main__":
    main()
