"""Solids that a ring of equal ones lacks: some staves of a barrel are seen too little to be read by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np

from shapelang.inference.sampling.inside_test import Inside
from shapelang.inference.sampling.samples import sequence
from shapelang.inference.solids.kinds import Cone, Fit, Lathe

_FEWEST, _HALF = 4, 0.5
"""Members of a ring that are found, and their share of all, from which on the others are looked for."""

_MOST: Final = 64
"""Members of a ring."""

_SAME: Final = 0.02
"""Of its extents, and of its distance from the axis: by how much a member may differ from the others."""

_EVEN: Final = 0.05
"""Of a step of the ring: how far a member may stand off its place."""

_WITHIN: Final = 0.95
"""Of a solid: what must lie in the body, and may not in one that was found."""

_OTHERS: Final = 0.5
"""Of a solid: what may lie in those that were found."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class _About:
    """Where solids stand about an axis: away from it and along it, metres, and around it, radians."""

    away: float
    along: float
    angle: float


def lacking(solids: Sequence[Fit], inside: Inside) -> list[Fit]:
    """Copies of solids at the free places of even rings about the axis of something turned, where the body has them."""
    found: list[Fit] = []
    for pole in (fit for fit in solids if isinstance(fit.kind, Cone | Lathe)):
        others = [fit for fit in solids if fit is not pole]
        places = [_about(pole, fit) for fit in others]
        for members in _alike(others, places):
            angles = np.array([places[k].angle for k in members])
            count = _steps(angles)
            if count is None:
                continue
            taken = set((np.round((angles - angles[0]) * count / (2.0 * np.pi)).astype(np.int64) % count).tolist())
            for free in sorted(set(range(count)) - taken):
                made = _moved(others[members[0]], pole, 2.0 * np.pi * free / count)
                if _there(made, [*solids, *found], inside):
                    found.append(made)
    return found


def _about(pole: Fit, fit: Fit) -> _About:
    x, y, z = (fit.centre - pole.centre) @ pole.frame
    return _About(float(np.hypot(x, z)), float(y), float(np.arctan2(z, x)))


def _alike(fits: Sequence[Fit], places: Sequence[_About]) -> list[list[int]]:
    """The numbers of equal solids that stand alike about an axis, apart from it."""
    groups: list[list[int]] = []
    for k, (fit, place) in enumerate(zip(fits, places, strict=True)):
        size = np.array(fit.kind.size)
        near = _SAME * float(size.max())
        if place.away < float(size.min()):
            continue
        for group in groups:
            first, there = fits[group[0]], places[group[0]]
            same = type(first.kind) is type(fit.kind) and np.abs(np.array(first.kind.size) - size).max() < near
            if same and max(abs(there.away - place.away), abs(there.along - place.along)) < near:
                group.append(k)
                break
        else:
            groups.append([k])
    return [group for group in groups if len(group) >= _FEWEST]


def _steps(angles: np.ndarray) -> int | None:
    """Of how many even places about an axis these are, each in one of its own, where they are half of them at least.

    Of n that are all of a ring that would be the ring of 2 n, whose other places are looked at: every second of a
    ring's members may be what is seen too little.
    """
    for count in range(len(angles) + 1, min(_MOST, int(len(angles) / _HALF)) + 1):
        at = (angles - angles[0]) * count / (2.0 * np.pi)
        own = len(set((np.round(at).astype(np.int64) % count).tolist())) == len(angles)
        if own and float(np.abs(at - np.round(at)).max()) < _EVEN:
            return count
    return None


def _moved(fit: Fit, pole: Fit, angle: float) -> Fit:
    """A solid turned about the axis of another, from its x to its z."""
    c, s = np.cos(angle), np.sin(angle)
    turn = pole.frame @ np.array([(c, 0.0, -s), (0.0, 1.0, 0.0), (s, 0.0, c)]) @ pole.frame.T
    return replace(fit, frame=turn @ fit.frame, centre=pole.centre + turn @ (fit.centre - pole.centre))


def _there(fit: Fit, others: Sequence[Fit], inside: Inside) -> bool:
    """Whether the body has a solid where nothing else was found."""
    local = (sequence(300) - 0.5) * np.array(fit.kind.size)
    points = local[fit.kind.inside(local)] @ fit.frame.T + fit.centre
    if float(inside(points).mean()) < _WITHIN:
        return False
    return all(float(other.inside(points).mean()) < _OTHERS for other in others)
