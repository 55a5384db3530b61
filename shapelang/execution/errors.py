"""How a run can fail, inside the interpreter; users see `ProgramError` with a diagnostic at the place."""

from __future__ import annotations

from typing import Any, final

from shapelang.diagnostics import Diagnostic, ProgramError
from shapelang.syntax.source import Source, Span


@final
class Rejected(Exception):
    """A `require` failed or a geometry is impossible: other draws may mend it."""

    def __init__(self, code: str, source: Source, span: Span, message: str, hint: str | None = None) -> None:
        self.code, self.source, self.span, self.message, self.hint = code, source, span, message, hint
        super().__init__(message)

    def error(self, note: str | None = None) -> ProgramError:
        """The same as an error for the user; `note` goes before the hint."""
        hint = "; ".join(h for h in (note, self.hint) if h) or None
        return ProgramError([Diagnostic(self.code, self.message, self.source, self.span.start, self.span.end, hint)])


@final
class Diverged(Exception):
    """Lanes of one batch want different structures; `groups` are boolean masks over its lanes that partition them."""

    def __init__(self, groups: tuple[Any, ...]) -> None:
        self.groups = groups
        super().__init__("the batch takes different ways")


def fail(code: str, source: Source, span: Span, message: str, hint: str | None = None) -> ProgramError:
    """An error that no other draw can mend."""
    return ProgramError([Diagnostic(code, message, source, span.start, span.end, hint)])
