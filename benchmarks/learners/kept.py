"""The kept runs, trained and measured: `python -m benchmarks.learners.kept train|measure|pack [NAME …]`.

    train      each run of runs.py until its steps or its minutes are over; what was interrupted goes on
    measure    the nets that are shipped and each run by `shapelang eval`; a row without a run says so
    pack       each by `shapelang pack`, with the licence of its data, into packed/

`--minutes M` ends a call after so long, with a checkpoint, and the next one goes on. The runs for a GPU, in order of
worth, half an hour in all: call `kept train gpu --device cuda --minutes 9` until it says that all are done, then
`kept measure gpu --device cuda`. Runs lie in out/learners/kept, what was measured is added to measured.jsonl there.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import math
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Any, Final

from benchmarks.infer.sets import CACHE, DATA, unpacked
from benchmarks.learners.runs import GPU_RUNS, LICENCES, SHIPPED, Kept, Licence, Source, runs_of
from benchmarks.timing import commit, machine
from learners.training.averaged import averaged
from shapelang.cli.main import main as shapelang
from shapelang.diagnostics import UsageError
from shapelang.io.json_text import compact

OUT: Final = Path("out/learners/kept")
SPENT: Final = "spent.json"
"""In a run's folder: the seconds of all calls."""
MEASURED: Final = "measured.jsonl"
CHUNK: Final = 300.0
"""Seconds between two looks at the clock: a kill costs the account no more."""
MINUTES: Final = 20.0
"""Of `measure`, where no others are asked for."""
KEPT_BACK: Final = 0.05
"""Of the time of a call: for the checkpoint and the sheet at its end."""


def train_all(runs: Sequence[Kept], out: Path, device: str = "cpu", budget: float = math.inf) -> None:
    """Train what is not done yet, one after the other, for so many seconds in all.

    Ends with the exit code of a call that failed.
    """
    end, undone = monotonic() + (1.0 - KEPT_BACK) * budget, 0
    for kept in runs:
        source = source_of(kept, out)
        if source is None:
            print(f"{kept.name}: left out, {_name(kept.source)} is not there", flush=True)
            continue
        if math.isfinite(budget) and _goes_on(kept, out) and monotonic() < end:
            # No step yet: the shapes are made, which may take minutes at first and counts as none of the run's.
            _called([*train_words(kept, source, out, device), "--time-limit", "0"])
        while _goes_on(kept, out) and (left := end - monotonic()) > 0.0:
            spent, begun = _spent(out / kept.name), monotonic()
            seconds = min(CHUNK, 60.0 * kept.minutes - spent, left)
            _called([*train_words(kept, source, out, device), "--time-limit", f"{seconds:.0f}"])
            (out / kept.name / SPENT).write_text(json.dumps(spent + monotonic() - begun))
        undone += _goes_on(kept, out)
        step, spent = steps_of(out / kept.name), _spent(out / kept.name)
        print(f"{kept.name}: step {step:,} of {kept.steps:,}, {spent / 60.0:.1f} of {kept.minutes:g} min", flush=True)
    if math.isfinite(budget):
        print(f"{undone} of {len(runs)} runs are not done: call again" if undone else "all that can be done is")


def _goes_on(kept: Kept, out: Path) -> bool:
    return steps_of(out / kept.name) < kept.steps and _spent(out / kept.name) < 60.0 * kept.minutes


def _called(words: list[str]) -> None:
    if code := shapelang(words):
        sys.exit(code)


def train_words(kept: Kept, source: str, out: Path, device: str = "cpu") -> list[str]:
    """What `shapelang` is called with."""
    place = ["--data", source] if isinstance(kept.source, Source) else ["--on", source]
    paces = ["--steps", str(kept.steps), "--batch", str(kept.batch), "--out", str(out / kept.name)]
    return ["train", kept.system, *place, *paces, *kept.settings, *_on(device)]


def eval_words(kept: Kept, out: Path, device: str = "cpu") -> list[str]:
    """The same of its measure."""
    assert kept.measured is not None, "it has a measure"
    features = [] if kept.features is None else ["--features", str(out / kept.features)]
    return ["eval", str(out / kept.name), *kept.measured, *features, "--keep", "--json", *_on(device)]


def _on(device: str) -> list[str]:
    return [] if device == "cpu" else ["--device", device]


def measure_all(
    runs: Sequence[Kept], out: Path, device: str = "cpu", budget: float = 60.0 * MINUTES, shipped: Sequence[str] = ()
) -> None:
    """A row for each of the shipped nets of these names and for each run, printed and added to the file."""
    print(f"{machine()}, commit {commit()}\n\n| run | steps | minutes | measured |\n| --- | --- | --- | --- |")
    begun = monotonic()
    for name in shipped:
        net = f"shipped:{name}"
        step = averaged(Path(net)).step
        words = ["eval", net, *SHIPPED[name], "--json", *_on(device)]
        told = _told(net, step, words, out) if monotonic() - begun < budget else _OVER
        print(f"| {net} | {step:,} | | {told} |", flush=True)
    for kept in runs:
        told = _row(kept, out, device, budget - (monotonic() - begun))
        spent = _spent(out / kept.name) / 60.0
        print(f"| {kept.name} | {steps_of(out / kept.name):,} | {spent:.1f} | {told} |", flush=True)
    print(f"\n{monotonic() - begun:.0f} s")


_OVER: Final = "left out: the time is over"


def _row(kept: Kept, out: Path, device: str, left: float) -> str:
    if not steps_of(out / kept.name):
        return f"no run: `make train-{'gpu' if kept in GPU_RUNS else 'all'}` makes it"
    if kept.measured is None:
        return "no measure of its own: see its sheets"
    if kept.features is not None and not steps_of(out / kept.features):
        return f"no run of {kept.features}, by which it is measured"
    if left <= 0.0:
        return _OVER
    return _told(kept.name, steps_of(out / kept.name), eval_words(kept, out, device), out)


def _told(name: str, step: int, words: list[str], out: Path) -> str:
    """What a call of `eval` prints, in a line, and added to the file."""
    printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    with contextlib.redirect_stdout(printed):
        code = shapelang(words)
    if code != 0:
        return f"refused, exit code {code}"
    printed.seek(0)
    figures = json.loads(printed.read())
    row = {"run": name, "step": step, "commit": commit(), "figures": figures}
    with (out / MEASURED).open("ab") as file:
        file.write(compact(row) + b"\n")
    return summary(figures)


def pack_all(runs: Sequence[Kept], out: Path) -> None:
    """A folder to give on of each run that is there, as far as its data's licence lets one."""
    for kept in runs:
        if not steps_of(out / kept.name):
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
        case Source.CHAIRS | Source.TABLES:
            archive = DATA / "programs_shapeassembly.tar.xz"
            category = "chair" if kept.source is Source.CHAIRS else "table"
            return str(unpacked(archive, CACHE) / "data" / category) if archive.exists() else None
        case str():
            return str(out / kept.source) if steps_of(out / kept.source) else None


def licence_of(kept: Kept) -> Licence:
    """That of the shapes behind a run, also where it stands upon another."""
    if isinstance(kept.source, Source):
        return LICENCES[kept.source]
    return licence_of(runs_of([kept.source])[0])


def _name(source: Source | str) -> str:
    return source.value if isinstance(source, Source) else f"the run {source}"


def steps_of(folder: Path) -> int:
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
    parser.add_argument("names", nargs="*", metavar="NAME", help="runs of runs.py, or gpu; those for a CPU else")
    parser.add_argument("--device", default="cpu", help="cpu or cuda, for train and measure")
    parser.add_argument("--minutes", type=float, help=f"of this call; {MINUTES:g} for measure, no end for train else")
    parser.add_argument("--out", type=Path, default=OUT)
    asked = parser.parse_args(arguments)
    try:
        runs = runs_of(asked.names)
    except UsageError as error:
        parser.error(str(error))
    asked.out.mkdir(parents=True, exist_ok=True)
    match asked.what:
        case "train":
            train_all(runs, asked.out, asked.device, math.inf if asked.minutes is None else 60.0 * asked.minutes)
        case "measure":
            minutes = MINUTES if asked.minutes is None else asked.minutes
            measure_all(runs, asked.out, asked.device, 60.0 * minutes, () if asked.names else tuple(SHIPPED))
        case _:
            pack_all(runs, asked.out)


if __name__ == "__main__":
    main()
