"""Which boxes reach the ground over others: compiled, for it is asked after every statement."""

# pyright: reportUntypedFunctionDecorator=false

from __future__ import annotations

import numpy as np

from shapelang.rendering.compiled import compiled


@compiled
def _apart(
    c0: np.ndarray, a0: np.ndarray, h0: np.ndarray, c1: np.ndarray, a1: np.ndarray, h1: np.ndarray, enough: float
) -> float:
    """Metres between two boxes (axes are rows), or what is below `enough`, by alternating projections."""
    p0, p1, p2 = c1[0], c1[1], c1[2]
    before = 1e300
    apart = 1e300
    for _ in range(100):
        q0, q1, q2 = c0[0], c0[1], c0[2]
        for k in range(3):
            t = (p0 - c0[0]) * a0[k, 0] + (p1 - c0[1]) * a0[k, 1] + (p2 - c0[2]) * a0[k, 2]
            t = min(max(t, -h0[k]), h0[k])
            q0 += t * a0[k, 0]
            q1 += t * a0[k, 1]
            q2 += t * a0[k, 2]
        p0, p1, p2 = c1[0], c1[1], c1[2]
        for k in range(3):
            t = (q0 - c1[0]) * a1[k, 0] + (q1 - c1[1]) * a1[k, 1] + (q2 - c1[2]) * a1[k, 2]
            t = min(max(t, -h1[k]), h1[k])
            p0 += t * a1[k, 0]
            p1 += t * a1[k, 1]
            p2 += t * a1[k, 2]
        apart = np.sqrt((p0 - q0) ** 2 + (p1 - q1) ** 2 + (p2 - q2) ** 2)
        if apart < enough or before - apart < 1e-6:
            break
        before = apart
    return apart


@compiled
def _root(parent: np.ndarray, k: int) -> int:
    while parent[k] != k:
        parent[k] = parent[parent[k]]
        k = parent[k]
    return k


@compiled
def linked(
    centres: np.ndarray, axes: np.ndarray, halves: np.ndarray, share: float
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """(n,) groups of boxes that are linked over distances below `share` of the diagonal of the box about all, and
    (n + 1,) groups where the ground links too; the last is its own, at the height of the lowest box.
    """
    n = len(centres)
    reach = np.zeros((n, 3))
    low, high = np.full(3, 1e300), np.full(3, -1e300)
    for i in range(n):
        for d in range(3):
            for k in range(3):
                reach[i, d] += abs(axes[i, k, d]) * halves[i, k]
            low[d] = min(low[d], centres[i, d] - reach[i, d])
            high[d] = max(high[d], centres[i, d] + reach[i, d])
    near = share * np.sqrt(((high - low) ** 2).sum()) if n else 0.0
    parent = np.arange(n + 1)
    for i in range(n):
        for j in range(i):
            a, b = _root(parent, i), _root(parent, j)
            if a == b:
                continue
            gap = 0.0
            for d in range(3):
                gap += max(abs(centres[i, d] - centres[j, d]) - reach[i, d] - reach[j, d], 0.0) ** 2
            if gap >= near * near:
                continue
            if _apart(centres[i], axes[i], halves[i], centres[j], axes[j], halves[j], near) < near:
                parent[a] = b
    bodies = np.array([_root(parent, i) for i in range(n)])
    for i in range(n):
        if centres[i, 1] - reach[i, 1] - low[1] < near:
            parent[_root(parent, i)] = _root(parent, n)
    return bodies, np.array([_root(parent, i) for i in range(n + 1)])
