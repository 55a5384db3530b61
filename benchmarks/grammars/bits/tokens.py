"""Programs as tokens: one for each choice, four decimal digits for each number, with what the grammar allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, final

import numpy as np

from benchmarks.grammars.bits.decisions import Decision
from grammars.programs.program import BOX, MOST_PARTS
from grammars.programs.walk import RANGES, Kind, Slot

DIGITS: Final = 4

OPTIONS: Final = MOST_PARTS - BOX
"""Tokens for choices: the numbers of parts, and the box."""

TOKENS: Final = OPTIONS + 10

STATES: Final = len(Kind) + DIGITS * len(Slot)
"""What is said next, which the grammar knows."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """(n,) tokens, (n,) states, (n, TOKENS) whether a token may stand there, (n,) whether it is a number's."""

    tokens: np.ndarray
    states: np.ndarray
    allowed: np.ndarray
    numeric: np.ndarray


@cache
def next_digits(low: int, high: int, prefix: int, place: int) -> tuple[int, ...]:
    """Digits that may follow a prefix so that a number of the range can come of it; `place` from DIGITS − 1 to 0."""
    found: list[int] = []
    for digit in range(10):
        first = (prefix * 10 + digit) * 10**place
        if first <= high and first + 10**place - 1 >= low:
            found.append(digit)
    return tuple(found)


def sequence(found: Sequence[Decision]) -> Said:
    """The tokens of a program."""
    tokens: list[int] = []
    states: list[int] = []
    numeric: list[bool] = []
    allowed: list[np.ndarray] = []

    def say(token: int, state: int, number: bool, may: Sequence[int]) -> None:
        tokens.append(token)
        states.append(state)
        numeric.append(number)
        row = np.zeros(TOKENS, dtype=bool)
        row[list(may)] = True
        allowed.append(row)

    for decision in found:
        if isinstance(decision.what, Kind):
            say(decision.value - BOX, int(decision.what), False, [k - BOX for k in decision.options])
            continue
        low, high = RANGES[decision.what]
        prefix = 0
        for place in reversed(range(DIGITS)):
            digit = decision.value // 10**place % 10
            state = len(Kind) + DIGITS * int(decision.what) + place
            say(OPTIONS + digit, state, True, [OPTIONS + d for d in next_digits(low, high, prefix, place)])
            prefix = prefix * 10 + digit
    return Said(np.array(tokens), np.array(states), np.array(allowed), np.array(numeric))
