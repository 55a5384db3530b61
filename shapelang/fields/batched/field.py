"""The field of many assemblies at many points, with gradients to the points and to every real of every leaf.

The field of a union is that of its nearest leaf, and so is its slope wherever it has one. So the nearest leaf is found
first, without a graph, and only its field is differentiated: of 16 leaves, a sixteenth of the work and of the memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeAlias, final

import torch

from shapelang.fields.batched.numbers import TensorNumbers
from shapelang.fields.batched.skeleton import Placed, rebuilt
from shapelang.fields.batched.tables import Table, Tables
from shapelang.representations.field import posed_field

Tensor: TypeAlias = torch.Tensor

CHUNK = 1 << 17
"""Points of one leaf evaluated at once: a dozen of such tensors stay in the cache of a CPU."""


def nearest_leaves(tables: Tables, points: Tensor) -> tuple[Tensor, Tensor]:
    """(count, p) the lowest field of each assembly at its points, and the leaf (of all) that has it; no gradients.

    `points` are (count, p, 3), or (1, p, 3) for the same ones everywhere. Where an assembly has no leaf the field is
    +inf and the leaf −1. Of equal ones the first of the lowest table.
    """
    size = points.shape[1]
    best = torch.full((tables.count, size), torch.inf, dtype=tables.dtype, device=tables.device)
    owner = torch.full((tables.count, size), -1, dtype=torch.int64, device=tables.device)
    with torch.no_grad():
        for table in tables.tables:
            for rows in _apart(table, tables):
                _lower(table, rows, tables.owner[table.leaf[rows]], points, best, owner)
    return best, owner


def _apart(table: Table, tables: Tables) -> list[Tensor]:
    """The rows of a table in groups in which no assembly has two."""
    assembly = tables.owner[table.leaf]
    order = torch.argsort(assembly, stable=True)
    of = assembly[order]
    start = torch.searchsorted(of, of)
    turn = torch.arange(len(of), device=of.device) - start
    return [order[turn == k] for k in range(int(turn.max()) + 1)] if len(of) else []


def _lower(table: Table, rows: Tensor, assembly: Tensor, points: Tensor, best: Tensor, owner: Tensor) -> None:
    n = TensorNumbers(table.columns.dtype)
    step = max(1, CHUNK // max(points.shape[1], 1))
    for start in range(0, len(rows), step):
        some, place = rows[start : start + step], assembly[start : start + step]
        at = points if len(points) == 1 else points[place]
        columns = [c[:, None] for c in table.columns[some].unbind(1)]
        value = _posed(n, table.skeleton, columns, at).expand(len(some), -1)
        lowest = best[place]
        closer = value < lowest
        best[place] = torch.where(closer, value, lowest)
        owner[place] = torch.where(closer, table.leaf[some, None], owner[place])


def _posed(n: TensorNumbers, skeleton: Placed, columns: list[Tensor], points: Tensor) -> Tensor:
    geometry, pose = rebuilt(skeleton, columns)
    return posed_field(geometry, pose, (points[..., 0], points[..., 1], points[..., 2]), n)


def batched_field(tables: Tables, points: Tensor) -> tuple[Tensor, Tensor]:
    """(count, p) the field of each assembly at its points, with gradients, and the leaf (of all) that is nearest.

    `points` as in `nearest_leaves`. Negative inside, metres.
    """
    _, owner = nearest_leaves(tables, points)
    value = _Nearest.apply(tables, owner, points, *(t.columns for t in tables.tables))
    return value, owner  # pyright: ignore[reportReturnType]


@final
class _Nearest(torch.autograd.Function):
    """The field of the nearest leaf; its graph is made anew in the backward pass, a chunk at a time."""

    @staticmethod
    def forward(ctx: Any, tables: Tables, owner: Tensor, points: Tensor, *columns: Tensor) -> Tensor:
        ctx.tables, ctx.shape = tables, points.shape
        ctx.save_for_backward(owner, points, *columns)
        value = torch.full(owner.shape, torch.inf, dtype=tables.dtype, device=tables.device)
        with torch.no_grad():
            for table, held in zip(tables.tables, columns, strict=True):
                for part in _Owned.chunks(table, owner):
                    value.view(-1)[part.place] = part.field(table, held, points)
        return value

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Any:
        owner, points, *columns = ctx.saved_tensors
        upstream = grads[0].reshape(-1)
        to_points = torch.zeros_like(points) if ctx.needs_input_grad[2] else None
        to_columns: list[Tensor | None] = []
        for table, held in zip(ctx.tables.tables, columns, strict=True):
            found = torch.zeros_like(held)
            for part in _Owned.chunks(table, owner):
                part.slope(table, held, points, upstream, found, to_points)
            to_columns.append(found)
        return None, None, to_points, *to_columns


@final
class _Owned:
    """Points (as places in (count · p)) whose nearest leaf is of one table, with the rows of that table."""

    def __init__(self, place: Tensor, row: Tensor, size: int) -> None:
        self.place, self.row, self.size = place, row, size

    @staticmethod
    def chunks(table: Table, owner: Tensor) -> list[_Owned]:
        """All of a table, in pieces of at most CHUNK."""
        row_of = torch.full((int(owner.max()) + 2 if owner.numel() else 1,), -1, device=owner.device)
        known = table.leaf < len(row_of) - 1
        row_of[table.leaf[known]] = torch.arange(len(table.leaf), device=owner.device)[known]
        row = row_of[owner.reshape(-1)]
        place = torch.nonzero(row >= 0).reshape(-1)
        size = owner.shape[1]
        return [_Owned(p, row[p], size) for p in place.split(CHUNK)] if len(place) else []

    def _points(self, points: Tensor) -> Tensor:
        """(m, 3) where they lie."""
        if len(points) == 1:
            return points[0, self.place % self.size]
        return points.reshape(-1, 3)[self.place]

    def field(self, table: Table, columns: Tensor, points: Tensor) -> Tensor:
        """(m,) the field of each point's leaf."""
        return self.posed(table, columns[self.row], points)

    def posed(self, table: Table, own: Tensor, points: Tensor) -> Tensor:
        """(m,) the field, from the reals (m, k) of each point's leaf."""
        return _posed(TensorNumbers(own.dtype), table.skeleton, list(own.unbind(1)), self._points(points))

    def slope(
        self,
        table: Table,
        columns: Tensor,
        points: Tensor,
        upstream: Tensor,
        to_columns: Tensor,
        to_points: Tensor | None,
    ) -> None:
        """Adds this chunk's share of the gradients."""
        with torch.enable_grad():
            own = columns[self.row].detach().requires_grad_()
            at = self._points(points).detach().requires_grad_(to_points is not None)
            value = _posed(TensorNumbers(columns.dtype), table.skeleton, list(own.unbind(1)), at)
        wanted = [own] if to_points is None else [own, at]
        found = torch.autograd.grad(value, wanted, upstream[self.place], materialize_grads=True)
        to_columns.index_add_(0, self.row, found[0])
        if to_points is not None:
            where = self.place % self.size if len(points) == 1 else self.place
            to_points.view(-1, 3).index_add_(0, where, found[1])


def leaf_slopes(
    table: Table, points: Tensor, owner: Tensor
) -> Iterator[tuple[Tensor, Tensor, Tensor, Tensor]]:
    """In chunks (place, row, value, slopes): the points whose nearest leaf is of a table, as places in (count · p),
    their rows, the field (m,) there and its slopes (m, k) to the reals of the row; for Gauss–Newton, which wants them
    point by point.
    """
    for part in _Owned.chunks(table, owner):
        with torch.enable_grad():
            own = table.columns[part.row].detach().requires_grad_()
            value = part.posed(table, own, points)
        (slopes,) = torch.autograd.grad(value.sum(), own)
        yield part.place, part.row, value.detach(), slopes
