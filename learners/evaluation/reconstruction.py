"""How well shapes that were kept away from learning come back through a trained net, beside what needs no net."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

import numpy as np
import torch

from learners.data.examples import ENDLESS, Examples, measured
from learners.data.points import cell_centres
from learners.data.sets import Split, examples
from learners.evaluation.overlap import mean_grid, nearest, overlaps
from learners.systems.autoencoder import AutoencoderNet, AutoencoderSystem
from learners.tensors import Indices
from learners.training.trained import TrainedSystem, trained_system
from shapelang.arrays import AnyArray
from shapelang.deadline import Progress, silent
from shapelang.diagnostics import UsageError

COPY: Final = 0.9
"""A held-out shape is nearly a training shape from this IoU on."""
_POINTS: Final = 1 << 16
"""Points that are decoded at once."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Reconstructed:
    """IoU (n,) of each held-out shape, at the grid's resolution and a level of ½.

    held_out: how many there are, of which `MEASURED` are looked at. net: with what the net makes of it. retrieved: with
    the shape of the training set that is nearest to it, which is chosen with it in sight. mean: with the cells that at
    least half of the training shapes have.
    """

    step: int
    held_out: int
    net: AnyArray
    retrieved: AnyArray
    mean: AnyArray

    @property
    def copies(self) -> AnyArray:
        """(n,) bool: of which shapes there is nearly a copy among those that were learned from."""
        return self.retrieved >= COPY


def trained_autoencoder(folder: Path, device: torch.device) -> tuple[AutoencoderNet, TrainedSystem]:
    """The net of a folder that was trained; raises UsageError for another system, or without a checkpoint."""
    trained = trained_system(folder, device)
    if not isinstance(trained.system, AutoencoderSystem):
        raise UsageError(f"{folder} is a run of {type(trained.run.system).__name__}, which reconstructs nothing")
    return trained.system.net, trained


def reconstructed(folder: Path, device: str = "cpu", progress: Progress = silent) -> Reconstructed:
    """The held-out shapes of a run through its net. Raises UsageError for a folder without a run."""
    net, trained = trained_autoencoder(folder, torch.device(device))
    known, shapes = (examples(trained.run.data, split) for split in (Split.TRAINING, Split.HELD_OUT))
    # The nearest one is looked for among all that were learned from, unless these do not end.
    training = _bits(known, measured(known) if len(known) >= ENDLESS else torch.arange(len(known)))
    chosen = measured(shapes)
    away = _bits(shapes, chosen)
    middle = mean_grid(training, shapes.resolution**shapes.axes)
    rows: list[float] = []
    for number, row in enumerate(away):
        progress("reconstructing", number / len(away))
        made = decoded(net, shapes.grids(chosen[number : number + 1]))
        rows.append(float(overlaps(row, np.packbits(made)[None])[0]))
    retrieved = nearest(away, training).overlaps
    return Reconstructed(trained.step, len(shapes), np.array(rows), retrieved, overlaps(middle, away))


@torch.no_grad()
def decoded(net: AutoencoderNet, grid: torch.Tensor) -> AnyArray:
    """(cells,) bool: a grid (1, *cells) through the net and back, at the same cells."""
    device = next(net.parameters()).device
    codes = net.codes(grid.to(device))
    places = cell_centres(grid.shape[1:], device)
    pieces = [net.occupancy(codes, piece[None]) for piece in places.split(_POINTS)]
    return (torch.cat(pieces, dim=1)[0] > 0.5).cpu().numpy()


def _bits(shapes: Examples, chosen: Indices) -> AnyArray:
    """(n, m) packed."""
    pieces = [shapes.grids(indices).flatten(1).numpy() for indices in chosen.split(256)]
    return np.concatenate([np.packbits(piece, axis=1) for piece in pieces])
