"""Several ways to read the same meshes, side by side in one process."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import perf_counter, process_time
from typing import Final, TypeAlias

import numpy as np

from benchmarks.infer.markdown import markdown
from shapelang.inference.measuring.evidence import Evidence

Way: TypeAlias = Callable[[Path], Evidence]
"""Reads a mesh, and says how well."""

_HEAD: Final = ("IoU 64³", "Chamfer %", "primitives", "tokens", "seconds", "processor s")


def compared(meshes: Sequence[Path], ways: Mapping[str, Way], what: str) -> str:
    """A table with a row for each mesh and way, and the means; `what` heads the names of the ways.

    Each way reads the first mesh once before, so that what is loaded and compiled on first use costs nobody anything.
    """
    for way in ways.values():
        way(meshes[0])
    figures: dict[str, list[list[float]]] = {name: [] for name in ways}
    rows: list[list[str]] = []
    for mesh in meshes:
        for name, way in ways.items():
            found = _figures(mesh, way)
            figures[name].append(found)
            rows.append([mesh.stem, name, *_shown(found)])
            print(" ".join(rows[-1]), file=sys.stderr, flush=True)
    rows += [["mean", name, *_shown(np.mean(found, axis=0).tolist())] for name, found in figures.items()]
    return markdown(("mesh", what, *_HEAD), rows)


def _figures(mesh: Path, way: Way) -> list[float]:
    wall, started = perf_counter(), process_time()
    e = way(mesh)
    return [e.iou64, e.chamfer, e.primitives, e.tokens, perf_counter() - wall, process_time() - started]


def _shown(figures: Sequence[float]) -> list[str]:
    iou, chamfer, primitives, tokens, wall, seconds = figures
    return [f"{iou:.3f}", f"{chamfer:.2f}", f"{primitives:.1f}", f"{tokens:.0f}", f"{wall:.1f}", f"{seconds:.1f}"]
