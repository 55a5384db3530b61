"""A learned grammar before it is written: bodies with parts and choices, each number as it is described."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal, Protocol, TypeAlias, assert_never, final

import numpy as np

from grammars.learning.shapes.bodies import Body, Item, Mirrored, Operator
from grammars.learning.shapes.describing import Counted, Described
from grammars.learning.shapes.roles import Roster, looks_of, matched
from grammars.learning.shapes.supports import Hung, assigned, standing_of
from shapelang.syntax import tree

Axis: TypeAlias = Literal[0, 1, 2]

EXTENTS: Final = ("width", "height", "depth")

FACES: Final = (("right", "left"), ("bottom", "top"), ("back", "front"))
"""The low and the high face across each axis."""


@final
@dataclass(frozen=True, slots=True)
class Extent:
    """Of the body (`part` None) or of a part that stands in it, along an axis."""

    part: int | None
    axis: int


@final
@dataclass(frozen=True, slots=True)
class Place:
    """Where a part's low end (−1), middle (0) or high end (1) is along an axis of the body."""

    part: int
    axis: int
    side: int


@final
@dataclass(frozen=True, slots=True)
class Gap:
    """From the high end of one part to the low end of another; None is the end of the body."""

    below: int | None
    above: int | None
    axis: int


Source: TypeAlias = Extent | Place | Gap
"""What a number may hang on."""


@final
@dataclass(frozen=True, slots=True)
class Free:
    """A coordinate as it is described."""


@final
@dataclass(frozen=True, slots=True)
class ShareOf:
    """A coordinate that is described as a share of the support, from -1 to 1 along its own axis.

    Where examples stand a little off the support, samples touch it. Of a part with an image in a plane across the axis
    (`both`): a share of how far the support reaches from the plane on either side.
    """

    both: bool = False


@final
@dataclass(frozen=True, slots=True)
class Clamped:
    """A coordinate that is kept within the support, or not further off it than `beyond`; `both` as of a share.

    Of `own` it is half the part's own extent that it is not further off.
    """

    beyond: float
    both: bool = False
    own: bool = False


FREE: Final = Free()
Hold: TypeAlias = Free | ShareOf | Clamped
"""What keeps a part on its support, along an axis."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Content:
    """What a part may be: a primitive, or a body of its own.

    Of a `boxed` one the first arguments are the part's extents, and `arguments` are the others.
    """

    name: str
    weight: float
    kind: str
    fixed: Hashable
    boxed: bool
    arguments: tuple[Described, ...]
    inner: LearnedBody | None


@final
@dataclass(frozen=True, slots=True, eq=False)
class LearnedPart:
    """A part: what it may be, how it repeats, and its numbers with what each may hang on (`sources`).

    Its `anchor`, in [-1, 1] of its own box, comes to `place`, where `holds` keep it on the part `support`. `number` is
    that of the part in its body. Along the axes of `reaching` all of a row stands on the support.
    It hangs on the `image` of that in some planes. Where it is `grounded` its height is what brings its low end to the
    ground from there, and what is described is how far it is off that.
    """

    number: int
    name: str
    contents: tuple[Content, ...]
    mirrored: Mirrored
    sources: tuple[Source, ...]
    extents: tuple[Described, Described, Described]
    turns: tuple[Described, Described, Described]
    anchor: tuple[float, float, float]
    place: tuple[Described, Described, Described]
    count: Counted | None
    span: tuple[Described, Described, Described] | None
    support: int | None
    holds: tuple[Hold, Hold, Hold]
    reaching: tuple[bool, bool, bool]
    image: Mirrored
    grounded: bool = False

    @property
    def turned(self) -> bool:
        """Whether it may be turned."""
        return any(t.spread is not None or t.mean.feature is not None or t.mean.constant for t in self.turns)


@final
@dataclass(frozen=True, eq=False)
class LearnedAlternative:
    """Parts and choices that stand together, with the weight of that."""

    name: str
    weight: float
    parts: tuple[LearnedPart, ...]
    choices: tuple[LearnedChoice, ...]

    @cached_property
    def numbers(self) -> frozenset[int]:
        """Those of its own parts."""
        return frozenset(part.number for part in self.parts)


@final
@dataclass(frozen=True, slots=True, eq=False)
class LearnedChoice:
    """Alternatives, and the weight of none of them; `bits` of which was taken, of all examples."""

    name: str
    alternatives: tuple[LearnedAlternative, ...]
    none: float
    bits: float


@final
@dataclass(frozen=True, slots=True, eq=False)
class LearnedBody:
    """What stands in a body: its parts by what they hang on, with the roles of items, and how near what touches is.

    `used`: its extents, 0 to 2, that anything in it hangs on.
    """

    root: LearnedAlternative
    used: frozenset[int]
    roles: Roster
    parts: tuple[Hung, ...]
    near: float
    operator: Operator
    blend: float

    def items(self, body: Body) -> tuple[dict[int, Item], list[Item]]:
        """The items of a body by the number of their part, and those that are none."""
        found = assigned(standing_of(body, matched(looks_of(body), self.roles), self.near), self.parts)
        return found, [item for item in body.items if all(item is not other for other in found.values())]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Family:
    """Whole shapes of one kind: their weight, their extents, and what stands in them."""

    name: str
    weight: float
    extents: tuple[Described, Described, Described]
    body: LearnedBody


class Boxed(Protocol):
    """What has a box, or a box in each of some examples: its middle and extents (..., 3)."""

    @property
    def centre(self) -> np.ndarray:
        """The middle of the box."""
        ...

    @property
    def size(self) -> np.ndarray:
        """The extents of the box."""
        ...


def read_source(source: Source, size: np.ndarray, items: Mapping[int, Boxed]) -> np.ndarray:
    """(...): the value of a source in examples, from the extents (..., 3) of their bodies and the boxes of parts."""
    match source:
        case Extent(part, axis):
            return size[..., axis] if part is None else items[part].size[..., axis]
        case Place(part, axis, side):
            return _end(items[part], axis, side)
        case Gap(below, above, axis):
            # A body stands on its frame's origin, in the middle of it.
            low = _end(items[below], axis, 1) if below is not None else (0.0 if axis == 1 else -0.5) * size[..., axis]
            high = _end(items[above], axis, -1) if above is not None else (1.0 if axis == 1 else 0.5) * size[..., axis]
            return high - low
    assert_never(source)


def _end(item: Boxed, axis: int, side: int) -> np.ndarray:
    return item.centre[..., axis] + 0.5 * side * item.size[..., axis]


def text_of(source: Source, names: Mapping[int, tree.Expr]) -> tree.Expr:
    """How a source is written, of parts that are written so."""
    match source:
        case Extent(None, axis):
            return tree.Name(EXTENTS[axis])
        case Extent(part, axis):
            assert part is not None
            return tree.Member(names[part], EXTENTS[axis])
        case Place(part, axis, side):
            return _coordinate(names[part], axis, side)
        case Gap(below, above, axis):
            half = tree.Binary("/", tree.Name(EXTENTS[axis]), tree.Number(2))
            if above is None:
                high: tree.Expr | None = tree.Name(EXTENTS[axis]) if axis == 1 else half
            else:
                high = _coordinate(names[above], axis, -1)
            if below is None:
                return high if axis == 1 else tree.Binary("+", high, half)
            return tree.Binary("-", high, _coordinate(names[below], axis, 1))
    assert_never(source)


def _coordinate(name: tree.Expr, axis: int, side: int) -> tree.Expr:
    face = "center" if side == 0 else FACES[axis][0 if side < 0 else 1]
    return tree.Member(tree.Member(name, face), "xyz"[axis])
