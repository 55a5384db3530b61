"""Who looks on while a system is trained, and changes nothing of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from learners.training.trainer import Trainer


class Watcher(Protocol):
    """Called by the loop, between steps."""

    def began(self, trainer: Trainer) -> None:
        """Before the first step of a call. Of the step that it goes on from, `after` may not have been called: a kill
        may have come before.
        """
        ...

    def told(self, row: Mapping[str, float | int]) -> None:
        """What the log says of a step, with its number as `step`. Before the checkpoint of that step, so that none
        stands there of which nothing is told; lines beyond the one that a run goes on from are told again.
        """
        ...

    def after(self, trainer: Trainer) -> None:
        """After each step, and its checkpoint: what fails here costs no steps."""
        ...

    def ended(self, trainer: Trainer) -> None:
        """After the last step of a call that was not interrupted."""
        ...
