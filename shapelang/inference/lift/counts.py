"""How many images a row has, as a parameter: over the same length more of them stand closer, or are smaller."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, final

from shapelang.inference.rounding.grid import rounded
from shapelang.inference.solids.cores import number_of, plain_vector
from shapelang.inference.writing.naming import Names
from shapelang.inference.writing.program import number
from shapelang.syntax import tree
from shapelang.syntax.tree import nodes_in

_LEAST: Final = 3
"""Images of a row that is told by their number."""

_FILLED: Final = 0.6
"""Of a step: what is as long fills its place, and is longer where there are fewer."""


@final
@dataclass(frozen=True, slots=True)
class _Row:
    """A row along one axis, `step` metres from one image to the next; `filled`: the images fill it."""

    count: int
    axis: int
    step: float
    filled: bool
    name: str


def with_count(module: tree.Module, names: Names, grid: float) -> tree.Module | None:
    """The program with the count of its longest row as a parameter; None where no row of three and more is written by
    plain numbers. Images that fill the row have gaps as wide as before. `grid`: metres that numbers are written on.
    """
    rows = [row for node in nodes_in(module.statements) if isinstance(node, tree.Array) for row in _rows(node)]
    if not rows:
        return None
    row = max(rows, key=lambda one: one.count)
    told = _Told(replace(row, name=names.fresh(f"{row.name}_count")), grid)
    span = tree.List((tree.Number(2), tree.Number(2 * row.count)))
    count = tree.Param(told.row.name, "int", tree.Number(row.count), False, span)
    sizes = [s for s in module.statements if isinstance(s, tree.Param)]
    others = [told.statement(s) for s in module.statements if not isinstance(s, tree.Param)]
    return replace(module, statements=(*sizes, count, *others))


def _rows(array: tree.Array) -> Iterator[_Row]:
    step = plain_vector(array.step)
    match array.count:
        case tree.Number(int(count)) if step is not None and count >= _LEAST:
            along = [axis for axis in range(3) if step[axis] != 0.0]
        case _:
            return
    match array.body.statements:
        case (tree.ShapeStatement(name), *_) if len(along) == 1 and step[along[0]] > 0.0:
            axis = along[0]
            filled = any(_fills(s, axis, step[axis]) for s in array.body.statements)
            if not filled or all(_centre(s, axis) is not None for s in array.body.statements):
                yield _Row(count, axis, step[axis], filled, name or "row")
        case _:
            return


def _fills(statement: tree.Statement, axis: int, step: float) -> bool:
    size = _size(statement, axis)
    return size is not None and _FILLED * step < size <= step * (1.0 + 1e-6)


def _size(statement: tree.Statement, axis: int) -> float | None:
    """The extent of a box that is not turned."""
    match statement:
        case tree.ShapeStatement(_, tree.Shape(tree.Instance(("cuboid",), arguments), modifiers)):
            straight = not any(isinstance(m, tree.Rotate | tree.Scale) for m in modifiers)
            return number_of(arguments[axis].value) if straight and len(arguments) > axis else None
        case _:
            return None


def _centre(statement: tree.Statement, axis: int) -> float | None:
    match statement:
        case tree.ShapeStatement(_, tree.Shape(_, modifiers)):
            points = [m.point for m in modifiers if isinstance(m, tree.At)]
            match points:
                case [tree.Tuple(items)]:
                    return number_of(items[axis])
                case _:
                    return None
        case _:
            return None


@final
@dataclass(frozen=True, slots=True)
class _Told:
    """Writes rows like one, which is called after its parameter."""

    row: _Row
    grid: float

    def statement(self, statement: tree.Statement) -> tree.Statement:
        """With all such rows in it."""
        match statement:
            case tree.ShapeStatement(_, shape):
                return replace(statement, shape=replace(shape, core=self._core(shape.core)))
            case _:
                return statement

    def _core(self, core: tree.Core) -> tree.Core:
        match core:
            case tree.Array() if replace(self.row, name="") in [replace(r, name="") for r in _rows(core)]:
                return self._array(core)
            case tree.Mirror() | tree.Array() | tree.Ring() | tree.For() | tree.SolidBlock():
                statements = tuple(self.statement(s) for s in core.body.statements)
                return replace(core, body=replace(core.body, statements=statements))
            case tree.Block(statements):
                return replace(core, statements=tuple(self.statement(s) for s in statements))
            case _:
                return core

    def _array(self, array: tree.Array) -> tree.Array:
        row, count = self.row, tree.Name(self.row.name)
        between = tree.Binary("/", self._length((row.count - 1) * row.step), tree.Binary("-", count, tree.Number(1)))
        pitch = tree.Binary("/", self._length(row.count * row.step), count) if row.filled else between
        assert isinstance(array.step, tree.Tuple), "a row has a plain step"
        step = tree.Tuple(tuple(pitch if k == row.axis else e for k, e in enumerate(array.step.items)))
        body = tuple(self._image(s, pitch) for s in array.body.statements) if row.filled else array.body.statements
        return replace(array, count=count, step=step, body=replace(array.body, statements=body))

    def _image(self, statement: tree.Statement, pitch: tree.Expr) -> tree.Statement:
        """The first image of a row that is filled: it begins where it did."""
        row, centre = self.row, _centre(statement, self.row.axis)
        if not isinstance(statement, tree.ShapeStatement) or centre is None:
            return statement
        half = tree.Binary("/", self._length(0.5 * row.count * row.step), tree.Name(row.name))
        place = self._plus(half, centre - 0.5 * row.step)
        modifiers = tuple(
            tree.At(tree.Tuple(tuple(place if k == row.axis else e for k, e in enumerate(m.point.items))))
            if isinstance(m, tree.At) and isinstance(m.point, tree.Tuple)
            else m
            for m in statement.shape.modifiers
        )
        core = statement.shape.core
        size = _size(statement, row.axis)
        if isinstance(core, tree.Instance) and size is not None and _fills(statement, row.axis, row.step):
            told = replace(core.arguments[row.axis], value=self._plus(pitch, size - row.step))
            core = replace(core, arguments=(*core.arguments[: row.axis], told, *core.arguments[row.axis + 1 :]))
        return replace(statement, shape=replace(statement.shape, core=core, modifiers=modifiers))

    def _plus(self, expr: tree.Expr, more: float) -> tree.Expr:
        rest = rounded(more, 0.1 * self.grid)
        if rest == 0.0:
            return expr
        return tree.Binary("+" if rest > 0.0 else "-", expr, number(abs(rest)))

    def _length(self, value: float) -> tree.Expr:
        return number(rounded(value, 0.1 * self.grid))
