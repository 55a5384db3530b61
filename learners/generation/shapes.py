"""One shape of a trained net in every representation: voxels, a surface, points."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import Final

import numpy as np
import torch

from learners.data.points import cell_centres
from learners.decoders.batch_normed import BatchNormedDecoderNet
from learners.decoders.convolutional import ConvolutionalDecoderNet
from learners.decoders.decoder import whole_grids
from learners.decoders.implicit import ImprovedImplicitNet, OriginalImplicitNet
from learners.generation.model import Field, Model
from learners.generation.refined import MOST, halvable, refined
from learners.tensors import Codes, Grids
from shapelang.arrays import AnyArray, OccupancyArray
from shapelang.fields.dual import grid_surface
from shapelang.geometry.mesh import Mesh
from shapelang.metrics.sampling import surface_points
from shapelang.metrics.triangles import Points, triangles
from shapelang.representations.levelset import Lattice

LEVEL: Final = 0.5
"""Occupancy from here on is inside."""

_AT_ONCE: Final = 1 << 16
"""Cells of grids that are decoded at once."""

Sampler = Callable[[Field, int], AnyArray]


def occupied(field: Field, axes: int, resolution: int) -> OccupancyArray:
    """(r, …) cells whose centres are inside; at another resolution than the net learned from it is sampled anew."""
    centres = cell_centres((resolution,) * axes)
    return (field(centres) > LEVEL).numpy().reshape((resolution,) * axes)


@torch.no_grad()
def own_occupied(model: Model, codes: Codes) -> Grids:
    """(n, r, …) the same of many codes at the cells that the net learned from, on the CPU, many at once."""
    cells = (model.resolution,) * model.axes
    match model.decoder:
        case ConvolutionalDecoderNet() | BatchNormedDecoderNet() | OriginalImplicitNet() | ImprovedImplicitNet():
            net = model.decoder
            some = codes.split(max(1, _AT_ONCE // prod(cells)))
            return torch.cat([(whole_grids(net, few, cells) > LEVEL).cpu() for few in some])
        case _:
            each = [occupied(model.field(code[None]), model.axes, model.resolution) for code in codes]
            return torch.from_numpy(np.stack(each))


def picture(field: Field, resolution: int) -> AnyArray:
    """(r, r) float64 occupancy in [0, 1] at the centres of cells."""
    values = field(cell_centres((resolution, resolution))).clamp(0.0, 1.0)
    return values.reshape(resolution, resolution).double().numpy()


def own_cells(resolution: int) -> int:
    """Cells along each side for the surface of what was learned on a grid: twice as many, so that the centres of the
    grid's cells are among the nodes, and what is one cell thick is not lost between them.
    """
    return min(2 * resolution, MOST)


def surface(field: Field, cells: int, sample: Sampler = refined) -> Mesh:
    """The closed surface in the cube from -1 to 1, by dual marching cubes on so many cells along each side.

    A few more where that halves no more (`halvable`). What meets the cube's border is closed there. Raises SurfaceError
    where nothing is inside.
    """
    fine = halvable(cells)
    n = fine + 1
    lattice = Lattice((-1.0, -1.0, -1.0), 2.0 / fine, (n, n, n))
    return grid_surface(sample(field, fine), lattice)


def placed(mesh: Mesh, half: float, middle: tuple[float, float, float]) -> Mesh:
    """A surface of the cube from -1 to 1 in a cube of so many metres from its middle to its sides."""
    return Mesh(mesh.positions * half + np.array(middle), mesh.faces, mesh.normals, mesh.uvs, mesh.weld)


def surface_cloud(mesh: Mesh, count: int, seed: int) -> Points:
    """(count, 3) points on a surface, even by area."""
    return surface_points(triangles(mesh.positions, mesh.faces), count, seed)


def codes_between(first: torch.Tensor, last: torch.Tensor, steps: int) -> torch.Tensor:
    """(steps, c) codes in a straight line from (1, c) to (1, c), both included."""
    return torch.lerp(first, last, torch.linspace(0.0, 1.0, steps, device=first.device)[:, None])
