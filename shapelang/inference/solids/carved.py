"""A body as one plain solid with hollows: tubs, frames, boxes, cabinets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np

from shapelang.inference.sampling.cells import Cells, InsideTest, refilled
from shapelang.inference.sampling.regions import components
from shapelang.inference.solids.fit import OUTLINES, best_fit, burden
from shapelang.inference.solids.kinds import Carved, Cone, Cuboid, Fit, Joined, Placed, Plain, Prism

_SIDES: Final = 2
"""Axes along which something must stand on both sides of a hollow."""

_HOLES: Final = 8

_WORTH: Final = 1.0
"""Prices that a hollow must be worth, for each number to write."""

_BEYOND: Final = 0.1
"""A hollow that ends where the solid ends goes on by this part of its size, so that no skin is left."""

_FLUSH: Final = 0.02
"""Of the solid's size: how near to its end that is."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Filled:
    """The body with its hollows."""

    cells: Cells
    hollow: np.ndarray

    def inside(self, points: np.ndarray) -> np.ndarray:
        """(n,) whether points are in the body or in a hollow."""
        return self.cells.inside(points) | self.cells.within(points, self.hollow)


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Hollow:
    """The hollows alone."""

    cells: Cells
    hollow: np.ndarray

    def inside(self, points: np.ndarray) -> np.ndarray:
        """(n,) whether points are in a hollow."""
        return self.cells.within(points, self.hollow) & ~self.cells.inside(points)


def carved_fit(cells: Cells, own: np.ndarray, price: float, late: Callable[[], bool]) -> Fit | None:
    """The cells of one material as one solid less others, each of which is worth more than `price` for every number it
    takes; None without hollows.

    A hollow is where the material stands on both sides along two axes at least.
    """
    hollow = _between(own) & ~cells.full
    if not hollow.any() or late():
        return None
    whole_test: InsideTest = _Filled(cells, hollow)
    filled = refilled(cells, own | hollow, whole_test)
    outer = best_fit(filled, filled.full.reshape(-1), outlines_above=OUTLINES * price)
    if outer is None or isinstance(outer.kind, Carved | Joined):
        return None
    test: InsideTest = _Hollow(cells, hollow)
    empty = refilled(cells, hollow, test)
    regions = sorted(components(empty, hollow.reshape(-1), 2.0 * price), key=lambda r: -int(r.sum()))
    holes: list[Placed] = []
    for region in regions[:_HOLES]:
        if late():
            return None
        fit = best_fit(empty, region, outlines_above=OUTLINES * price)
        if fit is not None and not isinstance(fit.kind, Carved | Joined):
            hole = _placed(fit.kind, fit, outer)
            if fit.iou > 0.5 and _volume(fit) > _WORTH * price * burden(fit.kind):
                holes.append(hole)
    if not holes:
        return None
    return replace(outer, kind=Carved(outer.kind, tuple(holes)), iou=0.0, error=0.0)


def _volume(fit: Fit) -> float:
    return float(np.prod(fit.kind.size)) * 0.5


def _between(full: np.ndarray) -> np.ndarray:
    """Cells with full ones on both sides along two axes at least."""
    sides = np.zeros(full.shape, np.int8)
    for axis in range(3):
        before = np.maximum.accumulate(full, axis=axis)
        after = np.flip(np.maximum.accumulate(np.flip(full, axis=axis), axis=axis), axis=axis)
        sides += before & after
    return sides >= _SIDES


def _placed(kind: Plain, fit: Fit, outer: Fit) -> Placed:
    """A hollow in the frame of the solid, lengthened where it reaches the solid's end."""
    frame = outer.frame.T @ fit.frame
    centre = outer.frame.T @ (fit.centre - outer.centre)
    half, limit = 0.5 * np.array(kind.size), 0.5 * np.array(outer.kind.size)
    grown = np.zeros((2, 3))
    for axis in range(3):
        along = frame[:, axis]
        main = int(np.abs(along).argmax())
        if abs(along[main]) < 0.99:
            continue
        for side, sign in enumerate((-1.0, 1.0)):
            end = centre + sign * half[axis] * along
            at = sign * np.sign(along[main]) * end[main]
            if at > limit[main] - _FLUSH * 2.0 * limit[main]:
                grown[side, axis] = max(limit[main] - at, 0.0) + _BEYOND * 2.0 * half[axis]
    kind, used = _longer(kind, grown)
    moved = centre + frame @ (0.5 * (used[1] - used[0]))
    x, y, z = moved.tolist()
    return Placed(kind, tuple(frame.reshape(-1).tolist()), (x, y, z))


def _longer(kind: Plain, grown: np.ndarray) -> tuple[Plain, np.ndarray]:
    """A kind that is longer by (2, 3) at its ends, where its shape allows, and by what it is."""
    match kind:
        case Cuboid(size):
            a, b, c = (np.array(size) + grown.sum(axis=0)).tolist()
            return Cuboid((a, b, c)), grown
        case Cone(radius, top, height):
            low, high = grown[:, 1].tolist()
            slope = (top - radius) / height
            ends = max(radius - slope * low, 0.0), max(top + slope * high, 0.0)
            return Cone(ends[0], ends[1], height + low + high), grown * (0.0, 1.0, 0.0)
        case Prism(points, height):
            return Prism(points, height + float(grown[:, 1].sum())), grown * (0.0, 1.0, 0.0)
        case _:
            return kind, 0.0 * grown
