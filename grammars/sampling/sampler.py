"""Derivations of a flat program, drawn from its table: the choices of `simulate`, seed for seed."""

from __future__ import annotations

from typing import Any, final

import numpy as np
from numpy.typing import NDArray

from grammars.sampling.table import Site, Table, table_of
from shapelang.chance.address import key
from shapelang.chance.choose import total_weight
from shapelang.chance.families import Bernoulli, Categorical
from shapelang.execution.trace import Choice
from shapelang.numbers import FLOAT
from shapelang.semantics.program import Program

Options = NDArray[np.int16]


@final
class Sampler:
    """Draws from one table. Equal to the traces of `simulate` choice for choice, log-probability included."""

    def __init__(self, program: Program) -> None:
        """Raises NotFlat."""
        self.table: Table = table_of(program)
        self._arrays = _arrays(self.table)

    def draw(self, seeds: NDArray[np.uint64]) -> tuple[Options, NDArray[np.float64]]:
        """(seeds, sites) the option taken at each site, −1 where it does not occur; (seeds,) Σ log p, natural."""
        from grammars.sampling.kernels import drawn

        choices = np.full((len(seeds), len(self.table.sites)), -1, dtype=np.int16)
        log_probs = np.zeros(len(seeds))
        drawn(seeds, *self._arrays, choices, log_probs)
        return choices, log_probs

    def choices(self, options: Options) -> dict[str, Any]:
        """One row of options by address, in the order of the program: what `replay` and `score` take."""
        found: dict[str, Any] = {}
        waiting = list(reversed(self.table.first))
        while waiting:
            place = waiting.pop()
            site, taken = self.table.sites[place], int(options[place])
            found[site.address] = site.options[taken]
            waiting += reversed(site.below[taken])
        return found


def _arrays(table: Table) -> tuple[NDArray[Any], ...]:
    sites = table.sites
    keys = np.array([key(site.address) for site in sites], dtype=np.uint64)
    kinds = np.array([_kind(site) for site in sites], dtype=np.int8)
    options = np.cumsum([0, *(len(site.options) for site in sites)]).astype(np.int64)
    shares = np.array([row for site in sites for row in _shares(site)]).reshape(-1, 3)
    logs = np.array([_log(site, option) for site in sites for option in site.options])
    below = [way for site in sites for way in site.below]
    starts = np.cumsum([0, *(len(way) for way in below)]).astype(np.int64)
    order = np.array([site for way in below for site in way], dtype=np.int64)
    return keys, kinds, options, shares, logs, starts, order, np.array(table.first, dtype=np.int64)


def _kind(site: Site) -> int:
    match site.choice.distribution:
        case Categorical():
            return 0
        case Bernoulli():
            return 1
        case _:
            return 2


def _shares(site: Site) -> list[tuple[float, float, float]]:
    """Of each option the sum of the weights before it, its own, and the sum of all; summed from left to right."""
    match site.choice.distribution:
        case Categorical(weights=weights):
            before, rows = 0.0, []
            whole = float(total_weight(FLOAT, weights))
            for weight in weights:
                rows.append((before, float(weight), whole))
                before = before + weight
            return rows
        case Bernoulli(p):
            return [(0.0, 1.0, float(p))] * 2
        case _:
            return [(0.0, 1.0, float(len(site.options)))] * len(site.options)


def _log(site: Site, option: Any) -> float:
    return float(Choice(option, site.choice.distribution, site.choice.support).log_prob())
