"""The syntax tree: frozen nodes, each with the span it was read from.

Spans and comments do not take part in equality, so that `parse(print(m)) == m` compares meaning alone.
Nothing here is checked: names may be unknown and numbers out of range. `semantics` does that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, final

from shapelang.syntax.source import NOWHERE, Span

AxisName: TypeAlias = Literal["x", "y", "z"]


# --- expressions ---------------------------------------------------------------------------------


@final
@dataclass(frozen=True, slots=True)
class Number:
    """`3`, `0.5`, `1e-5`; an int literal has an int value, any other a float."""

    value: int | float
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Boolean:
    """`true` or `false`."""

    value: bool
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Text:
    """`"plain"`: a value of type name."""

    value: str
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Colour:
    """`#b98b5e`, kept as its six lower-case hex digits."""

    digits: str
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Name:
    """A bare identifier."""

    name: str
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Open:
    """`_`, a size filled by the place."""

    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Tuple:
    """`(x, y, z)` a vector, or `(x, y)` a point of a polygon or profile."""

    items: tuple[Expr, ...]
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class List:
    """`[a, b, c]`: an argument, or the range of a declaration."""

    items: tuple[Expr, ...]
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Unary:
    """`-a` or `not a`."""

    operator: Literal["-", "not"]
    operand: Expr
    span: Span = field(default=NOWHERE, compare=False)


BinaryOperator: TypeAlias = Literal["+", "-", "*", "/", "<", "<=", ">", ">=", "==", "!=", "and", "or"]


@final
@dataclass(frozen=True, slots=True)
class Binary:
    """`a + b` and its like; comparisons do not chain."""

    operator: BinaryOperator
    left: Expr
    right: Expr
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Conditional:
    """`if test then a else b`."""

    test: Expr
    then: Expr
    otherwise: Expr
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Member:
    """`value.name`: a component, a part, an anchor or an extent."""

    value: Expr
    name: str
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Index:
    """`value[index]`: one instance."""

    value: Expr
    index: Expr
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Argument:
    """An argument, with its label if it has one; `categorical` also takes ints and texts as labels."""

    label: str | int | None
    value: Expr
    span: Span = field(default=NOWHERE, compare=False)
    quoted: bool = False
    """The label was written as a text: `categorical("plain": 2)`."""


@final
@dataclass(frozen=True, slots=True)
class Call:
    """`callee(arguments)`: a function, a distribution, or an anchor with its `(u, v)`."""

    callee: Expr
    arguments: tuple[Argument, ...]
    span: Span = field(default=NOWHERE, compare=False)


Expr: TypeAlias = (
    Number | Boolean | Text | Colour | Name | Open | Tuple | List | Unary | Binary | Conditional | Member | Index | Call
)


# --- modifiers -----------------------------------------------------------------------------------


@final
@dataclass(frozen=True, slots=True)
class At:
    """`at point`."""

    point: Expr
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Turn:
    """`x 10` of a `rotate`, in degrees."""

    axis: AxisName
    angle: Expr
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Rotate:
    """`rotate x 10, y 30`: in the order written, about the parent's fixed axes."""

    turns: tuple[Turn, ...]
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Scale:
    """`scale 2`."""

    factor: Expr
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Attach:
    """`attach anchor to point`; the anchor is a path in the placed shape's own frame."""

    anchor: Expr
    target: Expr
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Between:
    """`between a and b`."""

    first: Expr
    second: Expr
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Align:
    """`align [axis] anchor to point`: moves along one axis only."""

    axis: AxisName | None
    anchor: Expr
    target: Expr
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class With:
    """`with material`."""

    material: Expr
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Tagged:
    """`tag "text"` after a shape."""

    text: str
    span: Span = field(default=NOWHERE, compare=False)


Modifier: TypeAlias = At | Rotate | Scale | Attach | Between | Align | With | Tagged


# --- shapes --------------------------------------------------------------------------------------


@final
@dataclass(frozen=True, slots=True)
class Block:
    """`{ statements }`."""

    statements: tuple[Statement, ...]
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Instance:
    """`legs.square(h)`: a primitive, a part or a used program."""

    callee: tuple[str, ...]
    arguments: tuple[Argument, ...]
    span: Span = field(default=NOWHERE, compare=False)


SolidOperator: TypeAlias = Literal["union", "difference", "intersection", "hull"]


@final
@dataclass(frozen=True, slots=True)
class SolidBlock:
    """`union blend 0.02 { … }`."""

    operator: SolidOperator
    blend: Expr | None
    body: Block
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Mirror:
    """`mirror x, z { … }`."""

    axes: tuple[AxisName, ...]
    body: Block
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Array:
    """`array n by step { … }`."""

    count: Expr
    step: Expr
    body: Block
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Ring:
    """`ring n about axis { … }`."""

    count: Expr
    axis: AxisName
    body: Block
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class For:
    """`for i in start..stop { … }`, half-open."""

    variable: str
    start: Expr
    stop: Expr
    body: Block
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class If:
    """`if test { … } else { … }`; `else if` is an If inside `otherwise`."""

    test: Expr
    then: Block
    otherwise: Block | If | None
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Alternative:
    """`weight: name = shape` inside a choose."""

    weight: Expr
    name: str | None
    shape: Shape
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Choose:
    """`choose { … }`."""

    alternatives: tuple[Alternative, ...]
    span: Span = field(default=NOWHERE, compare=False)


SliceUnit: TypeAlias = Literal["absolute", "percent", "floating"]


@final
@dataclass(frozen=True, slots=True)
class Slice:
    """`[repeat] size: name = shape`; the size is `0.5`, `50%` or `~1`."""

    size: Expr
    unit: SliceUnit
    repeated: bool
    name: str | None
    shape: Shape
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class RepeatGroup:
    """`repeat { slices }`, at most one per split."""

    slices: tuple[Slice, ...]
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Split:
    """`split y of size { slices }`."""

    axis: AxisName
    size: Expr
    slices: tuple[Slice | RepeatGroup, ...]
    span: Span = field(default=NOWHERE, compare=False)


Core: TypeAlias = Instance | Block | SolidBlock | Mirror | Array | Ring | For | If | Choose | Split


@final
@dataclass(frozen=True, slots=True)
class Shape:
    """A core with its modifiers, in the order written."""

    core: Core
    modifiers: tuple[Modifier, ...]
    span: Span = field(default=NOWHERE, compare=False)


# --- statements ----------------------------------------------------------------------------------

TypeName: TypeAlias = str


@final
@dataclass(frozen=True, slots=True)
class Param:
    """`param name: type = default in [lo, hi]` or `param name ~ distribution in [lo, hi]`."""

    name: str
    type: TypeName | None
    value: Expr
    drawn: bool
    """True for `~`: `value` is then the call of a distribution."""
    range: List | None
    span: Span = field(default=NOWHERE, compare=False)
    name_span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Let:
    """`let name = value` or `let name ~ distribution in [lo, hi]`."""

    name: str
    type: TypeName | None
    value: Expr
    drawn: bool
    range: List | None
    span: Span = field(default=NOWHERE, compare=False)
    name_span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Property:
    """`roughness: 0.7` of a material."""

    name: str
    value: Expr
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class MaterialDefinition:
    """`material oak = { color: #b98b5e, roughness: 0.7 }`."""

    name: str
    properties: tuple[Property, ...]
    span: Span = field(default=NOWHERE, compare=False)
    name_span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Parameter:
    """`n: int = 3` of a part."""

    name: str
    type: TypeName | None
    default: Expr | None
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class PartDefinition:
    """`part name(parameters) { … }`."""

    name: str
    parameters: tuple[Parameter, ...]
    body: Block
    span: Span = field(default=NOWHERE, compare=False)
    name_span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Use:
    """`use "path" as alias`; without `as` the alias is None and means the file's stem."""

    path: str
    alias: str | None
    span: Span = field(default=NOWHERE, compare=False)

    @property
    def name(self) -> str:
        """What the program is called here: its alias, else the file's stem."""
        return self.alias or self.path.rsplit("/", 1)[-1].removesuffix(".shape")


@final
@dataclass(frozen=True, slots=True)
class Require:
    """`require test`."""

    test: Expr
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Meta:
    """`meta key = value`."""

    key: str
    value: Expr
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class Tag:
    """`tag "text"` as a statement: it stands first in its body, or after `;`."""

    text: str
    span: Span = field(default=NOWHERE, compare=False)


@final
@dataclass(frozen=True, slots=True)
class ShapeStatement:
    """`name = shape` or `shape`."""

    name: str | None
    shape: Shape
    span: Span = field(default=NOWHERE, compare=False)
    name_span: Span = field(default=NOWHERE, compare=False)


Statement: TypeAlias = Param | Let | MaterialDefinition | PartDefinition | Use | Require | Meta | Tag | ShapeStatement


@final
@dataclass(frozen=True, slots=True)
class Comment:
    """`// text` with its place; `own_line` when nothing but blanks stands before it."""

    text: str
    own_line: bool
    span: Span


@final
@dataclass(frozen=True, slots=True)
class Module:
    """A whole file."""

    statements: tuple[Statement, ...]
    comments: tuple[Comment, ...] = field(default=(), compare=False)
    span: Span = field(default=NOWHERE, compare=False)


# --- walking -------------------------------------------------------------------------------------


def nodes_in(*roots: object) -> Iterator[object]:
    """Every node of pieces of syntax (nodes, tuples of them, or None), themselves included, in no promised order."""
    stack: list[Any] = list(roots)
    while stack:
        item = stack.pop()
        if isinstance(item, tuple):
            stack.extend(item)
        elif type(item).__module__ == __name__:
            yield item
            stack.extend(getattr(item, slot) for slot in type(item).__slots__)
