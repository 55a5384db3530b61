"""Log-densities in nats, an example at a time."""

from __future__ import annotations

from math import log, pi
from typing import Final, TypeAlias

import torch
from jaxtyping import Float
from torch import Tensor

from learners.tensors import Codes, Values

Nats: TypeAlias = Float[Tensor, " b"]

_LEAST: Final = 1e-6
"""No cell is held for more certain: a wrong one then costs 14 nats, where rounding would make it cost without end."""


def bernoulli(inside: Values, probability: Values) -> Nats:
    """(b,) log p of independent cells that are 0 or 1: at most 0. probability: of 1, taken as 1e-6 to 1 − 1e-6."""
    certain = probability.clamp(_LEAST, 1.0 - _LEAST)
    return (inside * certain.log() + (1.0 - inside) * (1.0 - certain).log()).sum(dim=1)


def gaussian(values: Codes, mean: Codes, log_variance: Codes) -> Nats:
    """(b,) log p of independent normal numbers."""
    squares = (values - mean) ** 2 * (-log_variance).exp()
    return -0.5 * (squares + log_variance + log(2.0 * pi)).sum(dim=1)


def standard_gaussian(values: Codes) -> Nats:
    """(b,) log p of independent standard normal numbers."""
    return gaussian(values, torch.zeros_like(values), torch.zeros_like(values))


def drawn_from(mean: Codes, log_variance: Codes, draws: torch.Generator) -> Codes:
    """(b, c) independent normal numbers, through which the gradients of both go (Kingma, Welling 2014, section 2.4)."""
    noise = torch.randn(mean.shape, generator=draws, device=mean.device)
    return mean + (0.5 * log_variance).exp() * noise


def divergence(mean: Codes, log_variance: Codes) -> Nats:
    """(b,) KL(N(mean, variance) || N(0, 1)): Kingma, Welling, "Auto-encoding variational Bayes", 2014, appendix B."""
    return 0.5 * (mean**2 + log_variance.exp() - 1.0 - log_variance).sum(dim=1)
