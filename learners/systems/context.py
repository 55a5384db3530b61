"""What a system may be told of a shape beforehand, whichever system it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from learners.bounds import Width


@final
@dataclass(frozen=True, slots=True)
class NoContext:
    """Nothing is known beforehand."""


@final
@dataclass(frozen=True, slots=True)
class ClassContext:
    """The class is known, one of so many."""

    classes: Width
