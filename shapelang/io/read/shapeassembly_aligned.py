"""Where attachments bring the cuboids that are never turned: each axis is a linear problem of its own.

A cuboid's middle and extent along an axis say where its points are along it. What attachments ask of them contradicts
itself where a target is wider than another: then what is around it is moved and stretched too, as little as need be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from shapelang.io.read.least_change import least_change
from shapelang.io.read.shapeassembly_posed import Posed
from shapelang.io.read.shapeassembly_text import Attach

_APART: Final = 0.2
"""Of an extent: how far points must be apart along an axis for it to be stretched between them."""

_SHORTEST: Final = 0.2
"""Of an extent: it is stretched to no less, which would turn it inside out."""

_STRETCHED: Final = 2.0
"""What the extents of a cuboid are made longer or shorter by at most so that others are met."""

_MISSED: Final = 0.0055
"""Of the bounding box's diagonal, along one axis: 1 % over the three. Where less is missed all stays as it is."""


def between(moved: Posed) -> None:
    """Stretch an aligned cuboid between what it is attached to; along other axes the largest miss is least."""
    points = np.array([point for point, _ in moved.meets]) - 0.5
    goals = np.array([goal for _, goal in moved.meets])
    for k in range(3):
        low, high = points[:, k].argmin(), points[:, k].argmax()
        apart = float(points[high, k] - points[low, k])
        if apart > _APART:
            size = float(goals[high, k] - goals[low, k]) / apart
            if size > _SHORTEST * moved.size[k]:
                moved.size[k] = size
        missing = goals[:, k] - points[:, k] * moved.size[k]
        moved.centre[k] = 0.5 * (missing.min() + missing.max())


def settle(cuboids: Mapping[str, Posed], attaches: Sequence[Attach], diagonal: float) -> None:
    """Move and stretch aligned cuboids, together and as little as need be, so that no attachment misses much.

    Where that cannot be, the most that is missed is least.
    """
    free = [name for name, cuboid in cuboids.items() if cuboid.aligned and not cuboid.fixed]
    if not free or not attaches:
        return
    # Once for the three: what is moved along one axis stays where it is along the others, since it is not turned.
    misses = np.abs([cuboids[a.moved].at(a.point) - cuboids[a.target].at(a.place) for a in attaches]).max(axis=0)
    for k in range(3):
        if misses[k] > _MISSED * diagonal:
            _settle(cuboids, attaches, free, k, _MISSED * diagonal)


def _settle(
    cuboids: Mapping[str, Posed], attaches: Sequence[Attach], free: Sequence[str], k: int, allowed: float
) -> None:
    column = {name: 2 * i for i, name in enumerate(free)}
    start = np.array([x for name in free for x in (cuboids[name].centre[k], cuboids[name].size[k])])
    rows = np.zeros((len(attaches), len(start)))
    goals = np.zeros(len(attaches))
    for row, attach in enumerate(attaches):
        for name, point, sign in ((attach.moved, attach.point, 1.0), (attach.target, attach.place, -1.0)):
            if name in column:
                rows[row, column[name]] += sign
                rows[row, column[name] + 1] += sign * (point[k] - 0.5)
            else:
                goals[row] -= sign * cuboids[name].at(point)[k]
    change = np.full((len(start), 2), np.inf)
    change[1::2, 0] = (1.0 - 1.0 / _STRETCHED) * start[1::2]
    change[1::2, 1] = (_STRETCHED - 1.0) * start[1::2]
    found = start + least_change(rows, goals - rows @ start, change, allowed)
    for name, i in column.items():
        cuboids[name].centre[k], cuboids[name].size[k] = found[i], found[i + 1]
