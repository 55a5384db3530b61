"""Pieces of a program that an importer writes: numbers, vectors, poses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from shapelang.io.turns import exact_turns
from shapelang.syntax import tree

DIGITS: Final = 6
"""Decimals of metres and degrees."""


def number(value: float, digits: int = DIGITS) -> tree.Expr:
    """A number rounded to the digits that are written."""
    short = round(float(value), digits) + 0.0
    if short < 0.0:
        return tree.Unary("-", number(-short))
    return tree.Number(int(short) if short == int(short) else short)


def vector(value: Sequence[float] | np.ndarray) -> tree.Tuple:
    """A vector of numbers."""
    return tree.Tuple(tuple(number(float(v)) for v in value))


def vanishes(value: np.ndarray) -> bool:
    """Whether a vector is 0 when it is written."""
    return bool(np.abs(value).max() < 0.5 * 10.0**-DIGITS)


def cuboid(size: Sequence[float] | np.ndarray) -> tree.Instance:
    """A call of `cuboid` with three extents, metres."""
    return tree.Instance(("cuboid",), tuple(tree.Argument(None, number(s)) for s in size))


def pose(place: np.ndarray, frame: np.ndarray) -> tuple[tree.Modifier, ...]:
    """`at` and `rotate` of a place (3,) and a rotation (3, 3), each where it is not zero."""
    found: list[tree.Modifier] = []
    if not vanishes(place):
        found.append(tree.At(vector(place)))
    turns = tuple(tree.Turn(axis, number(angle)) for axis, angle in exact_turns(frame))
    return (*found, tree.Rotate(turns)) if turns else tuple(found)
