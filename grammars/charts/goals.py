"""Goals of a chart: a nonterminal with arguments, laid on something seen at one place or more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, final

from grammars.charts.forms import ZERO, Bindings, Form, bound, combined, substituted
from grammars.charts.matching import Equation
from grammars.charts.model import Place
from grammars.charts.observed import Content, Standing, Turn, leaf_turn, turn_of
from shapelang.geometry.pose import EYE, Mat3, product

Vector: TypeAlias = tuple[Form, Form, Form]


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

    Its variables are numbered 0, 1 … as they first occur.
    """

    target: str
    arguments: tuple[Form, ...]
    laid: tuple[Laid, ...]
    content: Content


def whole_goal(target: str, seen: Standing) -> Goal:
    """A start symbol laid on an assembly."""
    return Goal(target, (), (Laid(EYE, (ZERO, ZERO, ZERO), seen.turn, seen.offset),), seen.content)


def placed(laid: Laid, place: Place, slots: Sequence[Form]) -> Laid:
    """The frame of an item of a rule that itself stands in a frame."""
    offset = tuple(substituted(form, slots) for form in place.offset)
    moved = tuple(
        combined([(laid.linear[3 * r + c], offset[c]) for c in range(3)] + [(1.0, laid.offset[r])]) for r in range(3)
    )
    linear = place.linear if laid.linear == EYE else product(laid.linear, place.linear)
    return Laid(linear, (moved[0], moved[1], moved[2]), laid.turn, laid.seen)


def meeting(laid: Laid, kind: str | None = None) -> list[Equation] | None:
    """The equations under which a frame, or a leaf of a kind, is where it is seen; None where its turn is another."""
    turn = turn_of(laid.linear) if kind is None else leaf_turn(kind, laid.linear)
    return None if turn != laid.turn else list(zip(laid.offset, laid.seen, strict=True))


def canonical(goal: Goal, known: Bindings) -> tuple[Goal, tuple[int, ...]]:
    """A goal with what is known put in and its variables numbered anew, and what each was called before."""
    names: dict[int, int] = {}

    def renamed(form: Form) -> Form:
        here = bound(form, known)
        terms = tuple(sorted((names.setdefault(v, len(names)), c) for v, c in here.terms))
        return Form(here.constant, terms)

    arguments = tuple(renamed(form) for form in goal.arguments)
    laid: list[Laid] = []
    for each in goal.laid:
        x, y, z = map(renamed, each.offset)
        laid.append(Laid(each.linear, (x, y, z), each.turn, each.seen))
    return Goal(goal.target, arguments, tuple(laid), goal.content), tuple(names)
