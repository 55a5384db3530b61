"""From what went wrong to one message and an exit code; a user never sees a traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Final

from typer import Abort, Exit
from typer.exceptions import TyperException

from shapelang.cli.console import clean_lines, say, say_error, shown_diagnostic, shown_mesh_error, wants_colour
from shapelang.cli.interrupts import INTERRUPTED
from shapelang.diagnostics import MeshError, ProgramError, ShapelangError, UsageError

OK: Final = 0
FINDINGS: Final = 1
USAGE: Final = 2
PIPE_CLOSED: Final = 141
UNREADABLE: Final = ("M101", "M102")
"""Codes of meshes that could not be opened, or of whose format nobody knows: the argument is wrong, not the mesh."""


def guarded(body: Callable[[], int], command: str | None) -> int:
    """The exit code of a command line, with whatever it raised told on standard error.

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
    except TyperException as error:
        return _usage(error.format_message(), command)
    except ShapelangError as error:
        return told(error)
    except MemoryError:
        say_error("the memory of this machine does not suffice for that")
        return FINDINGS
    except OSError as error:
        name = "" if error.filename is None else f"{os.fsdecode(error.filename)}: "
        say_error(f"{name}{error.strerror or error}")
        return USAGE
    # The one place that catches everything: beyond it stands only the person, who can do nothing with a traceback.
    except Exception as error:
        return _internal(error)


def told(error: ShapelangError) -> int:
    """Say what is wrong; returns the exit code that it means."""
    if isinstance(error, ProgramError):
        colour = wants_colour(sys.stderr)
        say("\n".join(shown_diagnostic(d, colour) for d in error.diagnostics))
        return FINDINGS
    if isinstance(error, MeshError):
        say(shown_mesh_error(error, wants_colour(sys.stderr)))
    else:
        say_error(str(error))
    unread = isinstance(error, MeshError) and error.code in UNREADABLE
    return USAGE if unread or isinstance(error, UsageError) else FINDINGS


def _usage(message: str, command: str | None) -> int:
    say_error(message.strip().removesuffix(".") if message.count(".") == 1 else message.strip())
    say(f"  help: try 'shapelang {command} --help'" if command else "  help: try 'shapelang --help'")
    return USAGE


def _internal(error: Exception) -> int:
    from shapelang.cli.version import version

    if os.environ.get("SHAPELANG_DEBUG"):
        import traceback

        traceback.print_exception(error)
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = "" if frame is None else f" at {os.path.basename(frame.tb_frame.f_code.co_filename)}:{frame.tb_lineno}"
    cause = " ".join(clean_lines(str(error)).split())[:300]
    say_error(
        f"internal error{place}: {type(error).__name__}: {cause}; shapelang {version()} is to blame, please report this"
    )
    return USAGE


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
