"""Both readings of a wire-frame cube: `python -m benchmarks.learners.necker`.

    train --seconds 240    the sequential model, told where one camera sees lines, until it has had so many processor
                           seconds in all
    measure                of some held-out cubes 100 volumes each, drawn from the prior given what the camera sees:
                           how many are the cube, and how many the cube that is mirrored along the line of sight

The run lies in out/learners/necker.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

import numpy as np
import torch

from benchmarks.learners.spending import spent_on, train_for
from benchmarks.learners.there import no_run
from learners.chance import generator
from learners.data.examples import Batch
from learners.data.sets import Split, examples
from learners.data.wire_cubes import WireCubes
from learners.names import Known, Size
from learners.systems.sequential.net import SequentialNet
from learners.systems.sequential.recipe import sequential
from learners.systems.sequential.system import SequentialSystem
from learners.tensors import Grids
from learners.training.run import Run
from learners.training.trained import trained_system
from shapelang.arrays import AnyArray

OUT: Final = Path("out/learners/necker")
SIDE: Final = 16
WRITES: Final = 2
BATCH: Final = 16
CHUNK: Final = 100
"""Steps between two looks at the clock."""
TWICE: Final = 2.0
"""A volume is one of the readings where it overlaps it so many times as much as the other."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Readings:
    """IoU (n,) of each volume that was drawn with the cube, and with the mirrored one."""

    cube: AnyArray
    mirrored: AnyArray

    @property
    def shares(self) -> tuple[float, float]:
        """Of volumes that are the cube, and of those that are the mirrored one; the others are neither."""
        cube = (self.cube >= TWICE * self.mirrored) & (self.cube > 0.0)
        mirrored = (self.mirrored >= TWICE * self.cube) & (self.mirrored > 0.0)
        return float(cube.mean()), float(mirrored.mean())


@torch.no_grad()
def readings(net: SequentialNet, cube: Grids, count: int, draws: torch.Generator) -> Readings:
    """Volumes drawn from the prior given what the camera sees of a cube (1, r, r, r)."""
    batch = Batch(cube, torch.zeros(1, dtype=torch.int64))
    drawn = net.generated(net.context(batch).expand(count, -1), draws) > 0.0
    return Readings(_overlaps(drawn, cube), _overlaps(drawn, cube.flip(1)))


def _overlaps(drawn: Grids, true: Grids) -> AnyArray:
    both, either = (some.flatten(1).sum(dim=1).double() for some in (drawn & true, drawn | true))
    return (both / either).numpy()


def measure(folder: Path, cubes: int, count: int) -> None:
    """A row for each cube."""
    trained = trained_system(folder, torch.device("cpu"))
    assert isinstance(trained.system, SequentialSystem)
    away = examples(trained.run.data, Split.HELD_OUT)
    print(f"{trained.step} steps, {spent_on(folder):.0f} processor seconds")
    print("cube | the cube | mirrored | neither | IoU with the nearer reading | with the other | between them")
    both = 0
    for index in range(cubes):
        true = away.grids(torch.tensor([index]))
        found = readings(trained.system.net, true, count, generator(0, "necker", index))
        one, other = found.shares
        both += min(one, other) >= 0.2
        near, far = np.maximum(found.cube, found.mirrored), np.minimum(found.cube, found.mirrored)
        between = float(_overlaps(true.flip(1), true)[0])
        rest = 1.0 - one - other
        print(f"{index} | {one:.0%} | {other:.0%} | {rest:.0%} | {near.mean():.2f} | {far.mean():.2f} | {between:.2f}")
    print(f"both readings are at least 20 % of the volumes of {both} of {cubes} cubes")


def main() -> None:
    """One of the two."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("train", "measure"))
    parser.add_argument("--seconds", type=float, default=240.0)
    parser.add_argument("--cubes", type=int, default=20)
    parser.add_argument("--volumes", type=int, default=100)
    asked = parser.parse_args()
    match asked.what:
        case "train":
            run = Run(sequential(Size.SMALL, WRITES, Known.SILHOUETTE, 1, SIDE), WireCubes(SIDE, 0), BATCH)
            train_for(run, OUT, asked.seconds, CHUNK)
        case _ if not OUT.exists():
            print(no_run("necker", "python -m benchmarks.learners.necker train"))
        case _:
            measure(OUT, asked.cubes, asked.volumes)


if __name__ == "__main__":
    main()
