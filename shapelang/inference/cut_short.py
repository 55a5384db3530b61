"""What was cut short for lack of time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from typing import final

from shapelang.diagnostics import counted


@final
class Cut(Enum):
    """What can be cut short; the value is the note that says so, after a count: of one thing, and of several."""

    SPLITTING = "mesh group was not split", "mesh groups were not split", "into all connected pieces"
    CONTACTS = "body was not searched", "bodies were not searched", "for parts that are fused in one"
    COPIES = "body was not compared", "bodies were not compared", "with the others to find copies"
    BOXES = "body was given", "bodies were given", "a single box"
    UNFINISHED = "body was not fitted", "bodies were not fitted", "to the end"
    COARSE = "body was looked at", "bodies were looked at", "on a coarser grid"
    SYMMETRIES = "family of equal parts was not searched", "families of equal parts were not searched", "for symmetries"
    DISTANCES = "point was left out", "points were left out", "of the Chamfer distance"


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
        return tuple(self._note(cut) for cut in Cut if self.counts[cut])

    def _note(self, cut: Cut) -> str:
        one, several, rest = cut.value
        return f"For lack of time {counted(self.counts[cut], one, several)} {rest}."
