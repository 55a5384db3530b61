"""What every set of examples offers, and which of them a step takes."""

from __future__ import annotations

from typing import Protocol

import torch

from learners.chance import generator
from learners.tensors import Grids, Indices


class Examples(Protocol):
    """Shapes on a grid. The same index gives the same shape, in whichever order, worker or run it is asked for."""

    @property
    def resolution(self) -> int:
        """Cells along each axis."""
        ...

    @property
    def axes(self) -> int:
        """2 for pictures, 3 for solids."""
        ...

    def __len__(self) -> int:
        """How many there are."""
        ...

    def grids(self, indices: Indices) -> Grids:
        """The occupancy of those of the given indices, on the CPU."""
        ...


def taken(step: int, size: int, count: int, seed: int) -> Indices:
    """The indices that a step takes of `count` examples: epoch after epoch, each in an order of its own.

    step: from 0; size: examples a step. Any step is known without those before it, also across the end of an epoch.
    """
    first = step * size
    pieces: list[Indices] = []
    while size > 0:
        epoch, place = divmod(first, count)
        order = torch.randperm(count, generator=generator(seed, "epoch", epoch))
        pieces.append(order[place : place + size])
        first, size = first + len(pieces[-1]), size - len(pieces[-1])
    return torch.cat(pieces)
