"""What proposers add: `python -m benchmarks.infer.proposals --sources none,grown,convex MESH …`, in one process."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import process_time
from types import MappingProxyType
from typing import Final

import numpy as np

from benchmarks.infer.markdown import markdown
from shapelang.inference.infer import infer
from shapelang.inference.proposals.convex import Convex
from shapelang.inference.proposals.proposer import Proposer
from shapelang.inference.proposals.superquadrics import Grown
from shapelang.io.read.reader import read_mesh

_SOURCES: Final[Mapping[str, tuple[Proposer, ...]]] = MappingProxyType(
    {"none": (), "grown": (Grown(),), "convex": (Convex(),)}
)
_HEAD: Final = ("mesh", "source", "IoU 64³", "Chamfer %", "primitives", "tokens", "processor s")


def main(arguments: Sequence[str] | None = None) -> None:
    """One row for each mesh and source, and the means."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", default="none,grown", help=", ".join(_SOURCES))
    parser.add_argument("--time-limit", type=float, default=60.0)
    parser.add_argument("meshes", type=Path, nargs="+")
    given = parser.parse_args(arguments)
    sources: list[str] = given.sources.split(",")
    figures: dict[str, list[list[float]]] = {source: [] for source in sources}
    rows: list[list[str]] = []
    for path in given.meshes:
        for source in sources:
            found = _figures(path, _SOURCES[source], given.time_limit)
            figures[source].append(found)
            rows.append([path.stem, source, *_shown(found)])
            print(" ".join(rows[-1]), file=sys.stderr, flush=True)
    rows += [["mean", source, *_shown(np.mean(found, axis=0).tolist())] for source, found in figures.items()]
    print(markdown(_HEAD, rows))


def _figures(path: Path, proposers: tuple[Proposer, ...], limit: float) -> list[float]:
    started = process_time()
    e = infer(read_mesh(path), name=path.stem, time_limit=limit, proposers=proposers).evidence
    return [e.iou64, e.chamfer, e.primitives, e.tokens, process_time() - started]


def _shown(figures: Sequence[float]) -> list[str]:
    iou, chamfer, primitives, tokens, seconds = figures
    return [f"{iou:.3f}", f"{chamfer:.2f}", f"{primitives:.1f}", f"{tokens:.0f}", f"{seconds:.1f}"]


if __name__ == "__main__":
    main()
