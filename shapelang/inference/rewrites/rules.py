"""The rewrites, as data: each makes of the statements of a block fewer statements that make the same instances."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, final

import numpy as np

from shapelang.inference.rewrites.egraph import EGraph
from shapelang.inference.rewrites.scene import one
from shapelang.inference.rewrites.terms import Arrayed, Class, Group, Mirrored
from shapelang.inference.rounding.turns import AXES
from shapelang.syntax.tree import AxisName

Members: TypeAlias = tuple[Class, ...]


@final
@dataclass(frozen=True, slots=True)
class Rewrite:
    """`apply` gives the statements after all places where the rewrite fits, or the same where it fits nowhere."""

    name: str
    apply: Callable[[EGraph, Members], Members]


def _images(axis: int) -> Callable[[EGraph, Members], Members]:
    """`a, a reflected` → `mirror axis { a }`."""

    def apply(graph: EGraph, members: Members) -> Members:
        made: list[Class] = []
        rest = list(members)
        while rest:
            first = rest.pop(0)
            scene = graph.scene(first)
            image = scene.reflected(axis)
            apart = not one(scene, image, graph.near)
            partner = next((c for c in rest if apart and one(graph.scene(c), image, graph.near)), None)
            if partner is None:
                made.append(first)
            else:
                rest.remove(partner)
                made.append(graph.add(Mirrored((AXES[axis],), graph.add(Group((first,))))))
        return tuple(made)

    return apply


def _rows(graph: EGraph, members: Members) -> Members:
    """`a, a moved, a moved again` → `array 3 by step { a }`, the longest rows first."""
    made = list(members)
    while True:
        row = max((r for family in _families(graph, made) for r in _runs(graph, family)), key=len, default=())
        if len(row) < 2:
            return tuple(made)
        start, end = graph.scene(row[0]).centre, graph.scene(row[-1]).centre
        step = graph.step((end - start) / (len(row) - 1))
        array = graph.add(Arrayed(len(row), step, graph.add(Group((row[0],)))))
        made[min(made.index(c) for c in row)] = array
        for member in row:
            if member in made:
                made.remove(member)


def _families(graph: EGraph, members: Sequence[Class]) -> Iterator[list[Class]]:
    """Members that are one when moved, two and more."""
    families: list[list[Class]] = []
    for member in dict.fromkeys(members):
        scene = graph.scene(member)
        for family in families:
            head = graph.scene(family[0])
            if head.words == scene.words and one(head.moved(scene.centre - head.centre), scene, graph.near):
                family.append(member)
                break
        else:
            families.append([member])
    return (family for family in families if len(family) > 1)


def _runs(graph: EGraph, family: Sequence[Class]) -> Iterator[tuple[Class, ...]]:
    """Evenly spaced members in order, each with a first and a second one."""
    centres = np.array([graph.scene(c).centre for c in family])
    for i, start in enumerate(centres):
        for j, second in enumerate(centres):
            step = second - start
            lead = next((v for v in step.tolist() if abs(v) > graph.near), 0.0)
            if lead > 0.0:
                run = [i, j]
                while (k := _next(centres, start + len(run) * step, graph.near)) is not None:
                    run.append(k)
                yield tuple(family[k] for k in run)


def _next(centres: np.ndarray, place: np.ndarray, near: float) -> int | None:
    apart = np.abs(centres - place).max(axis=1)
    return int(apart.argmin()) if float(apart.min()) <= near else None


def _one_row(graph: EGraph, members: Members) -> Members:
    """`array n by step { a } array n by step { b }` → `array n by step { a b }`."""
    return _gathered(graph, members, lambda row: (Arrayed, row.count, row.step) if isinstance(row, Arrayed) else None)


def _one_mirror(graph: EGraph, members: Members) -> Members:
    """`mirror x { a } mirror x { b }` → `mirror x { a b }`."""
    return _gathered(graph, members, lambda term: (Mirrored, term.axes) if isinstance(term, Mirrored) else None)


def _gathered(graph: EGraph, members: Members, key: Callable[[Mirrored | Arrayed], object]) -> Members:
    made: dict[object, list[Class]] = {}
    for number, member in enumerate(members):
        term = graph.best(member)
        like = key(term) if isinstance(term, Mirrored | Arrayed) else None
        made.setdefault(number if like is None else like, []).append(member)
    return tuple(c if not others else _together(graph, [c, *others]) for c, *others in made.values())


def _together(graph: EGraph, members: Sequence[Class]) -> Class:
    terms = [graph.best(c) for c in members]
    repeated = [t for t in terms if isinstance(t, Mirrored | Arrayed)]
    body = graph.add(Group(tuple(b for t in repeated for b in _body(graph, t.body))))
    match repeated[0]:
        case Mirrored(axes):
            return graph.add(Mirrored(axes, body))
        case Arrayed(count, step):
            return graph.add(Arrayed(count, step, body))


def _body(graph: EGraph, body: Class) -> Members:
    """The statements of a block."""
    term = graph.best(body)
    return term.members if isinstance(term, Group) else (body,)


def _nested(graph: EGraph, members: Members) -> Members:
    """`mirror x, z { a } mirror x { b }` → `mirror x { mirror z { a } b }`."""
    made = list(members)
    for member in members:
        match graph.best(member):
            case Mirrored((first, second), body):
                for outer, left in _orders(first, second):
                    other = next((c for c in made if _across(graph, c) == (outer,)), None)
                    if other is not None:
                        deeper = graph.add(Mirrored((left,), body))
                        block = graph.add(Group((deeper, *_mirrored_body(graph, other))))
                        made[made.index(other)] = graph.add(Mirrored((outer,), block))
                        made.remove(member)
                        break
            case _:
                pass
    return tuple(made)


def _orders(first: AxisName, second: AxisName) -> Sequence[tuple[AxisName, AxisName]]:
    return (first, second), (second, first)


def _across(graph: EGraph, member: Class) -> tuple[AxisName, ...]:
    term = graph.best(member)
    return term.axes if isinstance(term, Mirrored) else ()


def _mirrored_body(graph: EGraph, member: Class) -> Members:
    term = graph.best(member)
    return _body(graph, term.body) if isinstance(term, Mirrored) else ()


def _crossed(graph: EGraph, members: Members) -> Members:
    """`mirror x { mirror z { a } }` → `mirror x, z { a }`."""
    return tuple(_uncrossed(graph, member) for member in members)


def _uncrossed(graph: EGraph, member: Class) -> Class:
    match graph.best(member):
        case Mirrored((outer,), body):
            match [graph.best(c) for c in _body(graph, body)]:
                case [Mirrored((deeper,), core)] if deeper != outer:
                    both = (outer, deeper) if outer < deeper else (deeper, outer)
                    return graph.add(Mirrored(both, core))
                case _:
                    return member
        case _:
            return member


REWRITES: Final = (
    Rewrite("images across x", _images(0)),
    Rewrite("images across z", _images(2)),
    Rewrite("images across y", _images(1)),
    Rewrite("rows", _rows),
    Rewrite("one mirror of two", _one_mirror),
    Rewrite("one row of two", _one_row),
    Rewrite("mirrors in mirrors", _nested),
    Rewrite("mirrors of mirrors", _crossed),
)
"""All of them; each is tested by running the program before and after it."""
