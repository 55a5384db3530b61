"""The two streams: results go to standard output, everything else to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from io import TextIOWrapper
from typing import Any, Final, TextIO

from shapelang.diagnostics import Diagnostic, MeshError, UsageError

RED: Final = "1;31"
YELLOW: Final = "1;33"
GREEN: Final = "32"
CYAN: Final = "36"
BOLD: Final = "1"


def prepare_streams() -> None:
    """Make printing safe: what the terminal's encoding lacks becomes `?` instead of an error."""
    for stream in (sys.stdout, sys.stderr):
        # A stream is None when the caller closed it, and may be another kind of object inside another program.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def say(text: str) -> None:
    """A line for the person, on standard error; lost without a word when that is closed."""
    stream: TextIO | None = sys.stderr
    if stream is not None:
        print(text, file=stream, flush=True)


def emit(text: str) -> None:
    """A line of the result, on standard output."""
    print(text, file=_stdout())


def emit_json(value: Any) -> None:
    """One line of JSON in UTF-8, on standard output."""
    from shapelang.io.json_text import compact

    emit_bytes(compact(value) + b"\n")


def emit_bytes(data: bytes) -> None:
    """Bytes on standard output."""
    stream = _stdout()
    stream.flush()
    stream.buffer.write(data)
    stream.buffer.flush()


def _stdout() -> Any:
    stream: TextIO | None = sys.stdout
    if stream is None:
        raise UsageError("standard output is closed")
    return stream


def clean(text: str) -> str:
    """A name without what a terminal would obey: control characters become `?`."""
    return "".join(c if c.isprintable() else "?" for c in text)


def clean_lines(text: str) -> str:
    """`clean`, for text of several lines."""
    return "".join(c if c.isprintable() or c in "\n\t" else "?" for c in text)


def wants_colour(stream: TextIO | None) -> bool:
    """Whether to colour: `NO_COLOR` and `FORCE_COLOR` decide, then whether it is a terminal that can."""
    if stream is None or os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def painted(text: str, style: str, wanted: bool) -> str:
    """The text in a style of the terminal, where wanted."""
    return f"\x1b[{style}m{text}\x1b[0m" if wanted and text else text


def shown_diagnostic(diagnostic: Diagnostic, colour: bool) -> str:
    """A diagnostic as it is printed: place, cause, the line with a caret, help."""
    rows = clean_lines(diagnostic.render()).split("\n")
    mark = f"{diagnostic.severity}[{diagnostic.code}]"
    style = RED if diagnostic.severity == "error" else YELLOW
    place, found, cause = rows[0].partition(f": {mark}: ")
    rows[0] = f"{painted(place, BOLD, colour)}: {painted(mark, style, colour)}: {cause}" if found else rows[0]
    if len(rows) > 2:
        gutter, bar, caret = rows[2].partition(" | ")
        rows[2] = f"{gutter}{bar}{painted(caret, style, colour)}"
    return "\n".join(painted(row, CYAN, colour) if row.startswith("  help: ") else row for row in rows)


def shown_mesh_error(error: MeshError, colour: bool) -> str:
    """A fault of a mesh file as it is printed: file and place, cause, help."""
    mark = f"error[{error.code}]"
    return clean_lines(str(error)).replace(f" {mark}: ", f" {painted(mark, RED, colour)}: ", 1)


def shown_error(message: str) -> str:
    """`error: …` as it is printed on standard error; lines after the first stand as they are."""
    stream: TextIO | None = sys.stderr
    return f"{painted('error', RED, wants_colour(stream))}: {clean_lines(message)}"


def say_warning(message: str) -> None:
    """`warning: …` on standard error."""
    stream: TextIO | None = sys.stderr
    say(f"{painted('warning', YELLOW, wants_colour(stream))}: {clean_lines(message)}")


def table(rows: Iterable[Sequence[str]], indent: str = "  ") -> list[str]:
    """Rows of cells as lines in which the columns line up."""
    cells = [[clean(cell) for cell in row] for row in rows]
    if not cells:
        return []
    widths = [max(len(row[k]) for row in cells) for k in range(len(cells[0]))]
    return [
        (indent + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))).rstrip()
        for row in cells
    ]


def bytes_shown(size: int) -> str:
    """`512 B`, `10.2 kB`, `3.1 MB`."""
    if size < 1000:
        return f"{size} B"
    return f"{size / 1e3:.1f} kB" if size < 1_000_000 else f"{size / 1e6:.1f} MB"


def size_shown(size: Sequence[float]) -> str:
    """`0.46 × 0.9 × 0.44 m`."""
    return " × ".join(f"{extent:.4g}" for extent in size) + " m"
