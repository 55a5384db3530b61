"""What a text is read into where parts of it had to be guessed: statements, and which lines those guesses are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from shapelang.diagnostics import Diagnostic
from shapelang.syntax.source import Source
from shapelang.syntax.tree import Statement


@final
@dataclass(frozen=True, slots=True)
class Doubts:
    """Lines (from 1) that were mended by guess, and the names that they may have meant to define."""

    lines: frozenset[int] = frozenset()
    names: frozenset[str] = frozenset()

    def about(self, source: Source, start: int, end: int) -> bool:
        """Whether a place in the text reaches such a line."""
        if not self.lines:
            return False
        first, last = source.position(start)[0], source.position(max(start, end - 1))[0]
        return any(line in self.lines for line in range(first, last + 1))


NO_DOUBTS = Doubts()


@final
@dataclass(frozen=True, slots=True)
class Read:
    """The statements of a text with what the parser found wrong, besides the characters."""

    statements: tuple[Statement, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    doubts: Doubts = NO_DOUBTS
