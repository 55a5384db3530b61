"""What the numbers of a program mean: slots, and pieces whose extents and places are linear forms of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final, TypeAlias, final

import numpy as np

from shapelang.inference.lift.forms import ZERO, Form, slot
from shapelang.inference.rounding.turns import turn_matrix
from shapelang.inference.solids.cores import number_of
from shapelang.primitives.table import PRIMITIVE_BY_KIND
from shapelang.syntax import tree

Place: TypeAlias = tuple[Form, Form, Form]

ORIGIN: Final[Place] = (ZERO, ZERO, ZERO)

_STRAIGHT: Final = 1e-6
"""A turn that takes axes to axes but for so much takes them there."""


@final
@dataclass(frozen=True, slots=True)
class Frame:
    """A frame of reference: `number` is that of frames with parallel axes and one origin, `offset` where the block's
    origin stands in it; `mirrored` are the axes that a mirror has images across, with the
    place of its plane; `last` is from the first image of the
    arrays about it to the last.
    """

    number: int = 0
    offset: Place = ORIGIN
    mirrored: tuple[tuple[int, Form], ...] = ()
    last: tuple[Place, ...] = ()


@final
@dataclass(frozen=True, slots=True)
class Piece:
    """A terminal: its extents along the frame's axes (None where it is turned or has no number for it), its centre,
    and its own sizes.
    """

    frame: Frame
    extents: tuple[Form | None, Form | None, Form | None]
    centre: Place
    sizes: tuple[Form, ...]


@final
@dataclass(frozen=True, slots=True)
class Read:
    """A program's slots by their values, its pieces, and the steps of its arrays."""

    values: tuple[float, ...]
    pieces: tuple[Piece, ...]
    steps: tuple[Form, ...]

    def at(self, values: Sequence[float]) -> Read:
        """The same with other values of the slots."""
        return replace(self, values=tuple(values))


def read(module: tree.Module) -> Read:
    """The numbers of a program. What is not understood (other expressions, other statements) has no slots."""
    walk = Walk({})
    walk.module(module)
    return Read(tuple(walk.values), tuple(walk.pieces), tuple(walk.steps))


def rewritten(module: tree.Module, numbers: Mapping[int, tree.Expr]) -> tree.Module:
    """The program with expressions instead of some of its slots."""
    return Walk(numbers).module(module)


@final
class Walk:
    """One walk over a program, in one order whether it reads or writes."""

    def __init__(self, numbers: Mapping[int, tree.Expr]) -> None:
        self._numbers = numbers
        self._frames = 0
        self.values: list[float] = []
        self.pieces: list[Piece] = []
        self.steps: list[Form] = []

    def module(self, module: tree.Module) -> tree.Module:
        """All statements."""
        return replace(module, statements=self._statements(module.statements, Frame(), {}))

    def _statements(
        self, statements: tuple[tree.Statement, ...], frame: Frame, env: Mapping[str, int]
    ) -> tuple[tree.Statement, ...]:
        return tuple(self._statement(s, frame, env) for s in statements)

    def _statement(self, statement: tree.Statement, frame: Frame, env: Mapping[str, int]) -> tree.Statement:
        match statement:
            case tree.ShapeStatement(_, shape):
                return replace(statement, shape=self._shape(shape, frame, env))
            case tree.PartDefinition(_, (), body):
                return replace(statement, body=self._block(body, self._new_frame(), env))
            case _:
                return statement

    def _block(self, block: tree.Block, frame: Frame, env: Mapping[str, int]) -> tree.Block:
        return replace(block, statements=self._statements(block.statements, frame, env))

    def _new_frame(self) -> Frame:
        self._frames += 1
        return Frame(self._frames)

    def _shape(self, shape: tree.Shape, frame: Frame, env: Mapping[str, int]) -> tree.Shape:
        place, modifiers = self._modifiers(shape.modifiers, env)
        matrix = matrix_of(modifiers)
        turned = None if matrix is None else _to_axes(matrix)
        inner = (
            replace(frame, offset=_moved(frame.offset, place))
            if turned is not None and np.array_equal(turned, np.eye(3))
            else self._new_frame()
        )
        core = shape.core
        match core:
            case tree.Instance():
                sizes, core = self._instance(core, env)
                self._piece(core.callee[-1], frame, place, matrix, sizes)
            case tree.Block():
                # A frame of its own: where a model stands in the world says nothing of its sizes.
                apart = _stands_elsewhere(modifiers)
                self._anchor(apart, frame, place)
                core = self._block(core, self._new_frame() if apart else inner, env)
            case tree.SolidBlock():
                self._anchor(inner.number != frame.number, frame, place)
                core = replace(core, body=self._block(core.body, inner, env))
            case tree.Mirror(axes, body):
                across = tuple((k, inner.offset[k]) for k in map("xyz".index, axes))
                core = replace(core, body=self._block(body, replace(inner, mirrored=inner.mirrored + across), env))
            case tree.Array(tree.Number(int(count)), step, body):
                step_forms, step = self._vector(step, env)
                self.steps += [form for form in step_forms if form.terms]
                last = (step_forms[0] * (count - 1), step_forms[1] * (count - 1), step_forms[2] * (count - 1))
                core = tree.Array(core.count, step, self._block(body, replace(inner, last=(*inner.last, last)), env))
            case tree.Ring(_, _, body):
                core = replace(core, body=self._block(body, self._new_frame(), env))
            case tree.For(variable, tree.Number(0), tree.Number(int()), body):
                core = replace(core, body=self._block(body, inner, {**env, variable: 0}))
            case _:
                pass
        return replace(shape, core=core, modifiers=modifiers)

    def _anchor(self, apart: bool, frame: Frame, place: Place) -> None:
        """What has a frame of its own is a piece of the one about it, without extents."""
        if apart:
            self.pieces.append(Piece(frame, (None, None, None), _moved(frame.offset, place), ()))

    def _modifiers(
        self, modifiers: tuple[tree.Modifier, ...], env: Mapping[str, int]
    ) -> tuple[Place, tuple[tree.Modifier, ...]]:
        place, made = ORIGIN, list[tree.Modifier]()
        for modifier in modifiers:
            match modifier:
                case tree.At(point):
                    place, point = self._vector(point, env)
                    made.append(tree.At(point))
                case _:
                    made.append(modifier)
        return place, tuple(made)

    def _instance(self, core: tree.Instance, env: Mapping[str, int]) -> tuple[dict[str, Form], tree.Instance]:
        sizes: dict[str, Form] = {}
        arguments: list[tree.Argument] = []
        kind = core.callee[-1]
        for number, argument in enumerate(core.arguments):
            label = argument.label or _POSITIONS.get(kind, ())[number : number + 1]
            key = label if isinstance(label, str) else label[0] if isinstance(label, tuple) and label else ""
            if key in _LENGTHS:
                form, value = self._expr(argument.value, env)
                if form is not None:
                    sizes[key] = form
                argument = replace(argument, value=value)
            arguments.append(argument)
        return sizes, replace(core, arguments=tuple(arguments))

    def _vector(self, point: tree.Expr, env: Mapping[str, int]) -> tuple[Place, tree.Expr]:
        match point:
            case tree.Tuple((a, b, c)):
                (x, a), (y, b), (z, c) = self._expr(a, env), self._expr(b, env), self._expr(c, env)
                return (x or ZERO, y or ZERO, z or ZERO), tree.Tuple((a, b, c))
            case _:
                return ORIGIN, point

    def _expr(self, expr: tree.Expr, env: Mapping[str, int]) -> tuple[Form | None, tree.Expr]:
        """An expression as a form, and as it is written now; loop variables have the value of the first turn."""
        match expr:
            case tree.Number(value) if value != 0:
                return self._slot(float(value), expr)
            case tree.Unary("-", tree.Number(value)) if value != 0:
                return self._slot(-float(value), expr)
            case tree.Number():
                return ZERO, expr
            case tree.Binary("+" | "-" as operator, left, right):
                (a, left), (b, right) = self._expr(left, env), self._expr(right, env)
                if a is None or b is None:
                    return None, replace(expr, left=left, right=right)
                return (a + b if operator == "+" else a - b), replace(expr, left=left, right=right)
            case tree.Binary("*", tree.Name(name), right) if name in env:
                form, right = self._expr(right, env)
                return None if form is None else form * env[name], replace(expr, right=right)
            case _:
                return None, expr

    def _slot(self, value: float, expr: tree.Expr) -> tuple[Form, tree.Expr]:
        number = len(self.values)
        self.values.append(value)
        return slot(number), self._numbers.get(number, expr)

    def _piece(self, kind: str, frame: Frame, place: Place, matrix: np.ndarray | None, sizes: dict[str, Form]) -> None:
        # What is turned about an axis of the frame keeps its extent along that.
        own = (*_extents(kind, sizes), None)
        first, second, third = (3, 3, 3) if matrix is None else map(_axis_along, matrix)
        extents = own[first], own[second], own[third]
        self.pieces.append(Piece(frame, extents, _moved(frame.offset, place), tuple(sizes.values())))


_POSITIONS: Final[Mapping[str, tuple[str, ...]]] = {
    kind: tuple(slot.name for slot in primitive.slots) for kind, primitive in PRIMITIVE_BY_KIND.items()
}

_LENGTHS: Final = frozenset(("width", "height", "depth", "radius", "top_radius", "tube"))


def _extents(kind: str, sizes: Mapping[str, Form]) -> tuple[Form | None, Form | None, Form | None]:
    match kind:
        case "cuboid" | "ellipsoid" | "superquadric" | "wedge":
            return sizes.get("width"), sizes.get("height"), sizes.get("depth")
        case "sphere":
            across = _twice(sizes.get("radius"))
            return across, across, across
        case "cylinder" | "capsule":
            across = _twice(sizes.get("radius"))
            return across, sizes.get("height"), across
        case "torus":
            radius, tube = sizes.get("radius"), sizes.get("tube")
            across = None if radius is None or tube is None else (radius + tube) * 2
            return across, _twice(tube), across
        case "cone" | "prism":
            return None, sizes.get("height"), None
        case _:
            return None, None, None


def _stands_elsewhere(modifiers: tuple[tree.Modifier, ...]) -> bool:
    """Whether a block stands elsewhere than what is around it."""
    return any(not isinstance(m, tree.With | tree.Tagged) for m in modifiers)


def _twice(form: Form | None) -> Form | None:
    return None if form is None else form * Fraction(2)


def _moved(place: Place, by: Place) -> Place:
    return place[0] + by[0], place[1] + by[1], place[2] + by[2]


def turn_of(modifiers: tuple[tree.Modifier, ...]) -> np.ndarray | None:
    """The turn of a shape where it takes axes to axes, else None."""
    matrix = matrix_of(modifiers)
    return None if matrix is None else _to_axes(matrix)


def _to_axes(matrix: np.ndarray) -> np.ndarray | None:
    plain = np.round(matrix)
    return plain if np.abs(matrix - plain).max() < _STRAIGHT else None


def _axis_along(row: np.ndarray) -> int:
    """The axis of a shape that lies along one of its frame, by that one's row of the turn; 3 where none does."""
    return int(np.abs(row).argmax()) if np.sort(np.abs(row))[-2] < _STRAIGHT else 3


def matrix_of(modifiers: tuple[tree.Modifier, ...]) -> np.ndarray | None:
    """The turn of a shape; None where it is scaled, or placed by others."""
    matrix = np.eye(3)
    for modifier in modifiers:
        match modifier:
            case tree.Rotate(turns):
                for turn in turns:
                    angle = number_of(turn.angle)
                    if angle is None:
                        return None
                    matrix = turn_matrix(turn.axis, angle) @ matrix
            case tree.At() | tree.With() | tree.Tagged():
                pass
            case _:
                return None
    return matrix
