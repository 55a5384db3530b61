"""One of several alternatives by their weights."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from shapelang.chance.errors import ParameterError
from shapelang.elementary import log
from shapelang.geometry.pose import Real
from shapelang.numbers import Numbers


def choose_index(n: Numbers, weights: Sequence[Real], u: Real) -> Any:
    """The index of the alternative that the uniform u falls on: int, or lanes of int64.

    Weights need not sum to 1. An alternative of weight 0 is never chosen, not even for u = 0 or u = 1.

    Raises:
        ParameterError: a weight is negative or not finite, or all are 0.
    """
    target = u * total_weight(n, weights)
    index: Real = 0.0 * u
    below: Real = 0.0
    for k, weight in enumerate(weights):
        index = n.where((weight > 0.0) & (target >= below), float(k), index)
        below = below + weight
    return n.integer(index)


def choose_log_prob(n: Numbers, weights: Sequence[Real], index: Any) -> Real:
    """The log-probability of an index (int, or lanes of integers); −inf for weight 0 and for no index.

    Raises:
        ParameterError: as `choose_index`.
    """
    total = total_weight(n, weights)
    weight: Real = 0.0
    for k, each in enumerate(weights):
        weight = n.where(index == k, each, weight)
    return log(n, weight / total)


def total_weight(n: Numbers, weights: Sequence[Real]) -> Real:
    """The sum of weights, from left to right.

    Raises:
        ParameterError: a weight is negative or not finite, or all are 0.
    """
    total: Real = 0.0
    for weight in weights:
        if not n.all((weight >= 0.0) & (weight < math.inf)):
            raise ParameterError("weight", weight, "a finite number from 0 on")
        total = total + weight
    if not n.all((total > 1e-300) & (total < math.inf)):
        raise ParameterError("the sum of the weights", total, "above 0 and finite")
    return total
