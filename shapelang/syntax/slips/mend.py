"""Mends the slips that a few tokens give away, before the search for the least edits (`recovery.py`) looks at the rest.

Habits from other languages are no random edits: `elif`, `x = 5`, `translate(…) cube(…)` each mean one thing, and can be
told in their own words. The rules run only on a text that does not parse.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

from shapelang.syntax.lexical import END, NEWLINE, Tokens
from shapelang.syntax.recovery import MOST_ERRORS
from shapelang.syntax.slips.blocks import BLOCK_RULES
from shapelang.syntax.slips.statements import STATEMENT_RULES
from shapelang.syntax.slips.values import VALUE_RULES
from shapelang.syntax.slips.view import Edit, Slip, View, lines_of
from shapelang.syntax.source import Source

MOST_TOKENS: Final = 20_000
"""A text with more is no text in which somebody looks for slips: it goes to the search for the least edits alone."""
LONGEST_LINE: Final = 150
"""Tokens of a line in which slips are looked for."""

_RULES: Final = (*STATEMENT_RULES, *BLOCK_RULES, *VALUE_RULES)


@final
@dataclass(frozen=True, slots=True)
class Mended:
    """Tokens with the slips mended, and the slips, whose indices are those of the given tokens."""

    tokens: Tokens
    slips: tuple[Slip, ...]


def mend_slips(source: Source, tokens: Tokens, without: set[int] | frozenset[int] = frozenset()) -> Mended:
    """Recognize and mend slips, but for those `without` lines; of two that change the same tokens the first stands."""
    if len(tokens.kinds) > MOST_TOKENS:
        return Mended(tokens, ())
    view = View(source, tokens)
    within_reason = _short_lines(tokens)
    slips: list[Slip] = []
    edits: list[Edit] = []
    gone: set[int] = set()
    for index in range(len(tokens.kinds) - 1):
        for rule in _RULES:
            if index in gone or not within_reason[index] or len(slips) == MOST_ERRORS:
                break
            slip = rule(view, index)
            if slip is None or not without.isdisjoint(lines_of(source, tokens, slip)):
                continue
            if all(gone.isdisjoint(range(e.start, max(e.stop, e.start + 1))) for e in slip.edits):
                slips.append(slip)
                edits += slip.edits
                gone.update(k for e in slip.edits for k in range(e.start, e.stop))
    return Mended(_applied(tokens, edits), tuple(slips))


def _short_lines(tokens: Tokens) -> list[bool]:
    """For each token, whether its line is one that a person writes: rules look along a line, and that shall end."""
    found: list[bool] = []
    start = 0
    for index, kind in enumerate(tokens.kinds):
        if kind in (NEWLINE, "SEMICOLON", END):
            found += [index - start < LONGEST_LINE] * (index + 1 - start)
            start = index + 1
    return found


def _applied(tokens: Tokens, edits: list[Edit]) -> Tokens:
    kinds, texts, starts = list(tokens.kinds), list(tokens.texts), list(tokens.starts)
    # From the back, so that indices stay true; of two at one place the later one is put in behind the earlier.
    for _, edit in sorted(enumerate(edits), key=lambda pair: (pair[1].start, pair[1].stop, pair[0]), reverse=True):
        place = tokens.starts[edit.start]
        kinds[edit.start : edit.stop] = [kind for kind, _ in edit.put_in]
        texts[edit.start : edit.stop] = [text for _, text in edit.put_in]
        starts[edit.start : edit.stop] = [place] * len(edit.put_in)
    return Tokens(kinds, texts, starts)
