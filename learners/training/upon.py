"""Systems that stand upon another run: where they find it, and what they take from it when they begin."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, final

import torch
from torch import nn

from learners.data.examples import Examples
from learners.systems.autoencoder import Autoencoder
from learners.systems.latent import LatentGan, LatentNet
from learners.systems.systems import Config
from learners.training.checkpoint import Checkpoint, Tensors, newest_checkpoint
from learners.training.run import Run, read_run
from learners.weights import put_weights
from shapelang.diagnostics import UsageError

CENTRED_ON: Final = 2048
"""Examples whose codes say where the middle of all codes is."""

_AT_ONCE: Final = 64


@final
@dataclass(frozen=True, slots=True)
class Upon:
    """An autoencoder that is kept. run: which; sha256: of its averaged weights."""

    autoencoder: Autoencoder
    run: Run
    sha256: str


def upon(folder: Path) -> Upon:
    """The autoencoder of a run; raises UsageError where there is none, or no checkpoint of it."""
    run = read_run(folder)
    if not isinstance(run.system, Autoencoder):
        raise UsageError(f"{folder} is a run of {type(run.system).__name__}, and an autoencoder is needed")
    return Upon(run.system, run, _digest(kept_checkpoint(folder).average))


def kept_checkpoint(folder: Path) -> Checkpoint:
    """The newest of a run that is whole; raises UsageError without any."""
    kept, skipped = newest_checkpoint(folder)
    if kept is None:
        raise UsageError(f"{folder} has no checkpoint that is whole" + "".join(f"\n  {told}" for told in skipped))
    return kept


def begin(config: Config, net: nn.Module, examples: Examples) -> None:
    """Put into a fresh net what it stands upon; raises UsageError where that is gone or has changed."""
    if not (isinstance(config, LatentGan) and isinstance(net, LatentNet)):
        return
    average = kept_checkpoint(Path(config.folder)).average
    if _digest(average) != config.sha256:
        raise UsageError(f"{config.folder}: its weights are not those that the run began with")
    put_weights(net.autoencoder, average, config.folder)
    device = net.middle.device
    with torch.no_grad():
        indices = torch.arange(min(CENTRED_ON, len(examples)))
        codes = [net.codes(examples.grids(piece).to(device)).float() for piece in indices.split(_AT_ONCE)]
    net.centre(torch.cat(codes))


def _digest(tensors: Tensors) -> str:
    """Of names and numbers."""
    digest = sha256()
    for name in sorted(tensors):
        digest.update(name.encode() + b"\0" + tensors[name].contiguous().numpy().tobytes())
    return digest.hexdigest()
