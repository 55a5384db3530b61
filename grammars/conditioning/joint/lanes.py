"""What a joint run draws, and which lanes it counts: those that take one way through a body, and those that wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias, TypeVar, final

import numpy as np
from numpy.typing import NDArray

from grammars.conditioning.forms import Bools
from grammars.conditioning.lanes import Columns, rounded
from grammars.conditioning.requires import Once
from shapelang.chance.families import Distribution
from shapelang.execution.errors import Rejected
from shapelang.execution.run import Frame, Run
from shapelang.execution.trace import Support
from shapelang.numbers import Numbers

_NOT_MADE: Final = "E405"
"""What is named was not made: in a part that stands for several no names are found, which each of them may have."""

_LANES_A_WAY: Final = 4
_LEAST_WAYS: Final = 64
"""A run of a way costs as much as it has lanes, whether they take it or not: with more ways than a quarter of the
lanes, runs of one structure are as fast.
"""

Made = TypeVar("Made")
Way: TypeAlias = tuple[Callable[[], Made], Bools]
"""What is run, and for which lanes."""


class NoneLeft(Exception):
    """No lane that counts is left."""


class Unjoinable(Exception):
    """What some lanes make cannot stand beside what others make, or there are too many ways to run together."""


@final
class JointLanes(Once):
    """Draws for all lanes, and counts those that are `alive` in the body that runs.

    Lanes that want another structure than most of a body are set apart, and that body runs again for them. Those that
    cannot be told of together are left `alone`, for runs of their own.
    """

    redraws = False

    def __init__(self, columns: Columns, lanes: NDArray[np.int64], grid: float | None) -> None:
        self.columns, self.lanes, self.grid = columns, lanes, grid
        self.alive: Bools = np.ones(len(lanes), dtype=bool)
        self.alone: Bools = np.zeros(len(lanes), dtype=bool)
        self._apart: list[Bools] = []
        self._left = max(_LEAST_WAYS, len(lanes) // _LANES_A_WAY)

    def choose(self, n: Numbers, address: str, distribution: Distribution, support: Support, salt: int) -> Any:
        """The quantile of an even number between the sides of each lane's cell."""
        del salt
        drawn, self.alive = self.columns.among(address, distribution, support, self.lanes, self.alive)
        return rounded(n, drawn, distribution, self.grid)

    def reject(self, lanes: Any, draws: int) -> None:
        """A `require` fails in some lanes."""
        del draws
        self.alive = self.alive & ~lanes

    def among_alive(self, lanes: Any) -> Any:
        """The values of the lanes that count."""
        if not self.alive.any():
            raise NoneLeft
        return np.broadcast_to(lanes, self.alive.shape)[self.alive]

    def deciding(self, lanes: Any) -> Any:
        """The one value that most lanes have; those that have another wait until the body has run."""
        here = self.among_alive(lanes)
        if (here == here[0]).all():
            return here
        values, counts = np.unique(here, return_counts=True)
        most = values[counts.argmax()]
        self._apart += [self.alive & (lanes == value) for value in values if value != most]
        self.alive = self.alive & (lanes == most)
        return self.among_alive(lanes)

    def refuse(self, refused: Rejected) -> None:
        """A body is refused in all lanes that count."""
        if refused.code == _NOT_MADE:
            self.alone = self.alone | self.alive

    def apart(self) -> list[Bools]:
        """Lanes that wait, outside all bodies; they are not told again."""
        found, self._apart = self._apart, []
        return found

    def each(self, f: Frame, ways: list[Way[Made]]) -> list[tuple[Bools, Made]]:
        """What every way makes, and in which lanes; of ways that part again once for each of their parts.

        Raises NoneLeft where nothing is made, Unjoinable where there are more ways than pay.
        """
        made: list[tuple[Bools, Made]] = []
        outer, here = self._apart, _Here(f)
        while ways:
            make, alive = ways.pop()
            self.alive, self._apart = alive, []
            self._left -= 1
            if self._left < 0:
                raise Unjoinable
            try:
                found = make()
            except Rejected as refused:
                self.refuse(refused)
            except NoneLeft:
                pass
            else:
                if self.alive.any():
                    made.append((self.alive, found))
            finally:
                here.restore(f)
            ways += [(make, apart) for apart in self._apart]
        self._apart = outer
        if not made:
            raise NoneLeft
        self.alive = np.logical_or.reduce([alive for alive, _ in made])
        return made


@final
class _Here:
    """What a way through a body must leave as it found it."""

    def __init__(self, f: Frame) -> None:
        run: Run = f.run
        self.choices, self.depth, self.extent = len(run.choices), run.depth, f.extent

    def restore(self, f: Frame) -> None:
        """As it was."""
        run = f.run
        run.forget(self.choices)
        run.depth, f.extent = self.depth, self.extent
