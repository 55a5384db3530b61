"""What proposes solids for a body, and how its proposals join the others."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from shapelang.deadline import Deadline
from shapelang.inference.refine.distance import distance
from shapelang.inference.sampling.cells import Cells
from shapelang.inference.sampling.samples import cell_points
from shapelang.inference.solids.fit import OUTLINES, best_fit, burden
from shapelang.inference.solids.kinds import Fit


class Proposer(Protocol):
    """A source of solids: grown, decomposed, or learned. It need not know what they cost, nor which are worth it."""

    def propose(self, cells: Cells, most: int, deadline: Deadline) -> list[Fit]:
        """At most so many solids in the world that together are about the body, none where the source has nothing to
        say; ended early when it is late.
        """
        ...


def proposed(cells: Cells, proposer: Proposer, most: int, price: float, deadline: Deadline) -> list[Fit]:
    """A proposer's solids, each or the best solid of any kind for the part of the body that is nearest to it.

    `price`: volume that one more number to write must explain, in cubic units.
    """
    fits = proposer.propose(cells, most, deadline)
    if not fits:
        return []
    points, _ = cell_points(cells, cells.full.reshape(-1))
    owner = np.argmin([distance(fit, points @ cells.frame.T) for fit in fits], axis=0)
    label = np.full(cells.full.size, -1)
    label[np.flatnonzero(cells.full.reshape(-1))] = owner
    found: list[Fit] = []
    for number, fit in enumerate(fits):
        region = label == number
        if not region.any():
            continue
        own = None if deadline.late() else best_fit(cells, region, outlines_above=OUTLINES * price)
        found.append(fit if own is None or _cost(fit, price) < _cost(own, price) else own)
    return found


def _cost(fit: Fit, price: float) -> float:
    return fit.error + price * burden(fit.kind)
