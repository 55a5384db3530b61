"""Systems that stand upon another run: where they find it, and what they take from it when they begin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, final

import torch
from torch import Tensor, nn

from learners.data.examples import Examples, measured, spaced
from learners.systems.latent import Coder, LatentGan, LatentNet
from learners.systems.systems import Config
from learners.tensors import Codes, Indices
from learners.training.averaged import averaged
from learners.training.run import Run
from learners.weights import put_weights
from shapelang.diagnostics import UsageError

CENTRED_ON: Final = 2048
"""Examples whose codes say where the middle of all codes is."""

KEPT: Final = 1 << 16
"""Examples whose codes are kept in memory; of larger sets each batch is encoded anew."""

_AT_ONCE: Final = 64


@final
@dataclass(frozen=True, slots=True)
class Upon:
    """An autoencoder that is kept. run: which; sha256: of its averaged weights."""

    autoencoder: Coder
    run: Run
    sha256: str


def upon(folder: Path) -> Upon:
    """The autoencoder of a folder; raises UsageError where there is none, or no checkpoint of it."""
    kept = averaged(folder)
    if not isinstance(kept.run.system, Coder):
        raise UsageError(f"{folder} is a run of {type(kept.run.system).__name__}, and an autoencoder is needed")
    return Upon(kept.run.system, kept.run, _digest(kept.weights))


def begin(config: Config, net: nn.Module, examples: Examples) -> None:
    """Put into a fresh net what it stands upon; raises UsageError where that is gone or has changed."""
    if not (isinstance(config, LatentGan) and isinstance(net, LatentNet)):
        return
    weights = averaged(Path(config.folder)).weights
    if _digest(weights) != config.sha256:
        raise UsageError(f"{config.folder}: its weights are not those that the run began with")
    put_weights(net.autoencoder, weights, config.folder)
    net.centre(_codes(net, examples, spaced(len(examples), CENTRED_ON)))
    net.count_classes(examples.labels(measured(examples)))


def keep_codes(net: nn.Module, examples: Examples) -> None:
    """Give a latent GAN the codes of all examples, unless they are very many: encoding is most of its time."""
    if isinstance(net, LatentNet) and len(examples) <= KEPT:
        net.kept = _codes(net, examples, torch.arange(len(examples)))


@torch.no_grad()
def _codes(net: LatentNet, examples: Examples, chosen: Indices) -> Codes:
    """(n, c) of examples, always in the same pieces, so that they have the same bits."""
    device = net.middle.device
    pieces = chosen.split(_AT_ONCE)
    return torch.cat([net.codes(examples.grids(piece).to(device)).float() for piece in pieces])


def _digest(tensors: Mapping[str, Tensor]) -> str:
    """Of names and numbers."""
    digest = sha256()
    for name in sorted(tensors):
        digest.update(name.encode() + b"\0" + tensors[name].contiguous().numpy().tobytes())
    return digest.hexdigest()
