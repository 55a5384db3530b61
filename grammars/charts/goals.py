"""Goals of a chart: a nonterminal with arguments, laid on something seen at one place or more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, final

from grammars.charts.amounts import Amount, bound, plus, substituted, variables
from grammars.charts.bounds import ANYTHING, Range, Ranges
from grammars.charts.cells import Equation
from grammars.charts.forms import ZERO, Bindings, Form
from grammars.charts.model import Place
from grammars.charts.observed import Content, Standing, Turn
from grammars.charts.turning import put_in, seen_as, together, turned
from shapelang.geometry.pose import EYE, Mat3

Vector: TypeAlias = tuple[Amount, Amount, Amount]


@final
@dataclass(frozen=True, slots=True)
class Laid:
    """A frame, and how what stands in it is seen: turned and offset in steps of the grid."""

    linear: Mat3
    offset: Vector
    turn: Turn
    seen: tuple[int, int, int]


@final
@dataclass(frozen=True, slots=True)
class Goal:
    """Does `target`, with these arguments, make `content`, seen at all these places at once?

    Its variables are numbered 0, 1 … as they first occur, and lie in `ranges`, of steps.
    """

    target: str
    arguments: tuple[Amount, ...]
    laid: tuple[Laid, ...]
    content: Content
    ranges: tuple[Range, ...] = ()


def whole_goal(target: str, seen: Standing) -> Goal:
    """A start symbol laid on an assembly."""
    return Goal(target, (), (Laid(EYE, (ZERO, ZERO, ZERO), seen.turn, seen.offset),), seen.content)


def placed(laid: Laid, place: Place, slots: Sequence[Amount]) -> Laid:
    """The frame of an item of a rule that itself stands in a frame."""
    x, y, z = (substituted(amount, slots) for amount in place.offset)
    moved = turned(laid.linear, (x, y, z))
    offset = (plus(moved[0], laid.offset[0]), plus(moved[1], laid.offset[1]), plus(moved[2], laid.offset[2]))
    return Laid(together(laid.linear, put_in(place.linear, slots)), offset, laid.turn, laid.seen)


def meeting(laid: Laid, grid: float, kind: str | None = None) -> Iterator[list[Equation]]:
    """The ways in which a frame, or a leaf of a kind, is where it is seen; none where its turn is another."""
    for turn in seen_as(laid.linear, laid.turn, kind):
        yield [*turn, *(Equation(amount, seen, grid) for amount, seen in zip(laid.offset, laid.seen, strict=True))]


def canonical(goal: Goal, known: Bindings, ranges: Ranges) -> tuple[Goal, tuple[int, ...]]:
    """A goal with what is known put in and its variables numbered anew, and what each was called before."""
    names: dict[int, int] = {}

    def renamed(amount: Amount) -> Amount:
        here = bound(amount, known)
        for v in variables(here):
            names.setdefault(v, len(names))
        return substituted(here, {v: Form(0.0, ((names[v], 1.0),)) for v in variables(here)})

    def entry(value: Any) -> Any:
        if isinstance(value, float):
            return value
        here = renamed(value)
        return here.constant if isinstance(here, Form) and not here.terms else here

    arguments = tuple(renamed(amount) for amount in goal.arguments)
    laid: list[Laid] = []
    for each in goal.laid:
        x, y, z = map(renamed, each.offset)
        linear: Any = tuple(map(entry, each.linear))
        laid.append(Laid(linear, (x, y, z), each.turn, each.seen))
    lie = tuple(ranges.get(v, ANYTHING) for v in names)
    return Goal(goal.target, arguments, tuple(laid), goal.content, lie), tuple(names)
