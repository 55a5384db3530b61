"""Chains that exchange temperatures, so that one gets from one plan of a room to quite another.

Geyer, "Markov chain Monte Carlo maximum likelihood", Computing Science and Statistics 23 (1991): replicas run at
temperatures from 1 up; now and then two neighbours are exchanged with the probability that keeps both laws.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from grammars.arrangement.cells import cells_of
from grammars.arrangement.model import ArrangementModel
from grammars.arrangement.sampling import MOST_PROPS, scratch_of, world_of
from grammars.arrangement.space import Space

HEATS: Final = (1.0, 1.15, 1.35, 1.6, 2.0)


def tempered(
    model: ArrangementModel, space: Space, seed: int, rounds: int, steps: int, heats: tuple[float, ...] = HEATS
) -> NDArray[np.float64]:
    """(rounds, 1 + kinds) log-probability and counts of the replica at the first temperature, after each round.

    In a round every replica makes its steps from where it was, an empty room at first; then neighbours exchange.
    """
    from grammars.arrangement.kernels.chain import MOVES, run

    world = world_of(model, cells_of(space), model.purpose(space.purpose))
    rng = np.random.default_rng([seed, 1])
    props = [np.zeros((MOST_PROPS, 5), np.int64) for _ in heats]
    counts = [np.zeros(1, np.int64) for _ in heats]
    scratches: list[Any] = [scratch_of(world, MOST_PROPS, seed * len(heats) + k) for k in range(len(heats))]
    found = np.zeros((rounds, 1 + len(model.kinds)))
    tallies, last = np.zeros((MOVES, 2), np.int64), np.zeros((len(heats), 1, 1 + len(model.kinds)))
    for n in range(rounds):
        for k, heat in enumerate(heats):
            run(
                steps,
                steps,
                props[k],
                counts[k],
                np.array([heat, heat]),
                world,
                scratches[k],
                last[k],
                np.zeros(0),
                tallies,
            )
        for k in range(n % 2, len(heats) - 1, 2):
            gain = (1.0 / heats[k] - 1.0 / heats[k + 1]) * (last[k + 1, 0, 0] - last[k, 0, 0])
            if np.log(rng.random()) < gain:
                props[k], props[k + 1] = props[k + 1], props[k]
                counts[k], counts[k + 1] = counts[k + 1], counts[k]
                last[[k, k + 1]] = last[[k + 1, k]]
        found[n] = last[0, 0]
    return found
