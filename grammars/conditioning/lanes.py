"""Quantiles of lanes: of many structures at once where they hang on nothing that is drawn, and where some of the lanes
are impossible these alone.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from grammars.conditioning.cells import Cells
from grammars.conditioning.forms import Bools, Lanes
from shapelang.chance.address import key
from shapelang.chance.distributions import quantile
from shapelang.chance.draw import uniform
from shapelang.chance.errors import ParameterError, SupportError
from shapelang.chance.families import Beta, Distribution, LogNormal, Normal, Uniform
from shapelang.execution.trace import Support
from shapelang.numbers import FLOAT, NUMPY, Numbers

_SPARSE: Final = 0.5
"""Where fewer of the lanes count, what is drawn is computed of these alone."""


@final
class Columns:
    """What is drawn in lanes of cells that take the same alternatives, by address.

    A quantile takes a hundred operations on arrays, however few lanes there are. So where a distribution hangs on
    nothing that is drawn, it is taken of all lanes at once, for all structures that they will turn out to have.
    """

    def __init__(self, cells: Cells, seeds: NDArray[np.uint64]) -> None:
        self.cells, self.seeds = cells, seeds
        self._evenly: dict[str, Lanes] = {}
        self._drawn: dict[tuple[str, Distribution, Support], Any] = {}

    def among(
        self, address: str, distribution: Distribution, support: Support, lanes: NDArray[np.int64], alive: Bools
    ) -> tuple[Any, Bools]:
        """What some lanes draw, and which of those that count can; of the others it means nothing.

        Raises ParameterError, SupportError where none can.
        """
        if not is_known(distribution, support):
            return quantile_where(distribution, support, self.even(address)[lanes], alive)
        drawn = address, distribution, support
        if drawn not in self._drawn:
            self._drawn[drawn] = quantile(NUMPY, distribution, self.even(address), support)
        return _at(self._drawn[drawn], lanes), alive

    def at(self, address: str, distribution: Distribution, support: Support, lane: int) -> Any:
        """What one lane draws, as a plain value. Raises ParameterError, SupportError where it cannot."""
        known = self._drawn.get((address, distribution, support))
        if known is not None:
            return known[lane].item() if isinstance(known, np.ndarray) else known
        if address in self.cells.at:
            return quantile(FLOAT, distribution, self.cells.at[address], support)
        u = uniform(FLOAT, int(self.seeds[lane]), key(address))
        sides = self.cells.ranges.get(address)
        if sides is not None:
            u = _within(float(sides[0][lane]), float(sides[1][lane]), u, FLOAT)
        return quantile(FLOAT, distribution, u, support)

    def even(self, address: str) -> Lanes:
        """Uniform numbers of an address, evenly drawn between the sides of each cell."""
        if address not in self._evenly:
            u = np.asarray(uniform(NUMPY, self.seeds, key(address)))
            sides, at = self.cells.ranges.get(address), self.cells.at.get(address)
            u = u if sides is None else _within(*sides, u, NUMPY)
            self._evenly[address] = u if at is None else np.full_like(u, at)
        return self._evenly[address]


def rounded(n: Numbers, value: Any, distribution: Distribution, grid: float | None) -> Any:
    """A real as the grid has it."""
    if grid is None or not isinstance(distribution, Normal | LogNormal | Uniform | Beta):
        return value
    return n.floor(value / grid + 0.5) * grid


def _within(low: Any, high: Any, u: Any, n: Numbers) -> Any:
    """An even number between two sides; rounding may reach 0 or 1, which are no uniform numbers."""
    return n.minimum(n.maximum(low + (high - low) * u, 2.0**-53), 1.0 - 2.0**-53)


def is_known(distribution: Distribution, support: Support) -> bool:
    """Whether no number of a distribution is lanes."""
    values = [getattr(distribution, f.name) for f in fields(distribution)] + list(support or ())
    return not any(
        isinstance(v, np.ndarray) for value in values for v in (value if isinstance(value, tuple) else (value,))
    )


def quantile_where(distribution: Distribution, support: Support, u: Any, alive: Bools) -> tuple[Any, Bools]:
    """The quantile in every lane that counts, and in which of these it is possible; elsewhere it means nothing.

    Raises ParameterError, SupportError where it is impossible in all that count.
    """
    try:
        if alive.mean() < _SPARSE:
            return _spread(distribution, support, u, alive), alive
        return quantile(NUMPY, distribution, u, support), alive
    except (ParameterError, SupportError):
        good = _possible(distribution, support, u, np.flatnonzero(alive))
        if not len(good):
            raise
    # Lanes that do not count have what some other has.
    lanes = np.full(len(alive), good[0])
    lanes[good] = good
    possible = np.zeros_like(alive)
    possible[good] = True
    return quantile(NUMPY, *taken(distribution, support, u, lanes)), possible


def _spread(distribution: Distribution, support: Support, u: Any, alive: Bools) -> Any:
    """The quantile in the lanes that count, computed of these alone."""
    found = np.asarray(quantile(NUMPY, *taken(distribution, support, u, np.flatnonzero(alive))))
    every = np.zeros(len(alive), dtype=found.dtype)
    every[alive] = found
    return every


def _possible(distribution: Distribution, support: Support, u: Any, lanes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Those of some lanes in which a quantile is possible: a half that is refused is halved again."""
    try:
        distribution_here, u_here, support_here = taken(distribution, support, u, lanes)
        quantile(NUMPY, distribution_here, u_here, support_here)
    except (ParameterError, SupportError):
        if len(lanes) <= 1:
            return lanes[:0]
        half = len(lanes) // 2
        return np.concatenate([_possible(distribution, support, u, some) for some in (lanes[:half], lanes[half:])])
    return lanes


def taken(
    distribution: Distribution, support: Support, u: Any, lanes: NDArray[np.int64]
) -> tuple[Distribution, Any, Support]:
    """The same of some lanes."""
    here = replace(distribution, **{f.name: _at(getattr(distribution, f.name), lanes) for f in fields(distribution)})
    return here, u[lanes], None if support is None else (_at(support[0], lanes), _at(support[1], lanes))


def _at(value: Any, lanes: NDArray[np.int64]) -> Any:
    """A parameter (or a tuple of them) at some lanes; what is no array is the same in all."""
    if isinstance(value, np.ndarray):
        return value[lanes]
    return tuple([_at(each, lanes) for each in value]) if isinstance(value, tuple) else value
