"""What is seen of an assembly: its hierarchy, kinds and numbers on a grid; names are gone, and order says nothing.

A body with one child is that child, and one with none is nothing: a rule that only passes on leaves no trace.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product as every
from typing import Final, TypeAlias, final

from grammars.charts.forms import nearest
from shapelang.geometry.pose import EYE, Mat3, product

Turn: TypeAlias = tuple[int, ...]
"""A 3×3 matrix, row-major, in steps of 1e-6."""

FINE: Final = 1e6
"""Steps of 1 in the entries of a turn."""

UPRIGHT: Final[Turn] = tuple(nearest(x * FINE) for x in EYE)


@final
@dataclass(frozen=True, slots=True, order=True)
class Leaf:
    """A primitive and its numbers in steps of the grid."""

    kind: str
    numbers: tuple[int, ...]


@final
@dataclass(frozen=True, slots=True)
class Body:
    """Two parts or more, sorted."""

    children: tuple[Standing, ...]


Content: TypeAlias = Leaf | Body


@final
@dataclass(frozen=True, slots=True)
class Standing:
    """Something in the frame of what it is part of: its turn, and its offset in steps of the grid."""

    turn: Turn
    offset: tuple[int, int, int]
    content: Content


EVEN: Final = frozenset({"cuboid", "sphere", "ellipsoid", "cylinder", "capsule"})
"""Kinds that are their own mirror images in all three planes."""

_SIGNS: Final[tuple[Mat3, ...]] = tuple(
    (x, 0.0, 0.0, 0.0, y, 0.0, 0.0, 0.0, z) for x, y, z in every((1.0, -1.0), repeat=3)
)


@lru_cache(maxsize=4096)
def turn_of(linear: Mat3) -> Turn:
    """A matrix as it is seen."""
    return tuple(nearest(x * FINE) for x in linear)


@lru_cache(maxsize=4096)
def leaf_turn(kind: str, linear: Mat3) -> Turn:
    """A leaf's matrix as it is seen: of those under which it looks the same the greatest."""
    if kind not in EVEN:
        return turn_of(linear)
    return max(turn_of(product(linear, signs)) for signs in _SIGNS)


def body(children: Sequence[Standing]) -> Body:
    """Two parts or more as one, whatever their order."""
    return Body(tuple(sorted(children, key=_key)))


def _key(standing: Standing) -> tuple[object, ...]:
    content = standing.content
    shape: tuple[object, ...]
    match content:
        case Leaf(kind, numbers):
            shape = (0, kind, numbers, ())
        case Body(children):
            shape = (1, "", (), tuple(_key(child) for child in children))
    return (shape, standing.turn, standing.offset)
