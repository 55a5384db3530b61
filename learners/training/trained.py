"""A run's system as it stands: the moving average of its weights, taken from its newest checkpoint."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import final

import torch

from learners.systems.system import System
from learners.systems.systems import built
from learners.training.run import Run, read_run
from learners.training.upon import kept_checkpoint
from learners.weights import put_weights


@final
@dataclass(frozen=True, slots=True)
class TrainedSystem:
    """A run, its system in evaluation, and the step of its weights."""

    run: Run
    system: System
    step: int


def trained_system(folder: Path, device: torch.device) -> TrainedSystem:
    """The system of a run; raises UsageError where there is no run, or no checkpoint that is whole."""
    run = read_run(folder)
    kept = kept_checkpoint(folder)
    system = built(run.system)
    put_weights(system.net, kept.average, str(folder))
    system.net.to(device).eval()
    return TrainedSystem(run, system, kept.step)
