"""Leaves of many assemblies as a few tables: one for each make of leaf, a row for each leaf, a column for each real."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, final

import torch

from shapelang.assembly.assembly import Assembly
from shapelang.assembly.part import Geometry
from shapelang.diagnostics import UsageError
from shapelang.fields.batched.skeleton import Placed, placed_reals, placed_skeleton
from shapelang.geometry.pose import Pose

Tensor: TypeAlias = torch.Tensor


@final
@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """`columns` (rows, k) are the reals of the leaves of one make; `leaf` (rows,) int64 says which leaf a row is."""

    skeleton: Placed
    columns: Tensor
    leaf: Tensor


@final
@dataclass(frozen=True, slots=True, eq=False)
class Tables:
    """All leaves of `count` assemblies, numbered assembly after assembly, in the order of their programs.

    `owner` (leaves,) int64 is the assembly of a leaf, `rank` (leaves,) its number there.
    """

    tables: tuple[Table, ...]
    owner: Tensor
    rank: Tensor
    count: int

    @property
    def dtype(self) -> torch.dtype:
        """Of the columns."""
        return self.tables[0].columns.dtype if self.tables else torch.float32

    @property
    def device(self) -> torch.device:
        """Of the columns."""
        return self.owner.device


def tables_of(assemblies: Sequence[Assembly], dtype: torch.dtype = torch.float32, device: str = "cpu") -> Tables:
    """The tables of assemblies of floats, which may differ in all. Raises UsageError without any."""
    if not assemblies:
        raise UsageError("a batch has at least one assembly")
    return tables_of_leaves([[(leaf.geometry, leaf.pose) for leaf in a.leaves()] for a in assemblies], dtype, device)


def tables_of_leaves(
    leaves: Sequence[Sequence[tuple[Geometry, Pose]]], dtype: torch.dtype = torch.float32, device: str = "cpu"
) -> Tables:
    """The same of the leaves of each assembly, posed in the world."""
    counts = torch.tensor([len(found) for found in leaves])
    rows: dict[Placed, tuple[list[tuple[float, ...]], list[int]]] = {}
    for number, (geometry, pose) in enumerate(leaf for found in leaves for leaf in found):
        reals, numbers = rows.setdefault(placed_skeleton(geometry, pose), ([], []))
        reals.append(placed_reals(geometry, pose))
        numbers.append(number)
    tables = tuple(
        Table(skeleton, torch.tensor(reals, dtype=dtype, device=device), torch.tensor(numbers, device=device))
        for skeleton, (reals, numbers) in rows.items()
    )
    owner, rank = _numbering(counts)
    return Tables(tables, owner.to(device), rank.to(device), len(leaves))


def lane_tables(assembly: Assembly, lanes: int, dtype: torch.dtype, device: str = "cpu") -> Tables:
    """The tables of one structure's lanes, as `execution.differentiate` makes them; columns keep their gradients."""
    leaves = [(leaf.geometry, leaf.pose) for leaf in assembly.leaves()]
    groups: dict[Placed, list[int]] = {}
    for rank, (geometry, pose) in enumerate(leaves):
        groups.setdefault(placed_skeleton(geometry, pose), []).append(rank)
    first = torch.arange(lanes, device=device)[:, None] * len(leaves)
    tables = tuple(
        Table(
            skeleton,
            _columns((leaves[rank] for rank in ranks), lanes, dtype, device),
            (first + torch.tensor(ranks, device=device)).reshape(-1),
        )
        for skeleton, ranks in groups.items()
    )
    owner, rank = _numbering(torch.full((lanes,), len(leaves)))
    return Tables(tables, owner.to(device), rank.to(device), lanes)


def _columns(leaves: Iterable[tuple[Geometry, Pose]], lanes: int, dtype: torch.dtype, device: str) -> Tensor:
    """(lanes · leaves, k), lane after lane."""
    found = [
        torch.stack([_lanes(real, lanes, dtype, device) for real in placed_reals(geometry, pose)], dim=1)
        for geometry, pose in leaves
    ]
    return torch.stack(found, dim=1).reshape(lanes * len(found), -1)


def _lanes(real: Any, lanes: int, dtype: torch.dtype, device: str) -> Tensor:
    if isinstance(real, torch.Tensor):
        return real.to(dtype).expand(lanes)
    return torch.full((lanes,), float(real), dtype=dtype, device=device)


def _numbering(counts: Tensor) -> tuple[Tensor, Tensor]:
    owner = torch.repeat_interleave(torch.arange(len(counts)), counts)
    first = torch.cumsum(counts, 0) - counts
    return owner, torch.arange(len(owner)) - first[owner]
