"""`shapelang fmt`: the canonical layout, with the meaning proven unchanged."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final, final

import typer

from shapelang.cli.build import write_output
from shapelang.cli.console import clean, counted, emit, emit_bytes, say
from shapelang.cli.failures import FINDINGS, OK, failure_of
from shapelang.cli.options import StdinFilename
from shapelang.cli.programs import STDIN, existing, expanded, read_stdin
from shapelang.diagnostics import ProgramError, ShapelangError, UsageError

EXAMPLES: Final = """\b
Examples:
  shapelang fmt chair.shape            rewrite in place
  shapelang fmt programs/              every .shape file below a folder
  shapelang fmt --check programs/      change nothing; exit code 1 if it would
  shapelang fmt --diff chair.shape     show what would change
  cat chair.shape | shapelang fmt -
"""


@final
@dataclass(frozen=True, slots=True)
class _Formatted:
    """A file before and after; equal when it was in order."""

    name: str
    before: bytes
    after: bytes


def run(
    files: Annotated[list[str], typer.Argument(help="Programs or folders; '-' is standard input to standard output.")],
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit code 1 if a file would change.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Write nothing; show what would change.")] = False,
    stdin_filename: StdinFilename = None,
) -> int:
    """Put programs into the canonical layout.

    Comments stay, and the result is checked to mean the same. A file with syntax errors is reported and left alone.
    """
    changed, total, code = 0, 0, OK
    for file in expanded(files):
        total += 1
        try:
            formatted = _formatted(file, stdin_filename)
            changed += formatted.before != formatted.after
            _deliver(file, formatted, check, diff)
        except ShapelangError as error:
            failure = failure_of(error)
            say(failure.lines)
            code = max(code, failure.exit_code)
    if check or diff:
        say(f"{counted(changed, 'file')} would change, {counted(total - changed, 'file')} would not")
        return max(code, FINDINGS) if changed else code
    if files != [STDIN]:
        left = "1 file left as it was" if total - changed == 1 else f"{total - changed:,} files left as they were"
        say(f"{counted(changed, 'file')} changed, {left}")
    return code


def _deliver(file: str, formatted: _Formatted, check: bool, diff: bool) -> None:
    if diff:
        _show_difference(formatted)
    if check and formatted.before != formatted.after and not diff:
        emit(f"would change: {clean(formatted.name)}")
    if check or diff:
        return
    if file == STDIN:
        emit_bytes(formatted.after)
    elif formatted.before != formatted.after:
        write_output(file, formatted.after)
        say(f"changed: {clean(formatted.name)}")


def _formatted(file: str, stdin_filename: str | None) -> _Formatted:
    name = (stdin_filename or "<stdin>") if file == STDIN else file
    before = _content(file)
    try:
        text = before.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{name}: not UTF-8 text (byte {error.start})") from None
    return _Formatted(name, before, canonical(name, text.replace("\r\n", "\n").replace("\r", "\n")).encode("utf-8"))


def canonical(name: str, text: str) -> str:
    """The canonical layout of a text; raises ProgramError for syntax errors, and when the meaning would change."""
    from shapelang.syntax.parser import parse
    from shapelang.syntax.printer import print_module
    from shapelang.syntax.source import Source

    parsed = parse(Source(name, text))
    errors = tuple(d for d in parsed.diagnostics if d.severity == "error")
    if errors:
        raise ProgramError(errors)
    printed = print_module(parsed.module, text)
    again = parse(Source(name, printed))
    kept = [c.text for c in again.module.comments] == [c.text for c in parsed.module.comments]
    if again.diagnostics or again.module != parsed.module or not kept:
        raise AssertionError(f"the layout of {name} would change its meaning; the file was left alone")
    return printed


def _content(file: str) -> bytes:
    from shapelang.semantics.loader import MAX_BYTES

    if file == STDIN:
        return read_stdin(MAX_BYTES)
    path: Path = existing(file)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UsageError(f"{file}: larger than {MAX_BYTES // 1024 // 1024} MiB, the limit for a program")
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror or error}") from None


def _show_difference(formatted: _Formatted) -> None:
    name = clean(formatted.name)
    before = formatted.before.decode("utf-8").splitlines(keepends=True)
    after = formatted.after.decode("utf-8").splitlines(keepends=True)
    for row in difflib.unified_diff(before, after, f"{name} (now)", f"{name} (formatted)"):
        emit_bytes(row.encode("utf-8") if row.endswith("\n") else f"{row}\n\\ No newline at end of file\n".encode())
