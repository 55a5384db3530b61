"""The field of many assemblies at many points, with gradients to the points and to every real of every leaf.

The field of a union is that of its nearest leaf, and so is its slope wherever it has one. So the nearest leaf is found
first, without a graph, and only its field is differentiated: of 16 leaves, a sixteenth of the work and of the memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias, final

import torch

from shapelang.diagnostics import UsageError
from shapelang.fields.batched.numbers import TensorNumbers
from shapelang.fields.batched.skeleton import Placed, rebuilt
from shapelang.fields.batched.tables import Table, Tables
from shapelang.fields.batched.tape import batch_tape, has_columns
from shapelang.fields.threads import in_threads
from shapelang.representations.field import posed_field

Tensor: TypeAlias = torch.Tensor

CHUNK = 1 << 17
"""Points of one leaf evaluated at once: a dozen of such tensors stay in the cache of a CPU."""


def nearest_leaves(tables: Tables, points: Tensor) -> tuple[Tensor, Tensor]:
    """(count, p) the lowest field of each assembly at its points, and the leaf (of all) that has it; no gradients.

    `points` are (count, p, 3), or (1, p, 3) for the same ones everywhere. Where an assembly has no leaf the field is
    +inf and the leaf −1. Of equal ones the first of the lowest table. Raises UsageError for other points, and for any
    that is not finite.
    """
    if points.dim() != 3 or points.shape[2] != 3 or len(points) not in (1, tables.count):
        raise UsageError(
            f"points of {tables.count} assemblies are ({tables.count}, p, 3) or (1, p, 3), not {tuple(points.shape)}"
        )
    if not torch.isfinite(points).all():
        raise UsageError("a point is not finite")
    size = points.shape[1]
    best = torch.full((tables.count, size), torch.inf, dtype=tables.dtype, device=tables.device)
    owner = torch.full((tables.count, size), -1, dtype=torch.int64, device=tables.device)
    with torch.no_grad():
        left = _compiled(tables, points, best, owner)
        for table in left:
            for rows in _apart(table, tables):
                _lower(table, rows, tables.owner[table.leaf[rows]], points, best, owner)
    return best, owner


def _compiled(tables: Tables, points: Tensor, best: Tensor, owner: Tensor) -> list[Table]:
    """Lowers the tables that have a kernel for 32-bit numbers of the CPU; returns those that are left."""
    if tables.dtype != torch.float32 or tables.device.type != "cpu":
        return list(tables.tables)
    chosen = [table for table in tables.tables if has_columns(table)]
    if not chosen or not points.numel():
        return list(tables.tables)
    from shapelang.fields.kernels.batches import lower_assemblies

    tape, firsts, leaves = batch_tape(tables, chosen)
    places, values, labels = points.detach().numpy(), best.numpy(), owner.numpy()

    def work(first: int, last: int) -> None:
        lower_assemblies(tape, firsts, leaves, (first, last), places, values, labels)

    in_threads(work, tables.count)
    return [table for table in tables.tables if not has_columns(table)]


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
    lowest, owner = nearest_leaves(tables, points)
    value = _Nearest.apply(tables, lowest, owner, points, *(t.columns for t in tables.tables))
    return value, owner  # pyright: ignore[reportReturnType]


@final
class _Nearest(torch.autograd.Function):
    """The field of the nearest leaf as it was found; its graph is made in the backward pass, a chunk at a time."""

    @staticmethod
    def forward(ctx: Any, tables: Tables, value: Tensor, owner: Tensor, points: Tensor, *columns: Tensor) -> Tensor:
        ctx.tables = tables
        ctx.save_for_backward(owner, points, *columns)
        return value

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Any:
        owner, points, *columns = ctx.saved_tensors
        upstream = grads[0].reshape(-1)
        to_points = torch.zeros_like(points, memory_format=torch.contiguous_format) if ctx.needs_input_grad[3] else None
        to_columns: list[Tensor | None] = []
        for table, held in zip(ctx.tables.tables, columns, strict=True):
            found = torch.zeros_like(held.T, memory_format=torch.contiguous_format)
            for part in _owned(table, owner):
                part.add_slopes(upstream, points, found, to_points)
            to_columns.append(found.T)
        return None, None, None, to_points, *to_columns


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Owned:
    """Points whose nearest leaf is of one table: their places in (count · p), and the rows of that table.

    `columns` (k, rows) is the table's, turned, so that what is gathered lies together.
    """

    skeleton: Placed
    columns: Tensor
    place: Tensor
    row: Tensor
    size: int

    def sources(self, points: Tensor) -> Tensor:
        """(m,) which of the points (count · p) or (p) they are."""
        return self.place % self.size if len(points) == 1 else self.place

    def graph(self, points: Tensor, moving: bool) -> tuple[list[Tensor], list[Tensor], Tensor]:
        """The reals of each point's leaf (k of (m,)), its coordinates, and the field (m,); a graph from the first, and
        where they are `moving` from the second.
        """
        at = points.detach().reshape(-1, 3)[self.sources(points)].T.contiguous()
        with torch.enable_grad():
            own = [column[self.row].requires_grad_() for column in self.columns]
            place = [axis.requires_grad_(moving) for axis in at]
            geometry, pose = rebuilt(self.skeleton, own)
            value = posed_field(geometry, pose, (place[0], place[1], place[2]), TensorNumbers(self.columns.dtype))
        return own, place, value

    def add_slopes(self, upstream: Tensor, points: Tensor, to_columns: Tensor, to_points: Tensor | None) -> None:
        """Adds this chunk's share of the gradients (k, rows) and (count, p, 3)."""
        own, place, value = self.graph(points, to_points is not None)
        wanted = own if to_points is None else [*own, *place]
        found = torch.autograd.grad(value, wanted, upstream[self.place], materialize_grads=True)
        for total, share in zip(to_columns, found, strict=False):
            total.index_add_(0, self.row, share)
        if to_points is not None:
            to_points.reshape(-1, 3).index_add_(0, self.sources(points), torch.stack(found[len(own) :], dim=1))


def _owned(table: Table, owner: Tensor) -> Iterator[_Owned]:
    """All points of a table, in pieces of at most CHUNK."""
    if not owner.numel():
        return
    leaves = int(max(owner.max(), table.leaf.max())) + 2
    # One place more, which −1 reaches, for points without a leaf.
    row_of = torch.full((leaves,), -1, device=owner.device)
    row_of[table.leaf] = torch.arange(len(table.leaf), device=owner.device)
    row = row_of[owner.reshape(-1)]
    place = torch.nonzero(row >= 0).reshape(-1)
    columns = table.columns.detach().T.contiguous()
    for some in place.split(CHUNK):
        yield _Owned(table.skeleton, columns, some, row[some], owner.shape[1])


def leaf_slopes(table: Table, points: Tensor, owner: Tensor) -> Iterator[tuple[Tensor, Tensor, Tensor, Tensor]]:
    """In chunks (place, row, value, slopes): the points whose nearest leaf is of a table, as places in (count · p),
    their rows, the field (m,) there and its slopes (m, k) to the reals of the row; for Gauss–Newton, which wants them
    point by point.
    """
    for part in _owned(table, owner):
        own, _, value = part.graph(points, moving=False)
        slopes = torch.autograd.grad(value.sum(), own, materialize_grads=True)
        yield part.place, part.row, value.detach(), torch.stack(slopes, dim=1)
