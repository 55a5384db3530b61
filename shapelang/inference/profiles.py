"""Prisms and lathes: the outline of a section extruded, or turned about an axis."""

from __future__ import annotations

from typing import Final

import numpy as np

from shapelang.inference.candidates import fit_of
from shapelang.inference.cells import Cells
from shapelang.inference.kinds import Fit, Lathe, Prism, in_polygon
from shapelang.inference.line import best_bound
from shapelang.inference.outline import outline, polygon_area, simplified
from shapelang.inference.samples import Samples
from shapelang.primitives.polygon import simple

_PIXELS: Final = 44
_FINE: Final = 96
_CORNERS: Final = 24
_PROFILE: Final = 36
_SECTIONS: Final = (0.15, 0.5, 0.85)
_ANGLES: Final = 8

LATHE_POINTS: Final = _FINE * _FINE * _ANGLES
"""Where the lathe of a whole body asks whether it is inside."""


def prism_promise(samples: Samples, axis: int) -> float:
    """An estimate, rather too high, of the agreement of the best prism along an axis: by columns of 12 × 12 bins."""
    others = [k for k in range(3) if k != axis]
    own = samples.own
    low, high = own.min(axis=0), own.max(axis=0)
    within = (samples.points[:, axis] >= low[axis]) & (samples.points[:, axis] <= high[axis])
    place = (samples.points[within][:, others] - low[others]) / np.maximum(high[others] - low[others], 1e-300) * 12
    number = np.clip(place, -1, 12).astype(int) + 1
    gain = samples.gain[within]
    flat = number[:, 0] * 14 + number[:, 1]
    mine, free = np.bincount(flat[gain > 0], minlength=196), np.bincount(flat[gain < 0], minlength=196)
    chosen = mine > free
    return float(mine[chosen].sum()) / max(len(own) + float(free[chosen].sum()), 1.0)


def lathe_promise(samples: Samples, axis: int) -> float:
    """An estimate, rather too high, of the agreement of the best lathe along an axis: by rings of 12 × 12 bins."""
    u, v = (k for k in range(3) if k != axis)
    own = samples.own
    centre, low, high = own.mean(axis=0), own.min(axis=0), own.max(axis=0)
    away = np.hypot(samples.points[:, u] - centre[u], samples.points[:, v] - centre[v])
    reach = float(np.hypot(own[:, u] - centre[u], own[:, v] - centre[v]).max()) + 1e-300
    up = (samples.points[:, axis] - low[axis]) / max(float(high[axis] - low[axis]), 1e-300)
    row = np.clip(np.floor(up * 12), -1, 12).astype(int) + 1
    # Rings of equal area, so that the innermost has samples too.
    column = np.clip(np.floor((away / reach) ** 2 * 12), 0, 12).astype(int)
    flat = row * 13 + column
    mine = np.bincount(flat[samples.gain > 0], minlength=182)
    free = np.bincount(flat[samples.gain == -1], minlength=182)
    chosen = mine > free
    return float(mine[chosen].sum()) / max(len(own) + float(free[chosen].sum()), 1.0)


def prism_fit(cells: Cells, region: np.ndarray, samples: Samples, axis: int) -> Fit | None:
    """The outline of three sections across an axis (the cells that most of them have), extruded."""
    u, v = ((1, 2), (2, 0), (0, 1))[axis]
    low, high = samples.own.min(axis=0), samples.own.max(axis=0)
    bounds = [_bounds(low[k], high[k]) for k in (u, v)]
    middles = [0.5 * (b[1:] + b[:-1]) for b in bounds]
    heights = low[axis] + (high[axis] - low[axis]) * np.array(_SECTIONS)
    lattice = np.stack(np.meshgrid(heights, *middles, indexing="ij"), axis=-1).reshape(-1, 3)
    points = np.zeros_like(lattice)
    points[:, axis], points[:, u], points[:, v] = lattice.T
    mask = (
        _own(cells, region, samples, points).reshape(len(heights), len(middles[0]), len(middles[1])).mean(axis=0) >= 0.5
    )
    pixel = float(max(bounds[0][1] - bounds[0][0], bounds[1][1] - bounds[1][0]))
    # (v, axis, u) is right-handed, so the prism's x is v and its z is u.
    found = outline(mask.T, bounds[1], bounds[0], 0.75 * pixel)
    if found is None or not 3 <= len(found) <= _CORNERS or abs(polygon_area(found)) < 1e-12:
        return None
    found = _on_vertices(found, cells, samples.frame[:, [v, u]], 1.6 * pixel)
    if len(found) < 3:
        return None
    frame = samples.frame[:, [v, axis, u]]
    corner, opposite = found.min(axis=0), found.max(axis=0)
    middle = np.zeros(3)
    middle[v], middle[u] = 0.5 * (corner + opposite)
    found = found - 0.5 * (corner + opposite)
    if not simple([(float(x), float(z)) for x, z in found]):
        return None
    span = _ends(samples, axis, u, v, found, middle)
    middle[axis] = 0.5 * (span[0] + span[1])
    kind = Prism(tuple((float(x), float(z)) for x, z in found), max(span[1] - span[0], 1e-9))
    return fit_of(samples, kind, middle, frame)


def lathe_fit(cells: Cells, region: np.ndarray, samples: Samples, axis: int) -> Fit | None:
    """The profile about an axis of the samples' frame: where more than half of eight directions are inside."""
    u, v = ((1, 2), (2, 0), (0, 1))[axis]
    frame = samples.frame[:, [v, axis, u]]
    local = samples.own[:, [v, axis, u]]
    centre = local.mean(axis=0)
    reach = float(np.hypot(local[:, 0] - centre[0], local[:, 2] - centre[2]).max())
    whole = bool(region[cells.full.reshape(-1)].all())
    pixels = _FINE if cells.test is not None or whole else _PIXELS
    radii, heights = _bounds(0.0, reach, pixels), _bounds(float(local[:, 1].min()), float(local[:, 1].max()), pixels)
    radii = np.maximum(radii - radii[1], 0.0)[1:]
    r, h = 0.5 * (radii[1:] + radii[:-1]), 0.5 * (heights[1:] + heights[:-1])
    turn = (np.arange(_ANGLES) + 0.3) * (2.0 * np.pi / _ANGLES)
    angle, radius, height = (a.reshape(-1) for a in np.meshgrid(turn, r, h, indexing="ij"))
    points = np.zeros((len(angle), 3))
    points[:, v], points[:, u] = centre[0] + radius * np.cos(angle), centre[2] + radius * np.sin(angle)
    points[:, axis] = height
    found = cells.inside_exactly(points @ samples.frame.T) if whole else _own(cells, region, samples, points)
    own = found.reshape(_ANGLES, len(r), len(h))
    pixel = float(max(radii[1] - radii[0], heights[1] - heights[0]))
    found = outline(own.mean(axis=0) > 0.5, radii, heights, 0.8 * pixel)
    if found is None or not 3 <= len(found) <= _PROFILE:
        return None
    found[:, 0] = np.where(found[:, 0] < 1.3 * pixel, 0.0, found[:, 0])
    found = simplified(found, 0.3 * pixel)
    middle = 0.5 * float(found[:, 1].min() + found[:, 1].max())
    if len(found) < 3 or np.ptp(found[:, 1]) <= 0 or polygon_area(found) <= 0.0:
        return None
    profile = _opened(found)
    if profile is None:
        return None
    kind = Lathe(tuple((float(x), float(y - middle)) for x, y in profile))
    place = np.zeros(3)
    place[[v, axis, u]] = centre[0], middle, centre[2]
    return fit_of(samples, kind, place, frame)


def _opened(loop: np.ndarray) -> np.ndarray | None:
    """The way round a loop from the axis back to the axis; None where it does not touch the axis along one stretch."""
    on_axis = loop[:, 0] == 0.0
    starts = np.flatnonzero(on_axis & ~np.roll(on_axis, 1))
    if len(starts) != 1 or on_axis.sum() < 2 or on_axis.all():
        return None
    turned = np.roll(loop, -int(starts[0]), axis=0)
    run = int(on_axis.sum())
    return np.vstack([turned[run - 1 :], turned[:1]])


def _bounds(low: float, high: float, pixels: int = _PIXELS) -> np.ndarray:
    pad = 1.5 * (high - low) / pixels
    return np.linspace(low - pad, high + pad, pixels + 4)


def _own(cells: Cells, region: np.ndarray, samples: Samples, points: np.ndarray) -> np.ndarray:
    """(n,) whether points of the samples' frame are inside the body and belong to the region."""
    world = points @ samples.frame.T
    found = cells.inside(world)
    found[found] = region[cells.cell_of(world[found] @ cells.frame)]
    return found


def _on_vertices(polygon: np.ndarray, cells: Cells, plane: np.ndarray, near: float) -> np.ndarray:
    """Corners moved to the nearest corner of the mesh, where one is near: an extruded outline becomes exact."""
    from scipy.spatial import KDTree

    distance, index = KDTree(cells.shell.positions @ plane).query(polygon)
    moved = np.where((distance < near)[:, None], (cells.shell.positions @ plane)[index], polygon)
    distinct = [k for k in range(len(moved)) if np.abs(moved[k] - moved[k - 1]).max() > 1e-9]
    return moved[distinct]


def _ends(samples: Samples, axis: int, u: int, v: int, polygon: np.ndarray, middle: np.ndarray) -> tuple[float, float]:
    """Lower and upper end of a polygon's extrusion, by line searches."""
    flat = np.stack([samples.points[:, v] - middle[v], samples.points[:, u] - middle[u]], axis=1)
    within = in_polygon(polygon, flat)
    along, gain = samples.points[within, axis], samples.gain[within]
    low, high = float(samples.own[:, axis].min()), float(samples.own[:, axis].max())
    halfway = 0.5 * (low + high)
    top = best_bound(along[along >= halfway], gain[along >= halfway])
    bottom = best_bound(-along[along < halfway], gain[along < halfway])
    return (low if bottom is None else -bottom, high if top is None else top)
