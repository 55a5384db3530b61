"""What can be wrong, said so that a person can mend it: code, place, cause, suggestion."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, Protocol, TypeAlias, final

Severity: TypeAlias = Literal["error", "warning"]

WIDEST: Final = 240
"""Characters of a source line that a message shows."""


class Text(Protocol):
    """What a diagnostic needs of a source text (`syntax.source.Source` has it)."""

    @property
    def name(self) -> str:
        """The name that the text is reported under."""
        ...

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, from 1."""
        ...

    def line(self, number: int) -> str:
        """One line, without its newline."""
        ...


@final
@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding in one text. `code` is `E…` for errors and `W…` for warnings; each has a page in `docs/errors.md`."""

    code: str
    message: str
    source: Text
    start: int
    end: int
    hint: str | None = None
    severity: Severity = "error"

    def render(self) -> str:
        """The finding with its line and a caret under the place.

        Returns text such as::

            chair.shape:12:8: error[E201]: unknown part 'sead'
              12 | leg(sead.bottom.y)
                 |     ^^^^
              help: did you mean 'seat'?
        """
        line, column = self.source.position(self.start)
        whole = self.source.line(line)
        # Of a line that no screen holds, the part around the place: thousands of findings may stand on one line.
        first = max(0, min(column - 1 - WIDEST // 2, len(whole) - WIDEST))
        text, within = whole[first : first + WIDEST], column - first
        width = max(1, min(self.end - self.start, len(text) - within + 1))
        gutter = " " * len(str(line))
        shown = "".join(c if c == "\t" or c.isprintable() else "?" for c in text)
        pad = "".join("\t" if c == "\t" else " " for c in shown[: within - 1])
        rows = [
            f"{self.source.name}:{line}:{column}: {self.severity}[{self.code}]: {self.message}",
            f"  {line} | {shown}",
            f"  {gutter} | {pad}{'^' * width}",
        ]
        if self.hint is not None:
            rows.append(f"  help: {self.hint}")
        return "\n".join(rows)


class ShapelangError(Exception):
    """The one base of every error that a program, a mesh or an argument can cause."""


class ProgramError(ShapelangError):
    """A program is wrong, or cannot be run; carries every diagnostic found, in the order of the text."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__("\n".join(d.render() for d in self.diagnostics))


class MeshError(ShapelangError):
    """A mesh file cannot be read: `code`, the file's name, the place in it, the cause, a hint."""

    def __init__(
        self, code: str, name: str, message: str, *, place: str | None = None, hint: str | None = None
    ) -> None:
        self.code, self.name, self.message, self.place, self.hint = code, name, message, place, hint
        where = name if place is None else f"{name}: {place}"
        tail = "" if hint is None else f"\n  help: {hint}"
        super().__init__(f"{where}: error[{code}]: {message}{tail}")


class EmptyError(ShapelangError):
    """A program ran and made nothing that can be seen or measured."""


class UsageError(ShapelangError):
    """An argument is wrong: an unknown parameter, a value out of range, a format nobody knows."""


class PassedOverWarning(UserWarning):
    """Something damaged was passed over, and something older was taken in its place."""


def closest(word: str, known: Iterable[str]) -> str | None:
    """`did you mean 'seat'?`, or None when nothing known is near."""
    found = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean '{found[0]}'?" if found else None


def counted(number: int, thing: str, several: str | None = None) -> str:
    """`1 part`, `2 parts`, `1,024 triangles`; `several` where an `s` does not make the plural."""
    return f"{number:,} {thing if number == 1 else several or f'{thing}s'}"
