"""Many superquadrics fitted at once to clipped signed distances, on a device of torch."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
import torch

Tensor: TypeAlias = torch.Tensor

_STEPS: Final = 30
_NUDGE: Final = 1e-4
_OUTLIER: Final = 0.5
"""Of the depth: how far what is inside may be off and still count half."""

_SQUARE, _POINTED = 0.1, 1.8


def fitted(starts: np.ndarray, points: np.ndarray, depth: np.ndarray, free: np.ndarray, device: str) -> Tensor:
    """(b, 11), on the device: centres, turns (vectors of radians), half extents, exponents, by a damped Gauss–Newton.

    `starts` (b, 12): the same to start from, and each one's unit of depth. `points` (b, n, 3) with their `depth`
    (b, n) in [−1, 1] of that unit, positive inside; those that are `free` count in full, of the others such as no step
    explains count little (Geman and McClure, 1987): they are somebody else's.
    """
    made = [torch.as_tensor(a, dtype=torch.float64, device=device) for a in (starts, points, depth)]
    start, place, wanted = made
    outside = torch.as_tensor(free, device=device)
    unit, now = start[:, 11:], start[:, :11]
    # Lengths in units of depth, turns and exponents as they are.
    length, one = unit.expand(-1, 3), torch.ones_like(now)
    scale = torch.cat([length, one[:, :3], length, one[:, :2]], 1)
    damping = torch.full_like(unit[:, 0], 1e-2)
    residual = _residual(now, place, wanted, unit)
    weight = _weight(residual, outside)
    cost = _cost(residual, outside)
    for _ in range(_STEPS):
        slope = _slopes(now, place, wanted, unit, scale, residual)
        normal = torch.einsum("bnd,bn,bne->bde", slope, weight, slope)
        gradient = torch.einsum("bnd,bn,bn->bd", slope, weight, residual)
        diagonal = torch.diagonal(normal, dim1=1, dim2=2)
        ridge = diagonal * damping[:, None] + 1e-6 * (1.0 + diagonal.amax(1, keepdim=True))
        step = -torch.linalg.solve(normal + torch.diag_embed(ridge), gradient)
        trial = _held(now + step.clamp(-1.0, 1.0) * scale, unit)
        after = _residual(trial, place, wanted, unit)
        better = _cost(after, outside) < cost
        now = torch.where(better[:, None], trial, now)
        residual = torch.where(better[:, None], after, residual)
        weight, cost = _weight(residual, outside), _cost(residual, outside)
        damping = torch.where(better, 0.3 * damping, 5.0 * damping).clamp(1e-6, 1e6)
    return now


def _held(row: Tensor, unit: Tensor) -> Tensor:
    return torch.cat([row[:, :6], torch.maximum(row[:, 6:9], 0.3 * unit), row[:, 9:].clamp(_SQUARE, _POINTED)], 1)


def _weight(residual: Tensor, outside: Tensor) -> Tensor:
    return torch.where(outside, 1.0, 1.0 / (1.0 + (residual / _OUTLIER) ** 2) ** 2)


def _cost(residual: Tensor, outside: Tensor) -> Tensor:
    square = residual * residual
    return torch.where(outside, square, square / (1.0 + square / _OUTLIER**2)).sum(dim=1)


def _slopes(now: Tensor, place: Tensor, wanted: Tensor, unit: Tensor, scale: Tensor, here: Tensor) -> Tensor:
    """(b, n, 11) by differences, all numbers of all at once."""
    count = now.shape[1]
    each = torch.eye(count, dtype=now.dtype, device=now.device)
    beside = (now[:, None] + _NUDGE * scale[:, None] * each).flatten(0, 1)
    many = [a.repeat_interleave(count, dim=0) for a in (place, wanted, unit)]
    found = _residual(beside, *many).reshape(len(now), count, -1)
    return ((found - here[:, None]) / _NUDGE).transpose(1, 2)


def _residual(row: Tensor, place: Tensor, wanted: Tensor, unit: Tensor) -> Tensor:
    """(b, n) of the clipped depth by the radial distance, less the wanted one."""
    local = torch.einsum("bni,bij->bnj", place - row[:, None, :3], _matrix(row[:, 3:6]))
    e1, e2 = row[:, 9:10], row[:, 10:11]
    x, y, z = ((local / row[:, None, 6:9]).abs() + 1e-6).unbind(2)
    level = (x ** (2.0 / e2) + z ** (2.0 / e2)) ** (e2 / e1) + y ** (2.0 / e1)
    away = (local * local).sum(dim=2).sqrt()
    depth = -away * (1.0 - level.clamp_min(1e-12) ** (-0.5 * e1)) / unit
    return depth.clamp(-1.0, 1.0) - wanted


def _matrix(vector: Tensor) -> Tensor:
    """(b, 3, 3) turns by vectors of radians: the exponential of their cross products."""
    x, y, z = vector.unbind(1)
    still = torch.zeros_like(x)
    cross = torch.stack([still, -z, y, z, still, -x, -y, x, still], dim=1).reshape(-1, 3, 3)
    return torch.linalg.matrix_exp(cross)
