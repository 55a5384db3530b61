"""How well held-out pictures are drawn again by the meshes that a net sees in them, beside what needs no net."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

import torch
from torch import Tensor

from learners.data.examples import Examples, batch_of, measured
from learners.data.sets import Split, examples
from learners.projections.black_box import Parameters, Pictures
from learners.projections.faceted import VERTICES
from learners.systems.mesh import MeshSystem
from learners.training.trained import TrainedSystem, trained_system
from shapelang.arrays import AnyArray
from shapelang.deadline import Progress, silent
from shapelang.diagnostics import UsageError

_AT_ONCE: Final = 100


@final
@dataclass(frozen=True, slots=True, eq=False)
class Redrawn:
    """Mean squared errors (n,) of the colours of held-out pictures, one of each solid.

    net: drawn of the mesh that was seen in the picture. beyond: of the mesh that was seen in the other picture of the
    solid, as the camera of this one is seen: what was hidden there shows here. ball: of the mesh without bumps, from
    the same camera. mean: the mean of the training pictures, which is no mesh.
    """

    step: int
    net: AnyArray
    beyond: AnyArray
    ball: AnyArray
    mean: AnyArray


def trained_mesh(folder: Path, device: str = "cpu") -> tuple[MeshSystem, TrainedSystem]:
    """The system of a folder that was trained; raises UsageError for another system, or without a checkpoint."""
    trained = trained_system(folder, torch.device(device))
    if not isinstance(trained.system, MeshSystem):
        raise UsageError(f"{folder} is a run of {type(trained.run.system).__name__}, which sees no meshes in pictures")
    return trained.system, trained


@torch.no_grad()
def redrawn(folder: Path, device: str = "cpu", progress: Progress = silent) -> Redrawn:
    """The held-out pictures of a run through its net. Raises UsageError for a folder without a run of meshes."""
    place = torch.device(device)
    system, trained = trained_mesh(folder, device)
    training, away = (examples(trained.run.data, split) for split in (Split.TRAINING, Split.HELD_OUT))
    middle = _mean(training).to(place)
    rows: list[Tensor] = []
    pieces = measured(away).split(_AT_ONCE)
    for number, indices in enumerate(pieces):
        progress("drawing", number / len(pieces))
        colours = batch_of(away, indices).to(place).colours
        assert colours is not None, "the set has pictures in colour"
        other, target = colours[:, 0], colours[:, 1]
        mesh = system.net.mesh(target, other)
        hidden = torch.cat([system.net.mesh(other, target)[:, :VERTICES], mesh[:, VERTICES:]], dim=1)
        ball = torch.cat([torch.zeros_like(mesh[:, :VERTICES]), mesh[:, VERTICES:]], dim=1)
        drawn = [_error(system, one, target) for one in (mesh, hidden, ball)]
        rows.append(torch.stack([*drawn, (middle - target).square().flatten(1).mean(dim=1)]))
    net, beyond, ball, mean = torch.cat(rows, dim=1).cpu().numpy()
    return Redrawn(trained.step, net, beyond, ball, mean)


def _error(system: MeshSystem, mesh: Parameters, target: Pictures) -> Tensor:
    return (system.renderer.rendered(mesh) - target).square().flatten(1).mean(dim=1)


def _mean(training: Examples) -> Tensor:
    """(3, h, w) of the second pictures of all training solids."""
    total, looked_at = torch.zeros(0), measured(training)
    for indices in looked_at.split(_AT_ONCE):
        colours = batch_of(training, indices).colours
        assert colours is not None, "the set has pictures in colour"
        some = colours[:, 1].sum(dim=0)
        total = some if not total.numel() else total + some
    return total / len(looked_at)
