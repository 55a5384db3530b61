"""Builders of expressions."""

from __future__ import annotations

from typing import Any

from shapelang.syntax import tree
from shapelang.syntax.builders.builder import Builder
from shapelang.syntax.source import Span
from shapelang.syntax.words import unquote


def _name(v: list[Any], p: list[int], end: int) -> tree.Name:
    return tree.Name(v[0], Span(p[0], end))


def _int(v: list[Any], p: list[int], end: int) -> tree.Number:
    return tree.Number(int(v[0]), Span(p[0], end))


def _float(v: list[Any], p: list[int], end: int) -> tree.Number:
    return tree.Number(float(v[0]), Span(p[0], end))


def _text(v: list[Any], p: list[int], end: int) -> tree.Text:
    return tree.Text(unquote(v[0]), Span(p[0], end))


def _colour(v: list[Any], p: list[int], end: int) -> tree.Colour:
    return tree.Colour(v[0][1:].lower(), Span(p[0], end))


def _boolean(v: list[Any], p: list[int], end: int) -> tree.Boolean:
    return tree.Boolean(v[0] == "true", Span(p[0], end))


def _open(_v: list[Any], p: list[int], end: int) -> tree.Open:
    return tree.Open(Span(p[0], end))


def _pair(v: list[Any], p: list[int], end: int) -> tree.Tuple:
    return tree.Tuple((v[1], v[3]), Span(p[0], end))


def _triple(v: list[Any], p: list[int], end: int) -> tree.Tuple:
    return tree.Tuple((v[1], v[3], v[5]), Span(p[0], end))


def _empty_list(_v: list[Any], p: list[int], end: int) -> tree.List:
    return tree.List((), Span(p[0], end))


def _list(v: list[Any], p: list[int], end: int) -> tree.List:
    return tree.List(tuple(v[1]), Span(p[0], end))


def _unary(v: list[Any], p: list[int], end: int) -> tree.Unary:
    return tree.Unary(v[0], v[1], Span(p[0], end))


def _binary(v: list[Any], p: list[int], end: int) -> tree.Binary:
    return tree.Binary(v[1], v[0], v[2], Span(p[0], end))


def _conditional(v: list[Any], p: list[int], end: int) -> tree.Conditional:
    return tree.Conditional(v[1], v[3], v[5], Span(p[0], end))


def _member(v: list[Any], p: list[int], end: int) -> tree.Member:
    return tree.Member(v[0], v[2], Span(p[0], end))


def _index(v: list[Any], p: list[int], end: int) -> tree.Index:
    return tree.Index(v[0], v[2], Span(p[0], end))


def _call(v: list[Any], p: list[int], end: int) -> tree.Call:
    return tree.Call(v[0], tuple(v[2]), Span(p[0], end))


def _argument(v: list[Any], p: list[int], end: int) -> tree.Argument:
    return tree.Argument(None, v[0], Span(p[0], end))


def _labelled(v: list[Any], p: list[int], end: int) -> tree.Argument:
    return tree.Argument(v[0], v[2], Span(p[0], end))


def _numbered(v: list[Any], p: list[int], end: int) -> tree.Argument:
    return tree.Argument(int(v[0]), v[2], Span(p[0], end))


def _quoted(v: list[Any], p: list[int], end: int) -> tree.Argument:
    return tree.Argument(unquote(v[0]), v[2], Span(p[0], end), quoted=True)


EXPRESSIONS: dict[str, Builder] = {
    "name": _name,
    "int_": _int,
    "float_": _float,
    "text": _text,
    "colour": _colour,
    "boolean": _boolean,
    "open_": _open,
    "pair": _pair,
    "triple": _triple,
    "empty_list": _empty_list,
    "list_": _list,
    "unary": _unary,
    "binary": _binary,
    "conditional": _conditional,
    "member": _member,
    "index": _index,
    "call": _call,
    "argument": _argument,
    "labelled": _labelled,
    "numbered": _numbered,
    "quoted": _quoted,
}
