"""What a trained net can do, whichever system it is of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias, assert_never, final

import torch
from torch import Tensor, nn

from learners.chance import generator
from learners.decoders.batch_normed import BatchNormedDecoderNet
from learners.decoders.convolutional import ConvolutionalDecoderNet
from learners.decoders.decoder import DecoderNet
from learners.decoders.grids import read_between
from learners.decoders.implicit import ImprovedImplicitNet, OriginalImplicitNet
from learners.systems.adversarial import Adversarial, AdversarialNet
from learners.systems.autoencoder import Autoencoder, AutoencoderNet
from learners.systems.latent import LatentGan, LatentNet
from learners.systems.sequential.config import NoContext, Sequential
from learners.systems.sequential.net import SequentialNet
from learners.systems.variational import VariationalAutoencoder, VariationalNet
from learners.systems.volume_vae import VolumeVae, VolumeVaeNet
from learners.systems.wasserstein import WassersteinGan, WassersteinNet
from learners.tensors import Codes, Grids
from learners.training.run import Run, read_run
from learners.training.upon import kept_checkpoint
from learners.weights import put_weights
from shapelang.diagnostics import UsageError

Field: TypeAlias = Callable[[Tensor], Tensor]
"""Occupancy (n,) from 0 to 1 at points (n, d) of the cube [-1, 1], of one shape."""

AT_ONCE: Final = 1 << 16
"""Points that are decoded at once."""


@final
@dataclass(frozen=True, eq=False)
class Model:
    """A trained net with the moving average of its weights.

    axes, resolution: of the grids that it learned from. encode: grids to codes; None where it has no encoder. draw:
    so many codes from its prior; None where it has none.
    """

    run: Run
    step: int
    net: nn.Module
    decoder: DecoderNet | SequentialNet | VolumeVaeNet
    axes: int
    resolution: int
    encode: Callable[[Grids], Codes] | None
    draw: Callable[[int, torch.Generator], Codes] | None

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return next(self.net.parameters()).device

    @torch.no_grad()
    def drawn(self, seed: int) -> Codes:
        """(1, c) the code of a seed. Raises UsageError for a system without a prior."""
        if self.draw is None:
            raise UsageError("an autoencoder draws nothing: train latent-gan on its run, and draw from that")
        return self.draw(1, generator(seed, "shape", device=self.device))

    @torch.no_grad()
    def encoded(self, grids: Grids) -> Codes:
        """(b, c). Raises UsageError for a system without an encoder."""
        if self.encode is None:
            raise UsageError("this system makes shapes of draws alone: it has no encoder that would read one")
        return self.encode(grids.to(self.device))

    def field(self, code: Codes) -> Field:
        """The shape of a code (1, c)."""
        match self.decoder:
            case ConvolutionalDecoderNet() | BatchNormedDecoderNet() | SequentialNet() | VolumeVaeNet():
                with torch.no_grad():
                    grid = self.decoder.grid(code)
                return lambda points: _in_pieces(lambda some: read_between(grid, some), points.to(self.device))
            case OriginalImplicitNet() | ImprovedImplicitNet():
                net = self.decoder
                return lambda points: _in_pieces(lambda some: net(code, some), points.to(self.device))
            case _:
                assert_never(self.decoder)


@torch.no_grad()
def _in_pieces(decode: Callable[[Tensor], Tensor], points: Tensor) -> Tensor:
    """(n,) float32 on the CPU."""
    pieces = [decode(piece[None])[0].float().cpu() for piece in points.split(AT_ONCE)]
    return torch.cat(pieces) if pieces else torch.zeros(0)


def trained_model(folder: Path, device: str = "cpu") -> Model:
    """The model of a run's folder. Raises UsageError without a run or a checkpoint that is whole."""
    run = read_run(folder)
    kept = kept_checkpoint(folder)
    model = model_of(run, kept.step)
    put_weights(model.net, kept.average, str(folder))
    model.net.to(torch.device(device)).eval()
    return model


def model_of(run: Run, step: int = 0) -> Model:
    """The model of a run, with fresh weights. Raises UsageError for systems whose shapes are not those of a code."""
    config = run.system
    match config:
        case Autoencoder():
            net = AutoencoderNet(config)
            axes, side = config.encoder.axes, config.encoder.resolution
            return Model(run, step, net, net.decoder, axes, side, net.codes, None)
        case VariationalAutoencoder():
            net = VariationalNet(config)
            axes, side = config.encoder.axes, config.encoder.resolution
            return Model(run, step, net, net.decoder, axes, side, net.codes, net.drawn)
        case WassersteinGan():
            net = WassersteinNet(config)
            return Model(run, step, net, net.generator, config.critic.axes, config.critic.resolution, None, net.drawn)
        case Adversarial():
            net, grids = AdversarialNet(config), config.generator
            return Model(run, step, net, net.generator, grids.axes, grids.resolution, None, net.drawn)
        case LatentGan():
            net, grids = LatentNet(config), config.autoencoder.encoder
            return Model(run, step, net, net.autoencoder.decoder, grids.axes, grids.resolution, net.codes, net.drawn)
        case Sequential():
            if not isinstance(config.context, NoContext):
                raise UsageError("this model is told something of each volume: train it with --known nothing")
            net = SequentialNet(config)
            return Model(run, step, net, net, 3, config.writer.resolution, net.codes, net.drawn)
        case VolumeVae():
            net = VolumeVaeNet(config)
            return Model(run, step, net, net, 3, config.resolution, net.codes, net.drawn)
        case _:
            raise UsageError(
                f"a {type(config).__name__} has no code of numbers alone that a field could be decoded from"
            )
