"""`shapelang fmt`: the canonical layout, with the meaning proven unchanged."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Final, final

import typer

from shapelang.cli.build import write_output
from shapelang.cli.console import clean, emit_bytes, emit_json, say
from shapelang.cli.failures import FINDINGS, OK, Failure, failure_of
from shapelang.cli.options import JsonFlag, StdinFilename
from shapelang.cli.programs import STDIN, existing, expanded, read_stdin, refuse_model
from shapelang.diagnostics import ProgramError, ShapelangError, UsageError, counted

EXAMPLES: Final = """\b
Examples:
  shapelang fmt chair.shape            rewrite in place
  shapelang fmt programs/              every .shape file below a folder
  shapelang fmt --check programs/      change nothing; exit code 1 if it would
  shapelang fmt --diff chair.shape     show what would change
  shapelang fmt --check --json programs/ | jq '.files[] | select(.changed).file'
  cat chair.shape | shapelang fmt -
"""


@final
@dataclass(frozen=True, slots=True)
class _Formatted:
    """A file before and after; equal when it was in order."""

    name: str
    before: bytes
    after: bytes

    @property
    def changed(self) -> bool:
        """Whether it was not in order."""
        return self.before != self.after


def run(
    files: Annotated[list[str], typer.Argument(help="Programs or folders; '-' is standard input to standard output.")],
    check: Annotated[bool, typer.Option("--check", help="Write nothing; exit code 1 if a file would change.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Write nothing; show what would change.")] = False,
    stdin_filename: StdinFilename = None,
    json: JsonFlag = False,
) -> int:
    """Put programs into the canonical layout.

    Comments stay, and the result is checked to mean the same. A file with syntax errors is reported and left alone.
    """
    if json and STDIN in files and not (check or diff):
        raise UsageError("--json and the text of '-' both want standard output: add --check or --diff")
    done: dict[str, _Formatted | Failure] = {}
    for file in expanded(files):
        try:
            formatted = _formatted(file, stdin_filename)
            if not (check or diff):
                _write(file, formatted)
            elif not json:
                emit_bytes(_shown(formatted, diff).encode("utf-8"))
            done[file] = formatted
        except ShapelangError as error:
            done[file] = failure = failure_of(error)
            say(failure.lines)
    changed = sum(isinstance(each, _Formatted) and each.changed for each in done.values())
    failures = [each for each in done.values() if isinstance(each, Failure)]
    if json:
        counts = {"changed": changed, "unchanged": len(done) - changed - len(failures), "failed": len(failures)}
        emit_json({"files": [_row(file, each, diff) for file, each in done.items()], **counts})
    if check or diff or files != [STDIN]:
        say(_summary(changed, len(done) - changed, would=check or diff))
    found = FINDINGS if changed and (check or diff) else OK
    return max(found, *(each.exit_code for each in failures), OK)


def _summary(changed: int, left: int, would: bool) -> str:
    if would:
        return f"{counted(changed, 'file')} would change, {counted(left, 'file')} would not"
    return f"{counted(changed, 'file')} changed, {counted(left, 'file left as it was', 'files left as they were')}"


def _row(file: str, done: _Formatted | Failure, diff: bool) -> dict[str, Any]:
    """What became of a file, as JSON; `changed` is what would be where nothing is written."""
    if isinstance(done, Failure):
        return {"file": file, "changed": False, "diff": None, **done.row()}
    return {"file": done.name, "changed": done.changed, "diff": _difference(done) if diff else None, "error": None}


def _write(file: str, formatted: _Formatted) -> None:
    if file == STDIN:
        emit_bytes(formatted.after)
    elif formatted.changed:
        write_output(file, formatted.after)
        say(f"changed: {clean(formatted.name)}")


def _shown(formatted: _Formatted, diff: bool) -> str:
    """What is printed of a file that is not written; empty when it is in order."""
    if diff:
        return _difference(formatted)
    return f"would change: {clean(formatted.name)}\n" if formatted.changed else ""


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
    refuse_model(file)
    path: Path = existing(file)
    try:
        if path.stat().st_size > MAX_BYTES:
            raise UsageError(f"{file}: larger than {MAX_BYTES // 1024 // 1024} MiB, the limit for a program")
        return path.read_bytes()
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror or error}") from None


def _difference(formatted: _Formatted) -> str:
    name = clean(formatted.name)
    before = formatted.before.decode("utf-8").splitlines(keepends=True)
    after = formatted.after.decode("utf-8").splitlines(keepends=True)
    rows = difflib.unified_diff(before, after, f"{name} (now)", f"{name} (formatted)")
    return "".join(row if row.endswith("\n") else f"{row}\n\\ No newline at end of file\n" for row in rows)
