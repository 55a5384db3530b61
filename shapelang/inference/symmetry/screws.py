"""Equal things that climb about an axis, each as high and as far round after the one before: the steps of a spiral."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, final

import numpy as np

from shapelang.geometry.point_sets import coincident
from shapelang.inference.rounding.turns import AXES, turn_matrix
from shapelang.inference.symmetry.likeness import Marks

LEAST: Final = 4
"""Things that tell of a screw: any three that stand evenly lie on one."""

_SMALLEST: Final = 2.0
"""Degrees from one to the next, below which they stand in a row."""

_DIGITS: Final = 9
"""Behind the point, of what is written for each step, at most."""

_OFF: Final = 0.1
"""Of the play: by how much rounding may move the last one."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Screw:
    """`members`, by number from the first on: each is the one before turned by `angle` degrees about the `axis` (by
    number) through `centre` (3,) and moved along it by `rise`. `start` (3,) is where the first one's middle is by all.
    """

    members: tuple[int, ...]
    axis: int
    angle: float
    rise: float
    centre: np.ndarray
    start: np.ndarray


def screw_of(marks: Sequence[Marks], near: float) -> Screw | None:
    """The longest screw of equal things by their marks, about an axis of the frame; None where there is none."""
    found = [
        made for axis in (1, 0, 2) for run in _runs(marks, axis, near) if (made := _longest(marks, run, axis, near))
    ]
    return max(found, key=lambda one: len(one.members), default=None)


def _runs(marks: Sequence[Marks], axis: int, near: float) -> Iterator[list[int]]:
    """Numbers of things that stand evenly along an axis, one on each level."""
    places = np.array([one.centre[axis] for one in marks])
    order = np.argsort(places, kind="stable").tolist()
    run = order[:1]
    for before, k in pairwise(order):
        step = float(places[k] - places[before])
        even = len(run) < 2 or abs(step - float(places[run[1]] - places[run[0]])) < near
        if step > near and even:
            run.append(k)
            continue
        if len(run) >= LEAST:
            yield run
        run = [before, k] if step > near else [k]
    if len(run) >= LEAST:
        yield run


def _longest(marks: Sequence[Marks], run: Sequence[int], axis: int, near: float) -> Screw | None:
    """The screw of all of a run."""
    centres = np.array([marks[k].centre for k in run])
    flat = np.delete(centres, axis, axis=1)
    slack = _OFF * near / len(run)
    rise = _plainly(float(np.polyfit(np.arange(len(run)), centres[:, axis], 1)[0]), slack)
    if np.ptp(flat, axis=0).max() < near:
        return None
    angle, middle = _turn(flat)
    if axis == 1:
        # The other two of its axes stand the other way round.
        angle = -angle
    reach = float(np.sqrt(((flat - middle) ** 2).sum(axis=1)).max())
    angle = _plainly(angle, float(np.degrees(slack / reach)))
    centre = np.insert(middle, axis, 0.0)
    turns = [turn_matrix(AXES[axis], angle * n) for n in range(len(run))]
    along = np.eye(3)[axis] * rise
    back = [
        turn.T @ (one - n * along - centre) + centre for n, (turn, one) in enumerate(zip(turns, centres, strict=True))
    ]
    start = np.mean(back, axis=0)
    head = marks[run[0]]
    for n, (turn, k) in enumerate(zip(turns, run, strict=True)):
        place = start - head.centre
        if not coincident(head.moved(turn, turn @ (place - centre) + centre + n * along), marks[k].points, near):
            return None
    return Screw(tuple(run), axis, angle, rise, centre, start) if abs(angle) > _SMALLEST else None


def _turn(flat: np.ndarray) -> tuple[float, np.ndarray]:
    """Degrees and the point (2,) by which each of some points in a plane (n, 2) turns into the next: least squares."""
    a, b = flat[:-1], flat[1:]
    p, q = a - a.mean(axis=0), b - b.mean(axis=0)
    radians = float(np.arctan2((p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]).sum(), (p * q).sum()))
    matrix = np.array([[np.cos(radians), -np.sin(radians)], [np.sin(radians), np.cos(radians)]])
    moved = b.mean(axis=0) - matrix @ a.mean(axis=0)
    middle = np.linalg.lstsq(np.eye(2) - matrix, moved, rcond=1e-9)[0]
    return float(np.degrees(radians)), middle


def _plainly(value: float, bound: float) -> float:
    """A number with as few digits as keep it within `bound`."""
    tried = (round(value, digits) for digits in range(_DIGITS))
    return next((found for found in tried if abs(found - value) < bound), value)
