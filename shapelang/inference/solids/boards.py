"""A body that is all boxes, as those that it was put together from: largest boxes, ended where they meet others.

Between few planes every box can be tried (`boxes.py`); here only those that no larger one holds, so that a body of
dozens of boards is found exactly. A post whose end lies in a seat ends at the seat, as parts that touch do.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from shapelang.inference.sampling.cells import Cells
from shapelang.inference.solids.boxes import box_fit
from shapelang.inference.solids.kinds import Fit

PLANES: Final = 48
"""Along an axis that are looked at."""

NEAR: Final = 0.0008
"""Of the extent: planes nearer than this are one. Boards of a crate have gaps between them."""

_MOST: Final = 4000
"""Largest boxes of a body; one that has more is not made of boxes."""

_LARGER: Final = 0.02
"""What a unit of inside that is explained already is still worth: of two boxes the longer one."""


def boards(cells: Cells, price: float, most: int, late: Callable[[], bool]) -> list[tuple[Fit, int]]:
    """Boxes with the body's mesh group, the most telling first, which explain all but `price` each; else nothing."""
    groups = np.unique(cells.group[cells.full])
    if len(groups) != 1:
        return []
    found = between_planes(cells.full, cells.planes, price, most, late)
    return [(box_fit(cells, box), int(groups[0])) for box in found]


def between_planes(
    full: np.ndarray,
    planes: tuple[np.ndarray, np.ndarray, np.ndarray],
    price: float,
    most: int,
    late: Callable[[], bool],
    candidates: int = _MOST,
) -> list[np.ndarray]:
    """The same as (6,) numbers of planes, first and last on each axis, for the cells (i, j, k) that are `full`.

    None where there are as many largest boxes as `candidates`: that is no body of boards.
    """
    from shapelang.inference.sampling.maximal_kernels import maximal_boxes

    found = maximal_boxes(full, candidates)
    if len(found) >= candidates:
        return []
    return _trimmed(_needed(_chosen(full, planes, found, price, most, late), full.shape), full.shape, planes)


def _chosen(
    full: np.ndarray,
    planes: tuple[np.ndarray, np.ndarray, np.ndarray],
    boxes: np.ndarray,
    price: float,
    most: int,
    late: Callable[[], bool],
) -> list[np.ndarray]:
    """Always the box that explains the most that none explains yet."""
    dx, dy, dz = (np.diff(p) for p in planes)
    volumes = dx[:, None, None] * dy[None, :, None] * dz[None, None, :]
    whole = _sums(boxes, volumes)
    missing = full.copy()
    chosen: list[np.ndarray] = []
    while len(chosen) < most and not late():
        gain = _sums(boxes, missing * volumes)
        score = np.where(gain > price, gain + _LARGER * whole, 0.0)
        best = int(score.argmax()) if len(score) else 0
        if not len(score) or score[best] <= 0.0:
            break
        missing[_place(boxes[best])] = False
        chosen.append(boxes[best])
    return chosen


def _sums(boxes: np.ndarray, values: np.ndarray) -> np.ndarray:
    """(b,) sums of cell values in boxes, by a summed volume table (Crow, SIGGRAPH 1984)."""
    table = np.pad(values, ((1, 0), (1, 0), (1, 0))).cumsum(0).cumsum(1).cumsum(2)
    a, b, c, d, e, f = boxes.T
    far = table[d, e, f] - table[d, b, f] - table[d, e, c] + table[d, b, c]
    return far - (table[a, e, f] - table[a, b, f] - table[a, e, c] + table[a, b, c])


def _place(box: np.ndarray) -> tuple[slice, slice, slice]:
    a, b, c, d, e, f = (int(v) for v in box)
    return slice(a, d), slice(b, e), slice(c, f)


def _needed(boxes: list[np.ndarray], shape: tuple[int, ...]) -> list[np.ndarray]:
    """Without those that the others explain together: a large one that was taken first may have become so."""
    count = np.zeros(shape, np.int64)
    for box in boxes:
        count[_place(box)] += 1
    kept: list[np.ndarray] = []
    for box in boxes:
        place = _place(box)
        if (count[place] > 1).all():
            count[place] -= 1
        else:
            kept.append(box)
    return kept


def _trimmed(
    boxes: list[np.ndarray], shape: tuple[int, ...], planes: tuple[np.ndarray, np.ndarray, np.ndarray]
) -> list[np.ndarray]:
    """The boxes ended where they run into others; of two that could end at each other the smaller one does."""
    count = np.zeros(shape, np.int64)
    for box in boxes:
        count[_place(box)] += 1
    made = [box.copy() for box in boxes]
    volumes = [float(np.prod([planes[k][b[k + 3]] - planes[k][b[k]] for k in range(3)])) for b in made]
    for number in sorted(range(len(made)), key=lambda k: volumes[k]):
        box = made[number]
        for side in range(6):
            while box[side % 3 + 3] - box[side % 3] > 1:
                end = box.copy()
                end[(side + 3) % 6] = box[side] + (1 if side < 3 else -1)
                place = _place(end)
                if not (count[place] > 1).all():
                    break
                count[place] -= 1
                box[side] = end[(side + 3) % 6]
    return made
