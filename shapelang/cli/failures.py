"""From what went wrong to one message and an exit code; a user never sees a traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, final

from typer import Abort, Exit
from typer.exceptions import TyperException

from shapelang.cli.console import (
    clean_lines,
    emit_json,
    say,
    shown_diagnostic,
    shown_error,
    shown_mesh_error,
    wants_colour,
)
from shapelang.cli.interrupts import INTERRUPTED
from shapelang.diagnostics import Diagnostic, MeshError, ProgramError, ShapelangError, UsageError

OK: Final = 0
FINDINGS: Final = 1
USAGE: Final = 2
INTERNAL: Final = 70
"""EX_SOFTWARE of sysexits.h: neither the input nor the call is at fault."""
PIPE_CLOSED: Final = 141
UNREADABLE: Final = ("M101", "M102")
"""Codes of meshes that could not be opened, or of whose format nobody knows: the argument is wrong, not the mesh."""


@final
@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong: the exit code, the lines for the person, and the same for a program that reads JSON."""

    exit_code: int
    lines: str
    message: str
    code: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()

    def row(self) -> dict[str, Any]:
        """As JSON, of one shape for all commands."""
        return {
            "error": {
                "exit_code": self.exit_code,
                "code": self.code,
                "message": self.message,
                "diagnostics": [diagnostic_row(each) for each in self.diagnostics],
            }
        }


def guarded(body: Callable[[], int], command: str | None, json: bool = False) -> int:
    """The exit code of a command line, with whatever it raised told on standard error, and as JSON where wanted.

    With SHAPELANG_DEBUG=1 an internal error shows its traceback.
    """
    try:
        code = body()
        _flush()
        return code
    except (KeyboardInterrupt, Abort):
        return INTERRUPTED
    except BrokenPipeError:
        _abandon_stdout()
        return PIPE_CLOSED
    except Exit as ending:
        return ending.exit_code
    # The one place that catches everything: beyond it stands only the person, who can do nothing with a traceback.
    except Exception as error:
        failure = failure_of(error, command)
    say(failure.lines)
    if json:
        _tell_program(failure)
    return failure.exit_code


def failure_of(error: Exception, command: str | None = None) -> Failure:
    """What an error means."""
    match error:
        case TyperException():
            return _misused(error.format_message().strip(), command)
        case ProgramError():
            colour = wants_colour(sys.stderr)
            lines = "\n".join(shown_diagnostic(d, colour) for d in error.diagnostics)
            first = error.diagnostics[0] if error.diagnostics else None
            message, code = (first.message, first.code) if first else (str(error), None)
            return Failure(FINDINGS, lines, message, code, error.diagnostics)
        case MeshError():
            code = USAGE if error.code in UNREADABLE else FINDINGS
            return Failure(code, shown_mesh_error(error, wants_colour(sys.stderr)), str(error), error.code)
        case ShapelangError():
            return _plain(USAGE if isinstance(error, UsageError) else FINDINGS, str(error))
        case MemoryError():
            return _plain(FINDINGS, "the memory of this machine does not suffice for that")
        case OSError():
            name = "" if error.filename is None else f"{os.fsdecode(error.filename)}: "
            return _plain(USAGE, f"{name}{error.strerror or error}")
        case _:
            return _plain(INTERNAL, _internal(error))


def diagnostic_row(diagnostic: Diagnostic) -> dict[str, Any]:
    """A finding in a text as JSON; lines and columns count from 1."""
    line, column = diagnostic.source.position(diagnostic.start)
    end_line, end_column = diagnostic.source.position(diagnostic.end)
    return {
        "file": diagnostic.source.name,
        "line": line,
        "column": column,
        "end_line": end_line,
        "end_column": end_column,
        "code": diagnostic.code,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
    }


def _plain(exit_code: int, message: str) -> Failure:
    return Failure(exit_code, shown_error(message), message)


def _misused(message: str, command: str | None) -> Failure:
    # The prefix is pydantic's, which checks the values of options.
    message = message.replace(": Value error, ", ": ", 1)
    message = message.removesuffix(".") if message.count(".") == 1 else message
    page = f"shapelang {command} --help" if command else "shapelang --help"
    return Failure(USAGE, f"{shown_error(message)}\n  help: try '{page}'", message)


def _tell_program(failure: Failure) -> None:
    """On standard output; a reader that has gone away learns it from the exit code."""
    try:
        emit_json(failure.row())
    except (OSError, UsageError):
        _abandon_stdout()


def _internal(error: Exception) -> str:
    from shapelang.cli.version import version

    if os.environ.get("SHAPELANG_DEBUG"):
        import traceback

        traceback.print_exception(error)
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = "" if frame is None else f" at {os.path.basename(frame.tb_frame.f_code.co_filename)}:{frame.tb_lineno}"
    cause = " ".join(clean_lines(str(error)).split())[:300]
    return (
        f"internal error{place}: {type(error).__name__}: {cause}; shapelang {version()} is to blame, please report this"
    )


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:  # pyright: ignore[reportUnnecessaryComparison] (None when the caller closed it)
            stream.flush()


def _abandon_stdout() -> None:
    """Python flushes at its end; into the void, since the reader is gone."""
    with suppress(OSError, ValueError, AttributeError):
        void = os.open(os.devnull, os.O_WRONLY)
        os.dup2(void, sys.stdout.fileno())
        os.close(void)
