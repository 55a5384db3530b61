"""The ways in which a solid can have no surface."""

from __future__ import annotations

from typing import Literal, TypeAlias

from shapelang.diagnostics import ShapelangError

Fault: TypeAlias = Literal[
    "no-operands",
    "not-finite",
    "no-size",
    "too-large",
    "too-thin",
    "too-many",
    "blend",
    "not-closed",
    "unbounded",
    "empty",
]


class SolidError(ShapelangError):
    """A boolean has no result; `code` says which of the ways (`Fault`), the message why."""

    def __init__(self, code: Fault, message: str) -> None:
        self.code: Fault = code
        super().__init__(message)
