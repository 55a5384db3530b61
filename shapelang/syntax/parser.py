"""`parse`: text to syntax tree, with every syntax error of the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from shapelang.diagnostics import Diagnostic, ProgramError
from shapelang.syntax import faults
from shapelang.syntax.complaints import complain, slip_told
from shapelang.syntax.doubts import NO_DOUBTS, Doubts, doubts
from shapelang.syntax.driver import Stuck, run
from shapelang.syntax.lexical import DEEPEST, Scanned, Tokens, TooDeep, lay_out, scan
from shapelang.syntax.recovery import MOST_ERRORS, Fault, recover
from shapelang.syntax.slips.mend import Mended, mend_slips
from shapelang.syntax.slips.view import lines_of
from shapelang.syntax.source import Source, Span
from shapelang.syntax.tree import Expr, Let, Module, Statement


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
    found = _Read() if scanned.too_much else _read(source, scanned)
    module = Module(found.statements, tuple(scanned.comments), Span(0, len(source.text)))
    told = (*scanned.diagnostics, *found.diagnostics)
    return Parsed(module, tuple(sorted(told, key=lambda d: (d.start, d.end))), found.doubts)


@final
@dataclass(frozen=True, slots=True)
class _Read:
    statements: tuple[Statement, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    doubts: Doubts = NO_DOUBTS


def _read(source: Source, scanned: Scanned) -> _Read:
    tokens = lay_out(scanned.tokens)
    if isinstance(tokens, TooDeep):
        return _Read((), (faults.too_deep(source, _span(scanned.tokens, tokens.index), DEEPEST),))
    result = run(tokens)
    if isinstance(result, Stuck):
        return _mended(source, scanned)
    return _Read(result, doubts=doubts(source, scanned.tokens, (), tokens, (), _guessed(source, scanned)))


@final
@dataclass(frozen=True, slots=True)
class _Attempt:
    slipped: Mended
    statements: tuple[Statement, ...]
    faults: tuple[Fault, ...]

    @property
    def told(self) -> int:
        return len(self.slipped.slips) + len(self.faults)


def _mended(source: Source, scanned: Scanned) -> _Read:
    """What can be read of a text that does not parse: slips are mended first, then what is left by search."""
    best = _attempt(mend_slips(source, scanned.tokens))
    misread = _misread(source, scanned.tokens, best)
    if misread:
        other = _attempt(mend_slips(source, scanned.tokens, misread))
        best = other if other.told <= best.told else best
    unsure = doubts(
        source, scanned.tokens, best.slipped.slips, best.slipped.tokens, best.faults, _guessed(source, scanned)
    )
    return _Read(best.statements, _told(source, scanned, best.slipped, best.faults), unsure)


def _attempt(slipped: Mended) -> _Attempt:
    result = _statements(slipped.tokens)
    if result is not None:
        return _Attempt(slipped, result, ())
    recovered = recover(slipped.tokens)
    result = None if recovered.tokens is None else _statements(recovered.tokens)
    return _Attempt(slipped, result or (), recovered.faults)


def _misread(source: Source, given: Tokens, attempt: _Attempt) -> set[int]:
    """The lines that have slips and still faults: what looked like a slip there may be none."""
    faulty = {source.position(complain(source, attempt.slipped.tokens, f).start)[0] for f in attempt.faults}
    return {line for slip in attempt.slipped.slips for line in lines_of(source, given, slip) if line in faulty}


def _statements(tokens: Tokens) -> tuple[Statement, ...] | None:
    """The statements, or None where the tokens do not parse."""
    laid_out = lay_out(tokens)
    result = laid_out if isinstance(laid_out, TooDeep) else run(laid_out)
    return None if isinstance(result, TooDeep | Stuck) else result


def _guessed(source: Source, scanned: Scanned) -> set[int]:
    """The lines from which a character was left out."""
    return {source.position(d.start)[0] for d in scanned.diagnostics if d.code == "E103"}


def _told(source: Source, scanned: Scanned, slipped: Mended, found: tuple[Fault, ...]) -> tuple[Diagnostic, ...]:
    """The diagnostics of slips and faults, but for those on a line of which the characters were at fault already."""
    lines = {source.position(d.start)[0] for d in scanned.diagnostics}
    told = [slip_told(source, scanned.tokens, slip) for slip in slipped.slips]
    told += [complain(source, slipped.tokens, fault) for fault in found]
    if len(found) == MOST_ERRORS:
        told.append(faults.too_many_errors(source, told[-1], MOST_ERRORS))
    return tuple(d for d in told if source.position(d.start)[0] not in lines)


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
