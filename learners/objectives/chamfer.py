"""Distance between sets of points, of which slopes can be taken."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

from learners.tensors import Points

EXACT: Final = "donot_use_mm_for_euclid_dist"
"""How `torch.cdist` is told not to take distances from products."""


def chamfer(first: Points, second: Points) -> Tensor:
    """(b,) the mean squared distance to the nearest point of the other set, of both ways together.

    As sets of shapes are compared by (`shapelang.metrics.sets`). P. Achlioptas et al., ICML 2018, section 2.
    """
    with torch.no_grad():
        # By differences: products lose what is left between points that are near each other.
        apart = torch.cdist(first.float(), second.float(), compute_mode=EXACT)
        there, back = apart.argmin(dim=2), apart.argmin(dim=1)
    # The nearest are known: slopes go to pairs of points, and not through all distances.
    return _squares(first, second, there) + _squares(second, first, back)


def _squares(first: Points, second: Points, nearest: Tensor) -> Tensor:
    met = second.gather(1, nearest[..., None].expand(-1, -1, second.shape[2]))
    return (first - met).square().sum(dim=2).mean(dim=1)
