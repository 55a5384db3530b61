"""Nodes of shapes: the cores (what a shape is), and a core with its modifiers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias, final

from shapelang.syntax.source import NOWHERE, Span
from shapelang.syntax.tree.expressions import Argument, Expr
from shapelang.syntax.tree.modifiers import AxisName, Modifier

if TYPE_CHECKING:  # a statement holds shapes, and a block holds statements
    from shapelang.syntax.tree.statements import Statement


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
