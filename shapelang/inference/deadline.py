"""When to stop, and what was cut short for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
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


def within(seconds: float, clock: Clock = monotonic) -> Deadline:
    """The deadline in so many seconds."""
    return Deadline(clock() + seconds, clock)


@final
class Cut(Enum):
    """What can be cut short; the value is the note that says so, after a count."""

    SPLITTING = "mesh groups were not split into all their connected pieces"
    COPIES = "bodies were not compared with the others to find copies"
    BOXES = "bodies were given a single box"
    UNFINISHED = "bodies were not fitted to the end"
    COARSE = "bodies were looked at on a coarser grid"
    SYMMETRIES = "families of equal parts were not searched for symmetries"
    DISTANCES = "points were left out of the Chamfer distance"


@final
@dataclass(slots=True)
class Cuts:
    """What was cut short, counted while it happens."""

    counts: Counter[Cut] = field(default_factory=lambda: Counter[Cut]())

    def add(self, cut: Cut, count: int = 1) -> None:
        """Count what was left out."""
        self.counts[cut] += count

    def notes(self) -> tuple[str, ...]:
        """One sentence for each thing that was cut short, for the person who waits."""
        return tuple(f"For lack of time {self.counts[cut]:,} {cut.value}." for cut in Cut if self.counts[cut])
