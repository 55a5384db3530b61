"""Levenberg–Marquardt on many starts at once, each with its own damping, inside a box.

Marquardt, "An algorithm for least-squares estimation of nonlinear parameters", SIAM J. 11 (1963), with the damping rule
of Nielsen (IMM-REP-1999-05): a good step lowers it by up to 3, a bad one doubles ever faster. A latent at an end of its
box that wants to leave it is held there for the step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, final

import torch

Tensor: TypeAlias = torch.Tensor
Model: TypeAlias = Callable[[Tensor], tuple[Tensor, Tensor]]
"""(rows, d) latents → residuals (rows, n) and slopes (rows, n, d); a row of +inf cannot be had."""


@final
@dataclass(slots=True, eq=False)
class Search:
    """Where each of the rows stands: latents (rows, d), cost (rows,), and what the next step needs."""

    latents: Tensor
    residual: Tensor
    slope: Tensor
    cost: Tensor
    damping: Tensor
    growth: Tensor
    still: Tensor
    """Steps in a row that brought next to nothing."""


def begun(model: Model, latents: Tensor) -> Search:
    """The search at its starts."""
    residual, slope = model(latents)
    cost = _cost(residual)
    rows = len(latents)
    one = torch.ones(rows, dtype=latents.dtype, device=latents.device)
    return Search(latents, residual, slope, cost, 1e-2 * one, 2.0 * one, torch.zeros_like(one))


def advance(model: Model, search: Search, low: Tensor, high: Tensor) -> None:
    """One step of every row."""
    usable = torch.isfinite(search.cost)
    residual = torch.where(usable[:, None], search.residual, 0.0)
    gradient = torch.einsum("rnd,rn->rd", search.slope, residual)
    normal = torch.einsum("rnd,rne->rde", search.slope, search.slope)
    held = ((search.latents <= low) & (gradient > 0.0)) | ((search.latents >= high) & (gradient < 0.0))
    gradient = torch.where(held, 0.0, gradient)
    scale = torch.diagonal(normal, dim1=1, dim2=2)
    scale = scale + 1e-9 * scale.amax(dim=1, keepdim=True) + 1e-30
    free = (~held).to(normal.dtype)
    normal = normal * free[:, :, None] * free[:, None, :]
    normal = normal + torch.diag_embed(scale * search.damping[:, None] + held * scale)
    step = -torch.linalg.solve(normal, gradient)
    trial = torch.minimum(torch.maximum(search.latents + step, low), high)
    residual, slope = model(trial)
    cost = _cost(residual)
    moved = trial - search.latents
    expected = -2.0 * (gradient * moved).sum(1) - torch.einsum("rd,rde,re->r", moved, normal, moved)
    gain = torch.where(usable, (search.cost - cost) / expected.clamp_min(1e-300), 1.0)
    better = cost < search.cost
    little = better & (search.cost - cost <= 1e-7 * search.cost)
    search.still = torch.where(little | ~better, search.still + 1.0, 0.0)
    search.latents = torch.where(better[:, None], trial, search.latents)
    search.residual = torch.where(better[:, None], residual, search.residual)
    search.slope = torch.where(better[:, None, None], slope, search.slope)
    search.cost = torch.where(better, cost, search.cost)
    softer = (1.0 - (2.0 * gain - 1.0) ** 3).clamp(1.0 / 3.0, 2.0)
    search.damping = (search.damping * torch.where(better, softer, search.growth)).clamp(1e-12, 1e12)
    search.growth = torch.where(better, 2.0, search.growth * 2.0)


def _cost(residual: Tensor) -> Tensor:
    return (residual * residual).sum(dim=1)
