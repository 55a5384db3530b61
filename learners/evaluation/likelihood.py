"""What volumes that were kept away from learning cost in nats, beside independent cells."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

import torch
from torch import Tensor

from learners.chance import generator
from learners.data.examples import Batch, batch_of, spaced
from learners.data.sets import Data, Split, examples
from learners.systems.sequential.bound import Inferring, evidence, importance_weighted, log_likelihood
from learners.systems.sequential.system import SequentialSystem
from learners.systems.views_net import ViewsNetNet, ViewsNetSystem
from learners.systems.volume_vae import VolumeVaeSystem
from learners.training.trained import trained_system
from shapelang.arrays import AnyArray
from shapelang.deadline import Progress, silent
from shapelang.diagnostics import UsageError

COUNTED: Final = 10_000
"""Training volumes at most that say how often each cell is inside."""

_AT_ONCE: Final = 50


@final
@dataclass(frozen=True, slots=True, eq=False)
class Likelihoods:
    """Nats (n,) that each volume costs: lower is better.

    bound: by one sample of the latents, −ELBO; of a net without latents, −log p. weighted: by many, IWAE; None of a
    net without latents.
    """

    step: int
    bound: AnyArray
    weighted: AnyArray | None


def likelihoods(
    folder: Path, volumes: int, samples: int, device: str = "cpu", progress: Progress = silent
) -> Likelihoods:
    """Held-out volumes of a run's set in nats. volumes: how many at most, from everywhere; samples: K of IWAE.

    What is known beforehand (classes, views) is given. Raises UsageError for a run of another kind of system.
    """
    place = torch.device(device)
    trained = trained_system(folder, place)
    away = examples(trained.run.data, Split.HELD_OUT)
    rows: list[tuple[Tensor, Tensor | None]] = []
    pieces = spaced(len(away), volumes).split(_AT_ONCE)
    for number, indices in enumerate(pieces):
        progress("measuring", number / len(pieces))
        batch, draws = batch_of(away, indices).to(place), generator(0, "likelihood", number, device=place)
        match trained.system:
            case SequentialSystem(net=net) | VolumeVaeSystem(net=net):
                rows.append(_bounds(net, batch, samples, draws))
            case ViewsNetSystem(net=net):
                rows.append((_certain(net, batch), None))
            case _:
                raise UsageError(f"{folder} is a run of {type(trained.run.system).__name__}, which gives no likelihood")
    weighted = [row for _, row in rows if row is not None]
    bound = torch.cat([row for row, _ in rows]).numpy()
    return Likelihoods(trained.step, bound, torch.cat(weighted).numpy() if weighted else None)


def independent_cells(data: Data, volumes: int) -> AnyArray:
    """(n,) nats of the same volumes where each cell is inside as often as in the training set, independently.

    How often: (inside + 1) / (volumes + 2), of `COUNTED` training volumes at most.
    """
    training, away = (examples(data, split) for split in (Split.TRAINING, Split.HELD_OUT))
    counts, seen = torch.zeros((away.resolution,) * away.axes), spaced(len(training), COUNTED)
    for indices in seen.split(_AT_ONCE):
        counts += training.grids(indices).sum(dim=0)
    log_odds = torch.logit((counts + 1.0) / (len(seen) + 2.0))
    pieces = [away.grids(indices) for indices in spaced(len(away), volumes).split(_AT_ONCE)]
    return torch.cat([-log_likelihood(grids, log_odds.expand(len(grids), *log_odds.shape)) for grids in pieces]).numpy()


@torch.no_grad()
def _bounds(net: Inferring, batch: Batch, samples: int, draws: torch.Generator) -> tuple[Tensor, Tensor]:
    bound = -evidence(net.inferred(batch, draws), batch.grids)
    return bound.cpu(), -importance_weighted(net, batch, samples, draws).cpu()


@torch.no_grad()
def _certain(net: ViewsNetNet, batch: Batch) -> Tensor:
    return -log_likelihood(batch.grids, net.log_odds(batch)).cpu()
