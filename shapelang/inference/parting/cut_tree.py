"""A tree of cuts through a body: pruned to its cheapest leaves, which are joined again where one solid does for two."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, final

import numpy as np

from shapelang.inference.sampling.cells import Cells
from shapelang.inference.solids.fit import best_fit, burden
from shapelang.inference.solids.kinds import Fit

_AGAIN: Final = 0.7
"""Prices by which one solid for two may be worse than both."""

_LEVEL: Final = 0.75
"""Of the larger extent: two boxes that share so much on two axes are in line,"""

_FULL: Final = 0.9
"""where so much of their joint box is inside."""


@final
@dataclass(slots=True, eq=False)
class Node:
    """A region in the tree of cuts. `fit` is None when too small to be fitted."""

    region: np.ndarray
    group: int
    fit: Fit
    parts: list[Node] = field(default_factory=list["Node"])


def pruned(node: Node, price: float) -> tuple[float, list[Node]]:
    """(cost, leaves) of the cheapest pruning of a tree of cuts: Breiman et al., "CART", 1984, section 3.3."""
    alone = node.fit.error + price * burden(node.fit.kind)
    if not node.parts:
        return alone, [node]
    below = [pruned(part, price) for part in node.parts]
    cost = sum(c for c, _ in below)
    return (alone, [node]) if alone <= cost else (cost, [leaf for _, leaves in below for leaf in leaves])


def rejoined(cells: Cells, leaves: list[Node], price: float, late: Callable[[], bool]) -> list[Node]:
    """Pairs that one solid explains as well become one: a post that was cut at the seat is one post again."""
    nodes = list(leaves)
    tried: set[tuple[int, int]] = set()
    while not late():
        pair = _next_pair(cells, nodes, tried)
        if pair is None:
            break
        a, b = pair
        tried.add((id(a), id(b)))
        fit = best_fit(cells, a.region | b.region, outlines_above=float("inf"))
        if fit is not None and fit.error <= a.fit.error + b.fit.error + _AGAIN * price:
            nodes = [n for n in nodes if n is not a and n is not b]
            nodes.append(Node(a.region | b.region, a.group, fit, [a, b]))
    return nodes


def _next_pair(cells: Cells, nodes: list[Node], tried: set[tuple[int, int]]) -> tuple[Node, Node] | None:
    """Two nodes not tried yet, of one group and in line: their joint box is hardly larger than their boxes together."""
    boxes = [_box(cells, n.region) for n in nodes]
    for i, a in enumerate(nodes):
        for j in range(i + 1, len(nodes)):
            b = nodes[j]
            if a.group != b.group or (id(a), id(b)) in tried:
                continue
            (la, ha), (lb, hb) = boxes[i], boxes[j]
            low, high = np.minimum(la, lb), np.maximum(ha, hb)
            shared = np.maximum(np.minimum(ha, hb) - np.maximum(la, lb), 0.0)
            size = np.minimum(ha - la, hb - lb)
            level = (shared > _LEVEL * np.maximum(ha - la, hb - lb)).sum()
            if level >= 2 and _crossed(cells, low, high) > _FULL and size.min() > 0:
                return a, b
    return None


def _box(cells: Cells, region: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    index = np.nonzero(region.reshape(cells.full.shape))
    low = np.array([p[n.min()] for p, n in zip(cells.planes, index, strict=True)])
    high = np.array([p[n.max() + 1] for p, n in zip(cells.planes, index, strict=True)])
    return low, high


def _crossed(cells: Cells, low: np.ndarray, high: np.ndarray) -> float:
    """The part of a box that is inside the body."""
    place = tuple(
        slice(int(np.searchsorted(p, a + 1e-12)) - 1 if a > p[0] else 0, int(np.searchsorted(p, b - 1e-12)))
        for p, a, b in zip(cells.planes, low, high, strict=True)
    )
    sizes = [s[i] for s, i in zip(cells.steps, place, strict=True)]
    volumes = sizes[0][:, None, None] * sizes[1][None, :, None] * sizes[2][None, None, :]
    return float((volumes * cells.full[place]).sum() / max(float(volumes.sum()), 1e-300))
