"""Numbers of a part that are off what they mostly are in the same examples: whether they are is one draw for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import sqrt
from typing import Final

from grammars.learning.shapes.describing import Described, thousandths

_ALIKE: Final = 0.75
"""Of the examples in which either of two numbers is off: where both are, at least."""


def tied(label: str, numbers: Sequence[Described], count: int) -> list[Described]:
    """The numbers of a part in so many examples, those that are off together tied by a name with that label."""
    found = list(numbers)
    off = {
        k: frozenset(n.spread.off)
        for k, n in enumerate(numbers)
        if n.spread is not None and n.spread.family == "loose" and n.spread.off
    }
    left = sorted(off, key=lambda k: (-len(off[k]), k))
    made = 0
    while left:
        first = left[0]
        group = [k for k in left if len(off[k] & off[first]) >= _ALIKE * len(off[k] | off[first])]
        left = [k for k in left if k not in group]
        if len(group) < 2:
            continue
        made += 1
        name = label if made == 1 else f"{label}_{made}"
        every = frozenset[int]().union(*(off[k] for k in group))
        for k in group:
            found[k] = _tied(numbers[k], name, len(off[k]), len(every), count)
    return found


def _tied(number: Described, name: str, own: int, every: int, count: int) -> Described:
    spread = number.spread
    assert spread is not None
    share = thousandths((every + 0.5) / (count + 1.0))
    if own < every:
        # In some of these examples it is what it mostly is: then what is drawn is 0.
        low, high = min(spread.low, 0.0), max(spread.high, 0.0)
        spread = replace(spread, low=low, high=high, deviation=spread.deviation * sqrt(own / every))
    return replace(number, spread=replace(spread, share=share, tie=name))
