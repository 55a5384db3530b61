"""The least change by the dual simplex, where no other is as small. Import inside functions: numba is slow to load.

A table (m, n + 1) says `table[:, :n] x <= table[:, n]` for x >= 0; its rows are exchanged with its columns until no
right side is negative (Lemke, "The dual method of solving the linear programming problem", 1954). Costs are never
negative, so that the beginning needs no first phase.
"""

from __future__ import annotations

import numpy as np

from shapelang.fields.kernels.compiled import compiled

_NEGATIVE = 1e-11
_PIVOT = 1e-9
_ALONE = 1e-6
"""Of a reduced cost: above it the optimum gets worse along that edge."""

_STEPS = 400


@compiled
def only_least_change(
    rows: np.ndarray, missing: np.ndarray, most: np.ndarray, allowed: float, play: float
) -> tuple[bool, float, np.ndarray]:
    """See `least_change`: whether it was found, is the only one, and holds what it should; by how much demands may be
    missed, below 0 where that was not found.
    """
    m, n = rows.shape
    ends = 0
    for i in range(n):
        ends += most[i, 0] < np.inf
    table = np.zeros((2 * m + 2 * ends, 2 * n + 2))
    for i in range(m):
        for j in range(n):
            a = rows[i, j]
            table[i, j], table[i, n + j], table[m + i, j], table[m + i, n + j] = a, -a, -a, a
        table[i, 2 * n], table[m + i, 2 * n] = -1.0, -1.0
        table[i, 2 * n + 1], table[m + i, 2 * n + 1] = missing[i], -missing[i]
    k = 2 * m
    for j in range(n):
        if most[j, 0] < np.inf:
            table[k, j], table[k, n + j], table[k, 2 * n + 1] = 1.0, -1.0, most[j, 1]
            table[k + 1, j], table[k + 1, n + j], table[k + 1, 2 * n + 1] = -1.0, 1.0, most[j, 0]
            k += 2
    x = np.zeros(n)
    first, costs = table.copy(), np.zeros(2 * n + 1)
    costs[2 * n] = 1.0
    basic = _solved(first, costs)
    if len(basic) == 0:
        return False, -1.0, x
    bound = allowed
    for i in range(len(basic)):
        if basic[i] == 2 * n:
            bound = max(allowed, first[i, 2 * n + 1] * (1.0 + play) + play)
    second, costs = np.zeros((len(table), 2 * n + 1)), np.ones(2 * n)
    for i in range(len(table)):
        for j in range(2 * n):
            second[i, j] = table[i, j]
        second[i, 2 * n] = table[i, 2 * n + 1] + (bound if i < 2 * m else 0.0)
    basic = _solved(second, costs)
    if len(basic) == 0 or costs.min() < _ALONE:
        return False, bound, x
    for i in range(len(basic)):
        if basic[i] < n:
            x[basic[i]] += second[i, 2 * n]
        elif basic[i] < 2 * n:
            x[basic[i] - n] -= second[i, 2 * n]
    for i in range(m):
        left = missing[i]
        for j in range(n):
            left -= rows[i, j] * x[j]
        if abs(left) > bound + _PIVOT:
            return False, bound, x
    return True, bound, x


@compiled
def _solved(table: np.ndarray, costs: np.ndarray) -> np.ndarray:
    """(m,) which variable each row tells in the end, slack being numbered from n on, with table and reduced costs as
    they are then; nothing where there is no solution, or it takes too many steps.
    """
    m, n = len(table), len(costs)
    basic, other = np.arange(n, n + m), np.arange(n)
    for _ in range(_STEPS):
        row = 0
        for i in range(m):
            if table[i, n] < table[row, n]:
                row = i
        if m == 0 or table[row, n] >= -_NEGATIVE:
            return basic
        col = -1
        for j in range(n):
            if table[row, j] < -_PIVOT and (col < 0 or costs[j] * table[row, col] > costs[col] * table[row, j]):
                col = j
        if col < 0:
            break
        _exchange(table, costs, row, col)
        basic[row], other[col] = other[col], basic[row]
    return np.zeros(0, dtype=np.int64)


@compiled
def _exchange(table: np.ndarray, costs: np.ndarray, row: int, col: int) -> None:
    """One step: the variables of a row and of a column change places."""
    pivot = table[row, col]
    table[row, col] = 1.0
    table[row] /= pivot
    for i in range(len(table)):
        factor = table[i, col]
        if i != row and factor != 0.0:
            table[i, col] = 0.0
            table[i] -= factor * table[row]
    factor = costs[col]
    costs[col] = 0.0
    for j in range(len(costs)):
        costs[j] -= factor * table[row, j]
