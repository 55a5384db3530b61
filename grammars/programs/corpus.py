"""A corpus of programs: exact copies left out, some held out by their skeleton."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final, final

from grammars.programs.program import Assembly, Attach, Reflect, Squeeze, Statement, Translate
from grammars.programs.text import written

HELD_OUT: Final = 10
"""One skeleton of so many, by its hash."""


@final
@dataclass(frozen=True, slots=True)
class Corpus:
    """Distinct programs; no skeleton stands on both sides."""

    training: tuple[Assembly, ...]
    held_out: tuple[Assembly, ...]


def skeleton(program: Assembly) -> str:
    """The program without its numbers: two of one skeleton differ in sizes, shares and counts only."""
    return written(_bare(program))


def _bare(program: Assembly) -> Assembly:
    parts = tuple(
        replace(part, size=(1, 1, 1), inner=None if part.inner is None else _bare(part.inner)) for part in program.parts
    )
    return Assembly((1, 1, 1), parts, tuple(map(_bare_statement, program.statements)))


def _bare_statement(statement: Statement) -> Statement:
    match statement:
        case Attach(moved, target):
            return Attach(moved, target, (0, 0, 0), (0, 0, 0))
        case Squeeze(moved, first, second, face):
            return Squeeze(moved, first, second, face, 0, 0)
        case Reflect():
            return statement
        case Translate(moved, axis):
            return Translate(moved, axis, 1, 0)


def fold(program: Assembly, folds: int, salt: str = "") -> int:
    """A number below `folds` that all programs of one skeleton share."""
    return int.from_bytes(sha256((salt + skeleton(program)).encode()).digest()[:8], "big") % folds


def divided(programs: Iterable[Assembly]) -> Corpus:
    """Training and held-out programs, in the order given."""
    distinct = list(dict.fromkeys(programs))
    held = [fold(program, HELD_OUT) == 0 for program in distinct]
    return Corpus(
        tuple(p for p, out in zip(distinct, held, strict=True) if not out),
        tuple(p for p, out in zip(distinct, held, strict=True) if out),
    )
