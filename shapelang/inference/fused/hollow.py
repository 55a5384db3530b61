"""Pipes of a fused surface: what is round outside and holds what is round and looks inward."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from shapelang.deadline import NEVER
from shapelang.inference.fused.axes import Turned
from shapelang.inference.fused.facets import Facets, stood
from shapelang.inference.fused.turned import Ring, Seen, bands_of, coaxial
from shapelang.inference.sampling.inside_test import Inside
from shapelang.inference.sampling.samples import sequence
from shapelang.inference.solids.bows import Bow
from shapelang.inference.solids.kinds import Carved, Cone, Fit, Joined, Lathe, Placed, Torus

WALL: Final = 0.8
"""Of what a hole leaves: what lies in the body at least, for that to be a wall: thin, and meshed in flat faces."""

_FULL: Final = 0.9
"""Of a solid: what lies in the body where it has no hole."""

_FREE: Final = 0.75
"""Of a hole: what may lie in the body, since other solids may stand in it."""

_POINTS: Final = 1500
"""In a solid that may be hollow: walls are thin."""

_SOME: Final = 0.02
"""Of a solid: what a hole takes at least, and what its wall is."""

_SAME: Final = 3e-4
"""Of the diagonal: how near radii are that are the same."""

_THROUGH: Final = 1.0
"""Of its radius: how much longer a hole is at an end that is open."""


def bores(
    facets: Facets, found: Sequence[Turned], inside: Inside, late: Callable[[], bool] = NEVER.late
) -> Iterator[Fit]:
    """The cylinders that look inward; those of one radius about one axis are one, since what stands between them was
    put in later. What narrows is left to those that turn the whole: its bands are one hole. From when it is `late`,
    no further axis is looked along.
    """
    for axis, point, members in coaxial(facets, found):
        if late():
            return
        frame = stood(axis)
        local = (facets.shell.positions - point) @ frame
        near = _SAME * facets.diagonal
        bands = bands_of(Seen(facets, local, frame, point, inside), members)
        left = [ring for ring in bands if not ring.outward and _straight_on(ring, ring, near)]
        while left:
            one = [ring for ring in left if _straight_on(left[0], ring, near)]
            left = [ring for ring in left if all(ring is not other for other in one)]
            low, high = min((r.low for r in one), key=lambda e: e[1]), max((r.high for r in one), key=lambda e: e[1])
            ends = [end[1] + side * _THROUGH * end[0] for side, end in ((-1.0, low), (1.0, high))]
            opened = ~inside(point + np.array(ends)[:, None] * axis)
            bottom, top = (end if free else at[1] for end, free, at in zip(ends, opened, (low, high), strict=True))
            yield Fit(Cone(low[0], high[0], top - bottom), frame, point + 0.5 * (bottom + top) * axis, 1.0, 0.0)


def _straight_on(one: Ring, other: Ring, near: float) -> bool:
    """Whether both are bands of one cylinder."""
    return max(abs(a[0] - one.low[0]) for a in (one.high, other.low, other.high)) < near


def hollowed(fit: Fit, cores: Sequence[Fit], inside: Inside) -> Fit:
    """A round solid less the core that leaves a wall of it in the body; as it is where it needs none or none does."""
    if not isinstance(fit.kind, Cone | Lathe | Bow | Torus) or not cores:
        return fit
    local = (sequence(_POINTS) - 0.5) * np.array(fit.kind.size)
    points = local[fit.kind.inside(local)] @ fit.frame.T + fit.centre
    own = inside(points)
    if own.mean() >= _FULL:
        return fit
    walls: list[tuple[float, Fit]] = []
    for core in cores:
        held = core.inside(points)
        if _SOME < held.mean() < 1.0 - _SOME and own[held].mean() < _FREE:
            walls.append((float(own[~held].mean()), core))
    share, core = max(walls, key=lambda wall: wall[0], default=(0.0, fit))
    return _less(fit, core) if share >= WALL else fit


def core_of_bow(fit: Fit) -> Fit:
    """The whole torus of an arc, as what it is bored by may go on."""
    match fit.kind:
        case Bow(radius, tube, _):
            return replace(fit, kind=Torus(radius, tube), centre=fit.centre + fit.kind.hub * fit.frame[:, 0])
        case _:
            return fit


def _less(fit: Fit, core: Fit) -> Fit:
    assert not isinstance(fit.kind, Carved | Joined) and not isinstance(core.kind, Carved | Joined), "both are plain"
    x, y, z = (fit.frame.T @ (core.centre - fit.centre)).tolist()
    hole = Placed(core.kind, tuple((fit.frame.T @ core.frame).reshape(-1).tolist()), (x, y, z))
    return replace(fit, kind=Carved(fit.kind, (hole,)))
