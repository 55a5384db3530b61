"""`shapelang check`: every diagnostic of every file."""

from __future__ import annotations

import sys
from typing import Annotated, Any, Final

import typer

from shapelang.cli.console import emit, emit_json, say, shown_diagnostic, wants_colour
from shapelang.cli.failures import FINDINGS, OK, USAGE, Failure, diagnostic_row, failure_of
from shapelang.cli.options import JsonFlag, StdinFilename
from shapelang.cli.programs import expanded, folder_of, source_of
from shapelang.diagnostics import Diagnostic, UsageError, counted

EXAMPLES: Final = """\b
Examples:
  shapelang check chair.shape table.shape
  shapelang check programs/                 every .shape file below a folder
  shapelang check --strict chair.shape      warnings fail as well
  shapelang check --json chair.shape | jq '.diagnostics[].line'
  cat chair.shape | shapelang check - --stdin-filename chair.shape
  shapelang check --explain E201
"""


def run(
    files: Annotated[list[str] | None, typer.Argument(help="Programs or folders; '-' is standard input.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings fail as well.")] = False,
    explain: Annotated[
        str | None, typer.Option("--explain", metavar="CODE", help="Print the page of an error, such as E201.")
    ] = None,
    stdin_filename: StdinFilename = None,
    json: JsonFlag = False,
) -> int:
    """Report every error and warning of programs.

    Exit code 1 when there are errors; with --strict also when there are warnings.
    """
    if explain is not None:
        from shapelang.cli.explain import explanation

        emit(explanation(explain))
        return OK
    if not files:
        raise UsageError("nothing to check: name a file, a folder, or '-'")
    found: dict[tuple[object, ...], Diagnostic] = {}
    unread: dict[str, Failure] = {}
    checked = 0
    for file in expanded(files):
        try:
            for diagnostic in _examined(file, stdin_filename):
                found.setdefault(_identity(diagnostic), diagnostic)
            checked += 1
        except UsageError as error:
            unread[file] = failure_of(error)
            say(unread[file].lines)
    diagnostics = list(found.values())
    errors = sum(d.severity == "error" for d in diagnostics)
    if json:
        rows = [*(_unreadable_row(*each) for each in unread.items()), *(diagnostic_row(d) for d in diagnostics)]
        counts = {"errors": errors + len(unread), "warnings": len(diagnostics) - errors}
        emit_json({"files": checked, **counts, "diagnostics": rows})
    else:
        _report(diagnostics, checked, errors)
    if unread:
        return USAGE
    return FINDINGS if errors or (strict and diagnostics) else OK


def _examined(file: str, stdin_filename: str | None) -> tuple[Diagnostic, ...]:
    from shapelang.semantics.check import examine
    from shapelang.semantics.loader import FileLoader

    return examine(source_of(file, stdin_filename), FileLoader(folder_of(file, stdin_filename)))[1]


def _identity(diagnostic: Diagnostic) -> tuple[object, ...]:
    """A file that several programs use is reported once."""
    return (diagnostic.source.name, diagnostic.start, diagnostic.end, diagnostic.code, diagnostic.message)


def _report(diagnostics: list[Diagnostic], files: int, errors: int) -> None:
    colour = wants_colour(sys.stdout)
    for diagnostic in diagnostics:
        emit(shown_diagnostic(diagnostic, colour))
    sys.stdout.flush()
    if files:
        warnings = counted(len(diagnostics) - errors, "warning")
        say(f"{counted(files, 'file')} checked: {counted(errors, 'error')}, {warnings}")


def _unreadable_row(file: str, failure: Failure) -> dict[str, Any]:
    """A file that could not be read has no place; the keys are those of a finding."""
    nowhere = dict.fromkeys(("line", "column", "end_line", "end_column", "code", "hint"))
    return {"file": file, "severity": "error", "message": failure.message, **nowhere}
