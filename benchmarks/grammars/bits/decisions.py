"""The decisions of a program with all that could have been decided, for models that know nothing else of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import final

from grammars.programs.program import Assembly
from grammars.programs.stage import Stage
from grammars.programs.walk import RANGES, Kind, Options, Slot, told, walk


@final
@dataclass(frozen=True, slots=True)
class Decision:
    """`options` of a choice; a number has none, but the range of its slot."""

    what: Kind | Slot
    options: tuple[int, ...]
    value: int

    @property
    def key(self) -> tuple[bool, int]:
        """Whether it is a number, and its kind: members of both enumerations are equal as whole numbers."""
        return isinstance(self.what, Slot), int(self.what)

    @property
    def span(self) -> int:
        """How many values it could have taken."""
        if isinstance(self.what, Kind):
            return len(self.options)
        low, high = RANGES[self.what]
        return high - low + 1


@final
@dataclass(slots=True)
class Told:
    """A chooser that follows a program and keeps its decisions."""

    values: list[int]
    found: list[Decision] = field(default_factory=list[Decision])

    def choose(self, kind: Kind, options: Options, stage: Stage) -> int:
        return self._kept(kind, tuple(options))

    def number(self, slot: Slot, stage: Stage) -> int:
        return self._kept(slot, ())

    def ends(self, stage: Stage) -> bool:
        return True

    def _kept(self, what: Kind | Slot, options: tuple[int, ...]) -> int:
        value = self.values[len(self.found)]
        self.found.append(Decision(what, options, value))
        return value


def decisions(program: Assembly) -> list[Decision]:
    """Those of a program, in the order of the walk."""
    chooser = Told(list(told(program)))
    walk(chooser)
    return chooser.found
