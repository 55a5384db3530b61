"""The best single solid for a region of a body."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from shapelang.inference.sampling.cells import Cells
from shapelang.inference.sampling.frames import region_frames
from shapelang.inference.sampling.samples import Samples, samples_of
from shapelang.inference.solids.bows import Bent, Bow
from shapelang.inference.solids.candidates import cuboid_fit, ellipsoid_fit, fit_of, round_fits
from shapelang.inference.solids.curved import superquadric_fits, turned_fits
from shapelang.inference.solids.kinds import (
    Capsule,
    Carved,
    Cone,
    Cuboid,
    Ellipsoid,
    Fit,
    Joined,
    Kind,
    Lathe,
    Prism,
    Superquadric,
    Tapered,
    Torus,
    Tube,
)
from shapelang.inference.solids.lathes import lathe_fit, lathe_promise
from shapelang.inference.solids.profiles import prism_fit, prism_promise
from shapelang.inference.solids.regular import regular_radius

COUNT: Final = 2400
"""Samples of a region in one frame."""

GOOD: Final = 0.965
"""A fit at which nobody looks further."""

OUTLINES: Final = 1.5
"""Prices of a number that a plain solid must miss before outlines are tried."""

_EXACT: Final = 0.985
"""Agreement at which neither other frames nor round solids are tried."""

_PROMISING: Final = 0.02
"""By so much more IoU must an outline promise than what there is, to be drawn."""

_MOVED: Final = 0.012
"""IoU that a fit may lose when it is moved to where the mesh has its corners."""

_CLEAR: Final = 0.93
"""Plain solids and outlines below this leave a residual that curved ones may explain."""

_DEAR: Final = 4.0
"""Superquadrics, which take the most time, are tried for regions that miss this much more."""

_PROMISE: Final = 0.6
"""Agreement that the outline of a region must promise: below it the region is cut anyway."""

_CURVED: Final = 2
"""Frames that curved solids are tried in."""

_SNAP: Final = 0.012
"""A face of a box is moved to a corner of the mesh that is nearer than this part of the extent."""

_CENTRE: Final = 0.04
"""The middle of a round fit is moved by at most this part of its extents."""


def best_fit(cells: Cells, region: np.ndarray, outlines_above: float) -> Fit | None:
    """The best solid for a region (a flat mask over cells), or None where it has no samples.

    Outlines (prisms, lathes), which cost more numbers to write and more time to find, are tried when the best plain
    solid misses more than the volume `outlines_above`, and curved and hollow solids when that is not enough.
    """
    found: list[Fit] = []
    kept: list[Samples] = []
    for frame in region_frames(cells, region):
        samples = samples_of(cells, region, frame, COUNT)
        here = list(_plain_fits(cells, region, samples))
        if here:
            found.extend(here)
            kept.append(samples)
        if found and max(f.iou for f in found) > _EXACT:
            break
    if not found:
        return None
    best = max(found, key=_worth)
    if best.error > outlines_above and best.iou < GOOD:
        outlined = [f for f in _outlined_fits(cells, region, kept, found) if f is not None]
        best = max([best, *outlined], key=_worth)
        if best.iou < _CLEAR or isinstance(best.kind, Lathe | Carved):
            turned = (f for s in kept[:_CURVED] for f in turned_fits(cells, region, s))
            best = max([best, *turned], key=_worth)
        if best.iou < _CLEAR and best.error > _DEAR * outlines_above:
            best = max([best, *superquadric_fits(cells, region, kept[0])], key=_worth)
    return best


def _plain_fits(cells: Cells, region: np.ndarray, samples: Samples) -> Iterator[Fit]:
    box = cuboid_fit(samples)
    if box is None:
        return
    box = _snapped_box(cells, region, samples, box)
    yield box
    if box.iou < _EXACT:
        ellipsoid = ellipsoid_fit(samples)
        for fit in [*round_fits(samples), *([] if ellipsoid is None else [ellipsoid])]:
            yield _recentred(cells, region, samples, fit)


def _outlined_fits(cells: Cells, region: np.ndarray, kept: list[Samples], found: list[Fit]) -> Iterator[Fit | None]:
    """Prisms in the frame of the best box, lathes about the axis of the best round fit."""
    boxes = [
        max((f for f in found if isinstance(f.kind, Cuboid) and f.frame is s.frame), key=lambda f: f.iou) for s in kept
    ]
    order = sorted(range(len(kept)), key=lambda k: -boxes[k].iou)[:2]
    for k in order:
        promise, axis = max((prism_promise(kept[k], axis), axis) for axis in range(3))
        if promise > boxes[k].iou + _PROMISING:
            yield prism_fit(cells, region, kept[k], axis)
    best = max(f.iou for f in found)
    for k in order:
        promise, axis = max((lathe_promise(kept[k], axis), axis) for axis in range(3))
        if promise > best + _PROMISING:
            yield lathe_fit(cells, region, kept[k], axis)


def _worth(fit: Fit) -> float:
    """Agreement less the price of the numbers that must be written."""
    return fit.iou - price(fit.kind)


def price(kind: Kind) -> float:
    """What a kind costs against a cuboid, in units of IoU."""
    match kind:
        case Cuboid():
            return 0.0
        case Cone(radius, top, _):
            return 0.004 if abs(radius - top) < 0.03 * max(radius, top) else 0.012
        case Ellipsoid() | Capsule() | Torus():
            return 0.01
        case Superquadric() | Tube() | Bent() | Bow():
            return 0.02
        case Prism(points) | Lathe(points) | Tapered(points):
            return 0.02 + 0.003 * len(points)
        case Carved(whole, holes):
            return price(whole) + sum(0.01 + price(hole.kind) for hole in holes)
        case Joined(parts):
            return sum(0.01 + price(part.kind) for part in parts)


def burden(kind: Kind) -> float:
    """What a kind costs to write, in cuboids."""
    match kind:
        case Cuboid():
            return 1.0
        case Cone() | Ellipsoid() | Capsule() | Torus():
            return 1.2
        case Superquadric() | Bent() | Bow():
            return 1.6
        case Tube():
            return 2.2
        case Prism(points) | Tapered(points) if regular_radius(points) is not None:
            return 1.4
        case Prism(points) | Lathe(points) | Tapered(points):
            return 0.5 + 0.25 * len(points)
        case Carved(whole, holes):
            return burden(whole) + sum(burden(hole.kind) for hole in holes)
        case Joined(parts):
            return sum(burden(part.kind) for part in parts)


def _recentred(cells: Cells, region: np.ndarray, samples: Samples, fit: Fit) -> Fit:
    """A round fit about the middle of the mesh's corners where that does not cost agreement: samples are uneven."""
    faces = cells.shell.faces[region[cells.face_cell]]
    if len(faces) == 0:
        return fit
    corners = cells.shell.positions[np.unique(faces)] @ fit.frame
    middle, centre = 0.5 * (corners.min(axis=0) + corners.max(axis=0)), fit.centre @ fit.frame
    near = np.abs(middle - centre) < _CENTRE * np.array(fit.kind.size)
    place = fit.frame @ np.where(near, middle, centre)
    moved = fit_of(samples, fit.kind, place @ samples.frame, fit.frame)
    return moved if moved.iou >= fit.iou - _MOVED else fit


def _snapped_box(cells: Cells, region: np.ndarray, samples: Samples, box: Fit) -> Fit:
    """A box with its faces moved to corners of the mesh where that does not cost agreement."""
    assert isinstance(box.kind, Cuboid), "only boxes have faces to move"
    faces = cells.shell.faces[region[cells.face_cell]]
    if len(faces) == 0:
        return box
    corners = cells.shell.positions[np.unique(faces)] @ samples.frame
    centre, size = box.centre @ samples.frame, np.array(box.kind.size)
    reach = np.maximum(_SNAP * size.max(), 0.06 * size)
    bounds = np.stack([centre - 0.5 * size, centre + 0.5 * size])
    for side in range(2):
        for axis in range(3):
            k = int(np.abs(corners[:, axis] - bounds[side, axis]).argmin())
            if abs(corners[k, axis] - bounds[side, axis]) < reach[axis]:
                bounds[side, axis] = corners[k, axis]
    if (bounds[1] - bounds[0] <= 1e-9).any():
        return box
    x, y, z = (bounds[1] - bounds[0]).tolist()
    moved = fit_of(samples, Cuboid((x, y, z)), 0.5 * (bounds[0] + bounds[1]))
    return moved if moved.iou >= box.iou - _MOVED else replace(box)
