"""Expressions compiled to closures over a frame. The types were checked; what is left depends on values."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias, assert_never, final

from shapelang.execution.errors import Diverged, Rejected
from shapelang.execution.functions import OF_NUMBERS, OF_RUN, DomainError, lerp
from shapelang.execution.reach import Reach, Refer
from shapelang.execution.references import face_point
from shapelang.execution.run import Frame
from shapelang.geometry.pose import Vec3, add, scaled, subtract
from shapelang.semantics.builtins import ANCHORS, CONSTANTS, EXTENTS
from shapelang.semantics.program import Program
from shapelang.semantics.types import Type
from shapelang.syntax import tree

Evaluate: TypeAlias = Callable[[Frame], Any]
COMPONENTS = {"x": 0, "y": 1, "z": 2}


@final
class Expressions:
    """Compiles the expressions of one body; `local` holds its own names, all others belong to the file."""

    def __init__(self, program: Program, local: frozenset[str] | None) -> None:
        self.program = program
        self.local = local
        """None at the top of a file, where all names are its own."""
        self.reach = Reach(self)

    def type(self, expr: tree.Expr) -> Type:
        """The type that the checker found."""
        return self.program.types[id(expr)]

    def reject(self, expr: tree.Expr, message: str, code: str = "E404") -> Rejected:
        """A value that cannot be, at its place."""
        return Rejected(code, self.program.source, expr.span, message)

    # --- values ----------------------------------------------------------------------------------

    def compile(self, expr: tree.Expr) -> Evaluate:
        """A closure that gives the value of an expression; a shape stands for its centre."""
        if self.program.types.get(id(expr)) is Type.SHAPE:
            return self.reach.anchor(expr, lambda box: box.centre, expr)
        match expr:
            case tree.Number(value=value) | tree.Boolean(value=value) | tree.Text(value=value):
                return lambda _: value
            case tree.Colour(digits=digits):
                colour = tuple(int(digits[k : k + 2], 16) / 255 for k in (0, 2, 4))
                return lambda _: colour
            case tree.Name(name=name):
                return self._name(name)
            case tree.Open():
                raise AssertionError("an open size is filled by its call")
            case tree.Tuple(items=items):
                return _tuple([self._real(i) for i in items])
            case tree.List(items=items):
                parts = [self.compile(i) for i in items]
                return lambda f: tuple([p(f) for p in parts])
            case tree.Unary():
                return self._unary(expr)
            case tree.Binary():
                return self._binary(expr)
            case tree.Conditional():
                return self._conditional(expr)
            case tree.Member():
                return self._member(expr)
            case tree.Index():
                raise AssertionError("an index reaches a shape")
            case tree.Call():
                return self._call(expr)
        assert_never(expr)

    def _name(self, name: str) -> Evaluate:
        if self.local is not None and name not in self.local:
            constant = CONSTANTS.get(name)

            def outer(f: Frame) -> Any:
                return f.module[name] if name in f.module or constant is None else constant

            return outer
        constant = CONSTANTS.get(name)
        if constant is not None:
            return lambda f: f.values.get(name, constant)
        if self.local is None:
            return lambda f: f.values[name]
        # A name of the body that was not bound is one that an alternative only bears: the file's is meant.
        return lambda f: f.values[name] if name in f.values else f.module[name]

    def _unary(self, expr: tree.Unary) -> Evaluate:
        if self.type(expr) is Type.VECTOR:
            vector = self.compile(expr.operand)

            def opposite(f: Frame) -> Vec3:
                x, y, z = vector(f)
                return (-x, -y, -z)

            return opposite
        value = self.compile(expr.operand)
        if expr.operator == "-":
            return lambda f: -value(f)

        def negation(f: Frame) -> Any:
            test = value(f)
            return (not test) if test is True or test is False else ~test

        return negation

    def _binary(self, expr: tree.Binary) -> Evaluate:
        if self.type(expr) is Type.VECTOR:
            return self._vectors(expr)
        if expr.operator in ("and", "or"):
            return _logic(expr.operator == "and", self.compile(expr.left), self.compile(expr.right))
        a, b = self.compile(expr.left), self.compile(expr.right)
        if expr.operator == "/":
            return self._divide(expr, a, b)
        plain = _arithmetic(expr.operator, a, b)
        if self.type(expr) is Type.INT:
            return self._bounded(expr, plain)
        return plain

    def _bounded(self, expr: tree.Binary, value: Evaluate) -> Evaluate:
        def checked(f: Frame) -> int:
            result = value(f)
            if not -9007199254740992 <= result <= 9007199254740992:
                raise self.reject(expr, "this int is too large: the limit is 2^53")
            return result

        return checked

    def _divide(self, expr: tree.Binary, a: Evaluate, b: Evaluate) -> Evaluate:
        def quotient(f: Frame) -> Any:
            low = b(f)
            zero = low == 0
            if zero is not False and (zero is True or zero.any()) and f.run.truth(zero):
                raise self.reject(expr, "division by zero")
            return a(f) / low

        return quotient

    def _vectors(self, expr: tree.Binary) -> Evaluate:
        a_vector = self.type(expr.left) in (Type.VECTOR, Type.SHAPE)
        a, b = self.compile(expr.left), self.compile(expr.right)
        match expr.operator:
            case "+":
                return lambda f: add(a(f), b(f))
            case "-":
                return lambda f: subtract(a(f), b(f))
            case "*":
                return (lambda f: scaled(a(f), b(f))) if a_vector else (lambda f: scaled(b(f), a(f)))
            case _:
                one = self._divide(expr, lambda _: 1.0, b)

                def over(f: Frame) -> Vec3:
                    one(f)
                    (x, y, z), s = a(f), b(f)
                    return (x / s, y / s, z / s)

                return over

    def _real(self, expr: tree.Expr) -> Evaluate:
        """A closure that gives a real, an int being widened: lanes are reals, and a single run must be like them."""
        value = self.compile(expr)
        if isinstance(expr, tree.Number):
            constant = float(expr.value)
            return lambda _: constant
        return (lambda f: float(value(f))) if self.type(expr) is Type.INT else value

    def _conditional(self, expr: tree.Conditional) -> Evaluate:
        test = self.compile(expr.test)
        found = self.type(expr)
        as_found = self._real if found is Type.REAL else self.compile
        then, other = as_found(expr.then), as_found(expr.otherwise)
        batched = found in (Type.REAL, Type.VECTOR, Type.COLOUR)

        def choice(f: Frame) -> Any:
            holds = test(f)
            if holds is True:
                return then(f)
            if holds is False:
                return other(f)
            if not batched:
                return then(f) if f.run.truth(holds) else other(f)
            try:
                a, b = then(f), other(f)
            except (Rejected, Diverged):
                # A branch fails in lanes that may not take it: part the lanes first.
                return then(f) if f.run.truth(holds) else other(f)
            where = f.run.n.where
            if found is Type.REAL:
                return where(holds, a, b)
            return tuple(where(holds, p, q) for p, q in zip(a, b, strict=True))

        return choice

    # --- calls -----------------------------------------------------------------------------------

    def _call(self, expr: tree.Call) -> Evaluate:
        if isinstance(expr.callee, tree.Member):
            return self.reach.face(expr, expr.callee)
        assert isinstance(expr.callee, tree.Name)
        name = expr.callee.name
        given = [a.value for a in expr.arguments]
        if name in ("overlaps", "inside", "supported"):
            return self.reach.predicate(expr, name, [self.refer(g) for g in given])
        mixed = name in ("min", "max", "clamp", "lerp") and self.type(expr) is Type.REAL
        parts = [self._real(g) if mixed else self.compile(g) for g in given]
        if name in ("min", "max", "abs", "lerp"):
            return _pure(name, parts)
        if name in OF_RUN:
            return self._guarded(expr, OF_RUN[name], parts)
        function = OF_NUMBERS[name]
        if self.type(expr) is Type.INT:
            return lambda f: function(f.run.n, *[p(f) for p in parts])
        if name in ("clamp", "distance", "length"):
            return lambda f: function(f.run.n, *[p(f) for p in parts])
        return lambda f: function(f.run.n, *[p(f) * 1.0 for p in parts])

    def _guarded(self, expr: tree.Call, function: Callable[..., Any], parts: list[Evaluate]) -> Evaluate:
        def call(f: Frame) -> Any:
            try:
                return function(f.run, *[p(f) for p in parts])
            except DomainError as error:
                raise self.reject(expr, str(error)) from None

        return call

    def _member(self, expr: tree.Member) -> Evaluate:
        owner = self.type(expr.value)
        if owner is Type.VECTOR:
            vector = self.compile(expr.value)
            component = COMPONENTS[expr.name]
            return lambda f: vector(f)[component]
        name = expr.name
        if name in ANCHORS:
            return self.reach.anchor(expr.value, lambda box: face_point(box, name, 0.0, 0.0), expr)
        if name == "center":
            return self.reach.anchor(expr.value, lambda box: box.centre, expr)
        if name == "size" or name in EXTENTS:
            return self.reach.extent(expr)
        return self.reach.own(expr)

    def refer(self, expr: tree.Expr) -> Refer:
        """A closure that reaches a shape in the frame of the body."""
        return self.reach.refer(expr)


def _pure(name: str, parts: list[Evaluate]) -> Evaluate:
    """Functions of any number, ints among them."""
    if name == "abs":
        return lambda f: f.run.n.absolute(parts[0](f))
    if name == "lerp":
        return lambda f: lerp(parts[0](f), parts[1](f), parts[2](f))
    least = name == "min"

    def extreme(f: Frame) -> Any:
        better = f.run.n.minimum if least else f.run.n.maximum
        found = parts[0](f)
        for part in parts[1:]:
            found = better(found, part(f))
        return found

    return extreme


def _tuple(parts: list[Evaluate]) -> Evaluate:
    if len(parts) == 3:
        a, b, c = parts
        return lambda f: (a(f), b(f), c(f))
    p, q = parts
    return lambda f: (p(f), q(f))


def _logic(both: bool, a: Evaluate, b: Evaluate) -> Evaluate:
    def test(f: Frame) -> Any:
        left = a(f)
        if left is True or left is False:
            return b(f) if left is both else left
        right = b(f)
        if right is True or right is False:
            return left if right is both else right
        return left & right if both else left | right

    return test


def _arithmetic(operator: tree.BinaryOperator, a: Evaluate, b: Evaluate) -> Evaluate:
    match operator:
        case "+":
            return lambda f: a(f) + b(f)
        case "-":
            return lambda f: a(f) - b(f)
        case "*":
            return lambda f: a(f) * b(f)
        case "<":
            return lambda f: a(f) < b(f)
        case "<=":
            return lambda f: a(f) <= b(f)
        case ">":
            return lambda f: a(f) > b(f)
        case ">=":
            return lambda f: a(f) >= b(f)
        case "==":
            return lambda f: a(f) == b(f)
        case "!=":
            return lambda f: a(f) != b(f)
        case "/" | "and" | "or":
            raise AssertionError("compiled elsewhere")
    assert_never(operator)
