"""What no grammar explains, told all the same: parts and bodies by histograms of the corpus alone.

As language models tell a word that they have never seen: each number for itself, by what numbers of its sort are in the
whole corpus. Whatever an example is, it has a probability.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import lgamma, log, log2
from typing import Final, Literal, TypeAlias, assert_never, final

from grammars.learning.shapes.bodies import Body, Item, Row
from grammars.learning.shapes.fitting import slots_of
from grammars.learning.shapes.laws import Histogram, Kinds, anywhere, histogram, kinds
from grammars.learning.shapes.masses import cell_of
from grammars.learning.shapes.precision import ANGLE, SHARE, Precision
from shapelang.primitives.table import PRIMITIVE_BY_KIND

Sort: TypeAlias = Literal[
    "whole", "extent", "low", "middle", "high", "span", "length", "point", "turn", "angle", "share",
    "count", "items", "listed",
]  # fmt: skip
"""What a number is: an extent of a whole or of a part, an end or the middle of a part, and so on."""

SIDES: Final[tuple[Sort, Sort, Sort]] = ("low", "middle", "high")

_WAYS: Final = {"kind": len(PRIMITIVE_BY_KIND) + 1, "mirrored": 4, "repeats": 3, "turned": 2, "operator": 5}
"""Of each closed set of kinds how many there are."""


@final
@dataclass(frozen=True, slots=True)
class Slot:
    """What a number is, and the axis that it is along; 0 of what is along none."""

    sort: Sort
    axis: int = 0


@final
@dataclass(frozen=True, slots=True)
class _Number:
    slot: Slot
    value: float


@final
@dataclass(frozen=True, slots=True)
class _Kind:
    what: str
    kind: Hashable


_Told: TypeAlias = _Number | _Kind


def step_of(slot: Slot, lengths: float) -> float:
    """The step that a number is told to, from that of lengths."""
    match slot.sort:
        case "turn" | "angle":
            return ANGLE.step
        case "share":
            return SHARE.step
        case "count" | "items" | "listed":
            return 1.0
        case "whole" | "extent" | "low" | "middle" | "high" | "span" | "length" | "point":
            return lengths
    assert_never(slot.sort)


@final
@dataclass(frozen=True, slots=True, eq=False)
class Escape:
    """Laws of single numbers and of kinds; lengths are told to a `step`."""

    step: float
    numbers: Mapping[Slot, Histogram]
    kinds: Mapping[str, Kinds]

    def mass(self, slot: Slot, value: float) -> float:
        """Of the value's cell; above 0."""
        cell = cell_of(value, step_of(slot, self.step))
        return self.numbers[slot].mass(cell) if slot in self.numbers else anywhere(cell)

    def of_items(self, items: Sequence[Item]) -> float:
        """Bits of items of a body, their number not included; in which order they are told says nothing."""
        bits = [self.of_item(item) for item in items]
        alike = Counter(round(b, 6) for b in bits).values()
        return sum(bits) - (lgamma(len(bits) + 1) - sum(lgamma(n + 1) for n in alike)) / log(2.0)

    def of_item(self, item: Item) -> float:
        """Bits of an item, with the body that it may be."""
        return self._bits([*_content(item), *_standing(item)]) + self._of_inner(item)

    def of_content(self, item: Item) -> float:
        """Bits of what an item is, where its extents and all else of it are told besides."""
        told = [t for t in _content(item) if not (isinstance(t, _Number) and t.slot.sort == "extent")]
        return self._bits(told) + self._of_inner(item)

    def of_body(self, body: Body) -> float:
        """Bits of a body; its extents are those of what stands in it."""
        return self._bits(list(_frame(body))) + self.of_items(body.items)

    def _of_inner(self, item: Item) -> float:
        return 0.0 if item.body is None else self.of_body(item.body)

    def _bits(self, told: Sequence[_Told]) -> float:
        return -sum(log2(self._mass(one)) for one in told)

    def _mass(self, told: _Told) -> float:
        match told:
            case _Number(slot, value):
                return self.mass(slot, value)
            case _Kind(what, kind):
                return self.kinds[what].mass(kind)
        assert_never(told)


def escape_of(bodies: Sequence[Body], precision: Precision) -> Escape:
    """The laws of a corpus."""
    numbers: dict[Slot, list[float]] = defaultdict(list)
    seen: dict[str, list[Hashable]] = {what: [] for what in _WAYS}
    for told in (told for body in bodies for told in (*_whole(body), *_inside(body))):
        match told:
            case _Number(slot, value):
                numbers[slot].append(value)
            case _Kind(what, kind):
                seen[what].append(kind)
            case _:
                assert_never(told)
    cells = {slot: [cell_of(v, step_of(slot, precision.step)) for v in values] for slot, values in numbers.items()}
    return Escape(
        precision.step,
        {slot: histogram(of) for slot, of in cells.items()},
        {what: kinds(of, _WAYS[what]) for what, of in seen.items()},
    )


def _whole(body: Body) -> Iterator[_Told]:
    yield from (_Number(Slot("whole", axis), float(body.size[axis])) for axis in range(3))


def _inside(body: Body) -> Iterator[_Told]:
    yield from _frame(body)
    for item in body.items:
        yield from _content(item)
        yield from _standing(item)
        # A part may be placed by its ends.
        for axis in range(3):
            for side in (-1, 1):
                yield _Number(Slot(SIDES[side + 1], axis), float(item.centre[axis] + 0.5 * side * item.size[axis]))
        if item.body is not None:
            yield from _inside(item.body)


def _frame(body: Body) -> Iterator[_Told]:
    yield _Kind("operator", body.operator)
    if body.operator:
        yield _Number(Slot("length"), body.blend)
    yield _Number(Slot("items"), float(len(body.items)))


def _content(item: Item) -> Iterator[_Told]:
    """What an item is: its extents are those of a primitive that is a box, a body has those of what stands in it."""
    yield _Kind("kind", item.kind)
    if item.body is not None:
        return
    slots = [Slot("extent", axis) for axis in range(3)] if item.boxed else []
    slots += [Slot(sort) for sort in sorts_of(item.kind)[len(slots) :]]
    yield from (_Number(slot, value) for slot, value in zip(slots, item.arguments, strict=True))
    assert isinstance(item.fixed, tuple)
    for fixed in item.fixed:
        if isinstance(fixed, tuple):
            yield _Number(Slot("listed"), float(len(fixed)))
            yield from (_Number(Slot("point"), float(x)) for point in fixed for x in point)
        else:
            yield _Number(Slot("listed"), float(fixed))


def _standing(item: Item) -> Iterator[_Told]:
    """Where an item is, how it is turned, and how it repeats."""
    yield _Kind("mirrored", item.mirrored)
    yield _Kind("repeats", "" if item.repeats is None else type(item.repeats).__name__)
    yield from (_Number(Slot("middle", axis), float(item.centre[axis])) for axis in range(3))
    yield _Kind("turned", bool(item.turns.any()))
    if item.turns.any():
        yield from (_Number(Slot("turn", axis), float(item.turns[axis])) for axis in range(3))
    if item.repeats is not None:
        yield _Number(Slot("count"), float(item.repeats.count))
    if isinstance(item.repeats, Row):
        yield from (_Number(Slot("span", axis), float(item.repeats.span[axis])) for axis in range(3))


def sorts_of(kind: str) -> tuple[Sort, ...]:
    """What each real argument of a primitive is."""
    return tuple(_sort(type_) for type_ in slots_of(kind))


def _sort(type_: str) -> Sort:
    return "length" if type_ == "length" else "angle" if type_ in ("angle", "curvature") else "share"
