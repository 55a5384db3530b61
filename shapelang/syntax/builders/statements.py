"""Builders of statements."""

from __future__ import annotations

from typing import Any

from shapelang.syntax import tree
from shapelang.syntax.builders.builder import Builder
from shapelang.syntax.source import Span
from shapelang.syntax.words import unquote


def _given(v: list[Any], _p: list[int], _end: int) -> tuple[tree.Expr, bool]:
    return v[1], False


def _drawn(v: list[Any], _p: list[int], _end: int) -> tuple[tree.Expr, bool]:
    return v[1], True


def _declaration(v: list[Any], p: list[int], _end: int) -> tuple[Any, ...]:
    """The fields of a Param or Let before and after its span."""
    name, kind, (value, drawn), limits = v
    return name, kind, value, drawn, limits, Span(p[0], p[0] + len(name))


def _param(v: list[Any], p: list[int], end: int) -> tree.Param:
    *fields, name_span = v[1]
    return tree.Param(*fields, span=Span(p[0], end), name_span=name_span)


def _let(v: list[Any], p: list[int], end: int) -> tree.Let:
    *fields, name_span = v[1]
    return tree.Let(*fields, span=Span(p[0], end), name_span=name_span)


def _property(v: list[Any], p: list[int], end: int) -> tree.Property:
    return tree.Property(v[0], v[2], Span(p[0], end))


def _material(v: list[Any], p: list[int], end: int) -> tree.MaterialDefinition:
    return tree.MaterialDefinition(v[1], tuple(v[4]), Span(p[0], end), Span(p[1], p[1] + len(v[1])))


def _parameter(v: list[Any], p: list[int], end: int) -> tree.Parameter:
    return tree.Parameter(v[0], v[1], None, Span(p[0], end))


def _parameter_with_default(v: list[Any], p: list[int], end: int) -> tree.Parameter:
    return tree.Parameter(v[0], v[1], v[3], Span(p[0], end))


def _part(v: list[Any], p: list[int], end: int) -> tree.PartDefinition:
    return tree.PartDefinition(v[1], tuple(v[3]), v[5], Span(p[0], end), Span(p[1], p[1] + len(v[1])))


def _use(v: list[Any], p: list[int], end: int) -> tree.Use:
    return tree.Use(unquote(v[1]), None, Span(p[0], end))


def _use_as(v: list[Any], p: list[int], end: int) -> tree.Use:
    return tree.Use(unquote(v[1]), v[3], Span(p[0], end))


def _require(v: list[Any], p: list[int], end: int) -> tree.Require:
    return tree.Require(v[1], Span(p[0], end))


def _meta(v: list[Any], p: list[int], end: int) -> tree.Meta:
    return tree.Meta(v[1], v[3], Span(p[0], end))


def _tag(v: list[Any], p: list[int], end: int) -> tree.Tag:
    return tree.Tag(unquote(v[1]), Span(p[0], end))


def _unnamed(v: list[Any], p: list[int], end: int) -> tree.ShapeStatement:
    return tree.ShapeStatement(None, v[0], Span(p[0], end))


def _named(v: list[Any], p: list[int], end: int) -> tree.ShapeStatement:
    return tree.ShapeStatement(v[0], v[2], Span(p[0], end), Span(p[0], p[0] + len(v[0])))


STATEMENTS: dict[str, Builder] = {
    "given": _given,
    "drawn": _drawn,
    "declaration": _declaration,
    "param": _param,
    "let": _let,
    "property": _property,
    "material": _material,
    "parameter": _parameter,
    "parameter_with_default": _parameter_with_default,
    "part": _part,
    "use": _use,
    "use_as": _use_as,
    "require": _require,
    "meta": _meta,
    "tag": _tag,
    "unnamed": _unnamed,
    "named": _named,
}
