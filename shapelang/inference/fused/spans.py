"""Boxes that are seen on either side of something else, as what is seen of them: rails between posts, ends of legs.

Two boards in one line look like one that goes on through what stands between them. Where both readings are as good,
the one is taken that says less of what nobody sees.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

import numpy as np

from shapelang.inference.sampling.inside_test import Inside
from shapelang.inference.solids.kinds import Cuboid, Fit

_LONG: Final = 2.0
"""Of its other extents: the length of a box from which on it may be several in a row."""

_PLACES: Final = 193
"""Along a box at which one looks whether it is hidden."""

_ROUND: Final = (0.1, 0.5, 0.9)
"""Of a side of its section: where one looks."""

_HALVINGS: Final = 24
"""Of the step between two places, to where a box is hidden from."""

_EVEN: Final = 0.01
"""Of their length: by how much pieces may differ that are equal."""


def spans(solids: Sequence[Fit], inside: Inside, step: float) -> list[Fit]:
    """Solids, boxes among them as the pieces that are seen: where all are equal and the ends stand on something, as
    rails between posts do, or where more of them is hidden, or another solid as well, than is seen. `step` is how far
    from a surface one looks, metres.
    """
    found: list[Fit] = []
    for fit in solids:
        others = [other for other in solids if other is not fit]

        def held(points: np.ndarray, others: Sequence[Fit] = others) -> np.ndarray:
            return np.any([other.inside(points) for other in others], axis=0) if others else np.zeros(len(points), bool)

        found += _even(fit, inside, step) or _ends(fit, inside, held, step) or [fit]
    return found


def _even(fit: Fit, inside: Inside, step: float) -> list[Fit]:
    """Equal pieces between short things that a box goes through; nothing where it is none of these."""
    axis = _axis(fit)
    seen = [] if axis is None else _stretches(fit, axis, lambda at: _hidden(fit, axis, at, inside, step))
    if axis is None or len(seen) < 2 or not _held(fit, axis, inside, step):
        return []
    lengths, gaps = [b - a for a, b in seen], [b[0] - a[1] for a, b in pairwise(seen)]
    if max(lengths) - min(lengths) > _EVEN * max(lengths) or max(gaps) > min(lengths):
        return []
    return [_part(fit, axis, low, high) for low, high in seen]


def _ends(fit: Fit, inside: Inside, others: Inside, step: float) -> list[Fit]:
    """The pieces of a box of which more is hidden, or told by other solids, than is its own; nothing else."""
    axis = _axis(fit)
    if axis is None:
        return []

    def told(at: np.ndarray) -> np.ndarray:
        hidden = _about(fit, axis, at, step, inside)
        return np.asarray((hidden | _about(fit, axis, at, -step, others)).all(axis=0))

    seen = _stretches(fit, axis, told)
    gaps = [b[0] - a[1] for a, b in pairwise(seen)]
    if not gaps or max(b - a for a, b in seen) > min(gaps):
        return []
    return [_part(fit, axis, low, high) for low, high in seen]


def _axis(fit: Fit) -> int | None:
    """That which a box is long along."""
    size = np.array(fit.kind.size)
    axis = int(size.argmax())
    is_long = isinstance(fit.kind, Cuboid) and size[axis] >= _LONG * np.delete(size, axis).max()
    return axis if is_long else None


def _stretches(fit: Fit, axis: int, hidden: Callable[[np.ndarray], np.ndarray]) -> list[tuple[float, float]]:
    """From where to where along its axis, about its centre, a box is not hidden."""
    half = 0.5 * fit.kind.size[axis]
    at = np.linspace(-half, half, 2 * _PLACES + 1)[1::2]
    there = hidden(at)
    turns = np.flatnonzero(there[1:] != there[:-1])
    if not len(turns):
        return [] if there.all() else [(-half, half)]
    low, high = at[turns], at[turns + 1]
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        same = hidden(middle) == there[turns]
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    ends = [-half, *(0.5 * (low + high)).tolist(), half]
    first = 1 if there[0] else 0
    return [(ends[k], ends[k + 1]) for k in range(first, len(ends) - 1, 2)]


def _hidden(fit: Fit, axis: int, at: np.ndarray, inside: Inside, step: float) -> np.ndarray:
    """(n,) whether all about a box is in the body, at places along its axis."""
    return np.asarray(_about(fit, axis, at, step, inside).all(axis=0))


def _about(fit: Fit, axis: int, at: np.ndarray, step: float, inside: Inside) -> np.ndarray:
    """(12, n) what is told of points about a box, a step outside of its sides, at places along its axis."""
    size = np.array(fit.kind.size)
    points: list[np.ndarray] = []
    for across, other in ((k, 3 - axis - k) for k in range(3) if k != axis):
        for side in (-1.0, 1.0):
            for place in _ROUND:
                one = np.zeros((len(at), 3))
                one[:, axis] = at
                one[:, across] = side * (0.5 * size[across] + step)
                one[:, other] = (place - 0.5) * size[other]
                points.append(one)
    local = np.concatenate(points)
    return inside(local @ fit.frame.T + fit.centre).reshape(-1, len(at))


def _held(fit: Fit, axis: int, inside: Inside, step: float) -> bool:
    """Whether both ends of a box stand on the body."""
    size = np.array(fit.kind.size)
    one, other = (k for k in range(3) if k != axis)
    points = np.zeros((2 * len(_ROUND) ** 2, 3))
    places = [(end, s, t) for end in (-1.0, 1.0) for s in _ROUND for t in _ROUND]
    for n, (end, s, t) in enumerate(places):
        points[n, axis] = end * (0.5 * size[axis] + step)
        points[n, one], points[n, other] = (s - 0.5) * size[one], (t - 0.5) * size[other]
    return bool(inside(points @ fit.frame.T + fit.centre).all())


def _part(fit: Fit, axis: int, low: float, high: float) -> Fit:
    size = list(fit.kind.size)
    size[axis] = high - low
    middle = np.zeros(3)
    middle[axis] = 0.5 * (low + high)
    x, y, z = size
    return replace(fit, kind=Cuboid((x, y, z)), centre=fit.centre + fit.frame @ middle)
