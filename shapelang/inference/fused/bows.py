"""Arcs of tori: what of a torus is seen, and goes on hidden in the body."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np

from shapelang.deadline import NEVER
from shapelang.inference.fused.axes import Turned
from shapelang.inference.fused.facets import Facets, stood
from shapelang.inference.sampling.inside_test import Inside
from shapelang.inference.solids.bows import Bow
from shapelang.inference.solids.kinds import Fit, Torus

_ON: Final = 0.1
"""Of the tube's radius: how near the corners of a facet are to a torus that it is of."""

_OPEN: Final = 15.0
"""Degrees that are free of the body where a torus is no whole one."""

_STEP: Final = 0.5
"""Degrees between places that are looked at."""


_CORNERS: Final = 24
"""Of an arc: corners that no cut goes through, at least."""

_MOST: Final = 0.6
"""Of those of a surface that is turned: what must be on the arc."""

_NEAR: Final = 1e-3
"""Of the tube's radius: how near they are to it."""


def bows(
    facets: Facets, found: Sequence[Turned], inside: Inside, late: Callable[[], bool] = NEVER.late
) -> Iterator[tuple[Fit, np.ndarray]]:
    """The arcs of tori among what is turned about an axis, each with the facets on it. From when it is `late`, no
    further surface is looked at.
    """
    for one in found:
        if late():
            return
        whole = _torus(facets, one)
        if whole is None:
            continue
        fit = _bow_of(facets, one.facets, whole, inside)
        if isinstance(fit.kind, Bow):
            yield fit, one.facets[_on(facets, one.facets, whole)]


def _torus(facets: Facets, one: Turned) -> Fit | None:
    """The torus that most corners of a surface that is turned lie on."""
    corners = facets.inner(one.facets)
    if len(corners) < _CORNERS:
        return None
    frame = stood(one.axis)
    local = (facets.shell.positions[corners] - one.point) @ frame
    r, y = np.hypot(local[:, 0], local[:, 2]), local[:, 1]
    # An arc that another crosses is told by the half of it that lies most in one plane.
    flat = np.abs(y - np.median(y))
    on = flat <= np.quantile(flat, 0.5)
    made = np.zeros(3)
    for _ in range(4):
        rows = np.c_[2.0 * r[on], 2.0 * y[on], np.ones(int(on.sum()))]
        made, _, rank, _ = np.linalg.lstsq(rows, r[on] ** 2 + y[on] ** 2, rcond=1e-9)
        if rank < 3:
            return None
        tube = float(np.sqrt(max(made[2] + made[0] ** 2 + made[1] ** 2, 0.0)))
        off = np.abs(np.hypot(r - made[0], y - made[1]) - tube)
        on = off <= max(_NEAR * tube, float(np.quantile(off, _MOST)))
    tube = float(np.sqrt(max(made[2] + made[0] ** 2 + made[1] ** 2, 0.0)))
    off = np.abs(np.hypot(r - made[0], y - made[1]) - tube)
    if (off < _NEAR * tube).mean() < _MOST or not 0.0 < 1.05 * tube < made[0]:
        return None
    return Fit(Torus(float(made[0]), tube), frame, one.point + float(made[1]) * one.axis, 1.0, 0.0)


def _bow_of(facets: Facets, members: np.ndarray, whole: Fit, inside: Inside) -> Fit:
    """A torus where the body follows all of it, else the arc of it that is seen by facets that are turned about its
    axis, the `members`.
    """
    kind = whole.kind
    assert isinstance(kind, Torus), "only of a torus there are arcs"
    own = members[_on(facets, members, whole)]
    own = (facets.shell.positions[facets.corners(own)] - whole.centre) @ whole.frame
    if len(own) < 3:
        return whole
    angles = np.arange(0.0, 360.0, _STEP)
    circle = kind.radius * np.stack(
        [np.cos(np.radians(angles)), np.zeros(len(angles)), np.sin(np.radians(angles))], axis=1
    )
    within = inside(circle @ whole.frame.T + whole.centre)
    if (~within).sum() * _STEP < _OPEN:
        return whole
    seen = np.sort(np.degrees(np.arctan2(own[:, 2], own[:, 0])) % 360.0)
    gaps = np.diff(np.r_[seen, seen[0] + 360.0])
    k = int(gaps.argmax())
    start, end = float(seen[(k + 1) % len(seen)]), float(seen[k])
    arc = (end - start) % 360.0
    middle = np.radians(start + 0.5 * arc)
    x = whole.frame @ np.array([np.cos(middle), 0.0, np.sin(middle)])
    y = whole.frame[:, 1]
    frame = np.stack([x, y, np.cross(x, y)], axis=1)
    bow = Bow(kind.radius, kind.tube, max(arc, 1.0))
    return Fit(bow, frame, whole.centre - bow.hub * x, 1.0, 0.0)


def _on(facets: Facets, members: np.ndarray, whole: Fit) -> np.ndarray:
    """(k,) which facets have all their corners on a torus; where it is cut they lie on chords of it."""
    assert isinstance(whole.kind, Torus), "only a torus is asked for"
    own = facets.triangles(members)
    local = (facets.shell.positions[facets.shell.faces[own]] - whole.centre) @ whole.frame
    off = np.hypot(np.hypot(local[..., 0], local[..., 2]) - whole.kind.radius, local[..., 1]) - whole.kind.tube
    far = (np.abs(off) >= _ON * whole.kind.tube).any(axis=1)
    return ~np.isin(members, facets.of[own[far]])
