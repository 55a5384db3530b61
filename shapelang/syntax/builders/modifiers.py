"""Builders of modifiers."""

from __future__ import annotations

from typing import Any

from shapelang.syntax import tree
from shapelang.syntax.builders.builder import Builder
from shapelang.syntax.source import Span
from shapelang.syntax.words import unquote


def _at(v: list[Any], p: list[int], end: int) -> tree.At:
    return tree.At(v[1], Span(p[0], end))


def _turn(v: list[Any], p: list[int], end: int) -> tree.Turn:
    return tree.Turn(v[0], v[1], Span(p[0], end))


def _rotate(v: list[Any], p: list[int], end: int) -> tree.Rotate:
    return tree.Rotate(tuple(v[1]), Span(p[0], end))


def _scale(v: list[Any], p: list[int], end: int) -> tree.Scale:
    return tree.Scale(v[1], Span(p[0], end))


def _attach(v: list[Any], p: list[int], end: int) -> tree.Attach:
    return tree.Attach(v[1], v[3], Span(p[0], end))


def _between(v: list[Any], p: list[int], end: int) -> tree.Between:
    return tree.Between(v[1], v[3], Span(p[0], end))


def _align(v: list[Any], p: list[int], end: int) -> tree.Align:
    return tree.Align(None, v[1], v[3], Span(p[0], end))


def _align_axis(v: list[Any], p: list[int], end: int) -> tree.Align:
    return tree.Align(v[1], v[2], v[4], Span(p[0], end))


def _with(v: list[Any], p: list[int], end: int) -> tree.With:
    return tree.With(v[1], Span(p[0], end))


def _tagged(v: list[Any], p: list[int], end: int) -> tree.Tagged:
    return tree.Tagged(unquote(v[1]), Span(p[0], end))


MODIFIERS: dict[str, Builder] = {
    "at": _at,
    "turn": _turn,
    "rotate": _rotate,
    "scale": _scale,
    "attach": _attach,
    "between": _between,
    "align": _align,
    "align_axis": _align_axis,
    "with_": _with,
    "tagged": _tagged,
}
