"""Shapes that a net reads: meshes as grids, with where they stand, and those that were held out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

import numpy as np
import torch

from learners.data.sets import Data, Split, examples
from learners.data.solid_grids import EMPTY
from learners.tensors import Grids
from shapelang.diagnostics import UsageError
from shapelang.metrics.inside import occupancy
from shapelang.metrics.triangles import Triangles


@final
@dataclass(frozen=True, slots=True, eq=False)
class Solid:
    """grid: (1, r, r, r). half, middle: metres from the middle of the net's cube to its sides, and where that is."""

    grid: Grids
    half: float
    middle: tuple[float, float, float]


def read_solid(mesh: Triangles, resolution: int, across: int | None = None) -> Solid:
    """The cells whose centres are inside a mesh, which fills its cube as assemblies do in training (`solid_grid`).

    across: cells that its longest side takes, where those are others. What is not closed is inside where the winding
    number is above ½. Raises UsageError where no centre is inside.
    """
    low, high = mesh.bounds
    longest = float((high - low).max())
    if longest <= 0.0:
        raise UsageError("the mesh has no extent")
    pitch = longest / (resolution - EMPTY if across is None else across)
    counts = np.maximum(1.0, np.ceil((high - low) / pitch - 1e-6)).astype(np.int64)
    start = low + 0.5 * (high - low - counts * pitch)
    x, y, z = (start[k] + (np.arange(counts[k]) + 0.5) * pitch for k in range(3))
    inside = occupancy(mesh, x, y, z)
    if not inside.any():
        raise UsageError(f"the mesh is thinner than a cell: nothing is inside at {resolution} cells")
    first = (resolution - counts) // 2
    grid = np.zeros((1, *(resolution,) * 3), np.bool_)
    places = tuple(slice(int(first[k]), int(first[k] + counts[k])) for k in range(3))
    grid[(0, *places)] = inside
    a, b, c = (start - first * pitch + 0.5 * resolution * pitch).tolist()
    return Solid(torch.from_numpy(grid), 0.5 * resolution * pitch, (a, b, c))


def read_held_out(data: Data, number: int) -> Grids:
    """(1, *cells) a shape of a set that was held out, by its number. Raises UsageError where there are fewer."""
    shapes = examples(data, Split.HELD_OUT)
    if not number < len(shapes):
        raise UsageError(f"held-out:{number}: the held-out shapes are those from 0 to {len(shapes) - 1:,}")
    return shapes.grids(torch.tensor([number]))
