"""Redrawing in a batch: which lanes were rejected, and with which try numbers they start again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

Chain: TypeAlias = tuple[str, ...]
"""The runs of blocks that a place stands in, from the program inward, each by its address."""

Tries: TypeAlias = Mapping[Chain, int]
"""The try number of each run of a block; 0 where there is none."""

Lanes: TypeAlias = NDArray[np.bool_]


class Account(Protocol):
    """What a run of many lanes keeps of its failed `require`s. One per verb."""

    @property
    def alive(self) -> Any:
        """The lanes that still count."""
        ...

    def enter(self, address: str, draws: int) -> int:
        """Enters a run of a block after so many draws; its try number."""
        ...

    def leave(self) -> None:
        """Leaves the innermost run."""
        ...

    def reject(self, lanes: Any, draws: int) -> None:
        """Lanes failed after so many draws."""
        ...

    def among_alive(self, lanes: Any) -> Any:
        """The values of the lanes that still count."""
        ...

    def deciding(self, lanes: Any) -> Any:
        """The values by which the run goes on, where one has to be taken: of the lanes that count, or of some."""
        ...


@final
class Abandoned(Exception):
    """No lane of a batch is left: all wait for their next try."""


@final
class Redraws:
    """One batch run's account of rejections.

    A rejected lane goes on as a shadow, whose values no longer count, until the run ends or nothing but shadows is
    left; then it starts again with the next try number for the block that a run of floats would have drawn again.
    """

    __slots__ = ("_open", "alive", "hopeless", "limit", "rejected", "tries")

    def __init__(self, count: int, tries: Tries, limit: int) -> None:
        self.tries = tries
        self.limit = limit
        self.alive: Lanes = np.ones(count, dtype=bool)
        self.hopeless: Lanes = np.zeros(count, dtype=bool)
        """Lanes that no further try can mend."""
        self.rejected: list[tuple[Lanes, Tries]] = []
        self._open: list[tuple[str, int]] = []

    def enter(self, address: str, draws: int) -> int:
        """Enters a run of a block after so many draws; its try number."""
        self._open.append((address, draws))
        return self.tries.get(self._chain(), 0)

    def leave(self) -> None:
        """Leaves the innermost run."""
        self._open.pop()

    def reject(self, lanes: Lanes, draws: int) -> None:
        """Lanes failed after so many draws: the innermost run that drew anything, and has tries left, draws again."""
        lanes = lanes & self.alive
        self.alive = self.alive & ~lanes
        for depth in range(len(self._open), 0, -1):
            chain = self._chain(depth)
            number = self.tries.get(chain, 0) + 1
            if draws > self._open[depth - 1][1] and number < self.limit:
                outer = {c: n for c, n in self.tries.items() if c[:depth] != chain}
                self.rejected.append((lanes, {**outer, chain: number}))
                return
        self.hopeless = self.hopeless | lanes

    def _chain(self, depth: int | None = None) -> Chain:
        return tuple([address for address, _ in self._open[:depth]])

    def among_alive(self, lanes: Any) -> Any:
        """The values of the lanes that still count."""
        return lanes if self.alive.all() else lanes[self.alive]

    deciding = among_alive
