"""The compiled loops of gates in two steps: how bad what is taken is, then which of those that are as bad."""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

import numpy as np

from shapelang.rendering.compiled import compiled


@compiled
def _total(contexts: np.ndarray, labels: np.ndarray, weights: np.ndarray) -> float:
    """The sum of the weights of all pairs; pairs are hashed as in `kernels.gate_pass`.

    Not one function for both files: numba would not see that the other file has changed (`compiled`).
    """
    mask, a, b = np.uint64(len(weights) - 1), np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
    total = 0.0
    for label in labels:
        if label != 0:
            for context in contexts:
                z = (context * a) ^ (label * b)
                total += weights[(z ^ (z >> np.uint64(29))) & mask]
    return float(total)


@compiled
def _step(
    contexts: np.ndarray, labels: np.ndarray, weights: np.ndarray, squares: np.ndarray, slope: float, rate: float,
    decay: float,
) -> None:  # fmt: skip
    """One step of AdaGrad down a slope of the sum of all pairs."""
    mask, a, b = np.uint64(len(weights) - 1), np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
    for label in labels:
        if label != 0:
            for context in contexts:
                z = (context * a) ^ (label * b)
                w = (z ^ (z >> np.uint64(29))) & mask
                g = slope + decay * weights[w]
                squares[w] += g * g
                weights[w] -= rate * g / np.sqrt(squares[w] + 1e-3)


@compiled
def graded_logs(
    contexts: np.ndarray, sets: np.ndarray, bases: np.ndarray, faults: np.ndarray, grades: np.ndarray, seldom: float,
    limit: int, descriptors: np.ndarray, weights: np.ndarray, steps: np.ndarray, within: np.ndarray,
) -> None:  # fmt: skip
    """Fills (grades,) `steps`, ln of how probable each fault is, and (rows,) `within`, ln of each row's share of those
    of its fault. What a fault starts from is -`seldom` times it; a row starts from its base. A fault above `limit` is
    never taken where there is a lesser one.
    """
    tops = np.full(len(grades), -np.inf)
    for i in range(len(sets)):
        within[i] = bases[i] + _total(contexts, descriptors[sets[i]], weights)
        tops[faults[i]] = max(tops[faults[i]], within[i])
    wholes = np.zeros(len(grades))
    for i in range(len(sets)):
        wholes[faults[i]] += np.exp(within[i] - tops[faults[i]])
    for i in range(len(sets)):
        within[i] -= tops[faults[i]] + np.log(wholes[faults[i]])
    top, least = -np.inf, faults.min()
    for g in range(len(grades)):
        there = wholes[g] > 0.0 and (g <= limit or g == least)
        steps[g] = _total(contexts, descriptors[grades[g]], weights) - seldom * g if there else -np.inf
        top = max(top, steps[g])
    whole = np.exp(steps - top).sum()
    for g in range(len(grades)):
        steps[g] -= top + np.log(whole)


@compiled
def graded_pass(
    order: np.ndarray, context_at: np.ndarray, contexts: np.ndarray, row_at: np.ndarray, sets: np.ndarray,
    bases: np.ndarray, faults: np.ndarray, taken: np.ndarray, grades: np.ndarray, seldom: float,
    limit: int, descriptors: np.ndarray, weights: np.ndarray, squares: np.ndarray, rate: float, decay: float,
    bits: np.ndarray,
) -> None:  # fmt: skip
    """Bits of the row that is `taken` in each event in order; with `rate` > 0 the weights go down the gradient."""
    steps = np.zeros(len(grades))
    for e in order:
        r0, r1 = row_at[e], row_at[e + 1]
        mine = contexts[context_at[e] : context_at[e + 1]]
        within = np.zeros(r1 - r0)
        graded_logs(
            mine, sets[r0:r1], bases[r0:r1], faults[r0:r1], grades, seldom, limit, descriptors, weights, steps, within
        )
        row = taken[e]
        fault = faults[row]
        bits[e] = -(steps[fault] + within[row - r0]) / np.log(2.0)
        if rate == 0.0 or r1 - r0 == 1:
            continue
        for i in range(r0, r1):
            if faults[i] == fault:
                slope = np.exp(within[i - r0]) - (i == row)
                if abs(slope) > 1e-5:
                    _step(mine, descriptors[sets[i]], weights, squares, slope, rate, decay)
        for g in range(len(grades)):
            slope = np.exp(steps[g]) - (g == fault)
            if steps[g] > -np.inf and abs(slope) > 1e-5:
                _step(mine, descriptors[grades[g]], weights, squares, slope, rate, decay)
