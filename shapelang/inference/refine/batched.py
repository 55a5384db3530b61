"""The descent through torch's fields: the cost of `steps.py`, with the slopes that autograd gives.

A point's slope to the reals of its nearest leaf (`fields/batched`) times those reals' slopes to the numbers that may
move (`moves.py`): what stays along an axis, equal or positive there does so here too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, final

import numpy as np
import torch

from shapelang.deadline import Deadline
from shapelang.fields.batched.field import leaf_slopes, nearest_leaves
from shapelang.fields.batched.skeleton import placed_reals
from shapelang.fields.batched.tables import Table, Tables, tables_of_leaves
from shapelang.inference.refine.leaves import leaf_of
from shapelang.inference.refine.moves import freedom, moved, reach
from shapelang.inference.refine.steps import FLAT, NUDGE, Softness, Target, damped, residuals, stepped
from shapelang.inference.solids.kinds import Fit

Tensor: TypeAlias = torch.Tensor


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Aim:
    """The target, its points on a device (1, n, 3), the materials of solids, and whether each answers there (m, n)."""

    target: Target
    softness: Softness
    points: Tensor
    materials: list[int]
    answers: Tensor


@final
@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """Solids, sorted by material, and the leaf (1, n) of each point, −1 where no slope is.

    Residuals and their slopes (n,) to the field, on the device.
    """

    fits: tuple[Fit, ...]
    tables: Tables
    owner: Tensor
    residual: Tensor
    slope: Tensor
    cost: float


def descended(
    fits: Sequence[Fit],
    groups: Sequence[int],
    target: Target,
    softness: Softness,
    steps: int,
    deadline: Deadline,
    device: str,
) -> tuple[Fit, ...]:
    """As `Descent`, on a device of torch."""
    order = sorted(range(len(fits)), key=lambda k: groups[k])
    own = [groups[k] for k in order]
    aim = _aim(target, sorted(set(own)), softness, device)

    def next_state(state: _State, damping: float) -> _State:
        return _state(_moved(state, aim, damping), own, aim)

    last = damped(_state([fits[k] for k in order], own, aim), next_state, steps, deadline)
    return tuple(last.fits[order.index(k)] for k in range(len(order)))


def _aim(target: Target, materials: list[int], softness: Softness, device: str) -> _Aim:
    group, known = torch.as_tensor(target.group, device=device), torch.as_tensor(materials, device=device)
    points = torch.as_tensor(target.points, dtype=torch.float64, device=device)
    return _Aim(target, softness, points[None], materials, (group[None] < 0) | (group[None] == known[:, None]))


def _state(fits: Sequence[Fit], groups: Sequence[int], aim: _Aim) -> _State:
    """The leaves of one material are one assembly, so that only those of a point's own answer for it."""
    leaves = [[leaf_of(f) for f, g in zip(fits, groups, strict=True) if g == m] for m in aim.materials]
    tables = tables_of_leaves(leaves, torch.float64, str(aim.points.device))
    fields, owners = nearest_leaves(tables, aim.points)
    field, which = torch.where(aim.answers, fields, torch.inf).min(dim=0, keepdim=True)
    residual, slope = residuals(field[0].cpu().numpy(), aim.target, aim.softness)
    placed = [torch.as_tensor(a, device=aim.points.device) for a in (residual, slope)]
    owner = torch.where(placed[1].abs() * aim.softness.width > FLAT, owners.gather(0, which), -1)
    return _State(tuple(fits), tables, owner, placed[0], placed[1], float(residual @ residual))


def _moved(state: _State, aim: _Aim, damping: float) -> list[Fit]:
    found = list(state.fits)
    for table in state.tables.tables:
        for number, normal, gradient in _equations(state, table, aim.points):
            along = _slopes(found[number])
            normal, gradient = along.T @ normal @ along, along.T @ gradient
            found[number] = stepped(found[number], normal, gradient, aim.softness, damping)
    return found


def _equations(state: _State, table: Table, points: Tensor) -> Iterator[tuple[int, np.ndarray, np.ndarray]]:
    """Of each leaf of a table that some point has a slope to: its number, JᵀJ (k, k) and Jᵀr (k,) for its k reals."""
    rows, reals = table.columns.shape
    sums = table.columns.new_zeros(rows, reals, reals + 1)
    for place, row, _, slopes in leaf_slopes(table, points, state.owner):
        weighed = slopes * state.slope[place, None]
        beside = torch.cat([weighed, state.residual[place, None]], dim=1)
        for k in row.unique():
            own = row == k
            sums[k] += weighed[own].T @ beside[own]
    for number, own in zip(table.leaf.tolist(), sums.cpu().numpy(), strict=True):
        if own.any():
            yield number, own[:, :-1], own[:, -1]


def _slopes(fit: Fit) -> np.ndarray:
    """(reals of the leaf, numbers that may move) by differences."""
    here = np.array(placed_reals(*leaf_of(fit)))
    nudge = NUDGE * reach(fit)
    found = np.zeros((len(here), freedom(fit)))
    for k, step in enumerate(nudge * np.eye(found.shape[1])):
        beside = moved(fit, step)
        if beside is not None:
            found[:, k] = (np.array(placed_reals(*leaf_of(beside))) - here) / nudge
    return found
