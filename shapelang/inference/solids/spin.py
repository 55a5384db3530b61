"""The axis that most of a surface is turned about, whatever is stuck to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.metrics.sampling import uniforms
from shapelang.metrics.triangles import Triangles, cross_products

_POINTS: Final = 700
_PAIRS: Final = 40
"""Pairs of normals tried for each direction: two of the surface's own meet on the axis."""

_FLAT: Final = 0.99999
_CREASE: Final = 0.6
"""Cosine between the sides of an edge: above the first it is flat, below the second an edge."""

_LEAN: Final = 0.3
"""Sine of the angle to the axis below which a normal says nothing: flat ends."""

_SPEAKING: Final = 0.2
"""Part of the surface that must say something."""

_NEAR: Final = 0.03
"""How far from the axis a normal may pass, of the surface's reach."""

_WIDE, _CLOSER = (2.0, 1.5, 1.0, 1.0), (0.5, 0.25, 0.1)
"""Of that: how near normals pass that an axis is moved by, step by step, and where all of a surface is turned."""

_SHARE: Final = 0.5
"""Part of what speaks that must be turned about the axis."""

_AS_MUCH: Final = 0.98
"""Of the largest share: what is no less."""

_STRAIGHT: Final = 0.99985
"""Cosine of a degree."""

_SECTORS: Final = 12
_ALL_ROUND: Final = 10
"""Sectors about an axis, and in how many of them there is surface all round."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """A line through `point` (3,) along the unit `direction` (3,); `share` of the surface is turned about it."""

    point: np.ndarray
    direction: np.ndarray
    share: float


def turning_axis(shell: Triangles, frame: np.ndarray) -> Axis | None:
    """The axis of the largest share of a shell, along an axis of a frame (3, 3) or of its moments, or near one.

    All normals of a surface of revolution meet its axis: Pottmann and Randrup, "Rotational and Helical Surface
    Approximation for Reverse Engineering", Computing 60, 1998; here of random pairs, so that handles do no harm.
    """
    points, normals, share = _curved_edges(shell)
    return max(_axes(points, normals, share, frame), key=lambda axis: axis.share, default=None)


def exact_axes(shell: Triangles, frame: np.ndarray) -> list[Axis]:
    """The axes that a surface may be all turned about, which share most of it, moved to where its normals meet them
    best. Of a surface that is not, what stands out would pull them to its side.

    All normals of a ball, and of one row of a cone, meet in a point, so that several axes say the same.
    """
    points, normals, share = _curved_edges(shell)
    found = _axes(points, normals, share, frame)
    most = max((axis.share for axis in found), default=0.0)
    return [_exact(points, normals, axis) for axis in found if axis.share > _AS_MUCH * most]


def _axes(points: np.ndarray, normals: np.ndarray, share: float, frame: np.ndarray) -> list[Axis]:
    """An axis about which points (n, 3) with their normals are turned, for each direction of a frame and of moments."""
    if share < _SPEAKING:
        return []
    middle = points.mean(axis=0)
    apart = points - middle
    directions = [*frame.T, *np.linalg.eigh(apart.T @ apart)[1].T]
    found = [axis for d in directions if (axis := _along(apart, normals, d)) is not None]
    return [Axis(axis.point + middle, axis.direction, axis.share) for axis in found]


def _exact(points: np.ndarray, normals: np.ndarray, axis: Axis) -> Axis:
    middle = points.mean(axis=0)
    reach = float(np.sqrt((np.cross(points - middle, axis.direction) ** 2).sum(axis=1)).max())
    point, direction = _settled(points - middle, normals, axis.point - middle, axis.direction, reach, _CLOSER)
    return Axis(point + middle, direction, axis.share)


def _curved_edges(shell: Triangles) -> tuple[np.ndarray, np.ndarray, float]:
    """(n, 3) middles of edges where the surface curves, its normals there, and the share of it at such edges.

    Of a round thing with few sides the normal in the middle of an edge meets the axis, and one within a side does not.
    An edge is drawn by the area of its faces.
    """
    start, end = shell.faces.reshape(-1), np.roll(shell.faces, -1, axis=1).reshape(-1)
    key = np.minimum(start, end).astype(np.int64) * (int(shell.faces.max()) + 1) + np.maximum(start, end)
    order = np.argsort(key, kind="stable")
    twice = np.flatnonzero(key[order][1:] == key[order][:-1])
    first, second = order[twice], order[twice + 1]
    cross = cross_products(shell)
    area = np.sqrt((cross**2).sum(axis=1))
    normals = cross / np.maximum(area, 1e-300)[:, None]
    cosine = (normals[first // 3] * normals[second // 3]).sum(axis=1)
    curved = (cosine < _FLAT) & (cosine > _CREASE)
    first, second = first[curved], second[curved]
    weight = np.cumsum(area[first // 3] + area[second // 3])
    if len(weight) == 0 or weight[-1] <= 0.0:
        return np.zeros((0, 3)), np.zeros((0, 3)), 0.0
    share = float(area[np.unique(np.r_[first, second] // 3)].sum() / area.sum())
    drawn = np.minimum(np.searchsorted(weight, uniforms(_POINTS, 1, 0)[:, 0] * weight[-1]), len(weight) - 1)
    first, second = first[drawn], second[drawn]
    points = 0.5 * (shell.positions[start[first]] + shell.positions[end[first]])
    mean = normals[first // 3] + normals[second // 3]
    return points, mean / np.sqrt((mean**2).sum(axis=1))[:, None], share


def frame_about(direction: np.ndarray) -> np.ndarray:
    """(3, 3) a right-handed frame whose second axis is a direction, that of the world where it is within a degree."""
    world = int(np.abs(direction).argmax())
    straight = np.eye(3)[world] * np.sign(direction[world])
    y = straight if direction @ straight > _STRAIGHT else direction
    u, v = _across(y).T
    return np.stack([v, y, u], axis=1)


def _along(points: np.ndarray, normals: np.ndarray, direction: np.ndarray) -> Axis | None:
    """The best axis near a direction, for points about their mean; None where too little is turned about it."""
    levers = np.cross(normals, direction)
    speaking = np.sqrt((levers**2).sum(axis=1)) > _LEAN
    if speaking.mean() < _SPEAKING:
        return None
    points, normals, levers = points[speaking], normals[speaking], levers[speaking]
    reach = float(np.sqrt((np.cross(points, direction) ** 2).sum(axis=1)).max())
    across = _across(direction)
    centres = _meetings(levers @ across, (levers * points).sum(axis=1)) @ across.T
    apart = np.abs((levers * points).sum(axis=1)[:, None] - levers @ centres.T)
    near = apart < _NEAR * reach
    start = int(near.sum(axis=0).argmax())
    point, turned = _settled(points, normals, centres[start], direction, reach)
    levers = np.cross(normals, turned)
    own = np.abs((levers * (points - point)).sum(axis=1)) < _NEAR * reach
    if own.mean() < _SHARE or not _all_round(points[own] - point, turned):
        return None
    return Axis(point, turned, float(own.mean()) * float(speaking.mean()))


def _across(direction: np.ndarray) -> np.ndarray:
    """(3, 2) two axes across a direction."""
    least = np.eye(3)[int(np.abs(direction).argmin())]
    u = np.cross(direction, least)
    u = u / np.sqrt((u**2).sum())
    return np.stack([u, np.cross(direction, u)], axis=1)


def _meetings(levers: np.ndarray, moments: np.ndarray) -> np.ndarray:
    """(k, 2) where pairs of lines lever · c = moment meet."""
    pair = (uniforms(_PAIRS, 2, 1) * len(levers)).astype(int)
    system, right = levers[pair], moments[pair]
    clear = np.abs(np.linalg.det(system)) > 0.1 * np.prod(np.sqrt((system**2).sum(axis=2)), axis=1)
    if not clear.any():
        return np.zeros((1, 2))
    return np.linalg.solve(system[clear], right[clear][..., None])[..., 0]


def _settled(
    points: np.ndarray,
    normals: np.ndarray,
    point: np.ndarray,
    direction: np.ndarray,
    reach: float,
    steps: Sequence[float] = _WIDE,
) -> tuple[np.ndarray, np.ndarray]:
    """The axis moved and leant to where the normals that pass near it meet it best: Gauss and Newton's steps."""
    for wide in steps:
        apart = points - point
        levers = np.cross(normals, direction)
        off = (levers * apart).sum(axis=1)
        own = np.abs(off) < wide * _NEAR * reach
        if own.sum() < 12:
            break
        across = _across(direction)
        moves = np.concatenate([-levers[own] @ across, np.cross(apart[own], normals[own]) @ across], axis=1)
        step = np.linalg.lstsq(moves, -off[own], rcond=1e-6)[0]
        point = point + across @ step[:2]
        direction = direction + across @ np.clip(step[2:], -0.1, 0.1)
        direction = direction / np.sqrt((direction**2).sum())
    return point, direction


def _all_round(apart: np.ndarray, direction: np.ndarray) -> bool:
    """Whether points lie on nearly all sides of an axis."""
    flat = apart @ _across(direction)
    sector = ((np.arctan2(flat[:, 1], flat[:, 0]) / (2.0 * np.pi) + 0.5) * _SECTORS).astype(int) % _SECTORS
    return len(np.unique(sector)) >= _ALL_ROUND
