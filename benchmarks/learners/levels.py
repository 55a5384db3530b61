"""How soon autoencoders reach a level on held-out shapes, by the processor: `python -m benchmarks.learners.levels`.

    run SYSTEM … --data DIR --seconds 240    each from its first weights on; im-ae@16:500@32:500 begins on coarse grids
    table --data DIR                         seconds until each level of IoU and MSE was reached, and what came of all

Held-out shapes are decoded by the average of the weights after every `--every` seconds of training, at all cells of the
set; what that takes is not counted. A level is reached where the line between two marks crosses it. Rows of a set,
resolution and batch are added to a file in out/learners/levels, and not measured again.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from time import process_time
from typing import Final, final

import torch

from benchmarks.timing import commit, machine
from learners.data.categories import of_folder
from learners.data.examples import spaced
from learners.data.points import cell_centres
from learners.data.sets import Data, Split, examples, place_of, set_cells
from learners.names import Named, Size
from learners.recipes import progressive, recipe
from learners.systems.autoencoder import AutoencoderNet, AutoencoderSystem
from learners.systems.systems import Config
from learners.tensors import Grids
from learners.training.engine import Alone
from learners.training.run import Run
from learners.training.subnormals import begin_flushed
from learners.training.trainer import Trainer
from shapelang.diagnostics import UsageError
from shapelang.io.atomic import write_atomic

OUT: Final = Path("out/learners/levels")
IOU: Final = (0.5, 0.6, 0.65, 0.7, 0.75)
MSE: Final = (0.03, 0.025, 0.02)
_AT_ONCE: Final = 1 << 12
"""Points of a shape that are decoded at once."""


@final
@dataclass(frozen=True, slots=True)
class Mark:
    """How far a run was after so many seconds of the processor. mse: over all cells; iou: mean over shapes."""

    name: str
    seed: int
    step: int
    seconds: float
    iou: float
    mse: float
    commit: str


def config_of(name: str, size: Size, axes: int, resolution: int) -> Config:
    """The settings that a word asks for. Raises UsageError."""
    system, *stages = name.split("@")
    if system not in (one.value for one in Named):
        raise UsageError(f"no system is called '{system}'")
    config = recipe(Named(system), size, axes, resolution)
    pairs = [stage.partition(":")[::2] for stage in stages]
    if not all(cells.isdecimal() and steps.isdecimal() for cells, steps in pairs):
        raise UsageError(f"'{name}' is no system and stages such as im-ae@16:500")
    return progressive(config, [(int(cells), int(steps)) for cells, steps in pairs]) if pairs else config


def marks(name: str, run: Run, seconds: float, every: float, held_out: Grids) -> Iterator[Mark]:
    """One after every so many processor seconds of training, till the last."""
    begin_flushed()
    trainer = Trainer(run, examples(run.data, Split.TRAINING), Alone(torch.device("cpu")))
    trainer.begin()
    spent, due = 0.0, every
    while due <= seconds:
        begun = process_time()
        while spent + process_time() - begun < due:
            trainer.advance()
        spent += process_time() - begun
        due = every * (1 + spent // every)
        system = trainer.trained().system
        if not isinstance(system, AutoencoderSystem):
            raise UsageError(f"{name}: no autoencoder of grids")
        yield Mark(name, run.seed, trainer.step, round(spent, 2), *worth(system.net, held_out), commit())


@torch.no_grad()
def worth(net: AutoencoderNet, grids: Grids) -> tuple[float, float]:
    """Mean IoU of shapes at ½, and the squared error over all their cells."""
    places = cell_centres(grids.shape[1:])
    ious, errors = list[float](), list[float]()
    for grid in grids:
        codes = net.codes(grid[None])
        values = torch.cat([net.occupancy(codes, some[None])[0] for some in places.split(_AT_ONCE)])
        made, true = values > 0.5, grid.flatten()
        ious.append(float((made & true).sum() / (made | true).sum()))
        errors.append(float(((values - true.float()) ** 2).mean()))
    return sum(ious) / len(ious), sum(errors) / len(errors)


def reached(row: Sequence[Mark], level: float, rising: bool) -> float | None:
    """Seconds until IoU (rising) or MSE is at a level, on the line between two marks; None where it never was.

    row: of one run, in order. The line to the first mark begins at nothing learned: an IoU of 0, an MSE of the first.
    """
    before, at = 0.0, 0.0 if rising else row[0].mse
    for mark in row:
        value = mark.iou if rising else mark.mse
        if (value >= level) if rising else (value <= level):
            share = 1.0 if value == at else (level - at) / (value - at)
            return before + max(0.0, share) * (mark.seconds - before)
        before, at = mark.seconds, value
    return None


def table(rows: Sequence[Mark]) -> str:
    """A line for each run."""
    head = ["| run | steps, seconds |", *(f" IoU {level} |" for level in IOU), *(f" MSE {level} |" for level in MSE)]
    lines = ["".join([*head, " IoU, MSE in the end |"]), "| --- " * (3 + len(IOU) + len(MSE)) + "|"]
    for name, seed in dict.fromkeys((mark.name, mark.seed) for mark in rows):
        own = [mark for mark in rows if (mark.name, mark.seed) == (name, seed)]
        times = [reached(own, level, rising=True) for level in IOU] + [
            reached(own, level, rising=False) for level in MSE
        ]
        cells = " | ".join("–" if time is None else f"{time:.0f}" for time in times)
        last = own[-1]
        told = name + (f", seed {seed}" if seed else "")
        lines.append(f"| {told} | {last.step:,}, {last.seconds:.0f} | {cells} | {last.iou:.3f}, {last.mse:.4f} |")
    return "\n".join(lines)


def _file(data: Data, batch: int) -> Path:
    return OUT / f"{Path(place_of(data) or '').name}-{set_cells(data)[1]}-{batch}.jsonl"


def main() -> None:
    """One of the two."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("run", "table"))
    parser.add_argument("names", nargs="*", metavar="SYSTEM")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--resolution", type=int, default=32)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=240.0)
    parser.add_argument("--every", type=float, default=20.0)
    parser.add_argument("--shapes", type=int, default=32, help="held-out ones, evenly spaced")
    asked = parser.parse_args()
    try:
        data = of_folder(asked.data, asked.resolution)
        file = _file(data, asked.batch)
        if asked.what == "run":
            _run(asked, data, file)
        rows = _rows(file)
        print(f"{machine()}, commit {', '.join(dict.fromkeys(row.commit for row in rows))}\n\n{table(rows)}")
    except UsageError as error:
        parser.error(str(error))


def _rows(file: Path) -> list[Mark]:
    return [Mark(**json.loads(line)) for line in file.read_text().splitlines()] if file.exists() else []


def _run(asked: argparse.Namespace, data: Data, file: Path) -> None:
    away = examples(data, Split.HELD_OUT)
    grids = away.grids(spaced(len(away), asked.shapes))
    file.parent.mkdir(parents=True, exist_ok=True)
    there = {(row.name, row.seed) for row in _rows(file) if row.seconds >= asked.seconds}
    for name in asked.names:
        if (name, asked.seed) in there:
            continue
        # What was interrupted begins anew: marks of two trainings are not of one.
        rest = [row for row in _rows(file) if (row.name, row.seed) != (name, asked.seed)]
        write_atomic(file, "".join(json.dumps(asdict(row)) + "\n" for row in rest).encode())
        run = Run(config_of(name, Size.SMALL, *set_cells(data)), data, asked.batch, asked.seed)
        for mark in marks(name, run, asked.seconds, asked.every, grids):
            with file.open("a") as lines:
                lines.write(json.dumps(asdict(mark)) + "\n")
            print(mark, flush=True)


if __name__ == "__main__":
    main()
