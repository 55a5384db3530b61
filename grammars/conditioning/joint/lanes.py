"""What a joint run draws, and which lanes it counts: those that take one way through a body, and those that wait."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, TypeAlias, TypeVar, final

import numpy as np
from numpy.typing import NDArray

from grammars.conditioning.forms import Bools, Lanes
from grammars.conditioning.lanes import Columns, quantile_where, rounded
from grammars.conditioning.requires import Once
from shapelang.chance.errors import ParameterError, SupportError
from shapelang.chance.families import Distribution
from shapelang.execution.errors import Rejected
from shapelang.execution.run import Frame, Run
from shapelang.execution.trace import Support
from shapelang.numbers import Numbers

_NOT_MADE: Final = "E405"
"""What is named was not made: in a part that stands for several no names are found, which each of them may have."""

Moved: TypeAlias = Mapping[str, tuple[Bools, Lanes]]
"""By address the lanes in which a draw stands elsewhere, and at which uniform number."""

NOT_MOVED: Final[Moved] = {}

Made = TypeVar("Made")
Way: TypeAlias = tuple[Callable[[], Made], Bools]
"""What is run, and for which lanes."""


class NoneLeft(Exception):
    """No lane that counts is left."""


class Unjoinable(Exception):
    """What some lanes make cannot stand beside what others make, or there are too many ways to run together."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """A draw of a joint run: the lanes that count, from which distribution, by which uniform numbers, what it gave."""

    address: str
    lanes: Bools
    shares: Lanes
    distribution: Distribution
    support: Support
    value: Any


class JointLanes(Once):
    """Draws for all lanes, and counts those that are `alive` in the body that runs.

    Lanes that want another structure than most of a body are set apart, and that body runs again for them. Those that
    cannot be told of together are left `alone`, for runs of their own. At most so many `ways` through bodies are run.
    """

    redraws = False

    def __init__(
        self, columns: Columns, lanes: NDArray[np.int64], grid: float | None, ways: int, moved: Moved = NOT_MOVED
    ) -> None:
        self.columns, self.lanes, self.grid, self.moved = columns, lanes, grid, moved
        self.alive: Bools = np.ones(len(lanes), dtype=bool)
        self.alone: Bools = np.zeros(len(lanes), dtype=bool)
        self.told: list[Told] = []
        self._apart: list[Bools] = []
        self._left = ways

    def choose(self, n: Numbers, address: str, distribution: Distribution, support: Support, salt: int) -> Any:
        """The quantile of an even number between the sides of each lane's cell, or of where it was moved."""
        del salt
        shares = self.columns.even(address)[self.lanes]
        if address in self.moved:
            where, at = self.moved[address]
            shares = np.where(where, at, shares)
            drawn, self.alive = quantile_where(distribution, support, shares, self.alive)
        else:
            drawn, self.alive = self.columns.among(address, distribution, support, self.lanes, self.alive)
        found = rounded(n, drawn, distribution, self.grid)
        self.told.append(Told(address, self.alive, shares, distribution, support, found))
        return found

    def reject(self, lanes: Any, draws: int) -> None:
        """A `require` fails in some lanes."""
        del draws
        self.alive = self.alive & ~lanes

    def among_alive(self, lanes: Any) -> Any:
        """The values of the lanes that count."""
        return self._here(lanes)

    def _here(self, lanes: Any) -> Any:
        if not self.alive.any():
            raise NoneLeft
        return np.broadcast_to(lanes, self.alive.shape)[self.alive]

    def deciding(self, lanes: Any) -> Any:
        """The one value that most lanes have; those that have another wait until the body has run."""
        here = self._here(lanes)
        if (here == here[0]).all():
            return here
        values, counts = np.unique(here, return_counts=True)
        most = values[counts.argmax()]
        self._apart += [self.alive & (lanes == value) for value in values if value != most]
        self.alive = self.alive & (lanes == most)
        return self._here(lanes)

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
class Shadows(JointLanes):
    """Lanes that go on where something in them is refused: what is drawn in them hangs on their choices alone."""

    def choose(self, n: Numbers, address: str, distribution: Distribution, support: Support, salt: int) -> Any:
        """The quantile, or anything where there is none."""
        alive = self.alive
        try:
            found = super().choose(n, address, distribution, support, salt)
        except (ParameterError, SupportError):
            found = np.full(len(alive), 0.5)
            self.told.append(Told(address, alive, found, distribution, support, found))
            return found
        self.alive = alive
        self.told[-1] = replace(self.told[-1], lanes=alive)
        return found

    def deciding(self, lanes: Any) -> Any:
        """As it is; lanes of which a test of reals decides what they are made of are left alone."""
        here = self._here(lanes)
        if here.dtype == np.bool_ and (here != here[0]).any():
            self.alone = self.alone | self.alive
        return super().deciding(lanes)

    def reject(self, lanes: Any, draws: int) -> None:
        """They go on."""
        del lanes, draws

    def among_alive(self, lanes: Any) -> Any:
        """Never nothing but refused ones."""
        return np.logical_or(super().among_alive(lanes), True)


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
