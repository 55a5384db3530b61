"""`parse`: text to syntax tree, with every syntax error of the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from shapelang.diagnostics import Diagnostic, ProgramError
from shapelang.syntax import faults
from shapelang.syntax.complaints import complain
from shapelang.syntax.driver import Stuck, run
from shapelang.syntax.lexical import DEEPEST, Scanned, Tokens, TooDeep, lay_out, scan
from shapelang.syntax.recovery import MOST_ERRORS, Recovered, recover
from shapelang.syntax.source import Source, Span
from shapelang.syntax.tree import Expr, Let, Module, Statement


@final
@dataclass(frozen=True, slots=True)
class Parsed:
    """A module, and the diagnostics in the order of the text; with errors the module holds what could be read."""

    module: Module
    diagnostics: tuple[Diagnostic, ...]


def parse(source: Source) -> Parsed:
    """Read a program; never raises for any text."""
    scanned = scan(source)
    statements = () if scanned.too_much else _statements(source, scanned)
    module = Module(statements, tuple(scanned.comments), Span(0, len(source.text)))
    return Parsed(module, tuple(sorted(scanned.diagnostics, key=lambda d: (d.start, d.end))))


def _statements(source: Source, scanned: Scanned) -> tuple[Statement, ...]:
    tokens = lay_out(scanned.tokens)
    if isinstance(tokens, TooDeep):
        scanned.diagnostics.append(faults.too_deep(source, _span(scanned.tokens, tokens.index), DEEPEST))
        return ()
    result = run(tokens)
    if not isinstance(result, Stuck):
        return result
    recovered = recover(scanned.tokens)
    scanned.diagnostics.extend(_told(source, scanned, recovered))
    if recovered.tokens is None:
        return ()
    mended = lay_out(recovered.tokens)
    result = () if isinstance(mended, TooDeep) else run(mended)
    return () if isinstance(result, Stuck) else result


def _told(source: Source, scanned: Scanned, recovered: Recovered) -> list[Diagnostic]:
    """The diagnostics of the faults, but for those on a line of which the characters were at fault already."""
    lines = {source.position(d.start)[0] for d in scanned.diagnostics}
    found = [complain(source, scanned.tokens, fault) for fault in recovered.faults]
    if len(recovered.faults) == MOST_ERRORS:
        found.append(faults.too_many_errors(source, found[-1], MOST_ERRORS))
    return [d for d in found if source.position(d.start)[0] not in lines]


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
