"""Derivations moved along one real until an equality holds: importance sampling by joint runs.

Of a derivation that is drawn from the program one real on which it hangs, its pivot, is drawn again: nearly always from
where the equality was seen to hold along it, and seldom from all of it. What comes out weighs as much as the pivot was
less likely to be drawn by the program (J. S. Liu, "Monte Carlo strategies in scientific computing", 2001, section 2.5),
so that sums over those that meet the query estimate sums over all that do. Which real is the pivot hangs on the choices
of the derivation alone, and these hang on no real, or nothing is moved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, assert_never, final

import numpy as np
from numpy.typing import NDArray

from grammars.conditioning.cells import Cells
from grammars.conditioning.covering import Cover
from grammars.conditioning.forms import Lanes
from grammars.conditioning.joint.base import LANES, Base, Redrawn
from grammars.conditioning.joint.crossings import Crossings
from grammars.conditioning.joint.lanes import Told
from grammars.conditioning.joint.moving import NONE, Draws, Lines, Moves, difference
from grammars.conditioning.joint.pivots import Pivots, There, chosen, learned
from grammars.conditioning.joint.running import Jointly, is_joint, meets
from grammars.conditioning.query import (
    Arithmetic,
    Chosen,
    Compare,
    Coordinate,
    Count,
    Every,
    Extent,
    Fixed,
    Term,
    Test,
)
from grammars.conditioning.running import Positions
from grammars.conditioning.structures import Structures
from grammars.conditioning.task import Task
from shapelang.chance.address import key

MOST: Final = 12
"""Times as many are drawn at most."""

ENOUGH: Final = 128.0
"""As many are effective where no more are drawn."""

_LEAST: Final = 6.0
"""Fewer are worth nothing after the first rounds."""

_FIRST: Final = 2
"""Rounds after which something must have been found."""

_ANYWHERE: Final = 0.05
"""How often a pivot is drawn from its whole line, for the sake of what was not seen of it."""

_LINE: Final = key("conditioning.line")


def lines(task: Task, base: Base) -> Structures | None:
    """Derivations that meet a query which asks for an equality, weighed. The same for the same task, on every machine.

    None where it asks for none or for several, where lanes cannot run together, or where moving helps little.
    """
    demands = [each for clause in task.query.clauses for each in _equalities(clause.test)]
    if len(demands) != 1 or not is_joint(task) or not base.is_wide or base.redrawn is None:
        return None
    redrawn, demand = base.redrawn, demands[0]
    before, after = (difference(demand, each) for each in (redrawn.plain, redrawn.after))
    pivots = learned(redrawn.addresses, redrawn.which, before[: len(after)], after)
    if not pivots.addresses:
        return None
    drawing = _Drawing(task, demand, pivots)
    drawing.keep_plain(redrawn)
    while drawing.rounds < MOST and drawing.effective() < ENOUGH:
        known = base.round(drawing.rounds)
        if known is None:
            return None
        drawing.draw(*known)
        if drawing.rounds == _FIRST and drawing.effective() < _LEAST:
            return None
    return drawing.found()


def _equalities(test: Test) -> Iterator[Compare]:
    """Those of reals among what has to hold."""
    match test:
        case Compare("==", left, right) if _is_real(left) or _is_real(right):
            yield test
        case Every(tests):
            for each in tests:
                yield from _equalities(each)
        case _:
            return


def _is_real(term: Term) -> bool:
    match term:
        case Extent() | Coordinate():
            return True
        case Arithmetic(_, left, right):
            return _is_real(left) or _is_real(right)
        case Fixed() | Count() | Chosen():
            return False
    assert_never(term)


@final
class _Drawing:
    """Plain derivations, and rounds of others that are moved along their pivots; `kept` are those that meet the query.

    `densities` tells of each how densely those that are moved lie there, beside plain ones.
    """

    def __init__(self, task: Task, demand: Compare, pivots: Pivots) -> None:
        self.task, self.demand, self.pivots = task, demand, pivots
        self.rounds = self.plain = 0
        self.densities: Lanes = np.zeros(0)
        self.kept: list[Cells] = []

    def weights(self) -> Lanes:
        """Of each that is kept one by how many it was likely to be drawn by: all together estimate the query."""
        return 1.0 / (self.plain + self.rounds * LANES * self.densities)

    def effective(self) -> float:
        """Kish's effective number so far."""
        weights = self.weights()
        return float(weights.sum() ** 2 / max((weights**2).sum(), 1e-300))

    def keep_plain(self, redrawn: Redrawn) -> None:
        """Of plain derivations those that meet the query."""
        self.plain = len(redrawn.draws.lanes)
        moves = Moves.none(self.pivots.addresses, self.plain).then(np.full(self.plain, NONE), np.zeros(self.plain))
        self._keep(redrawn.draws, moves, self.pivots.chances(redrawn.there), redrawn.plain)

    def draw(self, draws: Draws, there: There) -> None:
        """One more round, of derivations in which these reals are there."""
        rng = np.random.default_rng((_LINE & 0xFFFF, self.rounds))
        self.rounds += 1
        chances = self.pivots.chances(there)
        which, u = chosen(chances, rng), np.zeros(LANES)
        still = Moves.none(self.pivots.addresses, LANES)
        lanes = np.flatnonzero(which != NONE)
        lines = Lines(self.task, self.demand, draws.some(lanes), still.some(lanes), which[lanes])
        u[lanes] = _drawn(lines.crossings(), rng)
        moves = still.then(which, u)
        self._keep(draws, moves, chances, draws.run(self.task, moves))

    def _keep(self, draws: Draws, moves: Moves, chances: NDArray[np.float64], ran: Jointly) -> None:
        met = np.flatnonzero(meets(self.task.query, ran))
        densities = self._densities(draws.some(met), moves.some(met), chances[:, met], ran.told, met)
        self.densities = np.concatenate([self.densities, densities])
        self.kept += _points(ran.told, met)

    def _densities(
        self, draws: Draws, moves: Moves, chances: NDArray[np.float64], told: Sequence[Told], lanes: Positions
    ) -> Lanes:
        """(lanes,) how densely derivations that are moved lie here, whichever of their reals is the pivot, beside plain
        ones (the balance heuristic: E. Veach, L. J. Guibas, "Optimally combining sampling techniques", SIGGRAPH 1995).
        """
        place, lane = np.nonzero(chances)
        found = np.where(chances.any(axis=0), 0.0, 1.0)
        if not len(lane):
            return found
        lines = Lines(self.task, self.demand, draws.some(lane), moves.some(lane), place)
        shares = _shares(told, self.pivots.addresses, lanes)[place, lane]
        np.add.at(found, lane, chances[place, lane] * _density(lines.crossings(), shares))
        return found

    def found(self) -> Structures | None:
        """All that was kept."""
        if not self.kept:
            return None
        weights = self.weights()
        kept = tuple(each.weighed(weight) for each, weight in zip(self.kept, weights.tolist(), strict=True))
        rest = np.zeros(self.plain + self.rounds * LANES - len(weights))
        return Structures(Cover(kept, frozenset(), 0), np.concatenate([weights, rest]))


def _points(told: Sequence[Told], lanes: Positions) -> list[Cells]:
    """Derivations of some lanes, each with all its draws where they stand."""
    at: list[dict[str, float]] = [{} for _ in lanes]
    for each in told:
        for place in np.flatnonzero(each.lanes[lanes]).tolist():
            at[place][each.address] = float(each.shares[lanes[place]])
    return [Cells({}, {}, 1, at=here) for here in at]


def _shares(told: Sequence[Told], addresses: Sequence[str], lanes: Positions) -> NDArray[np.float64]:
    """(addresses, lanes) the uniform numbers of reals, where they are drawn."""
    found = np.zeros((len(addresses), len(lanes)))
    place = {address: k for k, address in enumerate(addresses)}
    for each in told:
        if each.address in place:
            here = each.lanes[lanes]
            found[place[each.address], here] = each.shares[lanes][here]
    return found


def _drawn(found: Crossings, rng: np.random.Generator) -> Lanes:
    """(lanes,) shares along a line, drawn from where it crosses or from all of it."""
    lengths = found.lengths()
    total, count = lengths.sum(axis=0), lengths.shape[1]
    inside = (rng.random(count) >= _ANYWHERE) & (total > 0.0)
    along, every = rng.random(count) * total, np.arange(count)
    ends = np.cumsum(lengths, axis=0)
    piece = np.minimum((ends <= along).sum(axis=0), len(lengths) - 1)
    into = along - (ends[piece, every] - lengths[piece, every])
    u = np.where(inside, found.low[piece, every] + into, rng.random(count))
    return np.clip(u, 2.0**-53, 1.0 - 2.0**-53)


def _density(found: Crossings, u: Lanes) -> Lanes:
    """(lanes,) that of what `_drawn` gives, at a share of each line."""
    lengths = found.lengths()
    total = lengths.sum(axis=0)
    here = ((u >= found.low) & (u <= found.high) & (lengths > 0.0)).any(axis=0)
    anywhere = np.where(total > 0.0, _ANYWHERE, 1.0)
    return anywhere + np.where(here, (1.0 - anywhere) / np.maximum(total, 1e-300), 0.0)
