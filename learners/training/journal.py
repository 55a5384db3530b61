"""What was measured in training: a JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final, final

from learners.training.trainer import Trainer
from learners.training.whole import add_line
from shapelang.io.atomic import write_atomic

LOG: Final = "log.jsonl"


@final
class Journal:
    """The log of a run. Lines of steps after the one that a run goes on from are taken out first."""

    def __init__(self, folder: Path, step: int) -> None:
        self.path = folder / LOG
        if self.path.exists():
            kept = [line for line in self.path.read_bytes().splitlines(keepends=True) if _step_of(line) <= step]
            write_atomic(self.path, b"".join(kept))

    def began(self, trainer: Trainer) -> None:
        """What is not to stay is out already."""
        del trainer

    def told(self, row: Mapping[str, float | int]) -> None:
        """Add a line, and see it onto the disk."""
        add_line(self.path, row)

    def after(self, trainer: Trainer) -> None:
        """All is on the disk."""
        del trainer

    def ended(self, trainer: Trainer) -> None:
        """The same."""
        del trainer


def _step_of(line: bytes) -> float:
    """The step of a line; beyond all steps where it was cut short."""
    try:
        row = json.loads(line)
    except ValueError:
        return float("inf")
    step = row.get("step") if isinstance(row, dict) and line.endswith(b"\n") else None
    return step if isinstance(step, int) else float("inf")
