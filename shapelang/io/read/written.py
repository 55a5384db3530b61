"""Pieces of a program that an importer writes: numbers, vectors, poses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from shapelang.io.turns import exact_turns
from shapelang.syntax import tree

DIGITS: Final = 6
"""Decimals of metres and degrees."""


def number(value: float) -> tree.Expr:
    """A number rounded to the digits that are written."""
    short = round(float(value), DIGITS) + 0.0
    if short < 0.0:
        return tree.Unary("-", number(-short))
    return tree.Number(int(short) if short == int(short) else short)


def vector(value: Sequence[float] | np.ndarray) -> tree.Tuple:
    """A vector of numbers."""
    return tree.Tuple(tuple(number(float(v)) for v in value))


def cuboid(size: Sequence[float] | np.ndarray) -> tree.Instance:
    """A call of `cuboid` with three extents, metres."""
    return tree.Instance(("cuboid",), tuple(tree.Argument(None, number(s)) for s in size))


def pose(place: np.ndarray, frame: np.ndarray) -> tuple[tree.Modifier, ...]:
    """`at` and `rotate` of a place (3,) and a rotation (3, 3), each where it is not zero."""
    found: list[tree.Modifier] = []
    if np.abs(place).max() >= 0.5 * 10.0**-DIGITS:
        found.append(tree.At(vector(place)))
    turns = tuple(tree.Turn(axis, number(angle)) for axis, angle in exact_turns(frame))
    return (*found, tree.Rotate(turns)) if turns else tuple(found)
