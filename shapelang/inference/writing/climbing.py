"""What climbs about an axis, written as a loop over one step of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from shapelang.inference.solids.cores import number
from shapelang.inference.symmetry.patterns import Screwed
from shapelang.syntax import tree

_VARIABLE: Final = "i"

_NEAR: Final = 0.1
"""Degrees that the last of two loops' steps may be apart, for them to be one."""


def looped(pattern: Screwed, name: str, body: tree.Block, place: Sequence[tree.Expr]) -> tree.Statement:
    """`for i in 0..12 { step = { … } rotate y 30 * i at (0, 0.2 * i, 0) }`; `place`: where the axis is, x, y and z."""
    along = _times(pattern.rise)
    at = tuple(along if axis == pattern.axis else value for axis, value in zip("xyz", place, strict=True))
    turn = tree.Turn(pattern.axis, _times(pattern.angle))
    step = tree.Shape(body, (tree.At(tree.Tuple(at)), tree.Rotate((turn,))))
    loop = tree.For(
        _VARIABLE, tree.Number(0), tree.Number(pattern.count), tree.Block((tree.ShapeStatement(name, step),))
    )
    return tree.ShapeStatement(None, tree.Shape(loop, ()))


def screws_alike(one: Screwed, other: Screwed, near: float) -> bool:
    """Whether what climbs by one of two may climb by the other, the last step being no farther off than `near`."""
    if (one.count, one.axis) != (other.count, other.axis):
        return False
    apart = np.abs(np.array(one.centre) - np.array(other.centre))
    apart["xyz".index(one.axis)] = one.count * abs(one.rise - other.rise)
    return bool(apart.max() < near) and one.count * abs(one.angle - other.angle) < _NEAR


def _times(value: float) -> tree.Expr:
    """So much for each step."""
    product = tree.Binary("*", number(abs(value)), tree.Name(_VARIABLE))
    return tree.Unary("-", product) if value < 0.0 else product
