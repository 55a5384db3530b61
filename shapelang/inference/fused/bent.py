"""Bars that are bent about an axis: staves, bows and arches, told by a strip of their outer or inner side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.deadline import NEVER
from shapelang.inference.fused.axes import Turned
from shapelang.inference.fused.facets import Facets, stood
from shapelang.inference.sampling.inside_test import Inside
from shapelang.inference.solids.bows import Bent
from shapelang.inference.solids.kinds import Fit

_AROUND: Final = 170.0
"""Degrees: what goes on for longer is a ring."""

_FLAT: Final = 0.02
"""The part of a normal along the axis below which a facet is one of the strip."""

_STRIP: Final = 0.5
"""Of the area that is turned about an axis: what must be of the strip."""

_ON: Final = 1e-3
"""Of the diagonal: how near to the strip's surface what goes on in it lies; facets are chords of it."""

_ALONG: Final = 0.995
"""The least part of a normal across the strip where it goes on."""

_PLACES: Final = 48
"""Where the thickness is looked at."""

_STEPS: Final = 160
"""Depths that are looked at."""

_DEEPEST: Final = 0.35
"""Of the radius, and of the length along the arc: the greatest thickness."""

_EVEN, _MOST = 0.1, 0.5
"""How much the thickness may differ, as a part of it, and in how many of the places it must be as it is."""

_FURTHER: Final = 0.3
"""Of what is seen of an arc: how far it goes on at each end, hidden or rounded."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Strip:
    """A strip about the second axis of a frame at `point`: its radius, whether it looks outward, and the facets on
    it, with what they span along the axis, and around it in radians from `middle` on.
    """

    frame: np.ndarray
    point: np.ndarray
    radius: float
    outward: bool
    facets: np.ndarray
    low: float
    high: float
    start: float
    end: float

    def places(self, radius: np.ndarray, along: np.ndarray, angle: np.ndarray) -> np.ndarray:
        """(n, 3) points of the world."""
        local = np.stack([radius * np.cos(angle), along, radius * np.sin(angle)], axis=-1)
        return local @ self.frame.T + self.point


def bent_bars(
    facets: Facets, found: Sequence[Turned], inside: Inside, late: Callable[[], bool] = NEVER.late
) -> Iterator[tuple[Fit, np.ndarray]]:
    """The bars of strips, the largest first, each with the facets that lie on it. From when it is `late`, no further
    one is looked at.
    """
    used = np.zeros(len(facets.areas), bool)
    for one in sorted(found, key=lambda t: -float(facets.areas[t.facets].sum())):
        if late():
            return
        if used[one.facets].mean() > 0.5:
            continue
        strip = _strip(facets, one)
        fit = None if strip is None else _bar(facets, strip, inside)
        if fit is None:
            continue
        own = _on(facets, fit)
        used[own] = True
        yield fit, own


def _strip(facets: Facets, one: Turned) -> _Strip | None:
    """What is turned as a strip, with all that goes on in its surface; None where it is none."""
    frame = stood(one.axis)
    lean = np.abs(facets.normals[one.facets] @ one.axis)
    flat = one.facets[lean < _FLAT]
    area = facets.areas
    if len(flat) < 3 or area[flat].sum() < _STRIP * area[one.facets].sum():
        return None
    positions = (facets.shell.positions - one.point) @ frame
    corners = positions[facets.corners(one.facets)]
    away = np.hypot(positions[:, 0], positions[:, 2])
    radius = float(away[facets.corners(flat)].max())
    low, high = float(corners[:, 1].min()), float(corners[:, 1].max())
    side = bool(_outward(facets, positions, facets.triangles(flat), frame).mean() > 0.0)
    met = np.abs(away - radius) < _ON * facets.diagonal
    on = np.flatnonzero(met[facets.shell.faces].all(axis=1))
    middle = positions[facets.shell.faces[on], 1].mean(axis=1)
    on = on[(middle > low) & (middle < high)]
    outward = _outward(facets, positions, on, frame)
    on = on[(outward if side else -outward) > _ALONG]
    if len(on) == 0:
        return None
    around = positions[facets.shell.faces[on]].reshape(-1, 3)
    angles = np.arctan2(around[:, 2], around[:, 0])
    start, end = _span(angles)
    if np.degrees(end - start) > _AROUND:
        return None
    return _Strip(frame, one.point, radius, side, on, low, high, start, end)


def _outward(facets: Facets, positions: np.ndarray, chosen: np.ndarray, frame: np.ndarray) -> np.ndarray:
    """(n,) of triangles: the part of the normal away from the axis, at `positions` in its frame."""
    middle = positions[facets.shell.faces[chosen]].mean(axis=1)
    normals = facets.normals[facets.of[chosen]] @ frame
    away = np.hypot(middle[:, 0], middle[:, 2])
    return (middle[:, 0] * normals[:, 0] + middle[:, 2] * normals[:, 2]) / np.maximum(away, 1e-300)


def _span(angles: np.ndarray) -> tuple[float, float]:
    """Where an arc that has all angles begins and ends."""
    ordered = np.sort(angles)
    gaps = np.diff(np.r_[ordered, ordered[0] + 2.0 * np.pi])
    k = int(gaps.argmax())
    start = float(ordered[(k + 1) % len(ordered)])
    return start, start + 2.0 * np.pi - float(gaps[k])


def _bar(facets: Facets, strip: _Strip, inside: Inside) -> Fit | None:
    """The bar below a strip, as thick as it is at most places, as long as that goes on."""
    length = strip.radius * (strip.end - strip.start)
    thick = _thickness(facets, strip, inside, _DEEPEST * min(strip.radius, length))
    if thick is None:
        return None
    core = strip.radius + (-0.5 if strip.outward else 0.5) * thick
    start = strip.start - _further(strip, inside, core, strip.start, -1.0)
    end = strip.end + _further(strip, inside, core, strip.end, 1.0)
    # In the frame of a bar y is along the arc in its middle, and x to where it bends.
    at, turn = 0.5 * (start + end), end - start
    inward = strip.frame @ np.array([-np.cos(at), 0.0, -np.sin(at)])
    axis = strip.frame[:, 1]
    frame = np.stack([inward, np.cross(axis, inward), axis], axis=1)
    kind = Bent((thick, core * turn, strip.high - strip.low), float(np.degrees(turn)))
    belly = core + 0.5 * thick - 0.5 * kind.size[0]
    centre = strip.point + 0.5 * (strip.low + strip.high) * axis - belly * inward
    return Fit(kind, frame, centre, 1.0, 0.0)


def _thickness(facets: Facets, strip: _Strip, inside: Inside, most: float) -> float | None:
    """How deep the body goes on below a strip, where that is the same at most places."""
    area = np.sqrt((np.cross(*_sides(facets, strip.facets)) ** 2).sum(axis=1))
    chosen = strip.facets[np.argsort(-area, kind="stable")[:_PLACES]]
    local = (facets.shell.corners[chosen].mean(axis=1) - strip.point) @ strip.frame
    angle, away = np.arctan2(local[:, 2], local[:, 0]), np.hypot(local[:, 0], local[:, 2])
    depth = most * (np.arange(_STEPS) + 1.0) / _STEPS
    radius = away[:, None] + (-depth if strip.outward else depth)
    shape = radius.shape
    points = strip.places(radius, np.broadcast_to(local[:, 1:2], shape), np.broadcast_to(angle[:, None], shape))
    out = ~inside(points.reshape(-1, 3)).reshape(shape)
    ends = np.where(out.any(axis=1), depth[out.argmax(axis=1)], np.inf)
    middle = float(np.sort(ends)[(len(ends) - 1) // 2])
    if not np.isfinite(middle) or np.mean(np.abs(ends - middle) < _EVEN * middle + most / _STEPS) < _MOST:
        return None
    return middle - 0.5 * most / _STEPS


def _sides(facets: Facets, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    corners = facets.shell.corners[chosen]
    return corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]


def _further(strip: _Strip, inside: Inside, core: float, angle: float, way: float) -> float:
    """Radians by which the body goes on beyond an end, in the middle of what is below the strip."""
    steps = _FURTHER * (strip.end - strip.start) * np.arange(1, 41) / 40.0
    along = np.full(len(steps), 0.5 * (strip.low + strip.high))
    out = ~inside(strip.places(np.full(len(steps), core), along, angle + way * steps))
    if not out.any():
        return 0.0
    first = int(out.argmax())
    return float(steps[first] - 0.5 * steps[0]) if first else 0.0


def _on(facets: Facets, fit: Fit) -> np.ndarray:
    """The facets that a bar explains: all of their corners lie on it."""
    assert isinstance(fit.kind, Bent), "only bars are bent"
    beyond = np.abs(fit.kind.straight((facets.shell.positions - fit.centre) @ fit.frame))
    beyond -= 0.5 * np.array(fit.kind.extents)
    near = 2.0 * _ON * facets.diagonal + 0.1 * fit.kind.extents[0]
    on = np.abs(beyond.max(axis=1)) < near
    off = np.unique(facets.of[~on[facets.shell.faces].all(axis=1)])
    return np.setdiff1d(np.unique(facets.of[on[facets.shell.faces].any(axis=1)]), off)
