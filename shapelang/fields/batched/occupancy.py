"""How much of a point is inside: a field through a soft step, for losses on voxels and points."""

from __future__ import annotations

from typing import TypeAlias

import torch

from shapelang.fields.batched.field import batched_field
from shapelang.fields.batched.tables import Tables

Tensor: TypeAlias = torch.Tensor


def soft_occupancy(tables: Tables, points: Tensor, width: float) -> Tensor:
    """(count, p) in (0, 1): 1/2 on the surface, 0.73 at `width` metres inside it, with gradients as the field has.

    The logistic function of −field / width, as Paschalidou et al., "Learning Unsupervised Hierarchical Part
    Decomposition of 3D Objects" (CVPR 2020) have it of a superquadric's implicit function, here of a field in metres:
    one width is as soft on a large part as on a small one. 0 where an assembly has no leaf. Raises ValueError unless
    the width is positive.
    """
    if not width > 0.0:
        raise ValueError(f"the width of a soft step is a positive length, not {width}")
    value, _ = batched_field(tables, points)
    return torch.sigmoid(value * (-1.0 / width))
