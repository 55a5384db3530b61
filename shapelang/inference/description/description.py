"""Description length: a program is worth as much as it makes a mesh shorter to tell.

Rissanen, "Modeling by shortest data description", Automatica 14, 1978.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final


@final
@dataclass(frozen=True, slots=True)
class Description:
    """Bits. structure, numbers: of the program · volume, surface: of what it leaves unsaid."""

    structure: float
    numbers: float
    volume: float
    surface: float

    @property
    def total(self) -> float:
        """All bits; the lower, the better a program explains its mesh."""
        return self.structure + self.numbers + self.volume + self.surface
