"""Runs that are trained for so many seconds of the processor, whatever else the machine does."""

from __future__ import annotations

import json
from pathlib import Path
from time import process_time
from typing import Final

from learners.training.checkpoint import newest_checkpoint
from learners.training.run import Run
from learners.training.train import Pace, train

SPENT: Final = "processor_seconds.json"
"""In a run's folder."""


def train_for(run: Run, folder: Path, seconds: float, chunk: int) -> None:
    """Train in pieces of so many steps until the run has had its processor seconds; what was there before goes on."""
    kept, _ = newest_checkpoint(folder)
    step, spent = (0, 0.0) if kept is None else (kept.step, spent_on(folder))
    shown: dict[str, float] = {}
    while spent < seconds:
        begun = process_time()
        step += chunk
        shown = train(run, folder, Pace(step, logged=10)).shown
        spent += process_time() - begun
        (folder / SPENT).write_text(json.dumps(spent))
    print(f"{folder.name}: {step} steps, {spent:.0f} processor seconds, {shown}", flush=True)


def spent_on(folder: Path) -> float:
    """Processor seconds of a run so far."""
    return float(json.loads((folder / SPENT).read_text()))
