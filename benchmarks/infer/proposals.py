"""Sources of solids, compared: `python -m benchmarks.infer.proposals --sources none,grown,convex MESH …`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from benchmarks.infer.ways import Way, compared
from shapelang.inference.infer import infer
from shapelang.inference.measuring.evidence import Evidence
from shapelang.inference.proposals.convex import Convex
from shapelang.inference.proposals.proposer import Proposer
from shapelang.inference.proposals.superquadrics import Grown
from shapelang.io.read.reader import read_mesh

_SOURCES: Final[Mapping[str, tuple[Proposer, ...]]] = MappingProxyType(
    {"none": (), "grown": (Grown(),), "convex": (Convex(),)}
)


def main(arguments: Sequence[str] | None = None) -> None:
    """One row for each mesh and source, and the means."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", default="none,grown", help=", ".join(_SOURCES))
    parser.add_argument("--time-limit", type=float, default=60.0)
    parser.add_argument("meshes", type=Path, nargs="+")
    given = parser.parse_args(arguments)
    names: list[str] = given.sources.split(",")
    print(compared(given.meshes, {name: _way(_SOURCES[name], given.time_limit) for name in names}, "source"))


def _way(proposers: tuple[Proposer, ...], limit: float) -> Way:
    def read(mesh: Path) -> Evidence:
        return infer(read_mesh(mesh), name=mesh.stem, time_limit=limit, proposers=proposers).evidence

    return read


if __name__ == "__main__":
    main()
