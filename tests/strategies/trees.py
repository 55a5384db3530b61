"""Well-formed syntax trees, drawn from bytes: every byte is one decision, 0 the simplest, so that trees shrink well.

About a thousand trees a second; `hypothesis` makes the bytes, not the trees.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from hypothesis import strategies as st

from shapelang.syntax import tree

T = TypeVar("T")

NAMES = ("a", "seat", "x", "y", "z", "top", "size", "index", "scope", "leg_2", "_u", "front", "sin", "vary")
TEXTS = ("plain", "", 'a "b"', "back\\slash", "two\nlines\tand a tab", "// none", "grün {x}", "%", "\r", "#fff")
NUMBERS = (1, 0, 0.5, 12, 1e-5, 1e16, 12.25, 2**53, 1e300, 0.1, 5e-324, 100.0)
COLOURS = ("b98b5e", "000000", "ffffff", "0e1e2e")
TYPES = ("int", "bool", "real", "vector")
BINARY: tuple[tree.BinaryOperator, ...] = ("+", "-", "*", "/", "<", "<=", ">", ">=", "==", "!=", "and", "or")
AXES: tuple[tree.AxisName, ...] = ("x", "y", "z")
SOLIDS: tuple[tree.SolidOperator, ...] = ("union", "difference", "intersection", "hull")


class Decisions:
    """Numbers taken from bytes, and zeros for ever behind them."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.next = 0

    def below(self, limit: int) -> int:
        """A number from 0 to limit - 1."""
        if self.next >= len(self.data):
            return 0
        self.next += 1
        return self.data[self.next - 1] % limit

    def one_of(self, values: Sequence[T]) -> T:
        """One of some values."""
        return values[self.below(len(values))]

    def many(self, make: Callable[[], T], least: int, most: int) -> tuple[T, ...]:
        """From `least` to `most` of something."""
        return tuple(make() for _ in range(least + self.below(most - least + 1)))


class Trees:
    """Trees of bounded depth."""

    def __init__(self, data: bytes) -> None:
        self.d = Decisions(data)

    # --- expressions ---

    def expression(self, depth: int = 3) -> tree.Expr:
        """Any expression."""
        if depth == 0 or self.d.below(3) == 0:
            return self.atom()
        nested = lambda: self.expression(depth - 1)  # noqa: E731
        match self.d.below(10):
            case 0 | 1 | 2:
                return tree.Binary(self.d.one_of(BINARY), nested(), nested())
            case 3:
                return tree.Unary("-", nested())
            case 4:
                return tree.Unary("not", nested())
            case 5:
                return tree.Conditional(nested(), nested(), nested())
            case 6:
                return tree.Tuple(self.d.many(nested, 2, 3))
            case 7:
                return tree.List(self.d.many(nested, 0, 3))
            case 8:
                return tree.Member(nested(), self.name())
            case _:
                return (
                    tree.Call(nested(), self.arguments(depth - 1))
                    if self.d.below(2)
                    else tree.Index(nested(), nested())
                )

    def atom(self) -> tree.Expr:
        """An expression without parts."""
        match self.d.below(8):
            case 0 | 1 | 2:
                return tree.Number(self.d.one_of(NUMBERS))
            case 3 | 4:
                return tree.Name(self.name())
            case 5:
                return tree.Text(self.d.one_of(TEXTS))
            case 6:
                return tree.Colour(self.d.one_of(COLOURS))
            case _:
                return self.d.one_of((tree.Open(), tree.Boolean(True), tree.Boolean(False)))

    def name(self) -> str:
        """A name."""
        return self.d.one_of(NAMES)

    def arguments(self, depth: int) -> tuple[tree.Argument, ...]:
        """Arguments, labelled or not."""
        return self.d.many(lambda: self.argument(depth), 0, 4)

    def argument(self, depth: int) -> tree.Argument:
        """One argument."""
        match self.d.below(6):
            case 0 | 1 | 2:
                return tree.Argument(None, self.expression(depth))
            case 3:
                return tree.Argument(self.d.below(20), self.expression(depth))
            case 4:
                return tree.Argument(self.d.one_of(TEXTS), self.expression(depth), quoted=True)
            case _:
                return tree.Argument(self.name(), self.expression(depth))

    def anchor(self) -> tree.Expr:
        """What stands between `attach` and `to`."""
        anchor: tree.Expr = tree.Name(self.name())
        for _ in range(self.d.below(3)):
            match self.d.below(3):
                case 0:
                    anchor = tree.Member(anchor, self.name())
                case 1:
                    anchor = tree.Index(anchor, self.expression(1))
                case _:
                    anchor = tree.Call(anchor, self.arguments(1))
        return anchor

    # --- shapes ---

    def modifier(self) -> tree.Modifier:
        """Any modifier."""
        match self.d.below(8):
            case 0:
                return tree.At(self.expression(2))
            case 1:
                return tree.Rotate(self.d.many(lambda: tree.Turn(self.d.one_of(AXES), self.expression(1)), 1, 3))
            case 2:
                return tree.Scale(self.expression(1))
            case 3:
                return tree.Attach(self.anchor(), self.expression(2))
            case 4:
                return tree.Between(self.expression(2), self.expression(2))
            case 5:
                anchor = self.anchor()
                axis = self.d.one_of((None, *AXES))
                # `align x to …`: an axis alone is never an anchor.
                leading = anchor
                while isinstance(leading, tree.Member | tree.Index | tree.Call):
                    leading = leading.value if not isinstance(leading, tree.Call) else leading.callee
                clash = axis is None and isinstance(leading, tree.Name) and leading.name in AXES
                return tree.Align("x" if clash else axis, anchor, self.expression(1))
            case 6:
                return tree.With(self.expression(0))
            case _:
                return tree.Tagged(self.d.one_of(TEXTS))

    def block(self, depth: int) -> tree.Block:
        """`{ … }`."""
        return tree.Block(self.d.many(lambda: self.statement(depth), 0, 3))

    def shape(self, depth: int) -> tree.Shape:
        """A core with modifiers."""
        return tree.Shape(self.core(depth), self.d.many(self.modifier, 0, 3))

    def core(self, depth: int) -> tree.Core:
        """Any core."""
        kind = self.d.below(14) if depth > 0 else 0
        match kind:
            case 0 | 1 | 2 | 3:
                return tree.Instance(self.d.many(self.name, 1, 2), self.arguments(2))
            case 4:
                return self.block(depth - 1)
            case 5:
                blend = self.expression(2) if self.d.below(2) else None
                return tree.SolidBlock(self.d.one_of(SOLIDS), blend, self.block(depth - 1))
            case 6:
                return tree.Mirror(self.d.many(lambda: self.d.one_of(AXES), 1, 3), self.block(depth - 1))
            case 7:
                return tree.Array(self.expression(2), self.expression(2), self.block(depth - 1))
            case 8:
                return tree.Ring(self.expression(2), self.d.one_of(AXES), self.block(depth - 1))
            case 9:
                return tree.For(self.name(), self.expression(1), self.expression(2), self.block(depth - 1))
            case 10:
                return self.conditional(depth)
            case 11:
                return tree.Choose(self.d.many(lambda: self.alternative(depth - 1), 0, 3))
            case _:
                return tree.Split(
                    self.d.one_of(AXES), self.expression(2), self.d.many(lambda: self.slices(depth - 1), 0, 3)
                )

    def conditional(self, depth: int) -> tree.If:
        """`if`, with or without `else`."""
        test, then = self.expression(2), self.block(depth - 1)
        match self.d.below(3):
            case 0:
                return tree.If(test, then, None)
            case 1:
                return tree.If(test, then, self.block(depth - 1))
            case _:
                return tree.If(test, then, self.conditional(depth - 1) if depth > 1 else None)

    def alternative(self, depth: int) -> tree.Alternative:
        """A line of a `choose`."""
        return tree.Alternative(self.expression(1), self.optional_name(), self.shape(depth))

    def slices(self, depth: int) -> tree.Slice | tree.RepeatGroup:
        """A line of a `split`."""
        if self.d.below(4) == 3:
            return tree.RepeatGroup(self.d.many(lambda: self.slice(depth, False), 0, 2))
        return self.slice(depth, self.d.below(3) == 2)

    def slice(self, depth: int, repeated: bool) -> tree.Slice:
        """One slice."""
        units: tuple[tree.SliceUnit, ...] = ("absolute", "percent", "floating")
        return tree.Slice(self.expression(2), self.d.one_of(units), repeated, self.optional_name(), self.shape(depth))

    def optional_name(self) -> str | None:
        """A name, or none."""
        return self.name() if self.d.below(2) else None

    # --- statements ---

    def statement(self, depth: int) -> tree.Statement:
        """Any statement."""
        match self.d.below(16):
            case 0 | 1 | 2 | 3 | 4 | 5:
                return tree.ShapeStatement(self.optional_name(), self.shape(depth))
            case 6 | 7:
                return tree.Param(*self.declared())
            case 8 | 9:
                return tree.Let(*self.declared())
            case 10:
                pair = lambda: tree.Property(self.name(), self.expression(0))  # noqa: E731
                return tree.MaterialDefinition(self.name(), self.d.many(pair, 0, 3))
            case 11:
                parameter = lambda: tree.Parameter(self.name(), self.type(), self.default())  # noqa: E731
                return tree.PartDefinition(self.name(), self.d.many(parameter, 0, 3), self.block(max(0, depth - 1)))
            case 12:
                return tree.Use(self.d.one_of(TEXTS), self.optional_name())
            case 13:
                return tree.Require(self.expression())
            case 14:
                return tree.Meta(self.name(), self.expression(2))
            case _:
                return tree.Tag(self.d.one_of(TEXTS))

    def declared(self) -> tuple[str, str | None, tree.Expr, bool, tree.List | None]:
        """The fields of a Param or Let."""
        limits = tree.List((self.expression(1), self.expression(1))) if self.d.below(2) else None
        return self.name(), self.type(), self.expression(), self.d.below(2) == 1, limits

    def type(self) -> str | None:
        """A type, or none."""
        return self.d.one_of((None, *TYPES))

    def default(self) -> tree.Expr | None:
        """A default, or none."""
        return self.expression(1) if self.d.below(2) else None

    def module(self) -> tree.Module:
        """A whole file."""
        return tree.Module(self.d.many(lambda: self.statement(3), 0, 6))


def modules() -> st.SearchStrategy[tree.Module]:
    """Whole files."""
    return st.binary(max_size=600).map(lambda data: Trees(data).module())


def expressions() -> st.SearchStrategy[tree.Expr]:
    """Expressions, up to five levels deep."""
    return st.binary(max_size=200).map(lambda data: Trees(data).expression(5))
