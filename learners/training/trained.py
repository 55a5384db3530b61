"""A system as it stands: the moving average of its weights, of a run's newest checkpoint or as it was packed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import final

import torch
from torch import Tensor

from learners.systems.system import System
from learners.systems.systems import Config, built, only_in_training
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
    system = _filled(kept.run.system, kept.weights, str(folder))
    system.net.to(device).eval()
    return TrainedSystem(kept.run, system, kept.step)


def _filled(config: Config, weights: Mapping[str, Tensor], origin: str) -> System:
    left = only_in_training(config)
    with torch.device("meta"):
        own = built(config).net.state_dict()
    asked = {name: one for name, one in own.items() if name in weights or not (left and name.startswith(left))}
    refuse_others(asked, weights, origin)
    system = built(config)
    system.net.load_state_dict(system.net.state_dict() | dict(weights))
    return system
