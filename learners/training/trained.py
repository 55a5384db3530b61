"""A system as it stands: the moving average of its weights, of a run's newest checkpoint or as it was packed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import final

import torch
from torch import Tensor

from learners.systems.system import System
from learners.systems.systems import built, only_in_training
from learners.training.averaged import averaged
from learners.training.card import Card, card_text
from learners.training.packed import Stored, portable, write_packed
from learners.training.run import Run
from learners.weights import refuse_others


@final
@dataclass(frozen=True, slots=True)
class TrainedSystem:
    """A run, its system in evaluation, and the step of its weights."""

    run: Run
    system: System
    step: int

    def save_pretrained(self, folder: Path | str, card: Card | None = None, stored: Stored = Stored.F32) -> int:
        """Write `config.json`, `model.safetensors` and a model card, atomically; returns how many bytes they take.

        card: what is told beside what the run itself says. Raises UsageError where something else stands there, or
        it cannot be written.
        """
        run = portable(self.run)
        text = card_text(run, self.step, stored.bits, card or Card(Path(folder).resolve().name))
        return write_packed(Path(folder), run, self.step, self.system.net.state_dict(), stored, text)

    @classmethod
    def from_pretrained(cls, folder: Path | str, device: str = "cpu") -> TrainedSystem:
        """What `save_pretrained` wrote, or the newest checkpoint of a run, in evaluation on a device.

        Runs no code of the folder, and takes no memory for a net that its file does not fill. Raises UsageError where
        it is damaged or none of either.
        """
        return trained_system(Path(folder), torch.device(device))


def trained_system(folder: Path, device: torch.device) -> TrainedSystem:
    """The system of a folder; raises UsageError where nothing was trained or packed, or it is damaged."""
    kept = averaged(folder)
    return filled(kept.run, kept.weights, kept.step, device, str(folder))


def filled(run: Run, weights: Mapping[str, Tensor], step: int, device: torch.device, origin: str) -> TrainedSystem:
    """The system of a run with weights, in evaluation; those that only training asks may be missing.

    Leaves torch's own generator as it is. Raises UsageError for weights of another system, before memory is taken.
    """
    left = only_in_training(run.system)
    with torch.device("meta"):
        own = built(run.system).net.state_dict()
    asked = {name: one for name, one in own.items() if name in weights or not (left and name.startswith(left))}
    refuse_others(asked, weights, origin)
    with torch.random.fork_rng(devices=[]):
        system = built(run.system)
    system.net.load_state_dict(system.net.state_dict() | dict(weights))
    system.net.to(device).eval()
    return TrainedSystem(run, system, step)
