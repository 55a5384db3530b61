"""The account of `require`s of a run on forms: in which cells they hold, fail, or may do either."""

from __future__ import annotations

from typing import Any, final

import numpy as np

from grammars.conditioning.forms import NOTHING, Bools, Form, Maybe, Slopes
from shapelang.execution.errors import Diverged


def lanes_of(test: Any, count: int) -> Maybe:
    """A test in every lane, where it may be one bool for all."""
    if isinstance(test, Maybe):
        return test
    held = np.full(count, bool(test))
    return Maybe(held, ~held)


def joined(blame: Slopes, test: Maybe) -> Slopes:
    """The blame of one more test where it is open."""
    found = dict(blame)
    for k, v in test.blame.items():
        found[k] = found.get(k, 0.0) + np.where(test.open, v, 0.0)
    return found


class Once:
    """Lanes of which no block is tried again: what fails is dead."""

    def enter(self, address: str, draws: int) -> int:
        """No block is tried again."""
        del address, draws
        return 0

    def leave(self) -> None:
        """Nothing was entered."""


@final
class Requires(Once):
    """Lanes in which a `require` fails for certain are dead; those in which all hold for certain are sure."""

    def __init__(self, count: int) -> None:
        self.alive: Bools = np.ones(count, dtype=bool)
        self.sure: Bools = np.ones(count, dtype=bool)
        self.blame: Slopes = NOTHING

    def reject(self, lanes: Any, draws: int) -> None:
        """A `require` fails in some lanes, or may."""
        del draws
        failed = lanes_of(lanes, len(self.alive))
        self.alive = self.alive & ~failed.yes
        self.sure = self.sure & failed.no
        self.blame = joined(self.blame, failed)

    def among_alive(self, lanes: Any) -> Any:
        """The values that count; raises Diverged where a whole number is not known in some lane."""
        if isinstance(lanes, Maybe):
            return lanes if self.alive.all() else lanes.among(self.alive)
        if not isinstance(lanes, Form):
            return lanes
        known = np.asarray(lanes.radius() == 0.0) & np.ones_like(self.alive)
        if (known | ~self.alive).all():
            return lanes.mid[self.alive]
        values = sorted(set(lanes.mid[known & self.alive].tolist()))
        groups = [Maybe(known & (lanes.mid == v), ~(known & (lanes.mid == v))) for v in values]
        raise Diverged(tuple(groups or [Maybe(np.zeros_like(known), np.zeros_like(known), lanes.slopes)]))

    deciding = among_alive
