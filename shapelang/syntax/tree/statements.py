"""Nodes of statements and comments, and of the whole file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias, final

from shapelang.syntax.source import NOWHERE, Span
from shapelang.syntax.tree.expressions import Expr, List
from shapelang.syntax.tree.shapes import Block, Shape

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
