"""Nodes of what stands behind a shape and places, colours or tags it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias, final

from shapelang.syntax.source import NOWHERE, Span
from shapelang.syntax.tree.expressions import Expr

AxisName: TypeAlias = Literal["x", "y", "z"]


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
