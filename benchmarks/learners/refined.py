"""How few nodes of a fine grid are decoded for a surface, and what is lost: chairs of a program as 64³ cells.

    python -m benchmarks.learners.refined

The share of nodes is the share of the time where decoding is what takes it. Chairs have legs and bars of 2 to 4 cells.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from learners.data.solid_grids import solid_grid
from learners.decoders.grids import read_between
from learners.generation.refined import dense, refined
from shapelang.execution.simulate import simulate
from shapelang.semantics.check import check_text

PROGRAM = "examples/chair.shape"
CELLS = 256
SEEDS = range(4)


def main() -> None:
    """A line for each chair."""
    argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter).parse_args()
    program = check_text(Path(PROGRAM).read_text(encoding="utf-8"), PROGRAM)
    print(f"{PROGRAM}, {CELLS}³ cells")
    for seed in SEEDS:
        grid = solid_grid(simulate(program, seed).assembly, 64)
        assert grid is not None, "a chair has cells inside"
        values = torch.from_numpy(grid)[None].float()
        seen: list[int] = []

        def field(points: torch.Tensor, values: torch.Tensor = values, seen: list[int] = seen) -> torch.Tensor:
            seen.append(len(points))
            pieces = [read_between(values, some[None])[0] for some in points.split(1 << 20)]
            return torch.cat(pieces)

        fine = refined(field, CELLS)
        share = sum(seen) / (CELLS + 1) ** 3
        wrong = int(((fine < 0.0) != (dense(field, CELLS) < 0.0)).sum())
        inside = int(np.count_nonzero(grid))
        print(f"seed {seed}: {inside:,} cells of 64³ inside, {share:.2%} of the nodes decoded (1 of {1 / share:.0f}), "
              f"{wrong} signs other than dense")  # fmt: skip


if __name__ == "__main__":
    main()
