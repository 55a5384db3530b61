"""Lengths of codes, in bits."""

from __future__ import annotations

from decimal import Decimal
from math import lgamma, log, log2
from typing import Final

_LN2: Final = log(2.0)


def whole(n: int) -> int:
    """Bits of a whole number from 1 on, whatever its size: ⌊log2 n⌋ + 2 ⌊log2(⌊log2 n⌋ + 1)⌋ + 1.

    1 is one bit, 2 and 3 are four, 4 to 7 five. The delta code of Elias, "Universal codeword sets", 1975.
    """
    length = n.bit_length()
    return length - 1 + 2 * (length.bit_length() - 1) + 1


def written(number: Decimal) -> int:
    """Bits of a number from 0 on as it is written: its digits as one whole number, and where the point is.

    The grid of a number is the power of ten of its last digit that is not 0: 0.45 is 45 steps of 10⁻², 1200 is 12 of
    10². Both are `whole`, places in the order 0, −1, 1, −2, … A plain number is short whatever the unit is.
    """
    _, digits, places = number.normalize().as_tuple()
    steps = int("".join(map(str, digits)))
    assert isinstance(places, int), "a number of a program is finite"
    # −1, 1, −2, 2 are the second, third, fourth and fifth of all places.
    order = 1 if steps == 0 or places == 0 else -2 * places if places < 0 else 2 * places + 1
    return whole(steps + 1) + whole(order)


def among(n: int, k: int) -> float:
    """Bits of which `k` of `n` things are meant: those of the count k, and log2 of the binomial coefficient."""
    ways = lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0)
    return whole(k + 1) + max(ways, 0.0) / _LN2


def one_of(n: int) -> float:
    """Bits of one of `n` things, all alike."""
    return log2(n)
