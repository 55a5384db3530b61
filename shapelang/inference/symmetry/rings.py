"""Equal solids evenly about an axis."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from shapelang.geometry.point_sets import coincident
from shapelang.inference.rounding.turns import AXES, turn_matrix
from shapelang.inference.symmetry.items import PLAY, Item, with_centre
from shapelang.inference.symmetry.patterns import Repeated, Ringed

_EXACT: Final = 1.0 / 3.0
"""Of the usual play: what a ring of four may have."""


def ring(items: list[Item], four: bool = False) -> tuple[Repeated, set[int]] | None:
    """All items of one level evenly about an axis: five or more, or three, or only where asked for `four`."""
    near = PLAY * items[0].marks.near
    for axis in (1, 0, 2):
        for group in _leveled(np.array([item.marks.centre[axis] for item in items]), near):
            if len(group) < 3 or (len(group) == 4) != four:
                continue
            # Four that stand nearly so are two pairs of images as well, which need not be as far out.
            made = _evenly_about(axis, [items[k] for k in group], near * (_EXACT if four else 1.0))
            if made is not None:
                return made, set(group)
    return None


def _leveled(places: np.ndarray, near: float) -> list[list[int]]:
    """Numbers of what is at one place each."""
    order = np.argsort(places, kind="stable")
    return [group.tolist() for group in np.split(order, np.flatnonzero(np.diff(places[order]) > near) + 1)]


def _evenly_about(axis: int, items: Sequence[Item], near: float) -> Repeated | None:
    """Items as a ring about an axis through their middle, where each turn of the first is one of them; it stands where
    all of them, turned back, do in the mean.
    """
    count = len(items)
    middle = np.array([item.marks.centre for item in items]).mean(axis=0)
    centres: list[np.ndarray] = [items[0].marks.centre]
    for k in range(1, count):
        matrix = turn_matrix(AXES[axis], 360.0 * k / count)
        moved = items[0].marks.moved(matrix, middle - matrix @ middle)
        image = next((item for item in items[1:] if coincident(moved, item.marks.points, near)), None)
        if image is None:
            return None
        centres.append(matrix.T @ (image.marks.centre - middle) + middle)
    x, y, z = middle.tolist()
    return Repeated(with_centre(items[0], np.mean(centres, axis=0)), Ringed(count, AXES[axis], (x, y, z)), count)
