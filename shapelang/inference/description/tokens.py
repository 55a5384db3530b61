"""The tokens of a program."""

from __future__ import annotations

from shapelang.syntax.lexical import END, NEWLINE, SOFT_NEWLINE, scan
from shapelang.syntax.source import Source


def token_count(text: str) -> int:
    """Tokens of a program; comments and newlines are none."""
    return sum(kind not in (NEWLINE, SOFT_NEWLINE, END) for kind in scan(Source("<inferred>", text)).tokens.kinds)
