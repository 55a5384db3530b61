"""The generative half: a recurrent state that writes patches onto a canvas."""

from __future__ import annotations

from typing import Final, TypeAlias, final

import torch
from jaxtyping import Float
from torch import Tensor, nn

from learners.spatial import Affine, Volumes, cube, resampled
from learners.systems.sequential.config import Writer
from learners.tensors import Codes

BLANK: Final = -4.0
"""Log-odds of the empty canvas when training begins: most cells of most volumes are outside."""
_WIDE: Final = 256

Hidden: TypeAlias = tuple[Float[Tensor, "b h"], Float[Tensor, "b h"]]


@final
class PlaceNet(nn.Module):
    """A state to an affine map, which is the identity when training begins."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.layer = nn.Linear(hidden, 12)
        nn.init.normal_(self.layer.weight, std=1e-2)
        with torch.no_grad():
            self.layer.bias.copy_(torch.eye(3, 4).flatten())

    def forward(self, state: Codes) -> Affine:
        """(b, 3, 4)."""
        return self.layer(state).float().unflatten(1, (3, 4))


@final
class WriterNet(nn.Module):
    """Equations 2 to 4 of the paper: context read, state moved on, canvas written. known: numbers of the context."""

    def __init__(self, config: Writer, known: int) -> None:
        super().__init__()
        self.config = config
        self.known = nn.Sequential(nn.Linear(known + config.hidden, known), nn.Tanh()) if known else None
        self.state = nn.LSTMCell(config.latents + known, config.hidden)
        cells = config.features * config.patch**3
        self.patch = nn.Sequential(nn.Linear(config.hidden, _WIDE), nn.LeakyReLU(), nn.Linear(_WIDE, cells))
        self.place = PlaceNet(config.hidden)
        self.blank = nn.Parameter(torch.full((config.features,), BLANK))

    def begun(self, batch: int) -> tuple[Hidden, Volumes]:
        """The state before the first step, and the canvas."""
        nothing = self.blank.new_zeros(batch, self.config.hidden)
        canvas = self.blank[None, :, None, None, None].expand(batch, -1, *(self.config.resolution,) * 3)
        return (nothing, nothing), canvas

    def written(self, hidden: Hidden, canvas: Volumes, latents: Codes, context: Codes) -> tuple[Hidden, Volumes]:
        """State and canvas after a step. context: (b, 0) where nothing is known."""
        if self.known is not None:
            context = self.known(torch.cat([context, hidden[0]], dim=1))
        state, cell = self.state(torch.cat([latents, context], dim=1), hidden)
        patch = self.patch(state).float().unflatten(1, (self.config.features, *(self.config.patch,) * 3))
        return (state, cell), canvas + resampled(patch, self.place(state), cube(self.config.resolution))
