"""Seconds of a fine surface of a net's codes, and what it loses: `python -m benchmarks.learners.surfaces [RUN]`.

Each code is that of a shape of the run's own set, evenly spaced over those kept away from learning. Its surface is made
twice: decoded near the surface alone, and at all nodes of the grid, by the same net in the same pieces. Seconds are
of the processor, faces and all. The legs of `examples/chair.shape`, of which the shipped net is, are 26 to 48 mm thick
where a cell of 32³ is about 30: under 2 cells in every chair.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import process_time
from typing import final

import numpy as np
import torch

from benchmarks.timing import commit, machine
from learners.data.sets import Split, examples
from learners.generation.model import Field, Model, trained_model
from learners.generation.refined import dense, refined
from learners.generation.shapes import surface
from learners.tensors import Grids
from learners.training.shipped import located
from shapelang.arrays import AnyArray


@final
@dataclass(frozen=True, slots=True)
class Made:
    """One surface both ways. wrong: nodes whose sign is another than that of the dense grid."""

    near: float
    all: float
    wrong: int
    inside: int


def main() -> None:
    """A line a code, and all together."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("run", type=Path, nargs="?", default=Path("shipped:chairs-im-ae"))
    options.add_argument("--codes", type=int, default=50)
    options.add_argument("--cells", type=int, default=256)
    asked = options.parse_args()
    model = trained_model(located(asked.run))
    away = examples(model.run.data, Split.HELD_OUT)
    print(f"{asked.run}, {asked.cells}³ cells; {machine()}, {torch.get_num_threads()} threads, commit {commit()}")
    _made(model, away.grids(torch.tensor([0])), 32)  # What is compiled, or read, when it is first called.
    found: list[Made] = []
    for index in np.linspace(0, len(away) - 1, asked.codes).astype(int):
        found.append(made := _made(model, away.grids(torch.tensor([int(index)])), asked.cells))
        print(
            f"{index:5} {made.near:7.2f} s near, {made.all:7.2f} s all "
            f"({made.all / made.near:5.1f}), {made.wrong} of {made.inside:,} inside differ",
            flush=True,
        )
    print(told(found, asked.cells))


def _made(model: Model, grids: Grids, cells: int) -> Made:
    field = model.field(model.encoded(grids))
    near, fine = _timed(field, cells, refined)
    everywhere, whole = _timed(field, cells, dense)
    wrong, inside = int(((fine < 0.0) != (whole < 0.0)).sum()), int((whole < 0.0).sum())
    return Made(near, everywhere, wrong, inside)


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
