"""Choices between sets of parts, one within another."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, final

FEW: Final = 30
"""Bodies of which each is explained."""


@final
@dataclass(slots=True, eq=False)
class Alternative:
    """Parts that stand together, by number, in the bodies `there`; and the choices that are made where they do."""

    parts: list[int]
    there: frozenset[int]
    choices: list[Choice] = field(default_factory=list["Choice"])


@final
@dataclass(slots=True, eq=False)
class Choice:
    """Alternatives that exclude one another; in the other bodies of its context nothing of it stands."""

    alternatives: list[Alternative]
    context: frozenset[int]

    @property
    def none(self) -> frozenset[int]:
        """The bodies in which none of the alternatives stands."""
        return self.context - frozenset[int]().union(*(a.there for a in self.alternatives))
