"""Programs from files and from standard input."""

from __future__ import annotations

import sys
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

from shapelang.cli.console import say, shown_diagnostic, wants_colour
from shapelang.diagnostics import Diagnostic, ProgramError, UsageError, closest

if TYPE_CHECKING:
    from shapelang.execution.budget import Limits
    from shapelang.execution.trace import Trace
    from shapelang.semantics.program import Program
    from shapelang.syntax.source import Source

STDIN: Final = "-"
NO_ALTERNATIVE: Final = "E408"
OUT_OF_RANGE: Final = "E409"
SUFFIX: Final = ".shape"
MODEL: Final = ".programs"
"""Of a model of ShapeAssembly's programs."""
MAX_STDIN: Final = 1 << 30
"""Bytes that are read from standard input, at most."""


def read_stdin(limit: int = MAX_STDIN) -> bytes:
    """All of standard input; raises UsageError when it is closed or endless."""
    stream: TextIO | None = sys.stdin
    if stream is None:
        raise UsageError("standard input is closed")
    data = stream.buffer.read(limit + 1)
    if len(data) > limit:
        raise UsageError(f"standard input: more than {limit // 1024 // 1024} MiB")
    return data


def source_of(file: str, stdin_filename: str | None = None) -> Source:
    """The text of a program file, or of standard input for `-`; raises UsageError."""
    from shapelang.semantics.loader import MAX_BYTES, read_source
    from shapelang.syntax.source import Source

    refuse_model(file)
    if file != STDIN:
        return read_source(existing(file))
    name = stdin_filename or "<stdin>"
    try:
        text = read_stdin(MAX_BYTES).decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{name}: not UTF-8 text (byte {error.start})") from None
    return Source(name, text.replace("\r\n", "\n").replace("\r", "\n"))


def folder_of(file: str, stdin_filename: str | None = None) -> Path:
    """The folder in which a program's `use` looks."""
    if file != STDIN:
        return Path(file).parent
    return Path(".") if stdin_filename is None else Path(stdin_filename).parent


def load_program(file: str, stdin_filename: str | None = None) -> Program:
    """The checked program of a file or of `-`, its warnings told on standard error; raises ProgramError, UsageError."""
    from shapelang.semantics.check import examine
    from shapelang.semantics.loader import FileLoader

    program, found = examine(source_of(file, stdin_filename), FileLoader(folder_of(file, stdin_filename)))
    if program is None:
        raise ProgramError(d for d in found if d.severity == "error")
    for warning in found:
        say(shown_diagnostic(warning, wants_colour(sys.stderr)))
    return program


def run_program(program: Program, seed: int, given: Mapping[str, Any], limits: Limits) -> Trace:
    """One run; raises ProgramError and UsageError as `simulate` does, and UsageError for a value that is refused."""
    from shapelang.execution.simulate import simulate

    with blaming_settings(program, given):
        return simulate(program, seed, given, limits)


@contextmanager
def blaming_settings(program: Program, given: Mapping[str, Any]) -> Generator[None]:
    """What a run refuses of the values given to it is a fault of the call, and not of the program.

    Raises UsageError where a given value lies outside the range of its `param`, or names no alternative of its choice.
    """
    _refuse_labels(program, given)
    try:
        yield
    except ProgramError as error:
        for diagnostic in error.diagnostics:
            if _refuses_setting(diagnostic, program, given):
                help_line = "" if diagnostic.hint is None else f"\n  help: {diagnostic.hint}"
                raise UsageError(f"--set: {diagnostic.message}{help_line}") from None
        raise


def _refuse_labels(program: Program, given: Mapping[str, Any]) -> None:
    """A run takes any name for one that is given instead of drawn; from outside that is a slip of the pen."""
    from shapelang.syntax import tree

    for param in program.params:
        match param.value:
            case tree.Call(callee=tree.Name(name="categorical"), arguments=outcomes) if param.drawn:
                labels = [str(outcome.label) for outcome in outcomes]
            case _:
                continue
        value = str(given.get(param.name, labels[0]))
        if value not in labels:
            hint = closest(value, labels) or f"it is one of {', '.join(labels)}"
            raise UsageError(f"--set: '{param.name}' has no outcome '{value}'\n  help: {hint}")


def _refuses_setting(diagnostic: Diagnostic, program: Program, given: Mapping[str, Any]) -> bool:
    """Only a given value can name an alternative that is not there; a value out of range may also be drawn."""
    if diagnostic.code != OUT_OF_RANGE:
        return diagnostic.code == NO_ALTERNATIVE and bool(given)
    spans = [p.span for p in program.params if p.name in given]
    return diagnostic.source.name == program.source.name and any(s.start <= diagnostic.start < s.end for s in spans)


def existing(file: str) -> Path:
    """The path of a file that is there; raises UsageError for a folder, or with the nearest name."""
    path = Path(file)
    if not file:
        raise UsageError("the name of a file is empty")
    if path.is_dir():
        raise UsageError(f"{file}: that is a folder, not a file")
    if path.exists() or path.is_symlink():
        return path
    folder = path.parent
    if not folder.is_dir():
        raise UsageError(f"{file}: there is no folder '{folder}'")
    # By the stem as well: a suffix in common makes any two short names look alike.
    names = sorted(entry.name for entry in folder.iterdir() if closest(path.stem, [entry.stem]))
    hint = closest(path.name, names)
    raise UsageError(f"{file}: no such file" + (f"; {hint}" if hint else ""))


def expanded(files: Iterable[str]) -> list[str]:
    """The files, folders replaced by the programs below them; raises UsageError for a folder without any."""
    found: list[str] = []
    for file in files:
        if file in (STDIN, "") or not Path(file).is_dir():
            found.append(file)
            continue
        below = sorted(str(path) for path in Path(file).rglob(f"*{SUFFIX}"))
        if not below:
            raise UsageError(f"{file}: no {SUFFIX} files in this folder")
        found.extend(below)
    return list(dict.fromkeys(found))


def is_program(file: str) -> bool:
    """Whether a file is read as a program; anything else is read as a mesh."""
    return file == STDIN or file.endswith(SUFFIX)


def is_model(file: str) -> bool:
    """Whether a file is read as a model of programs."""
    return file.endswith(MODEL)


def refuse_model(file: str, wanted: str = "shape") -> None:
    """Raises UsageError for a model of programs where something else is wanted."""
    if is_model(file):
        raise UsageError(
            f"{file}: that is a model of programs, and no {wanted}\n"
            "  help: `shapelang sample` draws programs and meshes from it, `score` gives the bits of others, `info` "
            "tells what it was learned from"
        )


def program_hash(program: Program) -> str:
    """SHA-256 of the program's text and those of all that it uses."""
    import hashlib

    texts = {program.source.text: None}
    _gather(program, texts)
    digest = hashlib.sha256()
    for text in texts:
        data = text.encode("utf-8", errors="surrogatepass")
        digest.update(len(data).to_bytes(8, "little") + data)
    return digest.hexdigest()


def _gather(program: Program, texts: dict[str, None]) -> None:
    for used in used_programs(program):
        texts.setdefault(used.source.text)


def used_programs(program: Program) -> Sequence[Program]:
    """All programs that one uses, directly or not, each once, in the order of the text."""
    found: dict[str, Program] = {}
    waiting = list(program.uses.values())
    while waiting:
        used = waiting.pop(0)
        if used.source.name not in found:
            found[used.source.name] = used
            waiting.extend(used.uses.values())
    return tuple(found.values())
