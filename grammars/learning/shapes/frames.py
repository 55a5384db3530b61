"""Points of boxes as shares of these, from -1 to 1 from end to end, and numbers that are such shares."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from grammars.learning.shapes.bodies import Item, Row
from grammars.learning.shapes.describing import Affine, Described, Spread
from grammars.learning.shapes.roles import turns_named
from shapelang.io.turns import matrix_of


def anchored(item: Item, anchor: tuple[float, float, float]) -> np.ndarray:
    """(3,): where an anchor of an item is in its body."""
    return point_of(item, np.array(anchor, np.float64))


def point_of(item: Item, share: np.ndarray) -> np.ndarray:
    """(3,): where a point of an item's box, in [-1, 1], is in its body."""
    own = 0.5 * share * item.size
    if isinstance(item.repeats, Row):
        return item.centre + own
    return item.centre + matrix_of(turns_named(item.turns)) @ own


def share_of(item: Item, point: np.ndarray) -> np.ndarray:
    """(3,): a point of a body in an item's box, where that reaches from -1 to 1."""
    apart = point - item.centre
    if not isinstance(item.repeats, Row):
        apart = matrix_of(turns_named(item.turns)).T @ apart
    return apart / np.maximum(0.5 * item.size, 1e-9)


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
