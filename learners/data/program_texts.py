"""A program that shapes are drawn from, with all that it uses: a run goes on where none of its files is."""

from __future__ import annotations

from dataclasses import dataclass
from posixpath import dirname, join, normpath
from typing import Final, TypeAlias, final

from shapelang.diagnostics import UsageError
from shapelang.semantics.check import check
from shapelang.semantics.loader import STANDARD, TextLoader, standard_digest
from shapelang.semantics.program import Program
from shapelang.syntax import tree
from shapelang.syntax.source import Source

MOST: Final = 1 << 19
"""Characters that a run keeps of its program: half of what its configuration may have."""
_NAME: Final = "./program.shape"
"""How messages call it. No used file is called so, since their paths have no `.` in front."""


@final
@dataclass(frozen=True, slots=True)
class Used:
    """A file that a program uses. path: from the program's folder, with `/`. text: of the file."""

    path: str
    text: str


@final
@dataclass(frozen=True, slots=True)
class Texts:
    """A program of several files. program: the text that is run. used: those that it uses, and that these use."""

    program: str
    used: tuple[Used, ...]


ProgramText: TypeAlias = str | Texts
"""One text where it uses nothing but the standard library."""


def program_text(program: Program) -> ProgramText:
    """What a run keeps of a program. Raises UsageError where that is more than `MOST` characters."""
    found: dict[str, str] = {}
    _gather(program, "", found)
    text = program.source.text
    kept = len(text) + sum(map(len, found.values()))
    if kept > MOST:
        raise UsageError(f"{program.source.name}: {kept:,} characters with what it uses; a run keeps {MOST:,} at most")
    return Texts(text, tuple(Used(path, found[path]) for path in sorted(found))) if found else text


def checked(text: ProgramText) -> Program:
    """The program, ready to run. Raises ProgramError, also where a file that it uses was not kept."""
    match text:
        case str():
            return check(Source(_NAME, text), TextLoader({}))
        case Texts():
            return check(Source(_NAME, text.program), TextLoader({one.path: one.text for one in text.used}))


def whole(text: ProgramText) -> str:
    """All of it in one string, which no other program has: what cells made of it are kept under. Where it names the
    standard library, that is a part of it.
    """
    each = (text,) if isinstance(text, str) else (text.program, *(part for one in text.used for part in _parts(one)))
    library = (standard_digest(),) if any(STANDARD in part for part in each) else ()
    if isinstance(text, str) and not library:
        return text
    return "".join(f"{len(part)} {part}\n" for part in (*each, *library))


def _parts(used: Used) -> tuple[str, str]:
    return used.path, used.text


def _gather(program: Program, folder: str, found: dict[str, str]) -> None:
    for node in program.module.statements:
        if isinstance(node, tree.Use) and not node.path.startswith(STANDARD):
            used, path = program.uses[node.name], normpath(join(folder, node.path))
            if path not in found:
                found[path] = used.source.text
                _gather(used, dirname(path), found)
