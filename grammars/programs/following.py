"""A chooser that follows a known program."""

from __future__ import annotations

from typing import final

from grammars.programs.program import Assembly
from grammars.programs.stage import Stage
from grammars.programs.walk import Kind, Options, Slot, told


@final
class Following:
    """Decides as a program has it."""

    def __init__(self, program: Assembly) -> None:
        self._told = told(program)

    def choose(self, kind: Kind, options: Options, stage: Stage) -> int:
        """The program's option."""
        return next(self._told)

    def number(self, slot: Slot, stage: Stage) -> int:
        """The program's number."""
        return next(self._told)

    def ends(self, stage: Stage) -> bool:
        """It stays as the program has it."""
        return True
