"""The generative half: a recurrent state that writes patches onto a canvas."""

from __future__ import annotations

from typing import Final, TypeAlias, assert_never, final

import torch
from jaxtyping import Float
from torch import Tensor, nn

from learners.spatial import Volumes, cube, resampled, resampled_axially
from learners.systems.sequential.config import Place, Writer
from learners.tensors import Codes

BLANK: Final = -4.0
"""Log-odds of the empty canvas when training begins: most cells of most volumes are outside."""
_WIDE: Final = 256

Hidden: TypeAlias = tuple[Float[Tensor, "b h"], Float[Tensor, "b h"]]


@final
class PlaceNet(nn.Module):
    """Where a state says that something is read or written: by a map that is the identity when training begins."""

    def __init__(self, hidden: int, place: Place) -> None:
        super().__init__()
        self.kind = place
        still = _still(place)
        self.numbers = still.shape
        self.layer = nn.Linear(hidden, still.numel())
        nn.init.normal_(self.layer.weight, std=1e-2)
        with torch.no_grad():
            self.layer.bias.copy_(still.flatten())

    def forward(self, volumes: Volumes, state: Codes, side: int) -> Volumes:
        """A cube whose cell at p has the value of the volumes at the image of p."""
        maps = self.layer(state).float().unflatten(1, self.numbers)
        match self.kind:
            case Place.AFFINE:
                return resampled(volumes, maps, cube(side))
            case Place.AXIAL:
                return resampled_axially(volumes, maps, cube(side))
            case _:
                assert_never(self.kind)


def _still(place: Place) -> Float[Tensor, "3 n"]:
    """The identity."""
    match place:
        case Place.AFFINE:
            return torch.eye(3, 4)
        case Place.AXIAL:
            return torch.tensor([[1.0, 0.0]] * 3)
        case _:
            assert_never(place)


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
        self.place = PlaceNet(config.hidden, config.place)
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
        # A step of training moves the patches of all T: summed as they are, many come apart (docs/sequential.md).
        patch = self.config.steps**-0.5 * patch
        return (state, cell), canvas + self.place(patch, state, self.config.resolution)
