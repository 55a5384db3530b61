"""Reads a text that does not parse: mends it, tells what was wrong, and says which lines are guesses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never, final

from shapelang.diagnostics import Diagnostic
from shapelang.syntax import faults
from shapelang.syntax.complaints import complain, slip_told
from shapelang.syntax.doubts import Doubts, Read
from shapelang.syntax.driver import Stuck, run
from shapelang.syntax.lexical import Scanned, Tokens, TooDeep, lay_out
from shapelang.syntax.recovery import MOST_ERRORS, Fault, Repair, Skipped, Unfinished, recover
from shapelang.syntax.slips.mend import Mended, mend_slips
from shapelang.syntax.slips.view import Slip, lines_of
from shapelang.syntax.source import Source
from shapelang.syntax.tree import Statement

_BEFORE_NAMES = frozenset("LET PARAM PART MATERIAL FOR AS NAME USE SLASH LESSTHAN".split())
_BEHIND_NAMES = frozenset("EQUAL TILDE COLON".split())


@final
@dataclass(frozen=True, slots=True)
class _Attempt:
    slipped: Mended
    statements: tuple[Statement, ...]
    faults: tuple[Fault, ...]

    @property
    def told(self) -> int:
        return len(self.slipped.slips) + len(self.faults)


def mended(source: Source, scanned: Scanned) -> Read:
    """What can be read of a text with faults: slips are mended first, then what is left by search."""
    result = _statements(scanned.tokens)
    if result is not None:
        return Read(result, (), doubts(source, scanned.tokens, (), scanned.tokens, (), _guessed(source, scanned)))
    best = _attempt(mend_slips(source, scanned.tokens))
    misread = _misread(source, scanned.tokens, best)
    if misread:
        other = _attempt(mend_slips(source, scanned.tokens, misread))
        best = other if other.told <= best.told else best
    unsure = doubts(
        source, scanned.tokens, best.slipped.slips, best.slipped.tokens, best.faults, _guessed(source, scanned)
    )
    return Read(best.statements, _told(source, scanned, best.slipped, best.faults), unsure)


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
    """The lines from which a character was left out, or on which a number that cannot be held is read as 0."""
    return {source.position(d.start)[0] for d in scanned.diagnostics if d.code in ("E103", "E109")}


def _told(source: Source, scanned: Scanned, slipped: Mended, found: tuple[Fault, ...]) -> tuple[Diagnostic, ...]:
    """The diagnostics of slips and faults, but for those on a line of which the characters were at fault already."""
    lines = {source.position(d.start)[0] for d in scanned.diagnostics}
    told = [slip_told(source, scanned.tokens, slip) for slip in slipped.slips]
    told += [complain(source, slipped.tokens, fault) for fault in found]
    if len(found) == MOST_ERRORS:
        told.append(faults.too_many_errors(source, told[-1], MOST_ERRORS))
    return tuple(d for d in told if source.position(d.start)[0] not in lines)


# --- which lines are guesses ---------------------------------------------------------------------


def doubts(
    source: Source, given: Tokens, slips: tuple[Slip, ...], mended: Tokens, faults: tuple[Fault, ...], lines: set[int]
) -> Doubts:
    """What slips (in the given tokens), faults (in the mended ones) and lexical faults (on `lines`) make doubtful."""
    found = set(lines)
    for slip in slips:
        if not slip.exact:
            found.update(lines_of(source, given, slip))
    for fault in faults:
        found.update(_of(source, mended, fault))
    return Doubts(frozenset(found), frozenset(_defined(source, given, found)))


def _between(source: Source, tokens: Tokens, first: int, last: int) -> range:
    start, end = source.position(_start(source, tokens, first))[0], source.position(_start(source, tokens, last))[0]
    return range(start, end + 1)


def _start(source: Source, tokens: Tokens, index: int) -> int:
    return min(tokens.starts[min(index, len(tokens.starts) - 1)], len(source.text))


def _of(source: Source, tokens: Tokens, fault: Fault) -> range:
    match fault:
        case Repair(place=place, stuck=stuck):
            # What is put in at the end of a line stands before the newline, or before the line that follows.
            return _between(source, tokens, max(0, place - 1), stuck)
        case Skipped(stuck=stuck):
            return _between(source, tokens, max(0, stuck - 1), stuck)
        case Unfinished(stuck=stuck, missing=missing):
            brackets = {"RPAR": "LPAR", "RSQB": "LSQB"}
            opening = brackets.get(missing[0]) if missing else None
            first = max((k for k in range(stuck) if tokens.kinds[k] == opening), default=stuck)
            return _between(source, tokens, max(0, min(first, stuck - 1)), stuck)
        case _:
            assert_never(fault)


def _defined(source: Source, tokens: Tokens, lines: set[int]) -> Iterator[str]:
    """The names that such lines give something, as far as one can tell."""
    if not lines:
        return
    for index, kind in enumerate(tokens.kinds):
        if kind not in ("NAME", "AXIS"):
            continue
        before, behind = tokens.kinds[index - 1] if index else "", tokens.kinds[index + 1]
        listed = before in ("LPAR", "COMMA") and behind in ("COMMA", "RPAR")
        if before in _BEFORE_NAMES or behind in _BEHIND_NAMES or listed:
            if source.position(tokens.starts[index])[0] in lines:
                yield tokens.texts[index]
