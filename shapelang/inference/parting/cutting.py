"""A body cut where cutting helps most, again and again."""

from __future__ import annotations

import heapq
from typing import Final

import numpy as np

from shapelang.inference.parting.cut_tree import Node, pruned, rejoined
from shapelang.inference.parting.cuts import best_cut
from shapelang.inference.parting.explained import Effort, Explained
from shapelang.inference.sampling.cells import Cells
from shapelang.inference.sampling.regions import components, volumes
from shapelang.inference.solids.fit import GOOD, OUTLINES, best_fit, burden

_CUT: Final = 40
"""Parts that a body is cut into; boxes may be more, since they take no search."""

_CRUMB: Final = 0.0005
"""Connected parts below this part of a body's volume are left out."""


def cut_up(cells: Cells, effort: Effort) -> list[Explained]:
    """The solids of the leaves of a tree of cuts, pruned and joined again."""
    volume = volume_of(cells)
    roots: list[Node] = []
    for group in np.unique(cells.group[cells.full]):
        mask = (cells.full & (cells.group == group)).reshape(-1)
        for region in components(cells, mask, _CRUMB * volume):
            # One at least, however late; of thousands of crumbs each takes its time.
            node = None if roots and effort.late() else _node(cells, region, int(group), effort)
            if node is not None:
                roots.append(node)
    _grow(cells, roots, effort)
    leaves = [leaf for root in roots for leaf in pruned(root, effort.price)[1]]
    return [Explained(node.fit, node.group) for node in rejoined(cells, leaves, effort.price, effort.late)]


def volume_of(cells: Cells) -> float:
    """Of the cells that are inside."""
    return float((volumes(cells) * cells.full).sum())


def _node(cells: Cells, region: np.ndarray, group: int, effort: Effort) -> Node | None:
    fit = best_fit(cells, region, outlines_above=float("inf") if effort.late() else OUTLINES * effort.price)
    return None if fit is None else Node(region, group, fit)


def _grow(cells: Cells, roots: list[Node], effort: Effort) -> None:
    """Cut the region with the largest error, again and again."""
    queue = [(-root.fit.error, k, root) for k, root in enumerate(roots)]
    heapq.heapify(queue)
    count = serial = len(roots)
    while queue and count < 2 * min(effort.parts, _CUT) and not effort.late():
        _, _, node = heapq.heappop(queue)
        if node.fit.error + effort.price * burden(node.fit.kind) < 2.0 * effort.price:
            continue
        if node.fit.iou >= GOOD and burden(node.fit.kind) < 2.0:
            continue
        pieces = best_cut(cells, node.region)
        if pieces is None:
            continue
        parts = [_node(cells, piece, node.group, effort) for piece in pieces]
        node.parts = [p for p in parts if p is not None]
        count += len(node.parts) - 1
        for part in node.parts:
            serial += 1
            heapq.heappush(queue, (-part.fit.error, serial, part))
