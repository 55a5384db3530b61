"""Prisms of a fused surface: pieces of it that are sides along one axis."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np

from shapelang.geometry.point_sets import coincident
from shapelang.inference.fused.blocks import NEAR, SQUARE, Piece, directions
from shapelang.inference.fused.facets import Facets, stood
from shapelang.inference.sampling.inside_test import Inside
from shapelang.inference.solids.kinds import Fit, Prism

_MOST: Final = 12
"""Sides of a prism at most."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Sides:
    """A prism along the second axis of a frame, with its outline (k, 2) across that and its ends along it."""

    frame: np.ndarray
    outline: np.ndarray
    low: float
    high: float


def prisms(facets: Facets, pieces: Sequence[Piece], inside: Inside) -> Iterator[Fit]:
    """Pieces that are sides along one axis, with or without their ends; those that go on in each other are one."""
    found: list[_Sides] = []
    for piece in pieces:
        made = _sides(facets, piece)
        if made is None:
            continue
        for k, other in enumerate(found):
            if _goes_on(other, made, inside, 5.0 * NEAR * facets.diagonal):
                found[k] = replace(other, low=min(other.low, made.low), high=max(other.high, made.high))
                break
        else:
            found.append(made)
    for one in found:
        middle = 0.5 * (one.outline.min(axis=0) + one.outline.max(axis=0))
        centre = one.frame @ np.array([middle[0], 0.5 * (one.low + one.high), middle[1]])
        points = tuple((float(a), float(b)) for a, b in one.outline - middle)
        yield Fit(Prism(points, one.high - one.low), one.frame, centre, 1.0, 0.0)


def _goes_on(one: _Sides, other: _Sides, inside: Inside, near: float) -> bool:
    """Whether two are one prism, what lies between them being in the body."""
    if np.abs(one.frame - other.frame).max() >= 1e-3 or not coincident(one.outline, other.outline, near):
        return False
    gap = (one.high, other.low) if other.low >= one.high else (other.high, one.low)
    at = one.outline.mean(axis=0)
    line = np.stack([np.full(7, at[0]), np.linspace(*gap, 9)[1:-1], np.full(7, at[1])], axis=1)
    return gap[0] >= gap[1] or bool(inside(line @ other.frame.T).all())


def _sides(facets: Facets, piece: Piece) -> _Sides | None:
    """The prism that a piece is the sides of; None where it is of none."""
    ways = directions(piece)
    if not 3 <= len(ways) <= _MOST + 1:
        return None
    options: list[np.ndarray] = [way for way in ways]
    options += [np.cross(ways[0], way) for way in ways[1:3]]
    for axis in options:
        size = float(np.sqrt((axis**2).sum()))
        if size < 0.05:
            continue
        axis = axis / size
        lead = float(axis[int(np.abs(axis).argmax())])
        axis = axis if lead > 0.0 else -axis
        along = np.abs(ways @ axis)
        if not ((along < SQUARE) | (along > 1.0 - 0.5 * SQUARE**2)).all() or (along < SQUARE).sum() < 2:
            continue
        frame = stood(axis)
        outline = _outline(facets, piece, frame)
        if outline is None:
            continue
        y = facets.shell.positions[facets.corners(piece.facets)] @ axis
        return _Sides(frame, outline, float(y.min()), float(y.max()))
    return None


def _outline(facets: Facets, piece: Piece, frame: np.ndarray) -> np.ndarray | None:
    """The polygon that the sides of a piece cut out of its box; None where it is not convex."""
    local = facets.shell.positions @ frame
    flat = local[facets.corners(piece.facets)][:, [0, 2]]
    low, high = flat.min(axis=0), flat.max(axis=0)
    near = 5.0 * NEAR * facets.diagonal
    polygon = np.array([(low[0], low[1]), (high[0], low[1]), (high[0], high[1]), (low[0], high[1])])
    normals = facets.normals[piece.facets] @ frame
    for facet, normal in zip(piece.facets.tolist(), normals, strict=True):
        if abs(normal[1]) > 0.5:
            continue
        side = normal[[0, 2]]
        offset = float((local[facets.shell.faces[facets.triangles(np.array([facet]))][:, 0]][:, [0, 2]] @ side).mean())
        if (flat @ side).max() > offset + near:
            return None
        polygon = _clipped(polygon, side, offset)
        if len(polygon) < 3:
            return None
    return _cornered(polygon, 0.2 * near)


def _cornered(polygon: np.ndarray, near: float) -> np.ndarray | None:
    """Without points that are equal, or on the line between their neighbours."""
    distinct = polygon[np.abs(polygon - np.roll(polygon, 1, axis=0)).max(axis=1) > near]
    before, after = distinct - np.roll(distinct, 1, axis=0), np.roll(distinct, -1, axis=0) - distinct
    across = np.abs(before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0])
    lengths = np.sqrt((before**2).sum(axis=1) * (after**2).sum(axis=1))
    found = distinct[across > 1e-3 * lengths]
    return found if len(found) >= 3 else None


def _clipped(polygon: np.ndarray, normal: np.ndarray, offset: float) -> np.ndarray:
    """What of a convex polygon is below a line (Sutherland and Hodgman 1974)."""
    height = polygon @ normal - offset
    found: list[np.ndarray] = []
    for k in range(len(polygon)):
        a, b, ha, hb = polygon[k - 1], polygon[k], height[k - 1], height[k]
        if (ha <= 0.0) != (hb <= 0.0):
            found.append(a + (b - a) * (ha / (ha - hb)))
        if hb <= 0.0:
            found.append(b)
    return np.array(found).reshape(-1, 2)
