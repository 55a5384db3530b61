"""Plain solids fitted to samples: cuboid, ellipsoid, cylinder and cone, from moments and exact line searches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from shapelang.inference.sampling.samples import Samples
from shapelang.inference.solids.kinds import Cone, Cuboid, Ellipsoid, Fit, Kind
from shapelang.inference.solids.line import best_bound

_ROUNDS: Final = 2
_ROUND: Final = 1.35
"""Ratio of variances across an axis above which nothing round is tried."""


def fit_of(samples: Samples, kind: Kind, centre: np.ndarray, frame: np.ndarray | None = None) -> Fit:
    """A solid at a centre given in the samples' frame, with its measured agreement."""
    frame = samples.frame if frame is None else frame
    turn = samples.frame.T @ frame
    iou, error = samples.score(kind.inside((samples.points - centre) @ turn))
    return Fit(kind, frame, samples.frame @ centre, iou, error)


def cuboid_fit(samples: Samples) -> Fit | None:
    """The best box in the samples' frame: from the moments, then one face after the other."""
    own = samples.own
    if len(own) < 8:
        return None
    mean, half = own.mean(axis=0), np.sqrt(3.0 * own.var(axis=0))
    low, high = mean - half, mean + half
    for _ in range(_ROUNDS):
        for axis in range(3):
            others = [k for k in range(3) if k != axis]
            within = ((samples.points[:, others] >= low[others]) & (samples.points[:, others] <= high[others])).all(
                axis=1
            )
            at, gain = samples.points[within, axis], samples.gain[within]
            middle = 0.5 * (low[axis] + high[axis])
            up, down = at >= middle, at < middle
            top, bottom = best_bound(at[up], gain[up]), best_bound(-at[down], gain[down])
            high[axis] = top if top is not None else high[axis]
            low[axis] = -bottom if bottom is not None else low[axis]
    size = np.maximum(high - low, 1e-9)
    return fit_of(samples, Cuboid((float(size[0]), float(size[1]), float(size[2]))), 0.5 * (low + high))


def ellipsoid_fit(samples: Samples) -> Fit | None:
    """The ellipsoid of the moments, scaled by a line search."""
    own = samples.own
    if len(own) < 16:
        return None
    mean, semi = own.mean(axis=0), np.sqrt(5.0 * own.var(axis=0)) + 1e-12
    radius = np.sqrt((((samples.points - mean) / semi) ** 2).sum(axis=1))
    factor = best_bound(radius, samples.gain)
    if factor is None:
        return None
    x, y, z = (2.0 * semi * factor).tolist()
    return fit_of(samples, Ellipsoid((x, y, z)), mean)


def round_fits(samples: Samples) -> Iterator[Fit]:
    """Cylinders and cones along each axis about which the region is round."""
    own = samples.own
    if len(own) < 16:
        return
    variance = own.var(axis=0)
    for axis in range(3):
        u, v = ((1, 2), (2, 0), (0, 1))[axis]
        if max(variance[u], variance[v]) > _ROUND * min(variance[u], variance[v]):
            continue
        for slope in (0.0, _slope(own, axis, u, v)):
            found = _round_fit(samples, axis, u, v, slope)
            if found is not None:
                yield found
            if abs(slope) < 1e-9 and found is None:
                break


def _slope(own: np.ndarray, axis: int, u: int, v: int) -> float:
    """How the radius changes along an axis, from the variances in eight slices."""
    along = own[:, axis]
    low, high = float(along.min()), float(along.max())
    number = np.minimum(((along - low) / max(high - low, 1e-12) * 8).astype(int), 7)
    heights: list[float] = []
    radii: list[float] = []
    weights: list[float] = []
    for k in range(8):
        part = own[number == k]
        if len(part) >= 6:
            heights.append(float(part[:, axis].mean()))
            radii.append(float(np.sqrt(2.0 * (part[:, u].var() + part[:, v].var()))))
            weights.append(float(np.sqrt(len(part))))
    return float(np.polyfit(heights, radii, 1, w=weights)[0]) if len(heights) >= 3 else 0.0


def _round_fit(samples: Samples, axis: int, u: int, v: int, slope: float) -> Fit | None:
    """A frustum of a given slope along an axis: radius and ends by line searches."""
    own = samples.own
    centre, half = own.mean(axis=0), np.sqrt(3.0 * own.var(axis=0))
    along = samples.points[:, axis]
    away = np.hypot(samples.points[:, u] - centre[u], samples.points[:, v] - centre[v])
    low, high = centre[axis] - half[axis], centre[axis] + half[axis]
    radius = float(np.sqrt(2.0 * (own[:, u].var() + own[:, v].var())))
    for _ in range(_ROUNDS):
        within = (along >= low) & (along <= high)
        found = best_bound((away - slope * (along - centre[axis]))[within], samples.gain[within])
        radius = radius if found is None else found
        beside = away <= radius + slope * (along - centre[axis])
        up, down = beside & (along >= centre[axis]), beside & (along < centre[axis])
        top, bottom = best_bound(along[up], samples.gain[up]), best_bound(-along[down], samples.gain[down])
        high = top if top is not None else high
        low = -bottom if bottom is not None else low
    ends = radius + slope * (low - centre[axis]), radius + slope * (high - centre[axis])
    if high - low <= 1e-9 or max(ends) <= 1e-9:
        return None
    middle = centre.copy()
    middle[axis] = 0.5 * (low + high)
    # Columns (v, axis, u) are right-handed for (u, v) in cyclic order after the axis: the axis becomes +Y.
    frame = samples.frame[:, [v, axis, u]]
    return fit_of(samples, Cone(max(ends[0], 0.0), max(ends[1], 0.0), high - low), middle, frame)
