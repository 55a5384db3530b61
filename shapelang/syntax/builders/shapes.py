"""Builders of shapes."""

from __future__ import annotations

from typing import Any

from shapelang.syntax import tree
from shapelang.syntax.builders.builder import Builder
from shapelang.syntax.source import Span


def _shape(v: list[Any], p: list[int], end: int) -> tree.Shape:
    return tree.Shape(v[0], tuple(v[1]), Span(p[0], end))


def _block(v: list[Any], p: list[int], end: int) -> tree.Block:
    return tree.Block(v[1], Span(p[0], end))


def _instance(v: list[Any], p: list[int], end: int) -> tree.Instance:
    return tree.Instance(tuple(v[0]), tuple(v[2]), Span(p[0], end))


def _solid(v: list[Any], p: list[int], end: int) -> tree.SolidBlock:
    return tree.SolidBlock(v[0], None, v[1], Span(p[0], end))


def _blended_solid(v: list[Any], p: list[int], end: int) -> tree.SolidBlock:
    return tree.SolidBlock(v[0], v[2], v[3], Span(p[0], end))


def _mirror(v: list[Any], p: list[int], end: int) -> tree.Mirror:
    return tree.Mirror(tuple(v[1]), v[2], Span(p[0], end))


def _array(v: list[Any], p: list[int], end: int) -> tree.Array:
    return tree.Array(v[1], v[3], v[4], Span(p[0], end))


def _ring(v: list[Any], p: list[int], end: int) -> tree.Ring:
    return tree.Ring(v[1], v[3], v[4], Span(p[0], end))


def _for(v: list[Any], p: list[int], end: int) -> tree.For:
    return tree.For(v[1], v[3], v[5], v[6], Span(p[0], end))


def _if(v: list[Any], p: list[int], end: int) -> tree.If:
    return tree.If(v[1], v[2], None, Span(p[0], end))


def _if_else(v: list[Any], p: list[int], end: int) -> tree.If:
    return tree.If(v[1], v[2], v[4], Span(p[0], end))


def _choose(v: list[Any], p: list[int], end: int) -> tree.Choose:
    return tree.Choose(v[2], Span(p[0], end))


def _alternative(v: list[Any], p: list[int], end: int) -> tree.Alternative:
    return tree.Alternative(v[0], None, v[2], Span(p[0], end))


def _named_alternative(v: list[Any], p: list[int], end: int) -> tree.Alternative:
    return tree.Alternative(v[0], v[2], v[4], Span(p[0], end))


def _split(v: list[Any], p: list[int], end: int) -> tree.Split:
    return tree.Split(v[1], v[3], v[5], Span(p[0], end))


def _repeated_slice(v: list[Any], p: list[int], end: int) -> tree.Slice:
    kept: tree.Slice = v[1]
    return tree.Slice(kept.size, kept.unit, True, kept.name, kept.shape, Span(p[0], end))


def _repeat_group(v: list[Any], p: list[int], end: int) -> tree.RepeatGroup:
    return tree.RepeatGroup(v[2], Span(p[0], end))


def _absolute(v: list[Any], _p: list[int], _end: int) -> tuple[tree.Expr, tree.SliceUnit]:
    return v[0], "absolute"


def _percent(v: list[Any], _p: list[int], _end: int) -> tuple[tree.Expr, tree.SliceUnit]:
    return v[0], "percent"


def _floating(v: list[Any], _p: list[int], _end: int) -> tuple[tree.Expr, tree.SliceUnit]:
    return v[1], "floating"


def _slice(v: list[Any], p: list[int], end: int) -> tree.Slice:
    size, unit = v[0]
    return tree.Slice(size, unit, False, None, v[2], Span(p[0], end))


def _named_slice(v: list[Any], p: list[int], end: int) -> tree.Slice:
    size, unit = v[0]
    return tree.Slice(size, unit, False, v[2], v[4], Span(p[0], end))


SHAPES: dict[str, Builder] = {
    "shape": _shape,
    "block": _block,
    "instance": _instance,
    "solid": _solid,
    "blended_solid": _blended_solid,
    "mirror": _mirror,
    "array": _array,
    "ring": _ring,
    "for_": _for,
    "if_": _if,
    "if_else": _if_else,
    "choose": _choose,
    "alternative": _alternative,
    "named_alternative": _named_alternative,
    "split": _split,
    "repeated_slice": _repeated_slice,
    "repeat_group": _repeat_group,
    "absolute": _absolute,
    "percent": _percent,
    "floating": _floating,
    "slice": _slice,
    "named_slice": _named_slice,
}
