"""The Poisson distribution by summation of its masses, for 0 < mean ≤ 1e4.

Masses by C. Loader's saddle-point form (2000). Sums run over the support within 12 standard deviations and 40 of the
mean: what lies outside is below 1e-25.
"""

from __future__ import annotations

import math

from shapelang.chance.normal import HALF_LOG_TWO_PI
from shapelang.chance.special import deviance
from shapelang.elementary import exp, log
from shapelang.elementary.double import Pair
from shapelang.elementary.gamma import stirling_error
from shapelang.geometry.pose import Real
from shapelang.numbers import Numbers

LARGEST_MEAN = 1e4


def log_mass(n: Numbers, mean: Real, k: Real) -> Real:
    """Log mass of k; −inf where k is no whole number from 0 on."""
    possible = (k >= 0.0) & (n.floor(k) == k) & (k < math.inf)
    counted = n.where(possible & (k > 0.0), k, 1.0)
    value = -stirling_error(n, counted) - deviance(n, counted, mean) - (HALF_LOG_TWO_PI + 0.5 * log(n, counted))
    return n.where(possible, n.where(k == 0.0, -mean, value), -math.inf)


def window(n: Numbers, mean: Real, support: Pair) -> Pair:
    """The first and the last whole number that are in the support and at all probable; reversed when there is none."""
    spread = 12.0 * n.sqrt(mean) + 40.0
    first = n.maximum(n.maximum(-n.floor(-support[0]), n.floor(mean - spread)), 0.0)
    return first, n.minimum(n.floor(support[1]), n.floor(mean + spread))


def mass(n: Numbers, mean: Real, first: Real, last: Real) -> Real:
    """The probability of first … last; 0 when reversed."""
    term = exp(n, log_mass(n, mean, first))
    total = n.where(first <= last, term, 0.0)
    current = first
    while n.any(current < last):
        current = current + 1.0
        term = term * (mean / current)
        total = n.where(current <= last, total + term, total)
    return total


def quantile(n: Numbers, mean: Real, first: Real, last: Real, target: Real) -> Real:
    """The smallest k in first … last whose masses from first on reach the target; else the last."""
    term = exp(n, log_mass(n, mean, first))
    total, current, found = term, first, first
    while n.any((total < target) & (current < last)):
        going = (total < target) & (current < last)
        current = current + 1.0
        term = term * (mean / current)
        total = n.where(going, total + term, total)
        found = n.where(going, current, found)
    return found
