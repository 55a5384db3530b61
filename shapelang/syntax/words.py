"""Texts, numbers and names as they are written: one place for reading them and for writing them."""

from __future__ import annotations

import re

from shapelang.syntax import tables

AXES = frozenset("xyz")
KEYWORDS = frozenset(word for word in tables.SYMBOLS if word == "_" or word.isalpha())
"""Reserved: none of them can be a name."""

LARGEST_INT = 2**53
"""The largest int literal: beyond it a real no longer holds every whole number."""

_ESCAPES = {"\\n": "\n", "\\t": "\t", "\\r": "\r", '\\"': '"', "\\\\": "\\"}
_QUOTED = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_ESCAPE = re.compile(r"\\.", re.DOTALL)
_TO_QUOTE = re.compile(r'[\n\t\r"\\]')


def unquote(literal: str) -> str:
    """The text of a literal with its quotes; an escape nobody knows stands for its second character."""
    if "\\" not in literal:
        return literal[1:-1]
    return _ESCAPE.sub(lambda m: _ESCAPES.get(m[0], m[0][1:]), literal[1:-1])


def quote(text: str) -> str:
    """The literal of a text: `unquote(quote(t)) == t`."""
    return f'"{_TO_QUOTE.sub(lambda m: _QUOTED[m[0]], text)}"'


def unknown_escape(literal: str) -> re.Match[str] | None:
    """The first escape of a literal that stands for nothing."""
    return next((m for m in _ESCAPE.finditer(literal) if m[0] not in _ESCAPES), None)


def write_number(value: int | float) -> str:
    """The shortest literal that reads as the same number, of the same type; not for a negative or infinite one."""
    if isinstance(value, int):
        return str(value)
    digits = repr(value)
    if "e" not in digits:
        return digits
    mantissa, exponent = digits.split("e")
    return f"{mantissa}e{int(exponent)}"
