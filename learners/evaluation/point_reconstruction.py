"""How near the points of held-out shapes come back through a trained net, beside the nearest training shape."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

import numpy as np
import torch

from learners.data.examples import Examples, measured
from learners.data.sets import Split, examples
from learners.data.surface import surface_points
from learners.objectives.chamfer import chamfer
from learners.systems.point_autoencoder import PointAutoencoderNet
from learners.tensors import Points
from learners.training.trained import trained_system
from shapelang.arrays import AnyArray
from shapelang.deadline import Progress, silent
from shapelang.diagnostics import UsageError
from shapelang.metrics.sets import Cloud, nearest

_AT_ONCE: Final = 64


@final
@dataclass(frozen=True, slots=True, eq=False)
class CameBack:
    """Chamfer's distance (n,) of each held-out shape's points, as sets are compared by (`shapelang.metrics.sets`).

    net: from what the net makes of them. retrieved: from the nearest training shape, chosen with it in sight.
    points: of each shape.
    """

    step: int
    net: AnyArray
    retrieved: AnyArray
    points: int


@torch.no_grad()
def came_back(folder: Path, device: str = "cpu", progress: Progress = silent) -> CameBack:
    """The held-out shapes of a run of `point-ae`. Raises UsageError for another, or a folder without a run."""
    trained = trained_system(folder, torch.device(device))
    net = trained.system.net
    if not isinstance(net, PointAutoencoderNet):
        raise UsageError(f"{folder} is a run of {type(trained.run.system).__name__}, which gives no points back")
    count = net.encoder.config.points
    training, away = (_points(examples(trained.run.data, split), count) for split in (Split.TRAINING, Split.HELD_OUT))
    own = [
        chamfer(net.decoder.cloud(net.encoder.read(piece.to(device))).cpu(), piece) for piece in away.split(_AT_ONCE)
    ]
    progress("looking for the nearest", 0.3)
    retrieved = nearest(_clouds(away), _clouds(training)).distances
    return CameBack(trained.step, torch.cat(own).double().numpy(), retrieved, count)


def _points(shapes: Examples, count: int) -> Points:
    chosen = measured(shapes)
    return torch.cat([surface_points(shapes.grids(piece), count) for piece in chosen.split(_AT_ONCE)])


def _clouds(points: Points) -> list[Cloud]:
    """Pictures have their points in the plane of z = 0."""
    found = points.double().numpy()
    return list(np.pad(found, ((0, 0), (0, 0), (0, 3 - found.shape[2]))))
