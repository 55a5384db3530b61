"""A mesh of which a part is hidden or noisy, completed by a sequential model of volumes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, assert_never, final

import torch

from learners.chance import generator
from learners.data.sets import Data
from learners.data.sizes import usual_size
from learners.data.solid_grids import EMPTY, overlap
from learners.decoders.grids import read_between
from learners.generation.reading import read_solid
from learners.generation.shapes import placed, surface
from learners.names import Side
from learners.systems.context import NoContext
from learners.systems.sequential.completion import HIDDEN, Completed, Seen, completed, half_hidden
from learners.systems.sequential.net import SequentialNet
from learners.systems.sequential.system import SequentialSystem
from learners.training.trained import trained_system
from shapelang.deadline import Progress, silent
from shapelang.diagnostics import UsageError
from shapelang.geometry.mesh import Mesh
from shapelang.metrics.triangles import Triangles

STRANGE: Final = 0.5
"""Agreement under which a shape is none that a model knows: of 50 held-out primitives one has less, and 19 other shapes
have 0.36 at most (docs/sequential.md)."""


@final
@dataclass(frozen=True, slots=True)
class Asked:
    """hidden: the side that is made anew; None where `flipped` says which share of all cells is wrong.

    chain: its steps. across: cells that the longest side of the mesh takes; None for as many as in training.
    """

    hidden: Side | None
    flipped: float
    chain: int
    across: int | None
    seed: int


@final
@dataclass(frozen=True, slots=True, eq=False)
class CompletedMesh:
    """surface: in the frame of the mesh. before, after: cells inside of what was looked at, and in the end.

    pitch: the side of a cell in metres. agreement: IoU, of the cells that were looked at, of what the model alone makes
    of them and what was given; None where nothing was hidden, since given cells are wrong there.
    """

    surface: Mesh
    before: int
    after: int
    pitch: float
    agreement: float | None


def unconditional(folder: Path, device: torch.device) -> tuple[SequentialNet, Data]:
    """The net of a run, and its set. Raises UsageError for another system, or one that is told something beforehand."""
    trained = trained_system(folder, device)
    if not isinstance(trained.system, SequentialSystem):
        kind = type(trained.run.system).__name__
        raise UsageError(f"{folder} is a run of {kind}: `train sequential` completes volumes")
    if not isinstance(trained.system.config.context, NoContext):
        raise UsageError(f"{folder} is told something of a volume beforehand: train it with --known nothing")
    return trained.system.net, trained.run.data


def completed_mesh(
    folder: Path, mesh: Triangles, asked: Asked, device: str = "cpu", progress: Progress = silent
) -> CompletedMesh:
    """The surface after the chain. Raises UsageError for another run, a mesh without cells, or an empty end."""
    place = torch.device(device)
    net, data = unconditional(folder, place)
    side = net.config.writer.resolution
    across = asked.across if asked.across is not None else usual_size(data, side)
    if across > side - EMPTY:
        raise UsageError(f"--across takes at most {side - EMPTY} of the {side} cells, not {across}")
    solid = read_solid(mesh, side, across)
    seen = _seen(solid.grid.to(place), asked)
    end = completed(net, seen, asked.chain, generator(asked.seed, "completion", device=place), progress)
    inside = end.inside.float().cpu()
    after = int((inside > 0.5).sum())
    if after == 0:
        raise UsageError("nothing is left inside in the end: the model knows no shape like this one, or learned little")
    made = surface(lambda points: read_between(inside, points[None])[0], 2 * side)
    before = int((seen.cells & (seen.flipped < 0.5)).sum())
    agreement = None if asked.hidden is None else agreed(seen, end)
    return CompletedMesh(placed(made, solid.half, solid.middle), before, after, 2.0 * solid.half / side, agreement)


def agreed(seen: Seen, end: Completed) -> float:
    """IoU, over the cells that were seen, of what the net alone makes of them and what they were; 1 for two empty ones.

    A net that knows shapes like this one writes what it has just read.
    """
    looked = seen.flipped < HIDDEN
    return float(overlap(((end.own > 0.5) & looked)[None], (seen.cells & looked)[None]))


def _seen(grid: torch.Tensor, asked: Asked) -> Seen:
    match asked.hidden:
        case None:
            return Seen(grid, torch.full(grid.shape, asked.flipped, device=grid.device))
        case Side():
            return half_hidden(grid, asked.hidden.axis, asked.hidden.upper)
        case _:
            assert_never(asked.hidden)
