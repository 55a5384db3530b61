"""Whether all parts of a shape reach the ground: each touches another that does, or the ground itself.

Jones et al., "ShapeAssembly", 2020, section 7.3 and its released code: parts and a ground box below them are adjacent
when they are nearer than 0.02 of the diagonal of the shape's box.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.assembly.assembly import Assembly
from shapelang.geometry.oriented import Oriented, oriented

NEAR: Final = 0.02
"""Of the diagonal."""

_STEPS: Final = 400

_GROUND: Final = (5.0, 0.005, 5.0)
"""Half extents of the ground box, metres."""


def boxes_of(assembly: Assembly) -> list[Oriented]:
    """The oriented box of each leaf; those without volume are left out."""
    found = [oriented((leaf.pose, leaf.part.box)) for leaf in assembly.leaves()]
    return [box for box in found if min(box.half) > 0.0]


def reaches(boxes: list[Oriented]) -> tuple[AnyArray, AnyArray]:
    """The lowest and the highest corner of all boxes."""
    low = np.min([np.array(b.centre) - np.array(b.reach()) for b in boxes], axis=0)
    high = np.max([np.array(b.centre) + np.array(b.reach()) for b in boxes], axis=0)
    return low, high


def diagonal(boxes: list[Oriented]) -> float:
    """Of the axis-aligned box about all."""
    low, high = reaches(boxes)
    return float(np.linalg.norm(high - low))


def hanging(boxes: list[Oriented], apart: float) -> list[list[int]]:
    """Groups of boxes that are linked by distances below `apart`, each in ascending order."""
    groups: list[list[int]] = []
    left = list(range(len(boxes)))
    while left:
        group, edge = [left[0]], [left.pop(0)]
        while edge:
            k = edge.pop()
            met = [n for n in left if box_distance(boxes[k], boxes[n], apart) < apart]
            left = [n for n in left if n not in met]
            group += met
            edge += met
        groups.append(sorted(group))
    return groups


def rooted(boxes: list[Oriented]) -> bool:
    """Whether the ground reaches every box. Nothing at all is not rooted."""
    if not boxes:
        return False
    low, high = reaches(boxes)
    centre = (0.5 * float(low[0] + high[0]), float(low[1]) - _GROUND[1], 0.5 * float(low[2] + high[2]))
    ground = Oriented(centre, ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)), _GROUND, False)
    return len(hanging([*boxes, ground], NEAR * diagonal(boxes))) == 1


def box_distance(a: Oriented, b: Oriented, enough: float = 0.0) -> float:
    """Metres between two boxes, by projecting onto one and the other in turn (von Neumann's alternating projections);
    no further than to see that it is less than `enough`.
    """
    gap = np.abs(np.array(a.centre) - b.centre) - np.array(a.reach()) - b.reach()
    apart = float(np.linalg.norm(np.maximum(gap, 0.0)))
    if not (a.turned or b.turned) or apart >= enough > 0.0:
        return apart
    frames = [(np.array(box.centre), np.array(box.axes), np.array(box.half)) for box in (a, b)]
    point, before = frames[1][0], np.inf
    for _ in range(_STEPS):
        on_a = _nearest(point, *frames[0])
        point = _nearest(on_a, *frames[1])
        apart = float(np.linalg.norm(point - on_a))
        if apart < enough or before - apart < 1e-9:
            break
        before = apart
    return apart


def _nearest(point: AnyArray, centre: AnyArray, axes: AnyArray, half: AnyArray) -> AnyArray:
    """The point of a box that is nearest to a point; `axes` has one a row."""
    local = np.einsum("ij,j->i", axes, point - centre)
    return centre + np.einsum("ij,i->j", axes, np.clip(local, -half, half))
