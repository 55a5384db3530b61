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
from learners.decoders.cloud import CloudDecoderNet
from learners.decoders.convolutional import ConvolutionalDecoderNet
from learners.decoders.decoder import DecoderNet
from learners.decoders.grids import read_between
from learners.decoders.implicit import ImprovedImplicitNet, OriginalImplicitNet
from learners.systems.adversarial import AdversarialSystem
from learners.systems.autoencoder import AutoencoderSystem
from learners.systems.latent import LatentSystem
from learners.systems.point_autoencoder import PointAutoencoderSystem
from learners.systems.sequential.config import NoContext
from learners.systems.sequential.net import SequentialNet
from learners.systems.sequential.system import SequentialSystem
from learners.systems.systems import cells_of
from learners.systems.variational import VariationalSystem
from learners.systems.volume_vae import VolumeVaeNet, VolumeVaeSystem
from learners.systems.wasserstein import WassersteinSystem
from learners.tensors import Codes, Grids
from learners.training.run import Run
from learners.training.trained import TrainedSystem, trained_system
from shapelang.diagnostics import UsageError

Field: TypeAlias = Callable[[Tensor], Tensor]
"""Occupancy (n,) from 0 to 1 at points (n, d) of the cube [-1, 1], of one shape."""

AT_ONCE: Final = 1 << 16
"""Points that are decoded at once."""
IN_CACHE: Final = 1 << 10
"""The same of a net that sees each point by itself on a CPU: what its layers give stays in the cache, which takes half
the time.
"""


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
    decoder: DecoderNet | CloudDecoderNet | SequentialNet | VolumeVaeNet
    axes: int
    resolution: int
    encode: Callable[[Grids], Codes] | None
    draw: Callable[[int, torch.Generator], Codes] | None

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return next(self.net.parameters()).device

    def refuse_without_prior(self) -> None:
        """Raises UsageError for a system that draws nothing; it takes no time."""
        if self.draw is None:
            raise UsageError("an autoencoder draws nothing: train latent-gan on its run, and draw from that")

    @torch.no_grad()
    def drawn(self, seed: int) -> Codes:
        """(1, c) the code of a seed. Raises UsageError for a system without a prior."""
        self.refuse_without_prior()
        assert self.draw is not None, "it has a prior"
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
            case OriginalImplicitNet() | ImprovedImplicitNet() | CloudDecoderNet():
                net, count = self.decoder, IN_CACHE if self.device.type == "cpu" else AT_ONCE
                return lambda points: _in_pieces(lambda some: net(code, some), points.to(self.device), count)
            case _:
                assert_never(self.decoder)


@torch.no_grad()
def _in_pieces(decode: Callable[[Tensor], Tensor], points: Tensor, count: int = AT_ONCE) -> Tensor:
    """(n,) float32 on the CPU."""
    pieces = [decode(piece[None])[0].float().cpu() for piece in points.split(count)]
    return torch.cat(pieces) if pieces else torch.zeros(0)


def trained_model(folder: Path, device: str = "cpu") -> Model:
    """The model of a folder that was trained. Raises UsageError without a run or a checkpoint that is whole."""
    return model_of(trained_system(folder, torch.device(device)))


def model_of(trained: TrainedSystem) -> Model:
    """What a system can do. Raises UsageError for systems whose shapes are not those of a code."""
    run, step, system = trained.run, trained.step, trained.system
    axes, side = cells_of(run.system)
    match system:
        case AutoencoderSystem(net=net):
            return Model(run, step, net, net.decoder, axes, side, net.codes, None)
        case PointAutoencoderSystem(net=net):
            return Model(run, step, net, net.decoder, axes, side, net.codes, None)
        case VariationalSystem(net=net):
            return Model(run, step, net, net.decoder, axes, side, net.codes, net.drawn)
        case WassersteinSystem(net=net):
            return Model(run, step, net, net.generator, axes, side, None, net.drawn)
        case AdversarialSystem(net=net):
            return Model(run, step, net, net.generator, axes, side, None, net.drawn)
        case LatentSystem(net=net):
            return Model(run, step, net, net.autoencoder.decoder, axes, side, net.codes, net.drawn)
        case SequentialSystem(net=net):
            if not isinstance(system.config.context, NoContext):
                raise UsageError("this model is told something of each volume: train it with --known nothing")
            return Model(run, step, net, net, axes, side, net.codes, net.drawn)
        case VolumeVaeSystem(net=net):
            return Model(run, step, net, net, axes, side, net.codes, net.drawn)
        case _:
            kind = type(run.system).__name__
            raise UsageError(f"a {kind} has no code of numbers alone that a field could be decoded from")
