"""Places told by other shapes: `at rail`, `attach bottom to seat.top`, where that is shorter than three numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Final, final

import numpy as np

from shapelang.inference.lift.boxes import Box, Values, around
from shapelang.inference.lift.expressions import tokens
from shapelang.inference.lift.pieces import turn_of
from shapelang.syntax import tree

_FACES: Final = (("right", "left"), ("bottom", "top"), ("back", "front"))
"""Across x, y, z: the low and the high one."""

_LATEST: Final = 40
"""Names that a place is looked for at, the latest of them."""

_WAYS: Final = 2
"""In which two boxes may meet along an axis, that are tried."""

_OTHER: Final = 1.1
"""Times its default, a parameter's second value; expressions are linear, so that two values tell all."""

_AT: Final = 5
"""Tokens of `at (,,)`."""

_ARGUMENTS: Final = 5
"""Tokens of `(1, 0)`."""


def with_contacts(module: tree.Module, near: float) -> tree.Module:
    """The program with places told by shapes that stand earlier, whatever the values of its parameters are.

    `near`: metres that a shape may move by. A place is told anew only where that takes fewer tokens.
    """
    walk = _Walk(_settings(module), near)
    return replace(module, statements=walk.statements(module.statements, {})[0])


def _settings(module: tree.Module) -> Values:
    """All defaults, and each parameter in its turn at another value."""
    params = [s for s in module.statements if isinstance(s, tree.Param)]
    count = len(params) + 1
    values = Values({}, count)
    known: dict[str, np.ndarray] = {}
    for k, param in enumerate(params):
        default = values.number(param.value)
        if default is not None:
            default[k + 1] *= _OTHER
            known[param.name] = default
    return Values(known, count)


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """A way to tell a place, and its tokens."""

    modifier: tree.Modifier
    cost: int


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Walk:
    """Rewrites statements; `near`: metres up to which two places are one."""

    values: Values
    near: float

    def statements(
        self, statements: Iterable[tree.Statement], seen: Mapping[str, Box]
    ) -> tuple[tuple[tree.Statement, ...], list[Box | None], dict[str, Box]]:
        """The statements, the boxes of their shapes, and the names that they add to those `seen`."""
        made: list[tree.Statement] = []
        boxes: list[Box | None] = []
        added: dict[str, Box] = {}
        for statement in statements:
            match statement:
                case tree.ShapeStatement():
                    shape, box, names = self._shape(statement, {**seen, **added})
                    made.append(shape)
                    boxes.append(box)
                    added |= names
                case tree.PartDefinition(_, (), body):
                    inner = replace(body, statements=self.statements(body.statements, {})[0])
                    made.append(replace(statement, body=inner))
                case _:
                    made.append(statement)
        return tuple(made), boxes, added

    def _shape(
        self, statement: tree.ShapeStatement, seen: Mapping[str, Box]
    ) -> tuple[tree.ShapeStatement, Box | None, dict[str, Box]]:
        shape = statement.shape
        core, own, names = self._core(statement, seen)
        place = self.values.place(shape.modifiers)
        box = None if own is None or place is None else own.moved(place)
        if box is not None and isinstance(core, tree.Instance | tree.SolidBlock):
            shape = replace(shape, modifiers=self._told(shape.modifiers, box, place, seen))
        if statement.name is not None:
            names = {} if box is None else {statement.name: box}
        return replace(statement, shape=replace(shape, core=core)), box, names

    def _core(
        self, statement: tree.ShapeStatement, seen: Mapping[str, Box]
    ) -> tuple[tree.Core, Box | None, dict[str, Box]]:
        """The core, its box about its own origin, and the names within it that stay visible."""
        core, modifiers = statement.shape.core, statement.shape.modifiers
        stays = all(isinstance(m, tree.With | tree.Tagged) for m in modifiers)
        inside = seen if stays else {}
        match core:
            case tree.Instance():
                return core, self.values.terminal(core, modifiers), {}
            case tree.SolidBlock(operator, _, body):
                made, boxes, _ = self.statements(body.statements, {})
                known = boxes[:1] if operator == "difference" else boxes
                whole = around(known) if operator != "intersection" and turn_is_none(modifiers) else None
                return replace(core, body=replace(body, statements=made)), whole, {}
            case tree.Block(statements):
                made, boxes, names = self.statements(statements, inside)
                whole = around(boxes) if turn_is_none(modifiers) else None
                return replace(core, statements=made), whole, names if stays else {}
            case tree.Mirror(axes, body):
                made, boxes, names = self.statements(body.statements, inside)
                images = {name: _mirrored(box, axes) for name, box in names.items()}
                whole = None if (one := around(boxes)) is None or not turn_is_none(modifiers) else _mirrored(one, axes)
                return replace(core, body=replace(body, statements=made)), whole, images if stays else {}
            case tree.Array(count, step, body):
                made, boxes, names = self.statements(body.statements, inside)
                far = self._last(count, step)
                rows = {} if far is None else {name: _row(box, far) for name, box in names.items()}
                one = around(boxes)
                whole = None if one is None or far is None or not turn_is_none(modifiers) else _row(one, far)
                return replace(core, body=replace(body, statements=made)), whole, rows if stays else {}
            case _:
                return core, None, {}

    def _last(self, count: tree.Expr, step: tree.Expr) -> np.ndarray | None:
        """(k, 3) from the first image of an array to the last."""
        number, by = self.values.number(count), self.values.vector(step)
        return None if number is None or by is None else by * (number - 1.0)[:, None]

    def _told(
        self, modifiers: tuple[tree.Modifier, ...], box: Box, place: np.ndarray | None, seen: Mapping[str, Box]
    ) -> tuple[tree.Modifier, ...]:
        """The modifiers with the place told in the shortest way; of equal ways the one by the latest shape."""
        for k, modifier in enumerate(modifiers):
            match modifier:
                case tree.At(tree.Tuple(items)):
                    most = _AT + sum(tokens(item) for item in items)
                    near = [*seen][-_LATEST:]
                    ways = [way for name in reversed(near) for way in self._ways(name, seen[name], box, place)]
                    best = min(ways, key=lambda way: way.cost, default=None)
                    if best is not None and best.cost < most:
                        return (*modifiers[:k], best.modifier, *modifiers[k + 1 :])
                case _:
                    pass
        return modifiers

    def _ways(self, name: str, other: Box, box: Box, place: np.ndarray | None) -> Iterator[_Told]:
        """How a place is told by another shape."""
        if place is not None and self._one(other.sides[1], place):
            yield _Told(tree.At(tree.Name(name)), 2)
        if box.turned or other.turned:
            return
        apart = np.abs(box.sides[:, None] - other.sides[None]).max(axis=2) <= self.near
        meets = [[(s - 1, t - 1) for s, t in np.argwhere(apart[:, :, axis]).tolist()] for axis in range(3)]
        for signs in product(*(sorted(pairs, key=_plainness)[:_WAYS] for pairs in meets)):
            for axis, (own, its) in enumerate(signs):
                if own and its:
                    yield _attached(name, axis, [s for s, _ in signs], [t for _, t in signs])

    def _one(self, a: np.ndarray, b: np.ndarray) -> bool:
        """Whether two places are one, in all settings."""
        return bool((np.abs(a - b) <= self.near).all())


def turn_is_none(modifiers: tuple[tree.Modifier, ...]) -> bool:
    """Whether a shape is not turned."""
    turn = turn_of(modifiers)
    return turn is not None and np.array_equal(turn, np.eye(3))


def _mirrored(box: Box, axes: Sequence[tree.AxisName]) -> Box:
    for axis in axes:
        both = around((box, box.reflected("xyz".index(axis))))
        box = box if both is None else both
    return box


def _row(box: Box, far: np.ndarray) -> Box:
    return around((box, box.moved(far))) or box


def _plainness(signs: tuple[int, int]) -> tuple[int, int]:
    """Middles on middles first, then faces that meet, then faces in one plane, then what has minus signs."""
    own, its = signs
    return (own != 0) + (its != 0), own + its


def _attached(name: str, axis: int, own: Sequence[int], its: Sequence[int]) -> _Told:
    """`attach top(1, 0) to seat.bottom(1, 0)`."""
    here, there = _FACES[axis][own[axis] > 0], _FACES[axis][its[axis] > 0]
    anchor, cost = _point(tree.Name(here), axis, own)
    target, more = _point(tree.Member(tree.Name(name), there), axis, its)
    return _Told(tree.Attach(anchor, target), 6 + cost + more)


def _point(face: tree.Expr, axis: int, signs: Sequence[int]) -> tuple[tree.Expr, int]:
    """A point of a face, and its tokens beyond the face's."""
    others = [sign for k, sign in enumerate(signs) if k != axis]
    if not any(others):
        return face, 0
    arguments = tuple(tree.Argument(None, _sign(sign)) for sign in others)
    return tree.Call(face, arguments), _ARGUMENTS + sum(sign < 0 for sign in others)


def _sign(sign: int) -> tree.Expr:
    return tree.Unary("-", tree.Number(1)) if sign < 0 else tree.Number(sign)
