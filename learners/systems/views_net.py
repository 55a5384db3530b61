"""The deterministic baseline of the sequential model: three views to independent cells, by six volumetric layers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import torch
from torch import Tensor, nn

from learners.bounds import Cells, Width
from learners.data.examples import Batch
from learners.data.views import fixed_views
from learners.decoders.doubling import DoublingDecoder, DoublingDecoderNet
from learners.encoders.halving import HalvingEncoder, HalvingEncoderNet
from learners.systems.sequential.bound import log_likelihood
from learners.systems.system import Adam, Loss, Phase
from learners.tensors import Codes, Grids

VIEWS: Final = 3


@final
@dataclass(frozen=True, slots=True)
class ViewsNet:
    """code: numbers that three pictures of depth become. width: channels of the decoder's last layer but one."""

    resolution: Cells
    code: Width
    width: Width
    adam: Adam


@final
class ViewsNetNet(nn.Module):
    """Pictures of depth to log-odds; three doublings of two volumetric convolutions each at 30 cells."""

    def __init__(self, config: ViewsNet) -> None:
        super().__init__()
        self.encoder = HalvingEncoderNet(HalvingEncoder(2, VIEWS, config.resolution, config.code, config.width))
        self.decoder = DoublingDecoderNet(DoublingDecoder(config.code, config.resolution, config.width, refined=True))

    def log_odds(self, batch: Batch) -> Tensor:
        """(b, x, y, z) from the views of a batch's volumes, and from nothing else of them."""
        return self.decoder(self.codes(batch.grids))

    def codes(self, grids: Grids) -> Codes:
        """(b, c) of the views of volumes."""
        return self.encoder(1.0 - fixed_views(grids, VIEWS))

    def grid(self, codes: Codes) -> Tensor:
        """(b, x, y, z) probabilities of the cells."""
        return self.decoder(codes).float().sigmoid()


@final
class ViewsNetSystem:
    """One phase: the likelihood."""

    def __init__(self, config: ViewsNet) -> None:
        self.config = config
        self.net = ViewsNetNet(config)
        self.phases: tuple[Phase, ...] = (Phase("volumes", self.net, config.adam, self._likelihood),)

    def _likelihood(self, batch: Batch, draws: torch.Generator) -> Loss:
        del draws
        nats = -log_likelihood(batch.grids, self.net.log_odds(batch)).mean()
        return Loss(nats, {"nats": nats})
