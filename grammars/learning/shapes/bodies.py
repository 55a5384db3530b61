"""What an example consists of: bodies of items, each in a frame whose origin is below the middle of the body."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, final

import numpy as np

from shapelang.io.turns import AXES, matrix_of

Vector: TypeAlias = np.ndarray
"""(3,)"""

Mirrored: TypeAlias = Literal["", "x", "z", "xz"]
"""The planes through the body's middle that an item is reflected in.

What stands for it is the image at the higher x and z.
"""


PLANES: Final[tuple[Mirrored, ...]] = ("x", "z", "xz")


def signs(mirrored: Mirrored) -> Vector:
    """(3,): -1 of the axes that planes are across."""
    return np.array([-1.0 if axis in mirrored else 1.0 for axis in "xyz"])


def rotation(turns: Vector) -> np.ndarray:
    """(3, 3): of turns about the fixed axes x, y and z, in degrees."""
    return matrix_of(tuple(zip(AXES, turns.tolist(), strict=True))) if turns.any() else np.eye(3)


Operator: TypeAlias = Literal["", "union", "difference", "intersection", "hull"]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """`count` instances along a line; `span` (3,) leads from the middle of the first to that of the last."""

    count: int
    span: Vector


@final
@dataclass(frozen=True, slots=True)
class Ring:
    """`count` instances about the body's upright axis."""

    count: int


Repeats: TypeAlias = Row | Ring | None

_BOXED: Final = frozenset({"cuboid", "ellipsoid", "superquadric", "wedge"})
"""Primitives whose first arguments are their extents."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """A part of a body: a primitive with its real arguments, or a body of its own with its extents for arguments.

    `fixed` is what cannot be drawn: lists of points, whole numbers. `size` (3,) are the extents of its own box, before
    its `turns` about the fixed axes x, y, z in degrees; of a row, of the box about all. `centre` (3,) is the middle of
    that box in the frame of the body.
    """

    name: str
    kind: str
    arguments: tuple[float, ...]
    fixed: Hashable
    body: Body | None
    mirrored: Mirrored
    repeats: Repeats
    size: Vector
    centre: Vector
    turns: Vector

    @property
    def copies(self) -> Hashable:
        """How it stands several times, but for numbers."""
        return self.mirrored, "" if self.repeats is None else type(self.repeats).__name__

    @property
    def content(self) -> Hashable:
        """What it is, but for numbers."""
        return self.kind, self.fixed

    @property
    def boxed(self) -> bool:
        """Whether its first arguments are its extents."""
        return self.body is not None or self.kind in _BOXED


@final
@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """Items with the extents (3,) of the box about them; `operator` and `blend` of a solid."""

    items: tuple[Item, ...]
    size: Vector
    operator: Operator = ""
    blend: float = 0.0
