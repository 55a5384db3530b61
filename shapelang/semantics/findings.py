"""Collects diagnostics while a program is checked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import final

from shapelang.diagnostics import Diagnostic, closest
from shapelang.syntax.source import Source, Span


@final
class Findings:
    """The diagnostics of one source, in the order found."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.found: list[Diagnostic] = []

    def error(self, code: str, span: Span, message: str, hint: str | None = None) -> None:
        """Notes an error."""
        self.found.append(Diagnostic(code, message, self.source, span.start, span.end, hint))

    def warn(self, code: str, span: Span, message: str, hint: str | None = None) -> None:
        """Notes a warning."""
        self.found.append(Diagnostic(code, message, self.source, span.start, span.end, hint, "warning"))

    def unknown(self, code: str, span: Span, what: str, word: str, known: Iterable[str]) -> None:
        """Notes an unknown name, with the nearest known one."""
        self.error(code, span, f"unknown {what} '{word}'", closest(word, known))
