"""Canonical programs of cuboids: parts by number in order of first use, statements in given order, numbers on a grid.

The language is that of ShapeAssembly (Jones et al., 2020, section 3), whole: a squeeze stays one. The box of an
assembly within another is the cuboid that it fills, so it is said once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, TypeAlias, final

GRID: Final = 0.001
"""Metres, and shares of an extent: every number is a whole number of these."""

BOX: Final = -1
"""The number that the bounding box of an assembly has as a part."""

FACES: Final = ("right", "left", "top", "bot", "front", "back")

AXES: Final = ("X", "Y", "Z")

LONGEST: Final = 4000
"""The longest extent, in steps of the grid; the shortest is 1. Shares go from 0 to 1000."""

SHARE: Final = 1000

MOST_PARTS: Final = 16
"""Of one assembly."""

MOST_STATEMENTS: Final = 48
"""Of one assembly, after its cuboids."""

MOST_COPIES: Final = 64

DEEPEST: Final = 4
"""Assemblies within one another, the outermost not counted."""

Triple: TypeAlias = tuple[int, int, int]


@final
@dataclass(frozen=True, slots=True)
class Part:
    """A cuboid, or what fills it. An `aligned` one is never turned."""

    size: Triple
    aligned: bool
    inner: Assembly | None = None


@final
@dataclass(frozen=True, slots=True)
class Attach:
    """`moved` is placed so that its `point` comes to the `target`'s `place`."""

    moved: int
    target: int
    point: Triple
    place: Triple


@final
@dataclass(frozen=True, slots=True)
class Squeeze:
    """`face` (of FACES) of `moved` on `first`, its other end on `second`, at (u, v) of both."""

    moved: int
    first: int
    second: int
    face: int
    u: int
    v: int


@final
@dataclass(frozen=True, slots=True)
class Reflect:
    """A copy of a part in the plane across an axis through the middle of the box."""

    moved: int
    axis: int


@final
@dataclass(frozen=True, slots=True)
class Translate:
    """`count` copies of a part, the last of them `share` of the box's extent away."""

    moved: int
    axis: int
    count: int
    share: int


Statement: TypeAlias = Attach | Squeeze | Reflect | Translate


@final
@dataclass(frozen=True, slots=True)
class Assembly:
    """Parts of a box, and how they are placed in it."""

    size: Triple
    parts: tuple[Part, ...]
    statements: tuple[Statement, ...]

    def walk(self) -> Iterator[Assembly]:
        """This and all within it, level by level."""
        level = [self]
        while level:
            yield from level
            level = [p.inner for a in level for p in a.parts if p.inner is not None]
