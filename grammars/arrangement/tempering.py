"""Chains that exchange places on a ladder of easier models, so that one gets from one plan of a room to quite another.

Geyer, "Markov chain Monte Carlo maximum likelihood", Computing Science and Statistics 23 (1991): replicas run on rungs
from the model itself on; now and then two neighbours are exchanged with the probability that keeps both laws. Which
neighbours may is turn by turn: even, odd (Okabe et al., Chemical Physics Letters 335 (2001); Syed et al. 2022).

A warm room that kept its log-weights for each thing would fill up, since things have more places than anything else has
weight, and a crowded room moves less, not more. So a rung is p^β · toll^(number of things): at β = 0 a Poisson process
of a few things anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from grammars.arrangement.cells import cells_of
from grammars.arrangement.model import STEPS, ArrangementModel
from grammars.arrangement.sampling import MOST_PROPS, scratch_of, world_of
from grammars.arrangement.space import Space

LADDER: Final = (1.0, 0.92, 0.84, 0.76, 0.67, 0.57, 0.45, 0.3)
"""β of each rung: exchanges between neighbours are taken about as often all along it."""

_SPARSE: Final = 1.5
"""At β = 0 there are exp(−1.5) things of each kind on average, were none in another's way."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Tempered:
    """`records` (rounds, 1 + kinds): log-probability under the model itself and counts of its rung after each round;
    `exchanged` (rungs − 1,): the share of exchanges that were taken; `trips`: how often a replica came from the far end
    of the ladder to the model.
    """

    records: NDArray[np.float64]
    exchanged: NDArray[np.float64]
    trips: int


def tempered(
    model: ArrangementModel, space: Space, seed: int, rounds: int, steps: int, ladder: tuple[float, ...] = LADDER
) -> Tempered:
    """Replicas from empty rooms, one on each rung, that make `steps` in a round; then neighbours may be exchanged."""
    world = world_of(model, cells_of(space), model.purpose(space.purpose))
    betas = np.array(ladder)
    nz, nx = world.inside.shape
    tolls = -(1.0 - betas) * (np.log(4.0 * nx * nz) + _SPARSE)
    rungs = _Rungs(world, betas, tolls, seed)
    rng = np.random.default_rng([seed, 1])
    found = np.zeros((rounds, 1 + len(model.kinds)))
    tried, taken = np.zeros(len(ladder) - 1), np.zeros(len(ladder) - 1)
    came_from, trips = np.zeros(len(ladder), np.int64), 0
    for n in range(rounds):
        things, log_p = rungs.moved(steps)
        found[n, 0], found[n, 1:] = log_p[0], rungs.last[0, 0, 1:]
        for k in range(n % 2, len(ladder) - 1, 2):
            gain = (betas[k] - betas[k + 1]) * (log_p[k + 1] - log_p[k])
            gain += (tolls[k] - tolls[k + 1]) * (things[k + 1] - things[k])
            tried[k] += 1
            if np.log(rng.random()) < gain:
                taken[k] += 1
                rungs.exchange(k)
        trips += int(came_from[rungs.replica[0]] == -1)
        came_from[rungs.replica[0]], came_from[rungs.replica[-1]] = 1, -1
    return Tempered(found, taken / np.maximum(tried, 1.0), trips)


@final
class _Rungs:
    """A replica on each rung: the world of the rung, and the things that stand."""

    def __init__(self, world: Any, betas: NDArray[np.float64], tolls: NDArray[np.float64], seed: int) -> None:
        count, kinds = len(betas), len(world.sizes)
        self.betas, self.tolls = betas, tolls
        self.worlds: list[Any] = []
        for beta, toll in zip(betas, tolls, strict=True):
            theta = beta * world.theta
            theta[-kinds * STEPS :] += toll
            self.worlds.append(world._replace(theta=theta))
        self.scratches = [scratch_of(world, MOST_PROPS, seed * count + k) for k in range(count)]
        self.props = [np.zeros((MOST_PROPS, 5), np.int64) for _ in range(count)]
        self.counts = [np.zeros(1, np.int64) for _ in range(count)]
        self.last = np.zeros((count, 1, 1 + kinds))
        self.replica = list(range(count))

    def moved(self, steps: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Steps on every rung: how many things stand on each, and the log-probability of them under the model."""
        from grammars.arrangement.kernels.chain import MOVES, run

        even, unused, tallies = np.ones(2), np.zeros(0), np.zeros((MOVES, 2), np.int64)
        for k, world in enumerate(self.worlds):
            there = self.props[k], self.counts[k]
            run(steps, steps, *there, even, world, self.scratches[k], self.last[k], unused, tallies)
        things = self.last[:, 0, 1:].sum(axis=1)
        return things, (self.last[:, 0, 0] - self.tolls * things) / self.betas

    def exchange(self, k: int) -> None:
        """What stands on a rung goes to the next, and the other way."""
        self.props[k], self.props[k + 1] = self.props[k + 1], self.props[k]
        self.counts[k], self.counts[k + 1] = self.counts[k + 1], self.counts[k]
        self.replica[k], self.replica[k + 1] = self.replica[k + 1], self.replica[k]
