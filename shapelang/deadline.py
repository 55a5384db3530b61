"""When to stop, and whom to tell how far it is until then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from time import monotonic
from typing import Final, TypeAlias, final

Clock: TypeAlias = Callable[[], float]
"""Seconds from any beginning; never runs backward."""


@final
@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment of a clock, in its seconds."""

    ends: float = inf
    clock: Clock = monotonic

    def left(self) -> float:
        """Seconds until then, at least 0."""
        return max(0.0, self.ends - self.clock())

    def late(self) -> bool:
        """Whether it has passed."""
        return self.clock() > self.ends

    def share(self, part: float) -> Deadline:
        """The deadline after this part (0 to 1) of the time that is left."""
        return Deadline(self.clock() + part * self.left(), self.clock)

    def before(self, seconds: float) -> Deadline:
        """The deadline so many seconds earlier."""
        return Deadline(self.ends - seconds, self.clock)


NEVER: Final = Deadline()

Searching: TypeAlias = Callable[[Deadline], None]
"""Told, before a search begins, when it ends: whoever has the clock may put it forward to there."""


def untold(until: Deadline) -> None:
    """Nobody asks when the search ends."""
    del until


Progress: TypeAlias = Callable[[str, float], None]
"""Told what is being done, and how much of the work is behind, in [0, 1]."""


def silent(what: str, done: float) -> None:
    """Nobody asks what is being done."""
    del what, done


def between(tell: Progress, low: float, high: float) -> Progress:
    """Tells of a part of the work, from one share of it to another."""
    return lambda what, done: tell(what, low + (high - low) * done)


def within(seconds: float, clock: Clock = monotonic) -> Deadline:
    """The deadline in so many seconds."""
    return Deadline(clock() + seconds, clock)
