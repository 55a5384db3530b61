"""What is left between a program's shapes and a mesh, and its slopes to the latents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import torch

from shapelang.assembly.part import Solid
from shapelang.fields.batched.field import leaf_slopes, nearest_leaves
from shapelang.fields.batched.skeleton import rebuilt
from shapelang.fields.batched.tables import Tables
from shapelang.fitting.model import Posed
from shapelang.fitting.target import Target

Tensor: TypeAlias = torch.Tensor

SIDE = 0.7
"""Weight of a point on the wrong side, beside 1 of a point of the surface."""


def residuals(posed: Sequence[Posed], target: Target, rows: int, width: int) -> tuple[Tensor, Tensor]:
    """(rows, n) residuals in shares of the diagonal and (rows, n, d) their slopes; +inf in rows that made nothing.

    On the surface the field itself. Outside, how much nearer the shapes come than the mesh: where the nearest leaf's
    field is an exact distance it may not be below the mesh's, a bound (which may be anything above 0) not below 0.
    Inside, how far the shapes are away.
    """
    size = target.points.shape[1]
    value = torch.full((rows, size), torch.inf, dtype=torch.float64, device=target.points.device)
    slope = torch.zeros((rows, size, width), dtype=torch.float64, device=target.points.device)
    for some in posed:
        found, along, exact = _fields(some, target, width)
        floor = torch.where(target.distance > 0.0, torch.where(exact, target.distance, 0.0), torch.inf)
        short = found - floor
        outside = torch.where(short < 0.0, short, 0.0)
        beside = torch.where(target.distance < 0.0, found.clamp_min(0.0), outside)
        on = torch.arange(size, device=found.device) < target.on
        left = torch.where(on, found, SIDE * beside)
        weight = torch.where(on, 1.0, SIDE * (beside != 0.0))
        value[some.starts] = left / target.diagonal
        slope[some.starts] = along * weight[..., None] / target.diagonal
    return value, slope


def _fields(some: Posed, target: Target, width: int) -> tuple[Tensor, Tensor, Tensor]:
    """(k, n) the fields at the target's points, (k, n, d) their slopes, and (k, n) whether they are distances."""
    _, owner = nearest_leaves(some.tables, target.points)
    value = torch.full_like(owner, 0, dtype=torch.float64)
    slope = torch.zeros((owner.numel(), width), dtype=torch.float64, device=owner.device)
    for table, along in zip(some.tables.tables, some.slopes, strict=True):
        for place, row, field, slopes in leaf_slopes(table, target.points, owner):
            value.view(-1)[place] = field
            slope[place] = torch.einsum("mk,mkd->md", slopes, along[row])
    return value, slope.reshape(*owner.shape, width), _exact(some.tables)[owner]


def _exact(tables: Tables) -> Tensor:
    """(leaves + 1,) whether a leaf's field is a distance: no solid's is, whose operator may shorten it.

    The nearest surface of a union is never further than that of any leaf. The last is for points without a leaf.
    """
    found = torch.zeros(len(tables.owner) + 1, dtype=torch.bool, device=tables.device)
    for table in tables.tables:
        leaf, _ = rebuilt(table.skeleton, table.columns[0].tolist())
        found[table.leaf] = not isinstance(leaf, Solid) and leaf.field_class().exact
    return found
