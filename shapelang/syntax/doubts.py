"""Which lines of a mended text are guesses, so that the checker does not judge what nobody wrote."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never, final

from shapelang.syntax.lexical import Tokens
from shapelang.syntax.recovery import Fault, Repair, Skipped, Unfinished
from shapelang.syntax.slips.view import Slip, lines_of
from shapelang.syntax.source import Source

_BEFORE_NAMES = frozenset("LET PARAM PART MATERIAL FOR AS NAME USE SLASH LESSTHAN".split())
_BEHIND_NAMES = frozenset("EQUAL TILDE COLON".split())


@final
@dataclass(frozen=True, slots=True)
class Doubts:
    """Lines (from 1) that were mended by guess, and the names that they may have meant to define."""

    lines: frozenset[int] = frozenset()
    names: frozenset[str] = frozenset()

    def about(self, source: Source, start: int, end: int) -> bool:
        """Whether a place in the text reaches such a line."""
        if not self.lines:
            return False
        first, last = source.position(start)[0], source.position(max(start, end - 1))[0]
        return any(line in self.lines for line in range(first, last + 1))


NO_DOUBTS = Doubts()


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
