"""Grids of occupancy as fields, and fields as grids."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional

from learners.tensors import Points, Values


def read_between(grids: Tensor, points: Points) -> Values:
    """(b, n) of grids (b, *cells) by linear interpolation between the centres of the cells; beyond the outermost as
    at these.
    """
    # grid_sample names axes from the last: a point (x, y, z) of grid axes (x, y, z) is (z, y, x) to it.
    places = points.flip(-1).reshape(len(points), *(1,) * (points.shape[-1] - 1), -1, points.shape[-1])
    read = functional.grid_sample(grids[:, None], places, padding_mode="border", align_corners=False)
    return read.reshape(len(points), -1)
