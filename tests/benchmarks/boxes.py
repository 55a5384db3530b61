"""Boxes as meshes, to be counted by hand."""

from __future__ import annotations

from shapelang.metrics.triangles import Triangles, triangles

_SIDES = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
_FACES = [face for a, b, c, d in _SIDES for face in ((a, b, c), (a, c, d))]


def box(low: tuple[float, float, float], high: tuple[float, float, float]) -> Triangles:
    """Twelve triangles, outward."""
    ends = list(zip(low, high, strict=True))
    return triangles([(x, y, z) for x in ends[0] for y in ends[1] for z in ends[2]], _FACES)
