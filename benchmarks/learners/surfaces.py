"""Seconds of a fine surface of a net's codes, and what it loses: `python -m benchmarks.learners.surfaces [RUN]`.

Each code is that of a shape of the run's own set, evenly spaced over those kept away from learning. Its surface is made
twice: decoded near the surface alone, and at all nodes of the grid, by the same net in the same pieces, one after the
other. Seconds are of the processor, faces and all. A line a code is kept, and what is there is not made again. The legs
of `examples/chair.shape`, of which the shipped net is, are 26 to 48 mm thick where a cell of 32³ is about 30: under 2
cells in every chair.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import process_time
from typing import Final, final

import numpy as np
import torch

from benchmarks.timing import commit, machine
from learners.data.sets import Split, examples
from learners.generation.model import Field, trained_model
from learners.generation.refined import dense, refined
from learners.generation.shapes import surface
from learners.training.shipped import located
from shapelang.arrays import AnyArray

OUT: Final = Path("out/learners/surfaces.jsonl")


@final
@dataclass(frozen=True, slots=True)
class Made:
    """The surface of a run's held-out shape both ways, in seconds of the processor.

    wrong: nodes whose sign is another than that of the dense grid, of which `inside` are inside.
    """

    run: str
    cells: int
    index: int
    commit: str
    near: float
    all: float
    wrong: int
    inside: int


def main(arguments: Sequence[str] | None = None) -> None:
    """A line a code, and all together."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("run", type=Path, nargs="?", default=Path("shipped:chairs-im-ae"))
    options.add_argument("--codes", type=int, default=50)
    options.add_argument("--cells", type=int, default=256)
    options.add_argument("--out", type=Path, default=OUT)
    asked = options.parse_args(arguments)
    model = trained_model(located(asked.run))
    away = examples(model.run.data, Split.HELD_OUT)
    print(f"{asked.run}, {asked.cells}³ cells; {machine()}, {torch.get_num_threads()} threads, commit {commit()}")
    field = model.field(model.encoded(away.grids(torch.tensor([0]))))
    surface(field, 32, dense)  # What is compiled, or read, when it is first called.
    there = kept(asked.out, str(asked.run), asked.cells)
    found: list[Made] = []
    for index in np.linspace(0, len(away) - 1, asked.codes).astype(int).tolist():
        if index not in there:
            field = model.field(model.encoded(away.grids(torch.tensor([index]))))
            there[index] = made(field, str(asked.run), asked.cells, index)
            keep(asked.out, there[index])
        found.append(there[index])
        print(_line(there[index]), flush=True)
    print(told(found, asked.cells))


def kept(file: Path, run: str, cells: int) -> dict[int, Made]:
    """What was made before of a run's shapes on so many cells, by their index. A line that a kill cut short is none."""
    lines = file.read_text().splitlines(keepends=True) if file.exists() else []
    rows = (Made(**json.loads(line)) for line in lines if line.endswith("\n"))
    return {row.index: row for row in rows if (row.run, row.cells) == (run, cells)}


def keep(file: Path, row: Made) -> None:
    """A line more, after what is whole of the others."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+b") as lines:
        lines.seek(0)
        lines.truncate(lines.read().rfind(b"\n") + 1)
        lines.write(f"{json.dumps(asdict(row))}\n".encode())


def made(field: Field, run: str, cells: int, index: int) -> Made:
    """Both ways, one after the other."""
    near, fine = _timed(field, cells, refined)
    everywhere, whole = _timed(field, cells, dense)
    wrong, inside = int(((fine < 0.0) != (whole < 0.0)).sum()), int((whole < 0.0).sum())
    return Made(run, cells, index, commit(), near, everywhere, wrong, inside)


def _line(row: Made) -> str:
    return (
        f"{row.index:5} {row.near:7.2f} s near, {row.all:7.2f} s all "
        f"({row.all / row.near:5.1f}), {row.wrong} of {row.inside:,} inside differ"
    )


def _timed(field: Field, cells: int, sample: Callable[[Field, int], AnyArray]) -> tuple[float, AnyArray]:
    """Seconds of the whole surface by a way of decoding, and the values that it took."""
    kept: list[AnyArray] = []

    def sampled(field: Field, cells: int) -> AnyArray:
        kept.append(sample(field, cells))
        return kept[-1]

    begun = process_time()
    surface(field, cells, sampled)
    return process_time() - begun, kept[0]


def told(found: Sequence[Made], cells: int) -> str:
    """Medians and sums."""
    ratios = sorted(made.all / made.near for made in found)
    nodes = len(found) * (cells + 1) ** 3
    wrong = sum(made.wrong for made in found)
    return (
        f"{len(found)} codes: {median(made.near for made in found):.2f} s "
        f"for {median(made.all for made in found):.2f} s, 1 of {median(ratios):.1f} (least 1 of {ratios[0]:.1f}); "
        f"{wrong:,} of {nodes:,} nodes differ ({wrong / nodes:.1e})"
    )


if __name__ == "__main__":
    main()
