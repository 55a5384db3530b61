"""Tests by which one part or another may be meant, as ways in which they hold: disjoint, and each told by demands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import product
from math import prod
from typing import Final

from grammars.conditioning.measuring import can_hold, holds, is_told, meant
from grammars.conditioning.query import Contains, Every, First, Some, Test
from grammars.conditioning.seeing import Seen

_MOST: Final = 24
"""Ways of all tests together; beyond these a structure is not parted."""


def ways(tests: Sequence[Test], seen: Seen) -> tuple[tuple[Test, ...], ...]:
    """Of one structure all ways in which tests can hold together, in place of the tests; none where these are too many.

    A derivation that meets the tests meets those of one way: where several parts are what is asked for, that of the
    first.
    """
    each = [_of_one(test, seen) for test in tests]
    return tuple(product(*each)) if prod(map(len, each)) <= _MOST else ()


def _of_one(test: Test, seen: Seen) -> tuple[Test, ...]:
    if is_told(test, seen):
        return (test,)
    match test:
        case Contains():
            return _in_turn([replace(test, which=which) for which in meant(test, seen)])
        case Some(tests):
            return _in_turn([each for each in tests if can_hold(holds(each, seen))])
        case Every(tests):
            found = product(*(_of_one(each, seen) for each in tests))
            return tuple(Every(some) for some in found)
        case _:
            return (test,)


def _in_turn(tests: Sequence[Test]) -> tuple[Test, ...]:
    return tuple(First(test, tuple(tests[:k])) for k, test in enumerate(tests))
