"""`parse`: text to syntax tree, with every syntax error of the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from shapelang.diagnostics import Diagnostic, ProgramError
from shapelang.syntax import faults
from shapelang.syntax.doubts import NO_DOUBTS, Doubts, Read
from shapelang.syntax.driver import Stuck, run
from shapelang.syntax.lexical import DEEPEST, Scanned, Tokens, TooDeep, lay_out, scan
from shapelang.syntax.source import Source, Span
from shapelang.syntax.tree import Expr, Let, Module


@final
@dataclass(frozen=True, slots=True)
class Parsed:
    """A module, and the diagnostics in the order of the text.

    With errors the module holds what could be read, and `doubts` says where that is a guess.
    """

    module: Module
    diagnostics: tuple[Diagnostic, ...]
    doubts: Doubts = NO_DOUBTS


def parse(source: Source) -> Parsed:
    """Read a program; never raises for any text."""
    scanned = scan(source)
    found = Read() if scanned.too_much else _read(source, scanned)
    module = Module(found.statements, tuple(scanned.comments), Span(0, len(source.text)))
    told = (*scanned.diagnostics, *found.diagnostics)
    return Parsed(module, tuple(sorted(told, key=lambda d: (d.start, d.end))), found.doubts)


def _read(source: Source, scanned: Scanned) -> Read:
    tokens = lay_out(scanned.tokens)
    if isinstance(tokens, TooDeep):
        return Read((), (faults.too_deep(source, _span(scanned.tokens, tokens.index), DEEPEST),))
    result = run(tokens)
    if not isinstance(result, Stuck) and not scanned.diagnostics:
        return Read(result)
    # Loaded here: most programs have nothing to mend, and need not wait for it.
    from shapelang.syntax.mending import mended

    return mended(source, scanned)


def parse_expression(text: str, name: str = "<value>") -> Expr:
    """Read one expression, such as the value of `--set width=0.5`; spans count from its beginning.

    Raises:
        ProgramError: with the first thing that does not fit.
    """
    source = Source(name, text)
    scanned = scan(source)
    if scanned.diagnostics:
        raise ProgramError(scanned.diagnostics)
    given = scanned.tokens
    tokens = lay_out(Tokens([*_LET, *given.kinds], [""] * 3 + given.texts, [0] * 3 + given.starts))
    if isinstance(tokens, TooDeep):
        raise ProgramError([faults.too_deep(source, _span(given, tokens.index - 3), DEEPEST)])
    result = run(tokens)
    if isinstance(result, Stuck):
        raise ProgramError([faults.not_a_value(source, _span(given, max(0, result.index - 3)))])
    match result:
        case (Let(value=value, range=None),):
            return value
        case _:
            raise ProgramError([faults.not_a_value(source, Span(0, len(text)))])


_LET = ("LET", "NAME", "EQUAL")


def _span(tokens: Tokens, index: int) -> Span:
    return Span(tokens.starts[index], tokens.end(index))
