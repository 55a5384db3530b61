"""Prisms: the outline of a section extruded."""

from __future__ import annotations

from typing import Final

import numpy as np

from shapelang.inference.sampling.cells import Cells
from shapelang.inference.sampling.samples import Samples
from shapelang.inference.solids.candidates import fit_of
from shapelang.inference.solids.kinds import Fit, Prism, in_polygon
from shapelang.inference.solids.line import best_bound
from shapelang.inference.solids.outline import outline, own_points, pixel_bounds, polygon_area
from shapelang.primitives.polygon import simple

_PIXELS: Final = 44
_CORNERS: Final = 24
_SECTIONS: Final = (0.15, 0.5, 0.85)
"""Pixels along each side of the picture of a section, corners of an outline at most, and where along the axis the
sections are, of its extent: what is full in most of them is the outline."""


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


def prism_fit(cells: Cells, region: np.ndarray, samples: Samples, axis: int) -> Fit | None:
    """The outline of three sections across an axis (the cells that most of them have), extruded."""
    u, v = ((1, 2), (2, 0), (0, 1))[axis]
    low, high = samples.own.min(axis=0), samples.own.max(axis=0)
    bounds = [pixel_bounds(low[k], high[k], _PIXELS) for k in (u, v)]
    middles = [0.5 * (b[1:] + b[:-1]) for b in bounds]
    heights = low[axis] + (high[axis] - low[axis]) * np.array(_SECTIONS)
    lattice = np.stack(np.meshgrid(heights, *middles, indexing="ij"), axis=-1).reshape(-1, 3)
    points = np.zeros_like(lattice)
    points[:, axis], points[:, u], points[:, v] = lattice.T
    own = own_points(cells, region, samples, points)
    mask = own.reshape(len(heights), len(middles[0]), len(middles[1])).mean(axis=0) >= 0.5
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
