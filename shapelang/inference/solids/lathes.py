"""Lathes: the profile of a region about an axis, turned about it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from shapelang.inference.sampling.cells import Cells
from shapelang.inference.sampling.samples import Samples
from shapelang.inference.solids.candidates import fit_of
from shapelang.inference.solids.kinds import Carved, Fit, Lathe, Placed
from shapelang.inference.solids.outline import outline, own_points, pixel_bounds, polygon_area, simplified
from shapelang.inference.solids.refit import Marks, refitted
from shapelang.metrics.sampling import surface_samples
from shapelang.metrics.triangles import Triangles, cross_products

_PIXELS: Final = 44
_FINE: Final = 96
_PROFILE: Final = 36
_ANGLES: Final = 8
_MARKS: Final = 3000
_BEYOND: Final = 0.1
"""A hole goes on by this part of the height, so that no skin is left."""

_UPRIGHT: Final = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)

LATHE_POINTS: Final = _FINE * _FINE * _ANGLES
"""Where the lathe of a whole body asks whether it is inside."""


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


def lathe_fit(
    cells: Cells, region: np.ndarray, samples: Samples, axis: int, centre: np.ndarray | None = None
) -> Fit | None:
    """The profile about an axis of the samples' frame: where more than half of eight directions are inside.

    `centre` (3,) in that frame is a point of the axis, else the mean of the region. A region that leaves the axis free
    from end to end is a lathe less another.
    """
    u, v = ((1, 2), (2, 0), (0, 1))[axis]
    local = samples.own[:, [v, axis, u]]
    hub = local.mean(axis=0) if centre is None else centre[[v, axis, u]]
    reach = float(np.hypot(local[:, 0] - hub[0], local[:, 2] - hub[2]).max())
    pixels = _FINE if cells.test is not None or _whole(cells, region) else _PIXELS
    radii = pixel_bounds(0.0, reach, pixels)
    radii = np.maximum(radii - radii[1], 0.0)[1:]
    heights = pixel_bounds(float(local[:, 1].min()), float(local[:, 1].max()), pixels)
    mask = _section(cells, region, samples, axis, hub, radii, heights)
    marks = _marks(cells, region, samples.frame[:, [v, axis, u]], hub)
    kind, middle = _kind(mask, radii, heights, marks)
    if kind is None:
        return None
    place = np.zeros(3)
    place[[v, axis, u]] = hub[0], middle, hub[2]
    return fit_of(samples, kind, place, samples.frame[:, [v, axis, u]])


def _whole(cells: Cells, region: np.ndarray) -> bool:
    return bool(region[cells.full.reshape(-1)].all())


def _marks(cells: Cells, region: np.ndarray, frame: np.ndarray, hub: np.ndarray) -> Marks:
    """Points of a region's surface and its normals, as (away from the axis, along it)."""
    shell = Triangles(cells.shell.positions, cells.shell.faces[region[cells.face_cell]])
    if len(shell.faces) == 0:
        return Marks(np.zeros((0, 2)), np.zeros((0, 2)))
    points, face = surface_samples(shell, _MARKS)
    cross = cross_products(shell)[face]
    normals = (cross / np.maximum(np.sqrt((cross**2).sum(axis=1)), 1e-300)[:, None]) @ frame
    apart = points @ frame - hub
    away = np.hypot(apart[:, 0], apart[:, 2])
    outward = (normals[:, 0] * apart[:, 0] + normals[:, 2] * apart[:, 2]) / np.maximum(away, 1e-300)
    return Marks(np.stack([away, apart[:, 1] + hub[1]], axis=1), np.stack([outward, normals[:, 1]], axis=1))


def _section(
    cells: Cells,
    region: np.ndarray,
    samples: Samples,
    axis: int,
    centre: np.ndarray,
    radii: np.ndarray,
    heights: np.ndarray,
) -> np.ndarray:
    """Which pixels of the half plane (radius, height) are inside for most turns about the axis."""
    u, v = ((1, 2), (2, 0), (0, 1))[axis]
    r, h = 0.5 * (radii[1:] + radii[:-1]), 0.5 * (heights[1:] + heights[:-1])
    turn = (np.arange(_ANGLES) + 0.3) * (2.0 * np.pi / _ANGLES)
    angle, radius, height = (a.reshape(-1) for a in np.meshgrid(turn, r, h, indexing="ij"))
    points = np.zeros((len(angle), 3))
    points[:, v], points[:, u] = centre[0] + radius * np.cos(angle), centre[2] + radius * np.sin(angle)
    points[:, axis] = height
    exact = _whole(cells, region)
    own = cells.inside_exactly(points @ samples.frame.T) if exact else own_points(cells, region, samples, points)
    return own.reshape(_ANGLES, len(r), len(h)).mean(axis=0) > 0.5


def _kind(
    mask: np.ndarray, radii: np.ndarray, heights: np.ndarray, marks: Marks
) -> tuple[Lathe | Carved | None, float]:
    """A lathe for a section, or one less another, and the height of its middle."""
    open_to_axis = np.logical_and.accumulate(~mask, axis=0)
    found = _profile(mask, radii, heights, marks)
    if found is not None:
        return found
    hollow = open_to_axis & mask.any(axis=0)
    whole = _profile(mask | hollow, radii, heights, marks)
    hole = _profile(hollow, radii, heights, replace(marks, normals=-marks.normals))
    if whole is None or hole is None or len(hole[0].points) < 4:
        return None, 0.0
    reach = _BEYOND * whole[0].size[1]
    (start, low), *inner, (end, high) = hole[0].points[1:-1]
    wall = inner if start == end and not inner else [(start, low), *inner, (end, high)]
    points = ((0.0, low - reach), (start, low - reach), *wall, (end, high + reach), (0.0, high + reach))
    return Carved(whole[0], (Placed(Lathe(points), _UPRIGHT, (0.0, hole[1] - whole[1], 0.0)),)), whole[1]


def _profile(mask: np.ndarray, radii: np.ndarray, heights: np.ndarray, marks: Marks) -> tuple[Lathe, float] | None:
    """The outline of a section that touches the axis along one stretch, and the height of its middle."""
    pixel = float(max(radii[1] - radii[0], heights[1] - heights[0]))
    found = outline(mask, radii, heights, 0.8 * pixel)
    if found is None or not 3 <= len(found) <= _PROFILE:
        return None
    found[:, 0] = np.where(found[:, 0] < 1.3 * pixel, 0.0, found[:, 0])
    found = refitted(simplified(found, 0.3 * pixel), marks, pixel)
    middle = 0.5 * float(found[:, 1].min() + found[:, 1].max())
    if len(found) < 3 or np.ptp(found[:, 1]) <= 0 or polygon_area(found) <= 0.0:
        return None
    profile = _opened(found)
    if profile is None:
        return None
    return Lathe(tuple((float(x), float(y - middle)) for x, y in profile)), middle


def _opened(loop: np.ndarray) -> np.ndarray | None:
    """The way round a loop from the axis back to the axis; None where it does not touch the axis along one stretch."""
    on_axis = loop[:, 0] == 0.0
    starts = np.flatnonzero(on_axis & ~np.roll(on_axis, 1))
    if len(starts) != 1 or on_axis.sum() < 2 or on_axis.all():
        return None
    turned = np.roll(loop, -int(starts[0]), axis=0)
    run = int(on_axis.sum())
    return np.vstack([turned[run - 1 :], turned[:1]])
