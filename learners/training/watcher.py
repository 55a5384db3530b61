"""Who looks on while a system is trained, and changes nothing of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from learners.training.trainer import Trainer


class Watcher(Protocol):
    """Called by the loop, between steps."""

    def after(self, trainer: Trainer, row: Mapping[str, float | int] | None) -> None:
        """After each step. row: what the log says of it; None where it says nothing."""
        ...

    def ended(self, trainer: Trainer) -> None:
        """After the last step of a call that was not interrupted."""
        ...
