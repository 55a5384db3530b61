"""What is known beforehand, as numbers."""

from __future__ import annotations

from typing import assert_never, final

from torch import nn
from torch.nn import functional

from learners.data.examples import Batch
from learners.data.views import fixed_views, silhouettes
from learners.encoders.halving import HalvingEncoder, HalvingEncoderNet
from learners.systems.context import ClassContext, NoContext
from learners.systems.sequential.config import Context, SilhouetteContext, ViewContext
from learners.tensors import Codes


@final
class ContextNet(nn.Module):
    """Batches to (b, size); of a batch the views or the labels are looked at, as the context says."""

    def __init__(self, config: Context, resolution: int) -> None:
        super().__init__()
        self.config = config
        self.encoder: nn.Module | None = None
        match config:
            case NoContext():
                self.size = 0
            case ClassContext():
                self.size = config.classes
            case ViewContext():
                self.size = config.code
                encoder = HalvingEncoder(2, config.views, resolution, config.code, config.width)
                self.encoder = HalvingEncoderNet(encoder)
            case SilhouetteContext():
                self.size = config.code
                self.encoder = HalvingEncoderNet(HalvingEncoder(2, 1, resolution, config.code, config.width))
            case _:
                assert_never(config)

    def forward(self, batch: Batch) -> Codes:
        """(b, size)."""
        match self.config:
            case NoContext():
                return batch.grids.new_zeros(len(batch.grids), 0).float()
            case ClassContext():
                return functional.one_hot(batch.labels, self.config.classes).float()
            case ViewContext():
                # Nothing is 0, so that what is seen is what moves the code.
                assert self.encoder is not None, "views are encoded"
                return self.encoder(1.0 - fixed_views(batch.grids, self.config.views))
            case SilhouetteContext():
                assert self.encoder is not None, "silhouettes are encoded"
                return self.encoder(silhouettes(batch.grids))
            case _:
                assert_never(self.config)
