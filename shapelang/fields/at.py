"""The field of a packed assembly at points anywhere: value, nearest leaf, gradient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.arrays import LabelArray, PointArray, ValueArray
from shapelang.diagnostics import UsageError
from shapelang.fields.kernels.arguments import Lists, Tape
from shapelang.fields.lists import candidates, tape_of
from shapelang.fields.packed import Packed
from shapelang.threads import in_threads

MOST_POINTS: Final = 1 << 25
"""Points of one call: 0.8 GB of places, and as much again of what is found there."""

_CHUNK: Final = 256
"""Points that share a list of candidates."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Sampled:
    """What the field is at points: `values` (n,), `labels` (n,) of the leaves that have them, −1 without leaves.

    `rounding` (n,) is by how much a value may be off.
    """

    values: ValueArray
    labels: LabelArray
    rounding: ValueArray


def field_at(packed: Packed, points: PointArray) -> Sampled:
    """The field at points (n, 3) in metres; +inf without leaves.

    Points that stand near one another in their order share their candidates: the more they do, the faster. Values are
    computed in 32 bits relative to the first of such a chunk. Of leaves whose values are equal within rounding either
    may be the label. Raises UsageError for more than MOST_POINTS points, or for one that is not finite.
    """
    count = len(points)
    if count > MOST_POINTS:
        raise UsageError(f"a field at {count:,} points is too large: at most {MOST_POINTS:,} at once")
    values, labels = np.full(count, np.inf), np.full(count, -1, np.int32)
    if packed.count == 0 or count == 0:
        return Sampled(values, labels, np.zeros(count))
    if not np.isfinite(points).all():
        raise UsageError("a field is asked for at a point that is not finite")
    from shapelang.fields.kernels.points import fill_points

    points = np.ascontiguousarray(points, np.float64)
    lists, slack = _listed(packed, points)
    tape = tape_of(packed)

    def work(first: int, last: int) -> None:
        fill_points(tape, lists, (first, last), points, packed.depth, values, labels)

    in_threads(work, len(lists.blocks) - 1)
    return Sampled(values, labels, slack.repeat(np.diff(lists.blocks)))


def value_and_gradient_at(packed: Packed, points: PointArray) -> tuple[ValueArray, PointArray]:
    """Values (n,) and gradients (n, 3) of the nearest leaf at points (n, 3), in 64 bits; +inf and 0 without leaves.

    Where the field has an edge, the gradient of one side. Raises UsageError as `field_at` does.
    """
    found = field_at(packed, points)
    gradients = np.zeros((len(points), 3))
    if packed.count == 0 or len(points) == 0:
        return found.values, gradients
    from shapelang.fields.kernels.slopes import fill_slopes

    tape = Tape(packed.codes, packed.frames, packed.starts, packed.numbers, packed.leaves)
    points = np.ascontiguousarray(points, np.float64)

    def work(first: int, last: int) -> None:
        fill_slopes(tape, found.labels, points, (first, last), packed.depth, found.values, gradients)

    in_threads(work, len(points))
    return found.values, gradients


def _listed(packed: Packed, points: PointArray) -> tuple[Lists, ValueArray]:
    """Chunks of points with their candidates, and for each chunk the greatest rounding."""
    starts = np.arange(0, len(points), _CHUNK)
    low, high = np.minimum.reduceat(points, starts, axis=0), np.maximum.reduceat(points, starts, axis=0)
    half = (high - low) * 0.5
    # The chunk's middle is its first point, at most twice as far from the others.
    radii = np.sqrt((half * half).sum(axis=1))
    owners, leaves, slack = candidates(packed, (low + high) * 0.5, radii)
    worst = np.maximum.reduceat(slack, owners[:-1]) * 2.0
    lists = Lists(np.concatenate([starts, [len(points)]]), owners, leaves, slack.astype(np.float32))
    return lists, worst
