"""Expressions of a program as affine forms of what was drawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NoReturn, assert_never

from grammars.charts.boxes import Point, box_of, face
from grammars.charts.errors import Unreadable
from grammars.charts.forms import Form, combined
from shapelang.geometry.pose import Vec3
from shapelang.semantics.builtins import ANCHORS, EXTENTS
from shapelang.syntax import tree

Names = Mapping[str, Form]

_CONSTANTS: Final[Mapping[str, float]] = {"pi": 3.141592653589793}


def number(value: tree.Expr, names: Names) -> Form:
    """A number. Raises Unreadable for what is not affine in the names."""
    match value:
        case tree.Number(value=constant):
            return Form(float(constant))
        case tree.Name(name=name) if name in names:
            return names[name]
        case tree.Name(name=name) if name in _CONSTANTS:
            return Form(_CONSTANTS[name])
        case tree.Unary(operator="-", operand=operand):
            return combined([(-1.0, number(operand, names))])
        case tree.Binary():
            return _binary(value, names)
        case tree.Member(value=tree.Name(name=name), name=extent) if extent in EXTENTS:
            return box_of(names, name)[1][EXTENTS[extent]]
        case tree.Member(value=point, name="x" | "y" | "z" as axis):
            return vector(point, names)["xyz".index(axis)]
        case _:
            _refuse(value)


def constant(value: tree.Expr, names: Names) -> float:
    """A number in which nothing drawn stands."""
    form = number(value, names)
    if form.terms:
        raise Unreadable("an angle, a count or a scale hangs on a real that was drawn")
    return form.constant


def vector(value: tree.Expr, names: Names) -> tuple[Form, Form, Form]:
    """A point in metres: written, of the box of a shape, or a sum of two. Raises Unreadable."""
    match value:
        case tree.Tuple(items=(x, y, z)):
            return number(x, names), number(y, names), number(z, names)
        case tree.Name(name=name):
            return box_of(names, name)[0]
        case tree.Member(value=tree.Name(name=name), name=word) if word in ANCHORS or word == "center":
            return face(*box_of(names, name), word, 0.0, 0.0)
        case tree.Call(callee=tree.Member(value=tree.Name(name=name), name=word), arguments=(u, v)) if word in ANCHORS:
            return face(*box_of(names, name), word, constant(u.value, names), constant(v.value, names))
        case tree.Binary(operator="+" | "-" as operator, left=left, right=right):
            sign = 1.0 if operator == "+" else -1.0
            a, b = vector(left, names), vector(right, names)
            x, y, z = (combined([(1.0, p), (sign, q)]) for p, q in zip(a, b, strict=True))
            return x, y, z
        case _:
            _refuse(value)


def own_anchor(value: tree.Expr, size: Point, names: Names) -> Point:
    """The anchor of `attach` on a shape that is centred on its box. Raises Unreadable."""
    centre = (Form(0.0), Form(0.0), Form(0.0))
    match value:
        case tree.Name(name=word) if word in ANCHORS or word == "center":
            return face(centre, size, word, 0.0, 0.0)
        case tree.Call(callee=tree.Name(name=word), arguments=(u, v)) if word in ANCHORS:
            return face(centre, size, word, constant(u.value, names), constant(v.value, names))
        case _:
            _refuse(value)


def fixed_vector(value: tree.Expr, names: Names) -> Vec3:
    """A vector in which nothing drawn stands."""
    x, y, z = vector(value, names)
    if x.terms or y.terms or z.terms:
        raise Unreadable("a step hangs on a real that was drawn")
    return x.constant, y.constant, z.constant


def truth(value: tree.Expr, names: Names) -> bool:
    """A condition in which nothing drawn stands but whole numbers, which are gone through one by one."""
    match value:
        case tree.Boolean(value=known):
            return known
        case tree.Name():
            return constant(value, names) != 0.0
        case tree.Unary(operator="not", operand=operand):
            return not truth(operand, names)
        case tree.Binary(operator="and", left=left, right=right):
            return truth(left, names) and truth(right, names)
        case tree.Binary(operator="or", left=left, right=right):
            return truth(left, names) or truth(right, names)
        case tree.Binary(operator=operator, left=left, right=right):
            a, b = constant(left, names), constant(right, names)
            tests = {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b, "==": a == b, "!=": a != b}
            if operator in tests:
                return tests[operator]
            _refuse(value)
        case _:
            _refuse(value)


def _binary(value: tree.Binary, names: Names) -> Form:
    left, right = number(value.left, names), number(value.right, names)
    match value.operator:
        case "+":
            return combined([(1.0, left), (1.0, right)])
        case "-":
            return combined([(1.0, left), (-1.0, right)])
        case "*":
            if not left.terms:
                return combined([(left.constant, right)])
            if not right.terms:
                return combined([(right.constant, left)])
            raise Unreadable("a product of two numbers that were drawn")
        case "/":
            if not right.terms and right.constant != 0.0:
                return combined([(1.0 / right.constant, left)])
            raise Unreadable("a share of a number that was drawn")
        case "<" | "<=" | ">" | ">=" | "==" | "!=" | "and" | "or":
            _refuse(value)
    assert_never(value.operator)


def _refuse(value: tree.Expr) -> NoReturn:
    raise Unreadable(f"{type(value).__name__.lower()} expressions such as this are not affine in what was drawn")
