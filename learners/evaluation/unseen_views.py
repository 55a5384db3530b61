"""How well pictures from new cameras are foretold of held-out shapes of which three views are known."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

import numpy as np
import torch
from torch import Tensor

from learners.chance import generator
from learners.data.examples import Examples, batch_of, measured, spaced
from learners.data.sets import Split, examples
from learners.data.views import Depths, fixed_views, turned_views
from learners.systems.multiview import MultiviewSystem, random_turns
from learners.tensors import Indices
from learners.training.trained import TrainedSystem, trained_system
from shapelang.arrays import AnyArray
from shapelang.deadline import Progress, silent
from shapelang.diagnostics import UsageError

CAMERAS: Final = 10
"""New ones of each shape, turned in any way; the same ones whatever is measured."""
_AT_ONCE: Final = 32
_MEAN_OF: Final = 500
"""Training shapes whose pictures make the mean one."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class UnseenViews:
    """Mean squared errors (n,) of the depth in pictures of held-out shapes from new cameras; nothing is at depth 1.

    net: of one draw of its latents, told the known views. nearest: of the training shape whose known views are nearest
    to those, seen by the same cameras; no picture of a net. mean: of the mean of the training shapes' pictures.
    """

    step: int
    net: AnyArray
    nearest: AnyArray
    mean: AnyArray


def trained_multiview(folder: Path, device: str = "cpu") -> tuple[MultiviewSystem, TrainedSystem]:
    """The system of a folder that was trained; raises UsageError for another system, or without a checkpoint."""
    trained = trained_system(folder, torch.device(device))
    if not isinstance(trained.system, MultiviewSystem):
        raise UsageError(f"{folder} is a run of {type(trained.run.system).__name__}, which imagines no pictures")
    return trained.system, trained


@torch.no_grad()
def unseen_views(folder: Path, device: str = "cpu", progress: Progress = silent) -> UnseenViews:
    """The held-out shapes of a run before new cameras. Raises UsageError for a folder without a run of pictures."""
    place = torch.device(device)
    system, trained = trained_multiview(folder, device)
    training, away = (examples(trained.run.data, split) for split in (Split.TRAINING, Split.HELD_OUT))
    progress("looking at training shapes", 0.0)
    views = system.config.context.views
    looked_at = measured(training)
    known = torch.cat([_known(training, some, views) for some in looked_at.split(_AT_ONCE)])
    mean = _mean(training)
    rows: list[Tensor] = []
    pieces = measured(away).split(_AT_ONCE)
    for number, indices in enumerate(pieces):
        progress("imagining pictures", number / len(pieces))
        batch = batch_of(away, indices)
        turns = random_turns(len(indices), CAMERAS, generator(0, "cameras", number), torch.device("cpu"))
        true = turned_views(batch.grids, turns)
        drawn = system.net.imagined(batch.to(place), turns.to(place), generator(0, "imagined", number, device=place))
        # Unlike all pairs at once this holds no array of both sets' views together.
        chosen = torch.stack([(known - one).square().sum(dim=1).argmin() for one in _known(away, indices, views)])
        nearest = turned_views(training.grids(looked_at[chosen]), turns)
        rows.append(torch.stack([_error(some, true) for some in (drawn.cpu(), nearest, mean.expand_as(true))]))
    net, nearest, middle = np.asarray(torch.cat(rows, dim=1))
    return UnseenViews(trained.step, net, nearest, middle)


def _known(shapes: Examples, indices: Indices, views: int) -> Tensor:
    """(b, m) the known views in a row."""
    return fixed_views(shapes.grids(indices), views).flatten(1)


def _error(drawn: Depths, true: Depths) -> Tensor:
    return (drawn - true).square().flatten(1).mean(dim=1)


def _mean(training: Examples) -> Tensor:
    """(r, r) what cameras that are turned in any way see of training shapes on the mean."""
    pictures: list[Tensor] = []
    for number, indices in enumerate(spaced(len(training), _MEAN_OF).split(_AT_ONCE)):
        turns = random_turns(len(indices), 1, generator(0, "mean", number), torch.device("cpu"))
        pictures.append(turned_views(training.grids(indices), turns)[:, 0])
    return torch.cat(pictures).mean(dim=0)
