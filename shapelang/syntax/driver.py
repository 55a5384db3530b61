"""Runs the LALR(1) tables over tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, final

from shapelang.syntax import tables
from shapelang.syntax.builders import BUILDERS, Builder
from shapelang.syntax.lexical import END, NEWLINE, SOFT_NEWLINE, Tokens
from shapelang.syntax.tree import Statement

_RULES: list[tuple[str, int, Builder | None]] = [
    (origin, size, BUILDERS[name] if name else None) for origin, size, name in tables.RULES
]

ACTIONS: list[dict[str, int]] = [dict(zip(*row, strict=True)) for row in tables.ACTIONS]
"""State → terminal → the state to shift to (≥ 0), or ~rule to reduce by (< 0)."""
GOTOS: list[dict[str, int]] = [dict(zip(*row, strict=True)) for row in tables.GOTOS]
"""State → left side of a rule → state."""


@final
@dataclass(frozen=True, slots=True)
class Stuck:
    """No action for the token of this index."""

    index: int


def run(tokens: Tokens) -> tuple[Statement, ...] | Stuck:
    """The statements of a module, or the first token that does not fit.

    A newline for which the grammar has no use is passed over.
    """
    actions, gotos, rules, starts = ACTIONS, GOTOS, _RULES, tokens.starts
    state, end = 0, 0
    states: list[int] = [0]
    values: list[Any] = []
    places: list[int] = []
    for index, (kind, text) in enumerate(zip(tokens.kinds, tokens.texts, strict=True)):
        while True:
            action = actions[state].get(kind)
            if action is None:
                if kind == NEWLINE or kind == SOFT_NEWLINE:
                    break
                return Stuck(index)
            if action >= 0:
                start = starts[index]
                states.append(action)
                values.append(text)
                places.append(start)
                state, end = action, start + len(text)
                break
            origin, size, build = rules[~action]
            if build is None:  # one symbol, passed on
                states.pop()
            elif size:
                value = build(values[-size:], places[-size:], end)
                del states[-size:], values[-size:], places[len(places) - size + 1 :]
                values.append(value)
            else:
                values.append(build([], [], end))
                places.append(starts[index])
            state = gotos[states[-1]][origin]
            states.append(state)
            if state == tables.ACCEPT and kind == END:
                return values[-1]
    raise AssertionError("a list of tokens ends with END")
