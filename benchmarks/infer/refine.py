"""Ways to refine, compared: `python -m benchmarks.infer.refine --ways none,blocks,torch MESH …`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from benchmarks.infer.ways import Way, compared
from shapelang.deadline import Deadline
from shapelang.inference.infer import infer
from shapelang.inference.measuring.evidence import Evidence
from shapelang.inference.refine.descent import BLOCKS, Descent, Differentiated
from shapelang.inference.refine.steps import Softness, Target
from shapelang.inference.solids.kinds import Fit
from shapelang.io.read.reader import read_mesh


def _unmoved(
    fits: Sequence[Fit], groups: Sequence[int], target: Target, softness: Softness, steps: int, deadline: Deadline
) -> tuple[Fit, ...]:
    del groups, target, softness, steps, deadline
    return tuple(fits)


_WAYS: Final[Mapping[str, Descent]] = MappingProxyType(
    {"none": _unmoved, "blocks": BLOCKS, "torch": Differentiated(), "cuda": Differentiated("cuda")}
)


def main(arguments: Sequence[str] | None = None) -> None:
    """One row for each mesh and way, and the means."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ways", default="none,blocks,torch", help=", ".join(_WAYS))
    parser.add_argument("--time-limit", type=float, default=120.0)
    parser.add_argument("meshes", type=Path, nargs="+")
    given = parser.parse_args(arguments)
    names: list[str] = given.ways.split(",")
    print(compared(given.meshes, {name: _way(_WAYS[name], given.time_limit) for name in names}, "way"))


def _way(descent: Descent, limit: float) -> Way:
    def read(mesh: Path) -> Evidence:
        return infer(read_mesh(mesh), name=mesh.stem, time_limit=limit, descent=descent).evidence

    return read


if __name__ == "__main__":
    main()
