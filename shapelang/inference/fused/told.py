"""What a surface tells of the solids that it was made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from shapelang.inference.solids.kinds import Fit


@final
@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """Solids, and the share of the body's surface that is theirs."""

    solids: tuple[Fit, ...]
    share: float

    @property
    def parts(self) -> int:
        """How many parts the solids are."""
        return len({fit.part for fit in self.solids})
