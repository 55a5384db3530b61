"""Where attachments bring the cuboids that are never turned: each axis is a linear problem of its own.

A cuboid's middle and extent along an axis say where its points are along it. What attachments ask of them contradicts
itself where a target is wider than another: then no pose meets all, and what is missed is shared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from shapelang.io.read.shapeassembly_posed import Posed
from shapelang.io.read.shapeassembly_text import Attach

_APART: Final = 0.2
"""Of an extent: how far points must be apart along an axis for it to be stretched between them."""

_SHORTEST: Final = 0.2
"""Of an extent: it is stretched to no less, which would turn it inside out."""

_MISSED: Final = 0.007
"""Of the bounding box's diagonal: where less is missed along an axis everything stays where it stands."""

_ROUNDS: Final = 20

_LEAST: Final = 0.05
"""What the weight of an attachment that is met is multiplied with, at least."""

_KEPT: Final = 1e-6
"""Weight of a cuboid's staying as it is, beside the weight 1 of an attachment."""


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
    """Share what attachments miss among all aligned cuboids, so that the most is least, where one misses much."""
    free = [name for name, cuboid in cuboids.items() if cuboid.aligned and cuboid.meets and not cuboid.fixed]
    for k in range(3):
        misses = [abs(cuboids[a.moved].at(a.point)[k] - cuboids[a.target].at(a.place)[k]) for a in attaches]
        if free and max(misses, default=0.0) > _MISSED * diagonal:
            _settle(cuboids, attaches, free, k)


def _settle(cuboids: Mapping[str, Posed], attaches: Sequence[Attach], free: Sequence[str], k: int) -> None:
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
    found = min((start, *_shared(rows, goals, start)), key=lambda x: float(np.abs(rows @ x - goals).max()))
    for name, i in column.items():
        if found[i + 1] > _SHORTEST * start[i + 1]:
            cuboids[name].centre[k], cuboids[name].size[k] = found[i], found[i + 1]


def _shared(rows: np.ndarray, goals: np.ndarray, start: np.ndarray) -> Iterator[np.ndarray]:
    """Least squares, then with more and more weight on what is missed most (Lawson 1961)."""
    weights = np.ones(len(goals))
    for _ in range(_ROUNDS):
        square = rows.T @ (weights[:, None] * rows) + _KEPT * np.eye(len(start))
        found = start + np.linalg.solve(square, rows.T @ (weights * (goals - rows @ start)))
        yield found
        misses = np.abs(rows @ found - goals)
        weights = weights * np.maximum(misses / max(float(misses.max()), 1e-12), _LEAST)
        weights /= weights.max()
