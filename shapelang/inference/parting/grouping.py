"""Which solids of one body are one part: what goes on where another ends, what lies along it, and its crumbs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, final

import numpy as np

from shapelang.inference.sampling.samples import sequence
from shapelang.inference.solids.plain import Solid

_GRID: Final = 9
"""Points along an edge of a solid's box."""

_NEAR: Final = 0.004
"""Of the diagonal: what comes so near touches."""

_DEPTHS: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
"""Of a solid's extent: where lines through it look for another solid."""

_OPPOSITE: Final = 0.8
"""Cosine of two faces that look at each other."""

_GOES_ON: Final = 0.35
"""Of each of two faces: what must lie on the other solid, so that one goes on where the other ends."""

_ALONG: Final = 0.7
"""Of a long side: what must lie on the larger part, or in it."""

_LOW: Final = 2.02
"""A batten is no higher than so many of its widths: upright on a narrow edge stand aprons and walls."""

_LONG: Final = 1.5
"""And so many of its middle extents long at least."""

_BATTEN: Final = 0.15
"""Of the larger part's volume: what a batten has at most."""

_MANY: Final = 16
"""Solids of a body from which on crumbs are no parts: the pieces of a curved body are its approximation."""

_CRUMB: Final = 0.05
"""Of the body's volume: what a crumb has at most."""

_BURIED: Final = 0.15
"""Of a crumb's surface: what lies on the larger part, or in it."""

_FRAME: Final = 0.3
"""Of its box: what a frame of several parts fills at most."""

_RAIL: Final = 0.05
"""Of a frame's volume: a part of it has as much."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Sides:
    """Points (6, n, 3) on the sides of a solid's box, low and high for each axis; `own` says below which the solid is.

    `normals` (6, 3) look outward; `areas` (6,) are those of the own points; `half` (6,) the extents across.
    """

    points: np.ndarray
    own: np.ndarray
    normals: np.ndarray
    areas: np.ndarray
    half: np.ndarray


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Contacts:
    """Shares (i, j, 6) of the sides of solid i: `on` lie on solid j, and `through` are crossed by lines that meet j."""

    on: np.ndarray
    through: np.ndarray


def groups_of(solids: Sequence[Solid], diagonal: float) -> list[list[Solid]]:
    """The solids of one body as parts, in the order of the first of each.

    The blocks of a curved leg go on where another ends: a side of each lies on the other. A batten lies along a larger
    part with a long side. Crumbs are small, touch much of what they touch, and are many. Solids that seams tell to be
    of one part are together.
    """
    sides = [_sides(solid) for solid in solids]
    contacts = _contacts(solids, sides, _NEAR * diagonal)
    volumes = np.array([volume(solid) for solid in solids])
    parts = np.arange(len(solids))
    for i, j in combinations(range(len(solids)), 2):
        if _untold(solids[i], solids[j]) and _go_on(sides[i], sides[j], contacts.on[i, j], contacts.on[j, i]):
            parts[parts == parts[j]] = parts[i]
    for i, j in combinations(range(len(solids)), 2):
        if solids[i].part is not None and solids[i].part == solids[j].part:
            parts[parts == parts[j]] = parts[i]
    for i in np.argsort(volumes, kind="stable").tolist():
        host = max(_hosts(i, solids, sides[i], contacts, volumes, parts), default=None)
        if host is not None:
            parts[parts == parts[i]] = parts[host[1]]
    found: dict[int, list[Solid]] = {}
    for part, solid in zip(parts.tolist(), solids, strict=True):
        found.setdefault(part, []).append(solid)
    return list(found.values())


def is_frame(solids: Sequence[Solid]) -> bool:
    """Whether solids that hang together leave most of their box empty, as boards and legs do that are no one board."""
    low, high = _box(solids)
    return sum(volume(solid) for solid in solids) < _FRAME * float(np.prod(high - low))


def frame_parts(solids: Sequence[Solid], diagonal: float) -> list[list[Solid]]:
    """The parts of a frame (`groups_of`), where small ones belong to the large one that they share most room with."""
    groups = groups_of(solids, diagonal)
    volumes = np.array([sum(volume(solid) for solid in group) for group in groups])
    large = volumes >= _RAIL * volumes.sum()
    parts = [list(group) for group, is_large in zip(groups, large, strict=True) if is_large]
    if not parts:
        return [list(solids)]
    boxes = [_box(part) for part in parts]
    for group in (group for group, is_large in zip(groups, large, strict=True) if not is_large):
        low, high = _box(group)
        shared = [np.minimum(high, top) - np.maximum(low, bottom) + _NEAR * diagonal for bottom, top in boxes]
        parts[int(np.argmax([float(np.prod(np.maximum(size, 0.0))) for size in shared]))] += group
    return parts


def _box(solids: Sequence[Solid]) -> tuple[np.ndarray, np.ndarray]:
    bounds = np.array([solid.bounds for solid in solids])
    return bounds[:, 0].min(axis=0), bounds[:, 1].max(axis=0)


def _go_on(a: _Sides, b: _Sides, a_on_b: np.ndarray, b_on_a: np.ndarray) -> bool:
    """Whether a side of each lies on the other, and they look at each other."""
    facing = a.normals @ b.normals.T < -_OPPOSITE
    return bool((facing & (a_on_b > _GOES_ON)[:, None] & (b_on_a > _GOES_ON)).any())


def _untold(a: Solid, b: Solid) -> bool:
    """Whether one of two solids of one material may go on in the other, or lie along it: seams have not told of both
    what they are part of.
    """
    return a.group == b.group and (a.part is None or b.part is None)


def _hosts(
    i: int,
    solids: Sequence[Solid],
    sides: _Sides,
    contacts: _Contacts,
    volumes: np.ndarray,
    parts: np.ndarray,
) -> Iterator[tuple[float, int]]:
    """The solids that a solid is a batten or a crumb of, with the share of it that lies on them."""
    mine = volumes[parts == parts[i]].sum()
    small = len(solids) >= _MANY and mine <= _CRUMB * volumes.sum()
    long_sides = _long_sides(solids[i])
    for j, other in enumerate(solids):
        theirs = volumes[parts == parts[j]].sum()
        if parts[i] == parts[j] or other.group != solids[i].group or mine >= theirs:
            continue
        through = contacts.through[i, j]
        along = float(through[long_sides].max(initial=0.0))
        buried = float((through * sides.areas).sum() / max(float(sides.areas.sum()), 1e-300))
        if mine <= _BATTEN * theirs and along > _ALONG and _untold(solids[i], other):
            yield 1.0 + along, j
        elif small and buried > _BURIED:
            yield buried, j


def _long_sides(solid: Solid) -> list[int]:
    """The sides with which a batten may lie on something, none for what is no batten."""
    size = np.array(solid.kind.size)
    _, middle, longest = np.argsort(size, kind="stable").tolist()
    if size[longest] < _LONG * size[middle]:
        return []
    across = [k for k in range(3) if k != longest]
    return [
        2 * high + end
        for high, wide in (across, reversed(across))
        if size[high] <= _LOW * size[wide]
        for end in range(2)
    ]


def _contacts(solids: Sequence[Solid], sides: Sequence[_Sides], near: float) -> _Contacts:
    on = np.zeros((len(solids), len(solids), 6))
    through = np.zeros_like(on)
    bounds = [solid.bounds for solid in solids]
    for i, own in enumerate(sides):
        count = np.maximum(own.own.sum(axis=1), 1)
        outer = own.points + near * own.normals[:, None]
        inner = [own.points - 2.0 * d * (own.half[:, None] * own.normals)[:, None] for d in _DEPTHS]
        for j, other in enumerate(solids):
            (low, high), (low_j, high_j) = bounds[i], bounds[j]
            if i == j or (np.maximum(low, low_j) > np.minimum(high, high_j) + near).any():
                continue
            met = _inside(other, outer) & own.own
            on[i, j] = met.sum(axis=1) / count
            for points in inner:
                met |= _inside(other, points) & own.own
            through[i, j] = met.sum(axis=1) / count
    return _Contacts(on, through)


def _inside(solid: Solid, points: np.ndarray) -> np.ndarray:
    local = (points.reshape(-1, 3) - solid.centre) @ solid.frame
    return solid.kind.inside(local).reshape(points.shape[:2])


def _sides(solid: Solid) -> _Sides:
    size = np.array(solid.kind.size)
    step = (np.arange(_GRID) + 0.5) / _GRID - 0.5
    u, v = (m.reshape(-1) for m in np.meshgrid(step, step))
    points, own, normals = np.zeros((6, len(u), 3)), np.zeros((6, len(u)), bool), np.zeros((6, 3))
    for side in range(6):
        axis, sign = side // 2, 2.0 * (side % 2) - 1.0
        normals[side] = sign * solid.frame[:, axis]
        points[side, :, [k for k in range(3) if k != axis]] = u, v
        points[side, :, axis] = 0.5 * sign * (1.0 - 2.0 * _DEPTHS[0])
        own[side] = solid.kind.inside(points[side] * size)
        points[side, :, axis] = 0.5 * sign
    across = np.repeat(size, 2)
    areas = own.mean(axis=1) * float(np.prod(size)) / across
    return _Sides((points * size) @ solid.frame.T + solid.centre, own, normals, areas, 0.5 * across)


def volume(solid: Solid) -> float:
    """Cubic metres, by samples of its box."""
    size = np.array(solid.kind.size)
    return float(solid.kind.inside((sequence(512) - 0.5) * size).mean() * np.prod(size))
