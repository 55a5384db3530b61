"""Which real of a derivation is drawn again to meet a demand: any on which the demand may hang."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from grammars.conditioning.forms import Bools, Lanes
from grammars.conditioning.joint.lanes import Told
from grammars.conditioning.joint.moving import NONE
from shapelang.chance.families import Beta, LogNormal, Normal, Uniform

There: TypeAlias = Mapping[str, Bools]
"""The lanes in which each real is drawn, by address."""

_MOVED: Final = 1e-6
"""Metres by which something must change to count as hanging on what was drawn again."""

_MOST: Final = 5
"""Reals of a derivation that may be its pivot."""


def reals(told: Sequence[Told]) -> There:
    """The lanes in which each real of a joint run is drawn."""
    found: dict[str, Bools] = {}
    for each in told:
        if isinstance(each.distribution, Normal | LogNormal | Uniform | Beta):
            found[each.address] = found[each.address] | each.lanes if each.address in found else each.lanes
    return found


def anyone(there: There, rng: np.random.Generator) -> NDArray[np.int64]:
    """(lanes,) of each lane one of its reals, all as likely, by its place in the order of addresses; or NONE."""
    drawn = np.array(list(there.values()))
    chances = rng.random(drawn.shape) * drawn
    return np.where(drawn.any(axis=0), chances.argmax(axis=0), NONE)


@final
@dataclass(frozen=True, slots=True, eq=False)
class Pivots:
    """Addresses of reals on which a demand hangs, and how far it moves with them in the mean; those that move it most
    come first.
    """

    addresses: tuple[str, ...]
    far: Lanes

    def chances(self, there: There) -> NDArray[np.float64]:
        """(addresses, lanes) how probably each is the pivot of a lane, by what is drawn there alone: 0 of all, or 1."""
        count = len(next(iter(there.values())))
        drawn = np.array([there.get(address, np.zeros(count, dtype=bool)) for address in self.addresses])
        chances = self.far[:, None] * (drawn & (np.cumsum(drawn, axis=0) <= _MOST))
        return chances / np.maximum(chances.sum(axis=0), 1e-300)


def chosen(chances: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.int64]:
    """(lanes,) the place of a pivot by its chance, or NONE."""
    ends = np.cumsum(chances, axis=0)
    found = (ends <= rng.random(chances.shape[1]) * ends[-1]).sum(axis=0)
    return np.where(ends[-1] > 0.0, np.minimum(found, len(chances) - 1), NONE)


def learned(addresses: Sequence[str], which: NDArray[np.int64], before: Lanes, after: Lanes) -> Pivots:
    """From what some lanes show before and after one real of each was drawn again; `which` has its place."""
    known = np.isfinite(before) & np.isfinite(after)
    apart = np.zeros_like(before)
    apart[known] = np.abs(after - before)[known]
    ranked: list[tuple[float, str]] = []
    for place, address in enumerate(addresses):
        lanes = known & (which == place)
        if (apart[lanes] > _MOVED).any():
            ranked.append((float(apart[lanes].sum() / (lanes.sum() + 1)), address))
    ranked.sort(reverse=True)
    return Pivots(tuple(address for _, address in ranked), np.array([far for far, _ in ranked]))
