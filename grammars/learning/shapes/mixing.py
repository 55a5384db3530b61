"""Weights of families where it is hidden which family made an example: expectation and maximisation.

Dempster, Laird and Rubin 1977: each example counts for every family by how probable it is that this made it, and the
weights are those under which these counts are most probable, with half an example more for each (Dirichlet of 3/2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np

_MORE: Final = 0.5

_ENOUGH: Final = 1e-6
"""Bits: rounds that gain less end the search."""

_ROUNDS: Final = 200


@final
@dataclass(frozen=True, slots=True, eq=False)
class Mixed:
    """Weights (families,), how probable it is of each example that a family made it (examples, families).

    `bits` of all examples, summed over families, and of the weights by their prior, before each round and at the end:
    they never rise.
    """

    weights: np.ndarray
    shares: np.ndarray
    bits: tuple[float, ...]


def mixed(bits: np.ndarray) -> Mixed:
    """From the bits (examples, families) of each example, where it is told which family made it."""
    n, families = bits.shape
    weights = np.full(families, 1.0 / families)
    told: list[float] = []
    while True:
        joint = np.log2(weights) - bits
        whole = np.logaddexp2.reduce(joint, axis=1)
        told.append(float(-whole.sum() - _MORE * np.log2(weights).sum()))
        shares = np.exp2(joint - whole[:, None])
        if len(told) > _ROUNDS or (len(told) > 1 and told[-2] - told[-1] < _ENOUGH):
            return Mixed(weights, shares, tuple(told))
        weights = (shares.sum(axis=0) + _MORE) / (n + _MORE * families)
