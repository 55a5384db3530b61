"""Solids with curved or hollow sections fitted to a region: superquadric, capsule, torus and tube."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, final

import numpy as np

from shapelang.inference.sampling.cells import Cells
from shapelang.inference.sampling.samples import Samples, middle_of
from shapelang.inference.solids.bows import POINTED, SQUARE
from shapelang.inference.solids.candidates import fit_of
from shapelang.inference.solids.kinds import Capsule, Fit, Superquadric, Torus, Tube
from shapelang.inference.solids.line import best_bound
from shapelang.metrics.sampling import surface_points
from shapelang.metrics.triangles import Triangles

_ROUND: Final = 1.35
"""Ratio of variances across an axis above which nothing round is tried."""

_SLICES: Final = 6
_POINTS: Final = 240
"""Of a surface, for a superquadric: thirty to each of its numbers."""

_REACHES: Final = (0.12, 0.06, 0.03)
"""By how much the slopes of a tube's walls are changed in search of better ones."""

_TURN: Final = 0.9
"""How far a superquadric may turn about each axis while it fits, radians: beyond π/4 another start is nearer."""

_STEPS: Final = 14
_LEAST: Final = 30
"""Evaluations of the residuals of one superquadric, and samples inside that one is fitted to."""


def turned_fits(cells: Cells, region: np.ndarray, samples: Samples) -> Iterator[Fit]:
    """Capsules, tori and tubes about each axis about which the region is round; the caller judges."""
    own = samples.own
    if len(own) < _LEAST:
        return
    centre = middle_of(cells, region, samples)
    variance = own.var(axis=0)
    for axis in range(3):
        u, v = ((1, 2), (2, 0), (0, 1))[axis]
        if max(variance[u], variance[v]) <= _ROUND * min(variance[u], variance[v]):
            found = [fit(samples, axis, centre) for fit in (_capsule, _torus, _tube)]
            yield from (f for f in found if f is not None)


def _frame(samples: Samples, axis: int) -> np.ndarray:
    """(3, 3) the samples' axes with one of them as +Y, right-handed."""
    u, v = ((1, 2), (2, 0), (0, 1))[axis]
    return samples.frame[:, [v, axis, u]]


def _about(samples: Samples, axis: int, centre: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(n,) heights along an axis through a point and distances from it, of all samples."""
    u, v = ((1, 2), (2, 0), (0, 1))[axis]
    apart = samples.points - centre
    return apart[:, axis], np.hypot(apart[:, u], apart[:, v])


def _capsule(samples: Samples, axis: int, centre: np.ndarray) -> Fit | None:
    along, away = _about(samples, axis, centre)
    own = samples.gain > 0
    radius, half = float(np.sqrt(2.0 * (away[own] ** 2).mean())), float(np.sqrt(3.0) * along[own].std())
    for _ in range(2):
        core = max(half - radius, 0.0)
        found = best_bound(np.hypot(away, np.maximum(np.abs(along) - core, 0.0)), samples.gain)
        if found is None:
            return None
        radius = found
        # Along the axis: how far each sample under the cap reaches beyond its ball.
        beside = away < radius
        reach = np.abs(along[beside]) + radius - np.sqrt(radius**2 - away[beside] ** 2)
        half = best_bound(reach, samples.gain[beside]) or half
    if half <= 1.05 * radius:
        return None
    return fit_of(samples, Capsule(radius, 2.0 * half), centre, _frame(samples, axis))


def _torus(samples: Samples, axis: int, centre: np.ndarray) -> Fit | None:
    along, away = _about(samples, axis, centre)
    own = samples.gain > 0
    radius = float(away[own].mean())
    tube = best_bound(np.hypot(away - radius, along), samples.gain)
    if tube is None or tube > 0.9 * radius:
        return None
    return fit_of(samples, Torus(radius, tube), centre, _frame(samples, axis))


def _tube(samples: Samples, axis: int, centre: np.ndarray) -> Fit | None:
    """A frustum with a hole of another slope right through it."""
    along, away = _about(samples, axis, centre)
    own = samples.gain > 0
    if np.quantile(away[own], 0.02) < 0.15 * away[own].max():
        return None
    inner, outer = _line(along[own], away[own], 0.04), _line(along[own], away[own], 0.96)
    low, high = float(np.quantile(along[own], 0.01)), float(np.quantile(along[own], 0.99))
    for _ in range(3):
        middle = 0.5 * (inner[0] + outer[0]) + 0.5 * (inner[1] + outer[1]) * along
        level = (along >= low) & (along <= high)
        out, into = level & (away >= middle), level & (away < middle)
        outer = _edge(along[out], away[out], samples.gain[out], outer)
        hole = _edge(along[into], -away[into], samples.gain[into], (-inner[0], -inner[1]))
        inner = (-hole[0], -hole[1])
        within = (away <= outer[0] + outer[1] * along) & (away >= inner[0] + inner[1] * along)
        up, down = within & (along >= 0.0), within & (along < 0.0)
        high = best_bound(along[up], samples.gain[up]) or high
        low = -(best_bound(-along[down], samples.gain[down]) or -low)
    ends = [line[0] + line[1] * y for line in (outer, inner) for y in (low, high)]
    if high - low <= 1e-9 or min(ends[2:]) <= 0.05 * max(ends) or min(ends[0] - ends[2], ends[1] - ends[3]) <= 0.0:
        return None
    place = centre.copy()
    place[axis] += 0.5 * (low + high)
    kind = Tube(ends[0], ends[1], ends[2], ends[3], high - low)
    return fit_of(samples, kind, place, _frame(samples, axis))


def _edge(along: np.ndarray, away: np.ndarray, gain: np.ndarray, start: tuple[float, float]) -> tuple[float, float]:
    """(value at 0, slope) of the line below which the gain is largest, near one to start from."""
    if len(along) == 0:
        return start
    best, line, slope = -np.inf, start, start[1]
    for reach in _REACHES:
        for turn in (slope - reach, slope, slope + reach):
            bound = best_bound(away - turn * along, gain)
            if bound is None:
                continue
            total = float(gain[away - turn * along <= bound].sum())
            if total > best:
                best, line = total, (bound, turn)
        slope = line[1]
    return line


def _line(along: np.ndarray, away: np.ndarray, share: float) -> tuple[float, float]:
    """(value at 0, slope) of a quantile of the distances from the axis, slice by slice."""
    bounds = np.quantile(along, np.linspace(0.0, 1.0, _SLICES + 1))
    slices = [(along >= a) & (along <= b) for a, b in pairwise(bounds)]
    heights = [float(along[s].mean()) for s in slices]
    slope, start = np.polyfit(heights, [float(np.quantile(away[s], share)) for s in slices], 1)
    return float(start), float(slope)


def superquadric_fits(cells: Cells, region: np.ndarray, samples: Samples) -> Iterator[Fit]:
    """By radial least squares on the surface: along each axis as the body lies, then the best of those and of the axes
    of inertia turned freely.

    The residual is the distance to the surface along the ray from the centre: Gross and Boult, "Error of Fit Measures
    for Recovering Parametric Solids", ICCV 1988; start and bounds as Solina and Bajcsy, PAMI 12(2), 1990.
    """
    faces = cells.shell.faces[region[cells.face_cell]]
    if len(faces) < 12 or len(samples.own) < _LEAST:
        return
    points = surface_points(Triangles(cells.shell.positions, faces), _POINTS)
    starts: list[tuple[float, np.ndarray]] = []
    for axis in range(3):
        frame = _frame(samples, axis)
        found = _radial_fit(points @ frame)
        if found is not None:
            starts.append((found.cost, frame))
            yield fit_of(samples, found.kind, (frame @ found.centre) @ samples.frame, frame)
    inertia = _inertia(points)
    for turn in range(3):
        frame = np.roll(inertia, turn, axis=1)
        found = _radial_fit(points @ frame)
        if found is not None:
            starts.append((found.cost, frame))
    if starts:
        frame = min(starts, key=lambda start: start[0])[1]
        found = _radial_fit(points @ frame, turning=True)
        if found is not None:
            frame = frame @ found.turn
            yield fit_of(samples, found.kind, (frame @ found.centre) @ samples.frame, frame)


def _inertia(points: np.ndarray) -> np.ndarray:
    """(3, 3) a right-handed frame whose columns are the principal axes of points."""
    apart = points - points.mean(axis=0)
    axes = np.linalg.eigh(apart.T @ apart)[1]
    axes[:, 2] *= np.sign(np.linalg.det(axes))
    return axes


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Radial:
    """A superquadric with its centre in the frame of its points, before the `turn` (3, 3) that was found for it in that
    frame; `cost` is half the sum of the squared residuals, in shares of the size.
    """

    kind: Superquadric
    centre: np.ndarray
    turn: np.ndarray
    cost: float


def _radial_fit(points: np.ndarray, *, turning: bool = False) -> _Radial | None:
    """In the frame of the points (n, 3), or in one that is `turning` while it fits."""
    from shapelang.inference.solids.superquadric_kernels import descended, rotation_about

    low, high = points.min(axis=0), points.max(axis=0)
    half, middle = 0.5 * (high - low), 0.5 * (high + low)
    if half.min() <= 1e-6 * half.max():
        return None
    scale = float(half.max())
    half, free = half / scale, np.full(3, _TURN if turning else 0.0)
    start = np.array([*np.log(half), 0.6, 0.6, *np.zeros(6)])
    least = np.array([*np.log(0.5 * half), SQUARE, SQUARE, *(-0.3 * half), *-free])
    most = np.array([*np.log(1.2 * half), POINTED, POINTED, *(0.3 * half), *free])
    made, miss = descended((points - middle) / scale, start, least, most, np.inf, _STEPS)
    x, y, z = (2.0 * scale * np.exp(made[:3])).tolist()
    kind = Superquadric((x, y, z), round(float(made[3]), 2), round(float(made[4]), 2))
    turn = rotation_about(made[8:])
    return _Radial(kind, (middle + scale * made[5:8]) @ turn, turn, 0.5 * float((miss**2).sum()))
