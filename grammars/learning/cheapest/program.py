"""The cheapest program that yields one to three examples by its params and choices, and the proof that it does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from grammars.learning.cheapest.equal import differing
from grammars.learning.cheapest.numbers import Inside, Part, Slot, Told, collected
from grammars.learning.cheapest.relations import Chosen, Expression, cheapest
from grammars.learning.shapes.alternatives import Alternative, Choice
from grammars.learning.shapes.bodies import Body
from grammars.learning.shapes.expressions import anchor_text, call_of, fixed_text, number_text, scaled, summed
from grammars.learning.shapes.reading import body_of
from shapelang.diagnostics import ShapelangError
from shapelang.execution.simulate import simulate
from shapelang.io.turns import AXES
from shapelang.primitives.table import PRIMITIVE_BY_KIND
from shapelang.semantics.check import check_text
from shapelang.syntax import tree
from shapelang.syntax.printer import print_module

MOST: Final = 3
"""Examples."""

MOST_NUMBERS: Final = 250
"""That a program has to say: extents, places and turns of its parts."""

_ZERO: Final = tree.Number(0)

_ONE: Final = tree.Number(1)

_SIDES: Final = (0, -1, 1)


@final
@dataclass(frozen=True, slots=True, eq=False)
class Cheapest:
    """A program, what each example gives to it (params by name, choices by address), its params, and its bits.

    `proved`: nothing is cheaper among what was considered. `missing`: what it does not yield, in words; empty where
    each example was made again from the text and found to be the same.
    """

    text: str
    given: tuple[Mapping[str, object], ...]
    params: tuple[str, ...]
    bits: float
    proved: bool
    missing: tuple[str, ...]


def cheapest_program(bodies: Sequence[Body], tolerance: float) -> Cheapest | None:
    """The program of least description length among those that tell each number by at most two params, affinely.

    Numbers are exact to a tolerance, in metres. What stands in some examples only is a choice. None of more than
    `MOST_NUMBERS`.
    """
    inside = collected(dict(enumerate(bodies)), len(bodies))
    slots = inside.slots()
    if len(slots) > MOST_NUMBERS:
        return None
    chosen = cheapest(slots, inside.known(), tolerance)
    writer = _Writer(chosen, dict(zip(map(id, slots), chosen.expressions, strict=True)), len(bodies))
    statements = tuple(writer.standing(inside, inside.shape, ""))
    text = print_module(tree.Module((*map(_param, chosen.params), *statements)))
    given: list[Mapping[str, object]] = []
    for k in range(len(bodies)):
        params = {p.name: _value(p, k) for p in chosen.params if not np.isnan(p.column[k])}
        given.append({**params, **writer.choices[k]})
    missing = tuple(
        f"example {k + 1}: {cause}"
        for k, body in enumerate(bodies)
        for cause in _missing(text, given[k], body, 4.0 * tolerance)
    )
    return Cheapest(text, tuple(given), tuple(p.name for p in chosen.params), chosen.bits, chosen.proved, missing)


def _missing(text: str, given: Mapping[str, object], body: Body, tolerance: float) -> list[str]:
    try:
        again = body_of(simulate(check_text(text, "cheapest.shape"), 0, given).assembly)
    except ShapelangError as error:
        return [(str(error).splitlines() or ["it cannot be run"])[0]]
    return ["nothing stands"] if again is None else differing(again, body, tolerance)


def _value(param: Told, example: int) -> float | int:
    value = float(param.column[example])
    return round(value) if param.unit == "count" else round(value, 6)


def _param(param: Told) -> tree.Param:
    """Between the least and the most that was seen; what never changed may be set to half and to twice of that."""
    values = [_value(param, k) for k in np.flatnonzero(~np.isnan(param.column)).tolist()]
    low, high = min(values), max(values)
    if param.unit == "count":
        weights = tuple(tree.Argument(int(v), number_text(values.count(v))) for v in sorted(set(values)))
        if low == high:
            return tree.Param(param.name, "int", number_text(low), False, tree.List((_ONE, number_text(2 * high))))
        return tree.Param(param.name, "int", tree.Call(tree.Name("categorical"), weights), True, None)
    if low == high:
        ends = sorted((0.5 * low, 2.0 * low))
        ranged = tree.List((number_text(round(ends[0], 6)), number_text(round(ends[1], 6))))
        return tree.Param(param.name, None, number_text(low), False, ranged)
    ends = (number_text(low), number_text(high))
    return tree.Param(param.name, None, call_of("uniform", *ends), True, tree.List(ends))


@final
class _Writer:
    """Statements of bodies; which choice each example takes, by address."""

    def __init__(self, chosen: Chosen, expressions: Mapping[int, Expression], examples: int) -> None:
        self.chosen, self.expressions = chosen, expressions
        self.choices: list[dict[str, str]] = [{} for _ in range(examples)]

    def standing(self, inside: Inside, shape: Alternative, path: str) -> Iterator[tree.Statement]:
        """What stands together, then the choices."""
        for number in sorted(shape.parts):
            yield self._part(inside.parts[number], path)
        for choice in shape.choices:
            yield self._choice(inside, choice, path)

    def _choice(self, inside: Inside, choice: Choice, path: str) -> tree.Statement:
        names = [inside.parts[a.parts[0]].name for a in choice.alternatives]
        name = f"{names[0]}_style" if len(names) > 1 else f"{names[0]}_or_not"
        written: list[tree.Alternative] = []
        for label, alternative in zip(names, choice.alternatives, strict=True):
            for k in alternative.there:
                self.choices[k][path + name] = f"with_{label}"
            block = tree.Block(tuple(self.standing(inside, alternative, f"{path}{name}/")))
            weight = number_text(len(alternative.there))
            written.append(tree.Alternative(weight, f"with_{label}", tree.Shape(block, ())))
        if choice.none:
            for k in choice.none:
                self.choices[k][path + name] = f"without_{names[0]}"
            empty = tree.Shape(tree.Block(()), ())
            written.append(tree.Alternative(number_text(len(choice.none)), f"without_{names[0]}", empty))
        return tree.ShapeStatement(name, tree.Shape(tree.Choose(tuple(written)), ()))

    def _part(self, part: Part, path: str) -> tree.Statement:
        turned = tuple(
            tree.Turn(axis, angle)
            for axis, slot in zip(AXES, part.turns, strict=True)
            if not _is_zero(angle := self._told(slot))
        )
        rotate = (tree.Rotate(turned),) if turned else ()
        core, placed = self._core(part, f"{path}{part.name}/"), self._placed(part)
        if part.span and part.count is not None:
            count = self._told(part.count)
            steps = tuple(self._step(slot, count) for slot in part.span)
            inner = tree.Block((tree.ShapeStatement(part.name, tree.Shape(core, rotate)),))
            array = tree.Array(count, tree.Tuple(steps), inner)
            statement = tree.ShapeStatement(None, tree.Shape(array, placed))
        else:
            statement = tree.ShapeStatement(part.name, tree.Shape(core, (*rotate, *placed)))
            if part.ring and part.count is not None:
                ring = tree.Ring(self._told(part.count), "y", tree.Block((statement,)))
                statement = tree.ShapeStatement(None, tree.Shape(ring, ()))
        if part.mirrored:
            axes: tuple[tree.AxisName, ...] = ("x", "z") if part.mirrored == "xz" else (part.mirrored,)
            statement = tree.ShapeStatement(None, tree.Shape(tree.Mirror(axes, tree.Block((statement,))), ()))
        return statement

    def _core(self, part: Part, path: str) -> tree.Core:
        if part.inner is not None:
            block = tree.Block(tuple(self.standing(part.inner, part.inner.shape, path)))
            if not part.inner.operator:
                return block
            blend = number_text(part.inner.blend) if part.inner.blend else None
            return tree.SolidBlock(part.inner.operator, blend, block)
        fixed = iter(part.fixed) if isinstance(part.fixed, tuple) else iter(())
        reals = iter(part.arguments)
        found: list[tree.Argument] = []
        positional = True
        for slot in PRIMITIVE_BY_KIND[part.kind].slots:
            value = fixed_text(next(fixed)) if slot.type in ("points", "int") else self._told(next(reals))
            if value is None or (slot.default is not None and value == number_text(float(slot.default))):
                positional = False
                continue
            found.append(tree.Argument(None if positional else slot.name, value))
        return tree.Instance((part.kind,), tuple(found))

    def _placed(self, part: Part) -> tuple[tree.Modifier, ...]:
        """`at` for the middle, else `attach` of the faces that are told."""
        x, y, z = (_SIDES[self.expressions[id(slot)].way] for slot in part.place)
        point = tree.Tuple(tuple(self._told(slot) for slot in part.place))
        if (x, y, z) == (0, 0, 0) and part.inner is None and not part.span:
            return () if all(map(_is_zero, point.items)) else (tree.At(point),)
        return (tree.Attach(anchor_text((x, y, z)), point),)

    def _step(self, slot: Slot, count: tree.Expr) -> tree.Expr:
        told = self._told(slot)
        if _is_zero(told) or self.expressions[id(slot)].way == 1:
            return told
        if isinstance(count, tree.Number):
            return told if count.value == 2 else tree.Binary("/", told, tree.Number(count.value - 1))
        return tree.Binary("/", told, tree.Binary("-", count, _ONE))

    def _told(self, slot: Slot) -> tree.Expr:
        expression = self.expressions[id(slot)]
        if not expression.terms:
            return number_text(expression.constant)
        terms = [(slope, tree.Name(self.chosen.params[k].name)) for k, slope in expression.terms]
        found: tree.Expr = scaled(*terms[0])
        for slope, name in terms[1:]:
            found = tree.Binary("-" if slope < 0.0 else "+", found, scaled(abs(slope), name))
        return summed(found, expression.constant)


def _is_zero(value: tree.Expr) -> bool:
    return value == _ZERO
