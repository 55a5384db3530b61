"""A body as overlapping boxes between the planes that it shows: exact for what was made of boxes.

Greedy set cover: always the box that explains the most inside that no box explains yet. Boxes may overlap, so that a
post runs through the seat that it carries, as a joiner would have it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from typing import Final, final

import numpy as np

from shapelang.inference.sampling.cells import Cells
from shapelang.inference.sampling.samples import OTHERS
from shapelang.inference.solids.kinds import Cuboid, Fit

_EMPTY: Final = 4.0
"""A cubic unit of free space in a box costs as much as this many of inside."""

_LARGER: Final = 0.02
"""What a unit of inside that is explained already is still worth: of two boxes the longer one."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Boxes:
    """All boxes between planes. spans: for each axis (s, 2) indices of two planes, low and high."""

    spans: tuple[np.ndarray, np.ndarray, np.ndarray]

    def sums(self, values: np.ndarray) -> np.ndarray:
        """(b,) the sum of cell values in each box, by a summed volume table (Crow, SIGGRAPH 1984), axis by axis."""
        table = np.pad(values, ((1, 0), (1, 0), (1, 0))).cumsum(0).cumsum(1).cumsum(2)
        for axis, span in enumerate(self.spans):
            table = np.take(table, span[:, 1], axis) - np.take(table, span[:, 0], axis)
        return table.reshape(-1)

    def planes(self, number: int) -> np.ndarray:
        """(6,) the indices of the planes of a box: low on each axis, then high."""
        place = np.unravel_index(number, tuple(len(span) for span in self.spans))
        return np.array([span[k] for span, k in zip(self.spans, place, strict=True)]).T.reshape(-1)


def cover(cells: Cells, price: float, most: int, late: Callable[[], bool]) -> list[tuple[Fit, int]]:
    """Boxes with their mesh groups, the most telling first; each explains more than `price`."""
    dx, dy, dz = cells.steps
    volumes = dx[:, None, None] * dy[None, :, None] * dz[None, None, :]
    boxes = _all_boxes(cells.full.shape)
    found: list[tuple[Fit, int]] = []
    for group in np.unique(cells.group[cells.full]):
        own = cells.full & (cells.group == group)
        worth = np.where(own, _LARGER, np.where(cells.full, -OTHERS, -_EMPTY))
        base = boxes.sums(worth * volumes)
        missing = own.copy()
        while len(found) < most and missing.any() and not late():
            gain = boxes.sums(missing * volumes)
            score = np.where(gain > price, base + gain, -np.inf)
            best = int(score.argmax())
            if score[best] <= price:
                break
            box = boxes.planes(best)
            missing[tuple(slice(int(box[k]), int(box[k + 3])) for k in range(3))] = False
            found.append((box_fit(cells, box), int(group)))
    return found


def _all_boxes(shape: tuple[int, ...]) -> _Boxes:
    x, y, z = (np.array(list(combinations(range(n + 1), 2))) for n in shape)
    return _Boxes((x, y, z))


def box_fit(cells: Cells, box: np.ndarray) -> Fit:
    """The cuboid between six planes of cells: (6,) their indices, low and high on each axis."""
    low = np.array([p[box[k]] for k, p in enumerate(cells.planes)])
    high = np.array([p[box[k + 3]] for k, p in enumerate(cells.planes)])
    x, y, z = (high - low).tolist()
    return Fit(Cuboid((x, y, z)), cells.frame, cells.frame @ (0.5 * (low + high)), 1.0, 0.0)
