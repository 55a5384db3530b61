"""Dirt that says nothing of the shape: faces that are there twice, look the wrong way, or are dust.

Runs before a mesh is taken apart, on each of its groups. A clean mesh comes back as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.arrays import Bool, Float64, Int64
from shapelang.diagnostics import counted
from shapelang.metrics.connected import connected
from shapelang.metrics.inside import winding_numbers
from shapelang.metrics.sampling import uniforms
from shapelang.metrics.triangles import Triangles, face_areas

_EQUAL: Final = 1e-7
"""Corners nearer than this part of the diagonal are one."""

_TWO_SIDED: Final = 0.9
"""A piece of which so many faces have an opposite one is a surface drawn from both sides."""

_HOLED: Final = 0.05
"""Open edges for each face, above which one side of it is no damaged solid but a sheet."""

_ASKED: Final = 500
"""Points at which it is asked whether turning faces makes the inside clearer,"""

_CLEARER: Final = 0.02
"""by this share of them,"""

_FRACTION: Final = 0.1
"""where a winding number is this far from a whole one."""

_DUST: Final = 4e-3
"""Pieces smaller than this part of the diagonal may be dust,"""

_GRAINS: Final = 300
"""where there are as many, beside others that are larger."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Mended:
    """The groups that were given, with fewer faces or turned ones, and notes on what was left out."""

    groups: list[Triangles]
    notes: tuple[str, ...]


def mended(groups: Sequence[Triangles], diagonal: float) -> Mended:
    """The groups of a mesh without faces that are there twice, their faces turned alike, and without dust."""
    found = [_clean(group, diagonal) for group in groups]
    dust = [_dust(mesh, diagonal) for mesh in found]
    grains = sum(one.grains for one in dust)
    if grains < _GRAINS or all(one.faces.all() for one in dust):
        return Mended(found, ())
    left = [Triangles(mesh.positions, mesh.faces[~one.faces]) for mesh, one in zip(found, dust, strict=True)]
    return Mended(left, (f"{counted(grains, 'crumb')} below {100.0 * _DUST:g} % of the diagonal were left out.",))


def _clean(mesh: Triangles, diagonal: float) -> Triangles:
    if len(mesh.faces) == 0:
        return mesh
    faces = _point_of(mesh, diagonal)[mesh.faces]
    kept = _once(faces)
    turned = _turned(faces[kept], face_areas(mesh)[kept])
    if kept.all() and not turned.any():
        return mesh
    left = Triangles(mesh.positions, mesh.faces[kept])
    alike = Triangles(mesh.positions, np.where(turned[:, None], left.faces[:, ::-1], left.faces))
    return alike if turned.any() and _doubt(alike) < _doubt(left) - _CLEARER else left


def _doubt(mesh: Triangles) -> float:
    """The share of some points of its box where the winding number is no whole one: what is inside is a guess there."""
    low, high = mesh.bounds
    points = low + (high - low) * uniforms(_ASKED, 3, 0)
    numbers = winding_numbers(mesh, points)
    return float((np.abs(numbers - np.rint(numbers)) > _FRACTION).mean())


def _point_of(mesh: Triangles, diagonal: float) -> Int64[np.ndarray, " v"]:
    """(v,) the number of the point where each corner is."""
    lattice = np.round((mesh.positions - mesh.positions[mesh.faces[0, 0]]) / (_EQUAL * diagonal))
    return np.unique(lattice, axis=0, return_inverse=True)[1].reshape(-1)


def _once(faces: Int64[np.ndarray, "f 3"]) -> Bool[np.ndarray, " f"]:
    """Which faces to keep: one of those that are equal, and of opposite ones where a piece is drawn from both sides."""
    order = np.sort(faces, axis=1)
    _, number = np.unique(order, axis=0, return_inverse=True)
    number = number.reshape(-1)
    a, b, c = faces.T
    swaps = (a > b).astype(np.int64) + (b > c) + (a > c)
    side = 2 * number + swaps % 2
    first = np.zeros(len(faces), np.bool_)
    first[np.unique(side, return_index=True)[1]] = True
    there = np.zeros(2 * (int(number.max()) + 1), np.bool_)
    there[side] = True
    twin = there[side ^ 1]
    if first.all() and not twin.any():
        return first
    piece = _pieces(faces)
    # Two solids may have an equal face each, and would be torn without it.
    worse = _torn(faces[first], piece[first], len(piece)) > _torn(faces, piece, len(piece))
    kept = first | worse[piece]
    double = np.bincount(piece, twin) >= _TWO_SIDED * np.bincount(piece)
    one = np.zeros(len(faces), np.bool_)
    one[np.unique(number, return_index=True)[1]] = True
    # A sheet with two sides is closed as it is, and no more than a sheet without one of them.
    double &= _rims(faces[one], piece[one], len(double)) <= _HOLED * np.bincount(piece[one], minlength=len(double))
    return kept & (one | ~double[piece])


def _rims(faces: Int64[np.ndarray, "f 3"], piece: Int64[np.ndarray, " f"], pieces: int) -> Int64[np.ndarray, " n"]:
    """(pieces,) how many edges of each piece have one face."""
    start, end = faces.reshape(-1), np.roll(faces, -1, axis=1).reshape(-1)
    key = np.minimum(start, end) * (int(faces.max(initial=0)) + 1) + np.maximum(start, end)
    _, first, uses = np.unique(key, return_index=True, return_counts=True)
    return np.bincount(np.repeat(piece, 3)[first[uses == 1]], minlength=pieces)


def _torn(faces: Int64[np.ndarray, "f 3"], piece: Int64[np.ndarray, " f"], pieces: int) -> Int64[np.ndarray, " n"]:
    """(pieces,) how many edges of each piece lack an opposite one."""
    start, end = faces.reshape(-1), np.roll(faces, -1, axis=1).reshape(-1)
    key = np.minimum(start, end) * (int(faces.max(initial=0)) + 1) + np.maximum(start, end)
    _, first, edge = np.unique(key, return_index=True, return_inverse=True)
    lacking = np.abs(np.bincount(edge.reshape(-1), np.sign(end - start)))
    return np.bincount(np.repeat(piece, 3)[first], lacking, pieces)


def _pieces(faces: Int64[np.ndarray, "f 3"]) -> Int64[np.ndarray, " f"]:
    """(f,) the number of the connected piece that each face is in."""
    a, b, c = faces.T
    return connected(int(faces.max(initial=0)) + 1, np.r_[a, a], np.r_[b, c])[a]


def _turned(faces: Int64[np.ndarray, "f 3"], area: Float64[np.ndarray, " f"]) -> Bool[np.ndarray, " f"]:
    """Which faces to turn so that neighbours agree and most area stays; none where that cannot be (a Möbius strip).

    Every face is two nodes of a graph, as it is and turned, and neighbours across an edge of two faces join the nodes
    that agree.
    """
    count = len(faces)
    start, end = faces.reshape(-1), np.roll(faces, -1, axis=1).reshape(-1)
    key = np.minimum(start, end) * (int(faces.max(initial=0)) + 1) + np.maximum(start, end)
    _, edge, uses = np.unique(key, return_inverse=True, return_counts=True)
    order = np.argsort(edge.reshape(-1), kind="stable")
    one, other = order[uses[edge.reshape(-1)[order]] == 2].reshape(-1, 2).T
    agree = (start[one] < end[one]) != (start[other] < end[other])
    if agree.all():
        return np.zeros(count, np.bool_)
    f, g = one // 3, other // 3
    node = connected(
        2 * count, np.r_[f, f + count], np.r_[np.where(agree, g, g + count), np.where(agree, g + count, g)]
    )
    given, turned = node[:count], node[count:]
    votes = np.bincount(given, area, int(node.max()) + 1)
    more = votes[turned] > votes[given]
    return more | ((votes[turned] == votes[given]) & (turned < given))


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Dust:
    """`faces` (f,): which are of dust; `grains`: its pieces."""

    faces: Bool[np.ndarray, " f"]
    grains: int


def _dust(mesh: Triangles, diagonal: float) -> _Dust:
    piece = _pieces(_point_of(mesh, diagonal)[mesh.faces]) if len(mesh.faces) else np.zeros(0, np.int64)
    if len(piece) == 0 or piece.max() < _GRAINS:
        return _Dust(np.zeros(len(piece), np.bool_), 0)
    low = np.full((int(piece.max()) + 1, 3), np.inf)
    high = -low
    np.minimum.at(low, piece, mesh.corners.min(axis=1))
    np.maximum.at(high, piece, mesh.corners.max(axis=1))
    small = (high - low).max(axis=1) < _DUST * diagonal
    return _Dust(small[piece], int(small.sum()))
