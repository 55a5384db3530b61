"""Volumes as cameras see them: orthographic pictures of depth."""

from __future__ import annotations

from typing import TypeAlias

import torch
from jaxtyping import Float
from torch import Tensor

from learners.spatial import affine, resampled
from learners.tensors import Grids

Depths: TypeAlias = Float[Tensor, "b k r r"]
"""How far the first cell inside lies behind the front of the cube, in its side lengths: (i + ½) / r; 1 for nothing."""


def fixed_views(grids: Grids, count: int) -> Depths:
    """1 to 3 cameras that look along x, y and z, from their low ends; the other two axes are those of the picture."""
    return torch.stack([depths(grids, axis) for axis in range(1, 1 + count)], dim=1)


def silhouettes(grids: Grids) -> Float[Tensor, "b 1 r r"]:
    """1 where a camera that looks along x sees something, without how far it is; axes y, z."""
    return grids.any(dim=1)[:, None].float()


def turned_views(grids: Grids, turns: Float[Tensor, "b k 3 3"]) -> Depths:
    """Cameras that look along x at the volume turned about its middle: what is at R p in the volume is seen at p.

    Turned cells are those whose trilinear value is at least a half.
    """
    batch, count = turns.shape[:2]
    still = torch.zeros(batch * count, 3, device=turns.device)
    shape = (grids.shape[1], grids.shape[2], grids.shape[3])
    repeated = grids[:, None].float().repeat_interleave(count, dim=0)
    moved = resampled(repeated, affine(turns.flatten(0, 1), still), shape)[:, 0] >= 0.5
    return depths(moved, 1).unflatten(0, (batch, count))


def depths(grids: Grids, axis: int) -> Float[Tensor, "b r r"]:
    """The depth along one axis; 1 to 3 of the batch's axes."""
    first = grids.float().argmax(dim=axis)
    return torch.where(grids.any(dim=axis), (first + 0.5) / grids.shape[axis], 1.0)
