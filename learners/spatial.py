"""The volumetric spatial transformer: a volume read at the affine image of another grid.

M. Jaderberg et al., "Spatial Transformer Networks", NIPS 2015, in three dimensions, as D. Rezende et al., "Unsupervised
Learning of 3D Structure from Images", NIPS 2016, read and write with it. Linear in the volume, and with slopes almost
everywhere in the map.
"""

from __future__ import annotations

from typing import TypeAlias

import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

Volumes: TypeAlias = Float[Tensor, "b f x y z"]
"""Channels on a grid that fills [-1, 1]³, as `Points` are named; axes x, y, z."""
Affine: TypeAlias = Float[Tensor, "b 3 4"]
"""p ↦ M p + t as (M | t), in the frames in which both grids fill [-1, 1]³."""

Axial: TypeAlias = Float[Tensor, "b 3 2"]
"""pₖ ↦ sₖ pₖ + tₖ along each axis as (s, t): an affine map that neither turns nor shears."""


def resampled(volumes: Volumes, maps: Affine, shape: tuple[int, int, int]) -> Volumes:
    """A grid of the given shape whose cell at p has the value of the volume at M p + t, trilinear, 0 beyond it.

    To write a patch at a place of a canvas the map takes the canvas to the patch; to read the patch there, the inverse
    takes the patch to the canvas.
    """
    with torch.autocast(maps.device.type, enabled=False):
        # torch's affine_grid gives the same in three times the time, by a grid of places for each map.
        lines = ((2.0 * torch.arange(n, dtype=maps.dtype, device=maps.device) + 1.0) / n - 1.0 for n in shape)
        here = functional.pad(torch.cartesian_prod(*lines), (0, 1), value=1.0)
        # grid_sample names axes from the last: (x, y, z) is (z, y, x) to it.
        places = torch.bmm(here.expand(len(maps), -1, -1), maps.flip(1).transpose(1, 2)).unflatten(1, shape)
    return functional.grid_sample(volumes, places, padding_mode="zeros", align_corners=False)


def resampled_axially(volumes: Volumes, maps: Axial, shape: tuple[int, int, int]) -> Volumes:
    """The same where axes are neither turned nor sheared, axis after axis: in a fifteenth of the time.

    Each cell of a line is a sum over those of the line before, which are few.
    """
    x, y, z = (_weights(maps[:, axis], volumes.shape[2 + axis], shape[axis]) for axis in range(3))
    with torch.autocast(maps.device.type, enabled=False):
        found = torch.bmm(volumes.flatten(1, 3), z.transpose(1, 2)).unflatten(1, volumes.shape[1:4])
        found = torch.matmul(y[:, None, None], found)
        return torch.matmul(x[:, None], found.flatten(3)).unflatten(3, shape[1:])


def _weights(line: Float[Tensor, "b 2"], count: int, wanted: int) -> Float[Tensor, "b w n"]:
    """Of each wanted cell those of the cells of a line: 1 less the distance in cells, where that is below 1."""
    here = (2.0 * torch.arange(wanted, dtype=line.dtype, device=line.device) + 1.0) / wanted - 1.0
    places = ((line[:, :1] * here + line[:, 1:] + 1.0) * count - 1.0) / 2.0
    cells = torch.arange(count, dtype=line.dtype, device=line.device)
    return (1.0 - (places[:, :, None] - cells).abs()).relu()


def cube(side: int) -> tuple[int, int, int]:
    """The shape of a grid with equal sides."""
    return side, side, side


def affine(linear: Float[Tensor, "b 3 3"], shift: Float[Tensor, "b 3"]) -> Affine:
    """(M | t)."""
    return torch.cat([linear, shift[:, :, None]], dim=2)


def inverse(maps: Affine) -> Affine:
    """q ↦ M⁻¹ (q − t)."""
    back = torch.linalg.inv(maps[:, :, :3])
    return affine(back, -(back @ maps[:, :, 3:])[:, :, 0])


def rotations(quaternions: Float[Tensor, "b 4"]) -> Float[Tensor, "b 3 3"]:
    """Rotation matrices of quaternions (w, x, y, z) of any length but 0."""
    w, x, y, z = functional.normalize(quaternions, dim=1).unbind(1)
    rows = (
        *(1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)),
        *(2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)),
        *(2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)),
    )
    return torch.stack(rows, dim=1).unflatten(1, (3, 3))
