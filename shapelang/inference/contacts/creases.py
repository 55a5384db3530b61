"""Where parts of one closed surface may end: its creases, and edges without a bend that its triangles left there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.metrics.triangles import Triangles, cross_products

SAME: Final = 2e-5
"""Of the diagonal: what leaves a plane by less lies in it."""

_ALIKE: Final = 1e-6
"""One less the cosine of two normals of one plane."""

_BENT: Final = np.radians(25.0)
"""Inward bend of a crease: round holes of few sides bend less."""

_FLAT: Final = np.radians(5.0)
"""Outward bend up to which an edge is a seam of something flat, and no corner."""

_SHORTEST: Final = 0.005
"""Of the diagonal: the creases of a plane that is looked at are longer than this together."""

_PLANES: Final = 200


@final
@dataclass(frozen=True, slots=True, eq=False)
class Segments:
    """Edges that are no corners: `start` and `end` (n, 3); `creases` (n,) says which are bent inward."""

    start: np.ndarray
    end: np.ndarray
    creases: np.ndarray

    def within(self, plane: Plane, reach: float) -> np.ndarray:
        """(n,) whether both ends come so near to a plane."""
        ends = (np.abs(points @ plane.normal - plane.offset) for points in (self.start, self.end))
        return np.maximum(*ends) < reach


@final
@dataclass(frozen=True, slots=True, eq=False)
class Plane:
    """Points x with normal · x = offset; `length` is that of the creases in it."""

    normal: np.ndarray
    offset: float
    length: float


def creases(mesh: Triangles) -> tuple[Segments, list[Plane]]:
    """The segments of a closed mesh of diagonal 1, and the planes of faces with creases, the longest first."""
    count = len(mesh.positions)
    start, end = mesh.faces.reshape(-1), np.roll(mesh.faces, -1, axis=1).reshape(-1)
    key = np.minimum(start, end) * count + np.maximum(start, end)
    order = np.argsort(key, kind="stable")
    _, first, uses = np.unique(key[order], return_index=True, return_counts=True)
    one, other = order[first[uses == 2]], order[first[uses == 2] + 1]
    cross = cross_products(mesh)
    normals = cross / np.maximum(np.linalg.norm(cross, axis=1), 1e-300)[:, None]
    a, b = mesh.positions[start[one]], mesh.positions[end[one]]
    length = np.linalg.norm(b - a, axis=1)
    left, right = normals[one // 3], normals[other // 3]
    sine = (np.cross(left, right) * (b - a)).sum(axis=1) / np.maximum(length, 1e-300)
    bend = np.arctan2(sine, (left * right).sum(axis=1))
    bent, kept = bend < -_BENT, bend <= _FLAT
    sides = np.concatenate([one[bent], other[bent]]) // 3
    planes = _planes(normals[sides], mesh.positions[mesh.faces[sides, 0]], np.tile(length[bent], 2))
    return Segments(a[kept], b[kept], bent[kept]), planes


def _planes(normals: np.ndarray, points: np.ndarray, lengths: np.ndarray) -> list[Plane]:
    """Planes of faces with the lengths of their creases, equal ones once."""
    offsets = (normals * points).sum(axis=1)
    found: list[Plane] = []
    left = np.argsort(-lengths, kind="stable")
    while len(left) and len(found) < 2 * _PLANES:
        normal, offset = normals[left[0]], float(offsets[left[0]])
        same = (normals[left] @ normal > 1.0 - _ALIKE) & (np.abs(offsets[left] - offset) < SAME)
        same[0] = True
        found.append(Plane(normal, offset, float(lengths[left[same]].sum())))
        left = left[~same]
    long = [plane for plane in found if plane.length > _SHORTEST]
    return sorted(long, key=lambda plane: -plane.length)[:_PLANES]
