"""How well volumes come back of which half was hidden, or cells were flipped."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

import torch

from learners.chance import generator
from learners.data.examples import Examples, spaced
from learners.data.sets import Split, examples
from learners.data.solid_grids import overlap
from learners.generation.completing import unconditional
from learners.systems.sequential.completion import HIDDEN, completed, flipped, half_hidden
from learners.tensors import Grids
from shapelang.arrays import AnyArray
from shapelang.deadline import Progress, silent

FLIPPED: Final = 0.05
_MEAN_OF: Final = 2000


@final
@dataclass(frozen=True, slots=True, eq=False)
class Completions:
    """IoU (n,) with the true volume.

    completed: of half-hidden volumes after the chain; filled: with the hidden cells that most training volumes have;
    denoised: of volumes with cells flipped, after the chain; noisy: before it.
    """

    completed: AnyArray
    filled: AnyArray
    denoised: AnyArray
    noisy: AnyArray


def completions(
    folder: Path, volumes: int, steps: int, device: str = "cpu", progress: Progress = silent
) -> Completions:
    """Held-out volumes of a run's set, hidden beyond the middle of their box along x, and with 5 % of cells flipped."""
    place = torch.device(device)
    net, data = unconditional(folder, place)
    away = examples(data, Split.HELD_OUT)
    grids = away.grids(spaced(len(away), volumes)).to(place)
    half = half_hidden(grids, 0, upper=True)
    noise = flipped(grids, FLIPPED, generator(0, "flips", device=place))
    draws = generator(0, "completion", device=place)
    mean = mean_volume(examples(data, Split.TRAINING)).to(place)
    filled = torch.where(half.flipped == HIDDEN, mean, half.cells)
    after = completed(net, half, steps, draws, progress).inside > 0.5
    cleaned = completed(net, noise, steps, draws, progress).inside > 0.5
    rows = (after, filled, cleaned, noise.cells)
    return Completions(*(overlap(found, grids).cpu().numpy() for found in rows))


def mean_volume(training: Examples) -> Grids:
    """(x, y, z) the cells that at least half of the training volumes have, of 2,000."""
    seen = spaced(len(training), _MEAN_OF)
    counts = sum((training.grids(some).sum(dim=0) for some in seen.split(50)), torch.zeros(()))
    return 2 * counts >= len(seen)
