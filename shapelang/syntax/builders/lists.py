"""Builders of lists, and of values passed on."""

from __future__ import annotations

from typing import Any

from shapelang.syntax.builders.builder import Builder


def _nothing(_v: list[Any], _p: list[int], _end: int) -> list[Any]:
    return []


def _absent(_v: list[Any], _p: list[int], _end: int) -> None:
    return None


def _same(v: list[Any], _p: list[int], _end: int) -> Any:
    return v[0]


def _second(v: list[Any], _p: list[int], _end: int) -> Any:
    return v[1]


def _one(v: list[Any], _p: list[int], _end: int) -> list[Any]:
    return [v[0]]


def _append(v: list[Any], _p: list[int], _end: int) -> list[Any]:
    v[0].append(v[1])
    return v[0]


def _append_third(v: list[Any], _p: list[int], _end: int) -> list[Any]:
    v[0].append(v[2])
    return v[0]


def _finish(v: list[Any], _p: list[int], _end: int) -> tuple[Any, ...]:
    return tuple(v[0])


def _finish_with(v: list[Any], _p: list[int], _end: int) -> tuple[Any, ...]:
    return (*v[0], v[1])


LISTS: dict[str, Builder] = {
    "nothing": _nothing,
    "absent": _absent,
    "same": _same,
    "second": _second,
    "one": _one,
    "append": _append,
    "append_second": _append,
    "append_third": _append_third,
    "finish": _finish,
    "finish_with": _finish_with,
    "type": _second,
}
