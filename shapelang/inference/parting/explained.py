"""What explains a body, and what it costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from shapelang.deadline import Deadline
from shapelang.inference.cut_short import Cuts
from shapelang.inference.proposals.proposer import Proposer
from shapelang.inference.refine.descent import BLOCKS, Descent
from shapelang.inference.sampling.samples import Samples
from shapelang.inference.solids.fit import burden
from shapelang.inference.solids.kinds import Fit


@final
@dataclass(frozen=True, slots=True)
class Effort:
    """`parts`: solids a body may become; `price`: least volume that one more must explain. A body thinner than `thin`
    on average is a sheet. What the deadline cuts short is counted in `cuts`. What `proposers` say competes with the
    rest; `descent` refines what comes near the cheapest. `fused`: no bodies of the mesh touch, so that what a body
    shows seams of may be parts. `sheet`: how thick what is a sheet is written.
    """

    parts: int
    price: float
    thin: float
    deadline: Deadline
    cuts: Cuts
    proposers: tuple[Proposer, ...] = ()
    descent: Descent = BLOCKS
    fused: bool = False
    sheet: float = 0.0

    def late(self) -> bool:
        """Whether to stop."""
        return self.deadline.late()


@final
@dataclass(frozen=True, slots=True, eq=False)
class Explained:
    """A fit with the mesh group that it explains."""

    fit: Fit
    group: int


def covered(samples: Samples, solids: Sequence[Explained]) -> np.ndarray:
    """(n,) which samples are in any of the solids."""
    world = samples.points @ samples.frame.T
    found = np.zeros(len(world), bool)
    for solid in solids:
        found |= solid.fit.inside(world)
    return found


def cost(samples: Samples, solids: Sequence[Explained], effort: Effort) -> float:
    """Volume of the difference, and the price of the numbers to write."""
    return samples.score(covered(samples, solids))[1] + effort.price * sum(burden(s.fit.kind) for s in solids)


def ranked(options: Sequence[list[Explained]], samples: Samples, effort: Effort) -> list[list[Explained]]:
    """The explanations that there are, the cheapest first."""
    return sorted((o for o in options if o), key=lambda o: cost(samples, o, effort))
