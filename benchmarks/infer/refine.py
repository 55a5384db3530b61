"""Ways to refine, compared: `python -m benchmarks.infer.refine --ways none,blocks,torch MESH …`, in one process."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from time import perf_counter, process_time
from types import MappingProxyType
from typing import Final

import numpy as np

from benchmarks.infer.markdown import markdown
from shapelang.deadline import Deadline
from shapelang.inference.infer import infer
from shapelang.inference.refine.descent import BLOCKS, Descent, Differentiated
from shapelang.inference.refine.steps import Softness, Target
from shapelang.inference.solids.kinds import Fit
from shapelang.io.read.reader import read_mesh

_HEAD: Final = ("mesh", "way", "IoU 64³", "Chamfer %", "primitives", "tokens", "seconds", "processor s")


def _unmoved(
    fits: Sequence[Fit], groups: Sequence[int], target: Target, softness: Softness, steps: int, deadline: Deadline
) -> tuple[Fit, ...]:
    del groups, target, softness, steps, deadline
    return tuple(fits)


_WAYS: Final[Mapping[str, Descent]] = MappingProxyType(
    {"none": _unmoved, "blocks": BLOCKS, "torch": Differentiated(), "cuda": Differentiated("cuda")}
)


def main(arguments: Sequence[str] | None = None) -> None:
    """One row for each mesh and way, and the means; what is loaded and compiled comes before the clock runs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ways", default="none,blocks,torch", help=", ".join(_WAYS))
    parser.add_argument("--time-limit", type=float, default=120.0)
    parser.add_argument("meshes", type=Path, nargs="+")
    given = parser.parse_args(arguments)
    ways: list[str] = given.ways.split(",")
    figures: dict[str, list[list[float]]] = {way: [] for way in ways}
    rows: list[list[str]] = []
    for way in ways:
        _figures(given.meshes[0], _WAYS[way], given.time_limit)
    for path in given.meshes:
        for way in ways:
            found = _figures(path, _WAYS[way], given.time_limit)
            figures[way].append(found)
            rows.append([path.stem, way, *_shown(found)])
            print(" ".join(rows[-1]), file=sys.stderr, flush=True)
    rows += [["mean", way, *_shown(np.mean(found, axis=0).tolist())] for way, found in figures.items()]
    print(markdown(_HEAD, rows))


def _figures(path: Path, descent: Descent, limit: float) -> list[float]:
    wall, started = perf_counter(), process_time()
    e = infer(read_mesh(path), name=path.stem, time_limit=limit, descent=descent).evidence
    return [e.iou64, e.chamfer, e.primitives, e.tokens, perf_counter() - wall, process_time() - started]


def _shown(figures: Sequence[float]) -> list[str]:
    iou, chamfer, primitives, tokens, wall, seconds = figures
    return [f"{iou:.3f}", f"{chamfer:.2f}", f"{primitives:.1f}", f"{tokens:.0f}", f"{wall:.1f}", f"{seconds:.1f}"]


if __name__ == "__main__":
    main()
