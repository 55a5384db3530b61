"""What a trained net can do, whichever system it is of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias, assert_never, final

import torch
from torch import Tensor, nn
from torch.nn import functional

from learners.chance import generator
from learners.data.examples import Batch
from learners.data.sets import class_names, class_number
from learners.decoders.batch_normed import BatchNormedDecoderNet
from learners.decoders.cloud import CloudDecoderNet
from learners.decoders.convolutional import ConvolutionalDecoderNet
from learners.decoders.decoder import DecoderNet
from learners.decoders.grids import read_between
from learners.decoders.implicit import ImprovedImplicitNet, OriginalImplicitNet
from learners.systems.adversarial import AdversarialSystem
from learners.systems.autoencoder import AutoencoderSystem
from learners.systems.context import ClassContext, NoContext
from learners.systems.latent import LatentSystem
from learners.systems.multiview import MultiviewSystem
from learners.systems.point_autoencoder import PointAutoencoderSystem
from learners.systems.sequential.config import SilhouetteContext, ViewContext
from learners.systems.sequential.net import SequentialNet
from learners.systems.sequential.system import SequentialSystem
from learners.systems.systems import cells_of, classes_of
from learners.systems.variational import VariationalSystem
from learners.systems.views_net import ViewsNetNet, ViewsNetSystem
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
    decoder: DecoderNet | CloudDecoderNet | SequentialNet | VolumeVaeNet | ViewsNetNet
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
        if self.draw is not None:
            return
        if isinstance(self.decoder, SequentialNet):
            raise UsageError(
                "this model is told pictures of each volume: generate --seen a mesh, a program or held-out:K"
            )
        if isinstance(self.decoder, ViewsNetNet):
            raise UsageError("this net leaves nothing to chance: reconstruct a shape, of which it sees three sides")
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
            case ConvolutionalDecoderNet() | BatchNormedDecoderNet() | SequentialNet() | VolumeVaeNet() | ViewsNetNet():
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


def trained_model(folder: Path, device: str = "cpu", named: str | None = None) -> Model:
    """The model of a folder that was trained. named: the class of all its shapes, by name or number, of one that is
    told it. Raises UsageError without a run or a checkpoint that is whole.
    """
    trained = trained_system(folder, torch.device(device))
    return model_of(trained, None if named is None else class_number(trained.run.data, named))


def model_of(trained: TrainedSystem, label: int | None = None) -> Model:
    """What a system can do. label: the class of all shapes, of a system that is told it; a latent GAN draws each class
    as often as it was learned from where none is given.

    Raises UsageError for systems whose shapes are not those of a code, without a class where a sequential model is told
    one, and with one where none is.
    """
    run, step, system = trained.run, trained.step, trained.system
    axes, side = cells_of(run.system)
    if isinstance(system, SequentialSystem) and isinstance(system.config.context, ClassContext):
        return _of_class(trained, system.net, label)
    if label is not None and classes_of(run.system) == 1:
        raise UsageError("this model is told no class of a shape: --class is for runs of --known class")
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
            draw = partial(net.drawn, label=label)
            return Model(run, step, net, net.autoencoder.decoder, axes, side, net.codes, draw)
        case SequentialSystem(net=net):
            # What is told pictures draws once it has been told some (`seeing`).
            draw = net.drawn if isinstance(system.config.context, NoContext) else None
            return Model(run, step, net, net, axes, side, lambda grids: net.codes(_unlabelled(grids)), draw)
        case VolumeVaeSystem(net=net):
            return Model(run, step, net, net, axes, side, net.codes, net.drawn)
        case ViewsNetSystem(net=net):
            return Model(run, step, net, net, axes, side, net.codes, None)
        case MultiviewSystem():
            raise UsageError("this model draws pictures, no shapes: generate --seen a mesh, a program or held-out:K")
        case _:
            kind = type(run.system).__name__
            raise UsageError(f"a {kind} has no code of numbers alone that a field could be decoded from")


def _of_class(trained: TrainedSystem, net: SequentialNet, label: int | None) -> Model:
    """Of one class, which stands behind the latents of each code."""
    names = class_names(trained.run.data)
    if label is None:
        raise UsageError(f"this model is told the class of each volume: give --class one of {', '.join(names)}")
    axes, side = cells_of(trained.run.system)
    device = next(net.parameters()).device

    def labelled(grids: Grids) -> Batch:
        return Batch(grids, torch.full((len(grids),), label, device=grids.device))

    def drawn(count: int, draws: torch.Generator) -> Codes:
        told = functional.one_hot(torch.full((count,), label, device=device), len(names)).float()
        return torch.cat([net.drawn(count, draws), told], dim=1)

    return Model(trained.run, trained.step, net, net, axes, side, lambda grids: net.codes(labelled(grids)), drawn)


@torch.no_grad()
def seeing(model: Model, grid: Grids) -> Model:
    """The same, told pictures of a volume (1, r, r, r) as its cameras see it: what it draws may be that volume.

    Raises UsageError for a system that is told no pictures.
    """
    net = model.decoder
    if not isinstance(net, SequentialNet) or not isinstance(net.config.context, ViewContext | SilhouetteContext):
        raise UsageError("this model is told no picture of a shape: --seen is for runs of --known 1-view, silhouette …")
    told = net.context(_unlabelled(grid.to(model.device)))

    def drawn(count: int, draws: torch.Generator) -> Codes:
        return torch.cat([net.drawn(count, draws), told.expand(count, -1)], dim=1)

    return replace(model, draw=drawn)


def _unlabelled(grids: Grids) -> Batch:
    return Batch(grids, torch.zeros(len(grids), dtype=torch.int64, device=grids.device))
