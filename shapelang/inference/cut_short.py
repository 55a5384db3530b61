"""What was cut short for lack of time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from typing import final


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
