"""The gradient penalty of WGAN-GP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import torch
from torch import Tensor

_LEAST: Final = 1e-12
"""Squared slopes below it count as it: the root has no slope at 0."""


def gradient_penalty(critic: Callable[[Tensor], Tensor], real: Tensor, made: Tensor, draws: torch.Generator) -> Tensor:
    """Mean of (|slope of the critic| − 1)² at places drawn evenly between real and made examples, pair by pair.

    real, made: (b, ...) of one shape; critic: from those to (b,). Equation 3 of Gulrajani et al., "Improved training
    of Wasserstein GANs", 2017, without λ. It has slopes with respect to the critic's weights, none to the examples.
    """
    share = torch.rand(len(real), *(1,) * (real.dim() - 1), generator=draws, device=real.device, dtype=real.dtype)
    between = torch.lerp(real, made, share).detach().requires_grad_()
    (slopes,) = torch.autograd.grad(critic(between).sum(), between, create_graph=True)
    lengths = slopes.flatten(1).square().sum(dim=1).clamp_min(_LEAST).sqrt()
    return ((lengths - 1.0) ** 2).mean()
