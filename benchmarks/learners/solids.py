"""Solids that runs draw, beside held-out and training ones of their set: `python -m benchmarks.learners.solids`.

    measure RUN … --count 200 --seeds 3    MMD, COV, 1-NNA by points: mean and standard error over seeds; without a RUN
                                           of the kept GANs of chairs, or of the net that is shipped
    sheet RUN -o PNG --count 32            drawn solids, each above the training shape that has the highest IoU with it

A seed chooses which held-out and training shapes are taken, which are drawn, and the points of all of them; the weights
are those of one training. All runs of a call see the same held-out shapes. Rows of a set and count are added to a file
in `--out` as they are found, and not measured again while the run stands at the same step.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from statistics import mean, stdev
from time import process_time
from typing import Final, final

import numpy as np
import torch

from benchmarks.learners.there import kept_or_shipped
from benchmarks.timing import commit, machine
from learners.data.sets import Split, examples
from learners.evaluation.clouds import Reference, beside, drawing_model, reference
from learners.evaluation.overlap import nearest
from learners.generation.model import Model
from learners.generation.shapes import occupied
from shapelang.diagnostics import UsageError
from shapelang.metrics.sets import SetScores
from shapelang.rendering.cells import solid_cells
from shapelang.rendering.sheet import contact_sheet

OUT: Final = Path("out/learners/solids")
GANS: Final = ("chairs-im-gan", "chairs-cnn-gan", "chairs-3d-gan")
"""Kept runs."""
POINTS: Final = 2048
COLUMNS: Final = 8
TILE: Final = 128


@final
@dataclass(frozen=True, slots=True)
class Row:
    """A run, or the training set by itself, at one seed. seconds: of the processor; empty: as `Sets` has it."""

    name: str
    step: int
    seed: int
    count: int
    mmd: float
    cov: float
    one_nna: float
    empty: int
    seconds: float
    commit: str


def measure(folders: Sequence[Path], count: int, seeds: int, out: Path) -> list[Row]:
    """The rows of all runs of this set and count, old and new; runs are known by their folders' names.

    Raises UsageError where the runs are of different sets, of pictures, of one name, or draw nothing.
    """
    if len({folder.name for folder in folders}) < len(folders):
        raise UsageError("rows have the names of the runs' folders, and two of these are the same")
    models = [(folder, drawing_model(folder)) for folder in folders]
    data = models[0][1].run.data
    if strangers := [folder for folder, model in models if model.run.data != data]:
        raise UsageError(f"{strangers[0]} is a run of another set than {folders[0]}: measure it by itself")
    file = out / f"rows-{sha256(repr(data).encode()).hexdigest()[:12]}-{count}.jsonl"
    rows = [Row(**json.loads(line)) for line in file.read_text().splitlines()] if file.exists() else []
    for seed in range(seeds):
        there = {(row.name, row.step) for row in rows if row.seed == seed}
        asked = [(folder, model) for folder, model in models if (folder.name, model.step) not in there]
        if not asked:
            continue
        begun = process_time()
        # A run draws and places points by at most four times as many seeds: no shape is drawn for two.
        known = reference(data, count, POINTS, 4 * count * seed)
        found = [] if ("training", 0) in there else [_row("training", 0, seed, known.training, 0, begun, known)]
        for folder, model in asked:
            begun = process_time()
            sets = beside(model, known)
            found.append(_row(folder.name, model.step, seed, sets.made, sets.empty, begun, known))
            _add(file, found)
            rows += found
            found = []
    return rows


def table(rows: Sequence[Row]) -> str:
    """A line for each run at each step, in the order they were first measured in."""
    lines = ["| drawn by | step | seeds | MMD · 1000 | COV | 1-NNA | empty |", "| --- " * 7 + "|"]
    for name, step in dict.fromkeys((row.name, row.step) for row in rows):
        own = [row for row in rows if (row.name, row.step) == (name, step)]
        figures = (
            _told([1000.0 * row.mmd for row in own], "{:.2f}"),
            _told([100.0 * row.cov for row in own], "{:.1f}", " %"),
            _told([100.0 * row.one_nna for row in own], "{:.1f}", " %"),
        )
        lines.append(f"| {name} | {step:,} | {len(own)} | {' | '.join(figures)} | {sum(row.empty for row in own)} |")
    return "\n".join(lines)


def sheet(folder: Path, count: int, out: Path) -> str:
    """Write the sheet; returns a line with the mean IoU of the drawn solids and what they are beside."""
    model = drawing_model(folder)
    training = examples(model.run.data, Split.TRAINING)
    pieces = [training.grids(some).flatten(1).numpy() for some in torch.arange(len(training)).split(256)]
    known = np.concatenate([np.packbits(piece, axis=1) for piece in pieces])
    drawn = np.stack([_cells(model, seed) for seed in range(count)])
    found = nearest(np.packbits(drawn.reshape(count, -1), axis=1), known)
    theirs = training.grids(torch.from_numpy(found.indices)).numpy()
    tiles, captions = [], []
    for first in range(0, count, COLUMNS):
        some = range(first, min(first + COLUMNS, count))
        tiles += [solid_cells(grids[k], TILE) for grids in (drawn, theirs) for k in some]
        captions += [f"seed {k}" for k in some] + [f"IoU {found.overlaps[k]:.2f}" for k in some]
    out.write_bytes(contact_sheet(tiles, captions, COLUMNS).png())
    return f"{out}: IoU with the nearest training shape {found.overlaps.mean():.3f}, most {found.overlaps.max():.3f}"


def _cells(model: Model, seed: int) -> np.ndarray:
    return occupied(model.field(model.drawn(seed)), model.axes, model.resolution)


def _row(name: str, step: int, seed: int, scores: SetScores, empty: int, begun: float, known: Reference) -> Row:
    figures = (scores.mmd, scores.cov, scores.one_nna)
    return Row(name, step, seed, len(known.clouds), *figures, empty, process_time() - begun, commit())


def _add(file: Path, rows: Sequence[Row]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a") as lines:
        lines.writelines(json.dumps(asdict(row)) + "\n" for row in rows)


def _told(values: Sequence[float], form: str, unit: str = "") -> str:
    error = f" ± {form.format(stdev(values) / len(values) ** 0.5)}" if len(values) > 1 else ""
    return form.format(mean(values)) + error + unit


def main(arguments: Sequence[str] | None = None) -> None:
    """One of the two."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("measure", "sheet"))
    parser.add_argument("runs", nargs="*", type=Path, metavar="RUN")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--out", "-o", type=Path, default=OUT)
    asked = parser.parse_args(arguments)
    if asked.what == "sheet" and (len(asked.runs) != 1 or asked.out.suffix != ".png"):
        parser.error("a sheet is of one run, and a .png file that -o names")
    try:
        print(_answer(asked))
    except UsageError as error:
        parser.error(str(error))


def _answer(asked: argparse.Namespace) -> str:
    if asked.what == "sheet":
        return sheet(asked.runs[0], asked.count, asked.out)
    runs = asked.runs or kept_or_shipped(GANS, "chairs-im-gan")
    rows = measure(runs, asked.count, asked.seeds, asked.out)
    return f"{machine()}, commit {commit()}, {asked.count} shapes, {POINTS:,} points\n\n{table(rows)}"


if __name__ == "__main__":
    main()
