"""Convex decompositions as commands: `python -m benchmarks.infer.hulls coacd MESH OUT --threshold 0.05`.

Reads an OBJ of bare triangles and writes one OBJ for each hull. Imports nothing of shapelang, whose start would be
added to a peer's time.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

Arrays: TypeAlias = tuple[Any, Any]
"""(v, 3) positions and (f, 3) faces."""


def main() -> None:
    """Decompose one mesh."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("peer", choices=("coacd", "vhacdx"))
    parser.add_argument("mesh", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--threshold", type=float, default=0.05, help="of CoACD: the concavity a part may keep")
    parser.add_argument("--hulls", type=int, default=64, help="of V-HACD: the most it may give")
    given = parser.parse_args()
    positions, faces = _read(given.mesh)
    hulls = (
        _coacd(positions, faces, given.threshold) if given.peer == "coacd" else _vhacd(positions, faces, given.hulls)
    )
    for number, hull in enumerate(hulls):
        _write(given.out / f"{number:04d}.obj", hull)


def _coacd(positions: Any, faces: Any, threshold: float) -> Iterable[Arrays]:
    import coacd  # pyright: ignore[reportMissingImports]

    coacd.set_log_level("error")
    return coacd.run_coacd(coacd.Mesh(positions, faces), threshold=threshold, seed=0)


def _vhacd(positions: Any, faces: Any, hulls: int) -> Iterable[Arrays]:
    import vhacdx  # pyright: ignore[reportMissingImports]

    # Each face begins with its number of corners, as in VTK; bare triples are taken for other faces without a word.
    counted = np.column_stack((np.full(len(faces), 3), faces)).astype(np.uint32).ravel()
    return vhacdx.compute_vhacd(positions, counted, maxConvexHulls=hulls)


def _read(path: Path) -> Arrays:
    words = [line.split() for line in path.read_text(encoding="ascii").splitlines()]
    positions = np.array([w[1:] for w in words if w[0] == "v"], np.float64)
    return positions, np.array([w[1:] for w in words if w[0] == "f"], np.int64) - 1


def _write(path: Path, hull: Arrays) -> None:
    vertices = "".join(f"v {x!r} {y!r} {z!r}\n" for x, y, z in np.asarray(hull[0], np.float64).tolist())
    faces = "".join(f"f {a} {b} {c}\n" for a, b, c in (np.asarray(hull[1], np.int64) + 1).tolist())
    path.write_text(vertices + faces, encoding="ascii")


if __name__ == "__main__":
    main()
