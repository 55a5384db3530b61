"""Volumes of which a part is hidden or noisy, completed by a Markov chain.

D. Rezende et al., NIPS 2016, section 3.2: latents are inferred from the volume as it stands, the cells are drawn anew
from what the latents write, and so on in turn. Were the inferred posterior the true one, the chain would end in the
distribution of the volume given what was seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, TypeAlias, final

import torch
from jaxtyping import Float
from torch import Tensor

from learners.data.examples import Batch
from learners.systems.sequential.bound import Inferring
from learners.tensors import Grids
from shapelang.deadline import Progress, silent

HIDDEN: Final = 0.5
"""A cell that is flipped half of the time says nothing."""

Shares: TypeAlias = Float[Tensor, "b x y z"]


@final
@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of volumes. cells: as they were seen. flipped: how likely each is to have been the other way."""

    cells: Grids
    flipped: Shares

    def posterior(self, log_odds: Tensor) -> Shares:
        """Probability that each cell is inside, given what was seen, where log_odds held before."""
        signs = 2.0 * self.cells.float() - 1.0
        return torch.sigmoid(log_odds + signs * -torch.logit(self.flipped))


@final
@dataclass(frozen=True, slots=True)
class Completed:
    """The end of a chain. cells: its last volume; inside: the mean of each cell's probability over its second half.

    own: the same as the net alone has it, before what was seen is weighed in.
    """

    cells: Grids
    inside: Shares
    own: Shares


@torch.no_grad()
def completed(net: Inferring, seen: Seen, steps: int, draws: torch.Generator, progress: Progress = silent) -> Completed:
    """The chain of so many steps from what was seen, hidden cells being outside at first. The net knows no context."""
    cells, counted = seen.cells & (seen.flipped < HIDDEN), 0
    total, own = torch.zeros_like(seen.flipped), torch.zeros_like(seen.flipped)
    labels = torch.zeros(len(cells), dtype=torch.int64, device=cells.device)
    for step in range(steps):
        progress("completing", step / steps)
        log_odds = net.inferred(Batch(cells, labels), draws).log_odds.float()
        inside = seen.posterior(log_odds)
        cells = torch.rand(inside.shape, generator=draws, device=inside.device) < inside
        if step >= steps // 2:
            total, own, counted = total + inside, own + log_odds.sigmoid(), counted + 1
    return Completed(cells, total / counted, own / counted)


def half_hidden(grids: Grids, axis: int, upper: bool) -> Seen:
    """Volumes whose cells beyond the middle of their own box are hidden. axis: 0 to 2; upper: of its two sides."""
    spread = grids.any(dim=tuple(other for other in (1, 2, 3) if other != axis + 1)).float()
    places = torch.arange(grids.shape[axis + 1], device=grids.device, dtype=torch.float32)
    first, last = spread.argmax(dim=1), spread.shape[1] - 1 - spread.flip(1).argmax(dim=1)
    middle = 0.5 * (first + last)
    away = (places > middle[:, None]) if upper else (places < middle[:, None])
    shape = [len(grids), 1, 1, 1]
    shape[axis + 1] = -1
    hidden = away.reshape(shape).expand_as(grids)
    return Seen(grids & ~hidden, hidden.float() * HIDDEN)


def flipped(grids: Grids, share: float, draws: torch.Generator) -> Seen:
    """Volumes of which each cell is flipped with the probability `share`, which is known."""
    noise = torch.rand(grids.shape, generator=draws, device=grids.device) < share
    return Seen(grids ^ noise, torch.full(grids.shape, share, device=grids.device))
