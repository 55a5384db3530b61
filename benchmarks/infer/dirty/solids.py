"""Damage inside of solids: walls that nobody sees, and solids in one another."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import Generator

from benchmarks.infer.closing import SNAP, solid
from benchmarks.infer.dirty.pieces import piece_of
from benchmarks.infer.files import welded
from shapelang.inference.contacts.solids import mesh_of
from shapelang.metrics.triangles import Faces, Triangles, joined, triangles

if TYPE_CHECKING:
    from manifold3d import Manifold


def inner_walls(mesh: Triangles, dice: Generator) -> Triangles:
    """The largest pieces are divided by a wall inside, one sheet that no face of theirs knows of."""

    def walled(piece: Triangles, body: Manifold, way: np.ndarray, at: float) -> Triangles:
        half = mesh_of(body.trim_by_plane(way.tolist(), at))
        on_plane = np.abs((half.corners * way).sum(axis=2) - at) <= 1e-9 * mesh.diagonal
        return joined([piece, triangles(half.positions, half.faces[on_plane.all(axis=1)])])

    return _with_largest(mesh, dice, walled)


def overlapping(mesh: Triangles, dice: Generator) -> Triangles:
    """The largest pieces are two each, that share a tenth of the extent of the piece."""

    def halves(piece: Triangles, body: Manifold, way: np.ndarray, at: float) -> Triangles:
        play = 0.05 * float(np.ptp((piece.positions * way).sum(axis=1)))
        above = body.trim_by_plane(way.tolist(), at - play)
        below = body.trim_by_plane((-way).tolist(), -at - play)
        return joined([mesh_of(above), mesh_of(below)])

    return _with_largest(mesh, dice, halves)


def _with_largest(
    mesh: Triangles, dice: Generator, change: Callable[[Triangles, Manifold, np.ndarray, float], Triangles]
) -> Triangles:
    """Change up to three of the largest pieces by a plane through their middle; those without an inside stay."""
    mesh = welded(mesh)
    piece = piece_of(mesh)
    parts = [_alone(mesh, mesh.faces[piece == k]) for k in range(int(piece.max()) + 1)]
    parts.sort(key=lambda part: -part.diagonal)
    made: list[Triangles] = []
    for part in parts[:3]:
        body = solid(part, SNAP * mesh.diagonal)
        way = dice.normal(size=3)
        way /= np.sqrt((way * way).sum())
        low, high = part.bounds
        at = float((way * (low + (high - low) * dice.uniform(0.3, 0.7, 3))).sum())
        made.append(part if body.is_empty() else change(part, body, way, at))
    return joined([*made, *parts[3:]])


def _alone(mesh: Triangles, faces: Faces) -> Triangles:
    """Some faces with their own corners alone: their extent is their own, and thousands of pieces fit into memory."""
    used, number = np.unique(faces, return_inverse=True)
    return triangles(mesh.positions[used], number)
