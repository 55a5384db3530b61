"""Bodies that are an outline extruded, read from their faces: exact, and without a single sample."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from shapelang.inference.sampling.frames import WORLD
from shapelang.inference.sampling.rims import loops_of, open_edges, signed_volume
from shapelang.inference.solids.fit import burden
from shapelang.inference.solids.kinds import LONGER, Carved, Cuboid, Fit, Kind, Placed, Prism
from shapelang.inference.solids.outline import polygon_area
from shapelang.metrics.triangles import Triangles, cross_products, triangles
from shapelang.primitives.polygon import simple

_AXES: Final = 4
"""Directions that are tried, those with most area first."""

_ACROSS: Final = 1e-3
"""Sine of the angle to the axis, or across it, that a face may be off: 0.06 degrees."""

_STRAIGHT: Final = 2e-4
"""Sine of the angle below which a frame is the world's: 0.01 degrees."""

_LEVEL: Final = 1e-4
"""Of the diagonal: how far the corners of an end may leave its plane, and one of an outline its neighbours' line."""

_STRAY: Final = 1e-3
"""Of the area: faces that look elsewhere. Of the volume: what the outline times the height may differ by."""

_CORNERS: Final = 16
"""Of all outlines of a body. Nobody writes more by hand."""

_ROUND: Final = 13
"""Corners at one distance from their middle, from which on they are meant as a circle; fewer are written as they are:
a circle is 3 % off an outline of twelve, and 10 % off one of eight."""


def extruded_fit(shell: Triangles) -> Fit | None:
    """The cuboid or prism, with holes through it, that a closed shell is; None where it is none, or a round one."""
    cross = cross_products(shell)
    volume = signed_volume(shell)
    low, high = shell.bounds
    middle = 0.5 * (low + high)
    # About its middle, so that an axis that is made straight moves nothing that stands far from the origin.
    own = triangles(shell.positions - middle, shell.faces)
    found = [fit for axis in axes_of(cross) if (fit := _along(own, cross, axis, volume)) is not None]
    best = min(found, key=lambda fit: burden(fit.kind), default=None)
    return None if best is None else replace(best, centre=best.centre + middle)


def axes_of(cross: np.ndarray, most: int = _AXES) -> Iterator[np.ndarray]:
    """At most so many distinct directions (3,) that most area looks to; one of the world's where it is nearly that."""
    area = np.sqrt((cross**2).sum(axis=1))
    left = area > 1e-12 * max(float(area.max(initial=0.0)), 1e-300)
    unit = cross / np.where(left, area, 1.0)[:, None]
    for _ in range(most):
        if not left.any():
            return
        axis = unit[int(np.where(left, area, 0.0).argmax())]
        axis = next((np.array(w) for w in WORLD if abs(float(axis @ w)) > 1.0 - 1e-8), axis)
        # Up and not down, so that a frame that is nearly the world's has no turns.
        yield axis if axis[int(np.abs(axis).argmax())] > 0.0 else -axis
        left &= np.abs(unit @ axis) < 1.0 - 1e-6


def _along(shell: Triangles, cross: np.ndarray, axis: np.ndarray, volume: float) -> Fit | None:
    area = np.sqrt((cross**2).sum(axis=1))
    along = cross @ axis
    ends = area - np.abs(along) < _ACROSS**2 * area
    sides = np.abs(along) < _ACROSS * area
    if float(area[~(ends | sides)].sum()) > _STRAY * float(area.sum()):
        return None
    height = shell.positions @ axis
    low, high, level = float(height.min()), float(height.max()), _LEVEL * shell.diagonal
    of_ends = height[shell.faces[ends]]
    if high - low < level or (np.minimum(of_ends - low, high - of_ends) > level).any():
        return None
    top = shell.faces[ends & (along > 0.0) & (height[shell.faces].min(axis=1) > high - level)]
    loops = loops_of(open_edges(top)) if len(top) else ()
    frame = frame_along(axis, [shell.positions[list(loop)] for loop in loops])
    outlines = [_straightened(shell.positions[list(loop)] @ frame[:, [0, 2]], level) for loop in loops]
    kind = _kind(outlines, high - low)
    if kind is None or abs(_area(outlines) * (high - low) - volume) > _STRAY * volume:
        return None
    outer = max(outlines, key=lambda o: abs(polygon_area(o)))
    x, z = (0.5 * (outer.min(axis=0) + outer.max(axis=0))).tolist()
    return Fit(kind, frame, frame @ np.array([x, 0.5 * (low + high), z]), 1.0, 0.0)


def _area(outlines: Sequence[np.ndarray]) -> float:
    areas = sorted((abs(polygon_area(outline)) for outline in outlines), reverse=True)
    return areas[0] - sum(areas[1:])


def frame_along(axis: np.ndarray, loops: Sequence[np.ndarray]) -> np.ndarray:
    """(3, 3) columns x, y along the axis, z: the world's, if the axis is one of them, else x along the longest edge."""
    for k, own in enumerate(WORLD):
        if abs(float(axis @ own)) > 1.0 - 1e-12:
            edge = _longest_edge(loops)
            if edge is None or np.abs(edge).max() > 1.0 - 1e-4:
                world = np.eye(3)
                return world[:, [(k + 2) % 3, k, (k + 1) % 3]]
    edge = _longest_edge(loops)
    if edge is None:
        return np.eye(3)
    if edge[int(np.abs(edge).argmax())] < 0.0:
        edge = -edge
    frame = np.stack([edge, axis, np.cross(edge, axis)], axis=1)
    whole = np.rint(frame)
    return whole if np.abs(frame - whole).max() < _STRAIGHT else frame


def _longest_edge(loops: Sequence[np.ndarray]) -> np.ndarray | None:
    edges = [np.roll(loop, -1, axis=0) - loop for loop in loops]
    if not edges:
        return None
    every = np.concatenate(edges)
    length = np.sqrt((every**2).sum(axis=1))
    longest = int(length.argmax())
    return every[longest] / max(float(length[longest]), 1e-300)


def _straightened(outline: np.ndarray, near: float) -> np.ndarray:
    """(k, 2) the outline without corners on a line, counter-clockwise."""
    before, ahead = np.roll(outline, 1, axis=0), np.roll(outline, -1, axis=0)
    chord = ahead - before
    off = np.abs(chord[:, 0] * (outline - before)[:, 1] - chord[:, 1] * (outline - before)[:, 0])
    kept = outline[off > near * np.sqrt((chord**2).sum(axis=1))]
    return kept if polygon_area(kept) >= 0.0 else kept[::-1]


def _kind(outlines: Sequence[np.ndarray], height: float) -> Kind | None:
    """What the outlines make, about the middle of the largest; None where they are too many corners, or circles."""
    if not outlines or min(map(len, outlines)) < 3 or sum(map(len, outlines)) > _CORNERS:
        return None
    if any(is_round(outline) or not simple([(float(a), float(b)) for a, b in outline]) for outline in outlines):
        return None
    order = sorted(outlines, key=lambda o: -abs(polygon_area(o)))
    middle = 0.5 * (order[0].min(axis=0) + order[0].max(axis=0))
    whole = prism_of(order[0], height)
    if len(order) == 1:
        return whole
    return Carved(whole, tuple(_hole(outline, middle, height) for outline in order[1:]))


def is_round(outline: np.ndarray) -> bool:
    """Whether the corners of an outline lie on a circle, as nobody would write a polygon."""
    away = np.sqrt(((outline - outline.mean(axis=0)) ** 2).sum(axis=1))
    return len(outline) >= _ROUND and float(np.ptp(away)) < 0.02 * float(away.max())


def prism_of(outline: np.ndarray, height: float) -> Cuboid | Prism:
    """An outline (k, 2) extruded, about the middle of its box."""
    size = np.ptp(outline, axis=0)
    if abs(abs(polygon_area(outline)) - float(size.prod())) < 1e-6 * float(size.prod()):
        return Cuboid((float(size[0]), height, float(size[1])))
    own = outline - 0.5 * (outline.min(axis=0) + outline.max(axis=0))
    return Prism(tuple((float(x), float(z)) for x, z in own), height)


def _hole(outline: np.ndarray, middle: np.ndarray, height: float) -> Placed:
    x, z = (0.5 * (outline.min(axis=0) + outline.max(axis=0)) - middle).tolist()
    return Placed(prism_of(outline, LONGER * height), (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0), (x, 0.0, z))
