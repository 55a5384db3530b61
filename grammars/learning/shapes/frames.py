"""Points of boxes as shares of these, from -1 to 1 from end to end, and numbers that are such shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np

from grammars.learning.shapes.bodies import Item, Row, rotation
from grammars.learning.shapes.describing import Affine, Described, Spread

_SIDEWAYS: Final = 1e-3
"""Cosine of the angle to the upright axis, at least."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Boxes:
    """Boxes of items: their middles and extents (n, 3), and their rotations (n, 3, 3); about a row it is not turned."""

    centre: np.ndarray
    size: np.ndarray
    frame: np.ndarray

    def points(self, share: Sequence[float]) -> np.ndarray:
        """(n, 3): where a point of each box, in [-1, 1], is in its body."""
        own = 0.5 * np.array(share, np.float64) * self.size
        return self.centre + np.einsum("nij,nj->ni", self.frame, own)

    def shares(self, points: np.ndarray) -> np.ndarray:
        """(n, 3): points of the bodies (n, 3) in the boxes, where these reach from -1 to 1."""
        apart = np.einsum("nji,nj->ni", self.frame, points - self.centre)
        return apart / np.maximum(0.5 * self.size, 1e-9)


def boxes_of(items: Sequence[Item]) -> Boxes:
    """The boxes of items."""
    frames = np.array([_frame(item) for item in items])
    return Boxes(np.array([item.centre for item in items]), np.array([item.size for item in items]), frames)


def _frame(item: Item) -> np.ndarray:
    return np.eye(3) if isinstance(item.repeats, Row) else rotation(item.turns)


def anchored(item: Item, anchor: tuple[float, float, float]) -> np.ndarray:
    """(3,): where an anchor of an item, in [-1, 1] of its box, is in its body."""
    return item.centre + _frame(item) @ (0.5 * np.array(anchor, np.float64) * item.size)


def height_to_ground(item: Item, anchor: tuple[float, float, float]) -> float:
    """The height with which the middle of an item's low end is on the ground, its anchor being where it is.

    Of what lies on its side, and has no such height, one that is far too great.
    """
    return float(anchored(item, anchor)[1]) / (0.5 * (anchor[1] + 1.0) * max(upright(item), _SIDEWAYS))


def upright(item: Item) -> float:
    """Cosine of the angle between the upright axis and an item's own."""
    return float(_frame(item)[1, 1])


def share_of(item: Item, point: np.ndarray) -> np.ndarray:
    """(3,): a point of a body in an item's box, where that reaches from -1 to 1."""
    return (_frame(item).T @ (point - item.centre)) / np.maximum(0.5 * item.size, 1e-9)


def own_extent(item: Item, axis: int) -> float:
    """Metres: of a part itself along its own axis, not of the row that it stands in."""
    return float(item.arguments[axis] if item.boxed else item.size[axis])


def extent_of(support: Item, axis: int, both: bool) -> tuple[float, float]:
    """The middle of a support along an axis, and half its extent; of `both` of what it has on either side of 0."""
    middle, half = float(support.centre[axis]), max(0.5 * float(support.size[axis]), 1e-9)
    return (0.0, max(half - abs(middle), 1e-9)) if both else (middle, half)


def of_support(number: Described, middle: float, half: float, step: float) -> Described:
    """A share of a support as the length that it is, where that has its middle and ends half its extent off it."""
    mean = Affine(number.mean.constant * half + middle)
    match number.spread:
        case None:
            spread = None
        case Spread("loose", deviation, low, high):
            # Added to the mean, which is moved already.
            spread = replace(number.spread, deviation=deviation * half, low=low * half, high=high * half)
        case Spread(_, deviation, low, high):
            ends = low * half + middle, high * half + middle
            spread = replace(number.spread, deviation=deviation * half, low=ends[0], high=ends[1])
    # Its step is that of lengths at a support's usual extent.
    usual = step / number.step
    return replace(number, mean=mean, spread=spread, tolerance=number.tolerance * max(half, usual), step=step)


def within(number: Described, below: float = 0.0, above: float = 0.0) -> Described:
    """A share that stays within [-1 - below, 1 + above]."""
    low, high = -1.0 - below, 1.0 + above
    match number.spread:
        case None:
            return replace(number, mean=Affine(min(max(number.mean.constant, -1.0), 1.0)))
        case Spread("loose", _, least, most):
            low, high = low - number.mean.constant, high - number.mean.constant
        case Spread(_, _, least, most):
            pass
    # What lies off an end is allowed there.
    low, high = low if below else max(low, least), high if above else min(high, most)
    return replace(number, spread=replace(number.spread, low=round(low, 6), high=round(high, 6)))
