"""How far points are from the surface of a solid: exact to first order near it, which is what a step needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, assert_never, final

import numpy as np

from shapelang.inference.solids.bows import Bent, Bow
from shapelang.inference.solids.kinds import (
    Capsule,
    Carved,
    Cone,
    Cuboid,
    Ellipsoid,
    Fit,
    Joined,
    Kind,
    Lathe,
    Prism,
    Superquadric,
    Tapered,
    Torus,
    Tube,
)

_TINY: Final = 1e-12


def distance(fit: Fit, points: np.ndarray) -> np.ndarray:
    """(n,) signed distances of points (n, 3) of the world to a solid, negative inside."""
    return kind_distance(fit.kind, (points - fit.centre) @ fit.frame)


def kind_distance(kind: Kind, p: np.ndarray) -> np.ndarray:
    """(n,) the same in the solid's own frame."""
    match kind:
        case Cuboid(size):
            return _box(np.abs(p) - 0.5 * np.array(size))
        case Ellipsoid(size):
            return _ellipsoid(p, 0.5 * np.array(size))
        case Cone(radius, top, height):
            return _frustum(np.hypot(p[:, 0], p[:, 2]), p[:, 1], radius, top, height)
        case Prism(points, height):
            ends = np.abs(p[:, 1]) - 0.5 * height
            return _box(np.stack([_polygon(np.array(points), p[:, [0, 2]], closed=True), ends], axis=1))
        case Tapered(points, height, taper):
            foot, scale = np.array(points) - kind.hub, np.maximum(kind.scale(p[:, 1]), 1e-9)
            lean = np.hypot(1.0, (taper - 1.0) / height * float(np.sqrt((foot * foot).sum(axis=1)).max()))
            side = _polygon(foot, (p[:, [0, 2]] - kind.hub) / scale[:, None], closed=True) * scale / lean
            return np.maximum(side, np.abs(p[:, 1]) - 0.5 * height)
        case Lathe(points):
            flat = np.stack([np.hypot(p[:, 0], p[:, 2]), p[:, 1]], axis=1)
            return _polygon(np.array(points), flat, closed=False)
        case Superquadric(_, e1, _):
            away = np.sqrt((p * p).sum(axis=1))
            return away * (1.0 - np.maximum(kind.level(p), _TINY) ** (-0.5 * e1))
        case Bent(extents):
            return _box(np.abs(kind.straight(p)) - 0.5 * np.array(extents))
        case Bow():
            return np.maximum(*kind.beyond(p))
        case Capsule(radius, height):
            beyond = np.maximum(np.abs(p[:, 1]) - (0.5 * height - radius), 0.0)
            return np.sqrt(p[:, 0] ** 2 + beyond**2 + p[:, 2] ** 2) - radius
        case Torus(radius, tube):
            return np.hypot(np.hypot(p[:, 0], p[:, 2]) - radius, p[:, 1]) - tube
        case Tube(radius, top, hole, top_hole, height):
            away = np.hypot(p[:, 0], p[:, 2])
            inner = (hole + (top_hole - hole) * (p[:, 1] / height + 0.5) - away) / np.hypot(
                1.0, (top_hole - hole) / height
            )
            return np.maximum(_frustum(away, p[:, 1], radius, top, height), inner)
        case Carved(whole, holes):
            found = kind_distance(whole, p)
            for hole in holes:
                found = np.maximum(found, -kind_distance(hole.kind, (p - np.array(hole.centre)) @ hole.matrix))
            return found
        case Joined(parts):
            return np.min([kind_distance(q.kind, (p - np.array(q.centre)) @ q.matrix) for q in parts], axis=0)
        case _:
            assert_never(kind)


def _box(beyond: np.ndarray) -> np.ndarray:
    """The distance to a box from how far points (n, k) are beyond each pair of its faces."""
    outside = np.maximum(beyond, 0.0)
    return np.sqrt((outside * outside).sum(axis=1)) + np.minimum(beyond.max(axis=1), 0.0)


def _ellipsoid(p: np.ndarray, semi: np.ndarray) -> np.ndarray:
    """The level over its slope: I. Quilez, "ellipsoids"; of the middle, the shortest half."""
    level = np.sqrt(((p / semi) ** 2).sum(axis=1))
    slope = np.sqrt(((p / (semi * semi)) ** 2).sum(axis=1))
    return np.where(slope > _TINY, level * (level - 1.0) / np.maximum(slope, _TINY), -semi.min())


def _frustum(away: np.ndarray, along: np.ndarray, radius: float, top: float, height: float) -> np.ndarray:
    slope = (top - radius) / height
    side = (away - radius - slope * (along + 0.5 * height)) / np.hypot(1.0, slope)
    return _box(np.stack([side, np.abs(along) - 0.5 * height], axis=1))


def corner_slopes(kind: Prism | Lathe, p: np.ndarray) -> np.ndarray:
    """(n, 2 k) slopes of `kind_distance` at points of the solid's frame to the coordinates of its k corners.

    The nearest point of an edge moves with its ends, by how near it is to each.
    """
    match kind:
        case Prism(points, height):
            near = _nearest(np.array(points), p[:, [0, 2]], closed=True)
            ends = np.abs(p[:, 1]) - 0.5 * height
            beyond = np.maximum(near.away, 0.0) / np.maximum(np.hypot(near.away, ends), _TINY)
            share = np.where(ends > 0.0, beyond, np.where(near.away > ends, 1.0, 0.0))
        case Lathe(points):
            near = _nearest(np.array(points), np.stack([np.hypot(p[:, 0], p[:, 2]), p[:, 1]], axis=1), closed=False)
            share = np.ones(len(p))
    found = np.zeros((len(p), len(points), 2))
    row = np.arange(len(p))
    pull = -near.outward * share[:, None]
    found[row, near.edge] += pull * (1.0 - near.along)[:, None]
    found[row, (near.edge + 1) % len(points)] += pull * near.along[:, None]
    return found.reshape(len(p), -1)


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Near:
    """Of points in the plane to a polygon: the signed distance `away`, the nearest `edge`, how far `along` it, in
    [0, 1], the nearest point lies, and the direction in which the distance grows.
    """

    away: np.ndarray
    edge: np.ndarray
    along: np.ndarray
    outward: np.ndarray


def _polygon(corners: np.ndarray, p: np.ndarray, *, closed: bool) -> np.ndarray:
    return _nearest(corners, p, closed=closed).away


def _nearest(corners: np.ndarray, p: np.ndarray, *, closed: bool) -> _Near:
    """To a polygon (k, 2); the edge that closes it counts only where it is `closed`: that of a profile is the axis."""
    from shapelang.inference.refine.kernels import nearest_edges

    return _Near(*nearest_edges(corners, np.ascontiguousarray(p), len(corners) - (0 if closed else 1)))
