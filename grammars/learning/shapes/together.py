"""Tied numbers of an example: either all of them are off what they mostly are, or none is."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import log2
from typing import final

import numpy as np

from grammars.learning.shapes.describing import Described
from grammars.learning.shapes.escape import Slot


@final
@dataclass(frozen=True, slots=True)
class Told:
    """A tied number of an example: bits of it either way, whether that is explained, and what would be drawn for it."""

    address: str
    value: float
    site: Described
    slot: Slot
    exact: float
    drawn: float
    explained: tuple[bool, bool]
    sharp: bool | None
    draw: float


@final
@dataclass(slots=True)
class Together:
    """Tied numbers of one part of an example, as they are told."""

    share: float
    told: list[Told] = field(default_factory=list[Told])

    def bits(self) -> tuple[float, bool]:
        """Of all of them, and whether they are off: which way is more probable."""
        exact = log2(1.0 - self.share) - sum(told.exact for told in self.told)
        drawn = log2(self.share) - sum(told.drawn for told in self.told)
        return -float(np.logaddexp2(exact, drawn)), drawn > exact
