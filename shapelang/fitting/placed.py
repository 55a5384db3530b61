"""A whole shape that may be moved and scaled beside its own latents."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, TypeAlias

import torch

from shapelang.fields.batched.tables import Table
from shapelang.fitting.latents import Latent
from shapelang.fitting.model import Posed

Tensor: TypeAlias = torch.Tensor

_LARGEST: Final = 2.0
"""Up to which a shape is scaled, and down to its inverse."""


def placing(reach: float, scaled: bool) -> tuple[Latent, ...]:
    """The latents of a place: a shift by `reach` at most along x, y and z, metres, and a factor if `scaled`."""
    shifts = tuple(Latent(f"place {axis}", False, -reach, reach, (0.0, 0.0)) for axis in "xyz")
    return (*shifts, Latent("place scale", False, 1.0 / _LARGEST, _LARGEST, (1.0, 1.0))) if scaled else shifts


def placed(some: Posed, place: Tensor) -> Posed:
    """Leaves after x ↦ s·x + t; `place` (starts, 3 or 4) has t and s, whose slopes come after those of the latents."""
    tables = tuple(_columns(table, place[some.starts[some.tables.owner[table.leaf]]]) for table in some.tables.tables)
    slopes = tuple(
        _slopes(table, along, place[some.starts[some.tables.owner[table.leaf]]])
        for table, along in zip(some.tables.tables, some.slopes, strict=True)
    )
    return Posed(some.starts, replace(some.tables, tables=tables), slopes)


def _first(table: Table) -> int:
    """The column of a leaf's scale; its offset follows."""
    return 9 if table.skeleton.turned else 0


def _factor(place: Tensor) -> Tensor:
    return place[:, 3:] if place.shape[1] > 3 else torch.ones_like(place[:, :1])


def _columns(table: Table, place: Tensor) -> Table:
    first, columns = _first(table), table.columns.clone()
    columns[:, first : first + 4] *= _factor(place)
    columns[:, first + 1 : first + 4] += place[:, :3]
    return replace(table, columns=columns)


def _slopes(table: Table, along: Tensor, place: Tensor) -> Tensor:
    """(rows, reals, latents + those of the place)."""
    first = _first(table)
    found = torch.cat([along, along.new_zeros(*along.shape[:2], place.shape[1])], dim=2)
    found[:, first : first + 4] *= _factor(place)[:, :, None]
    width = along.shape[2]
    for axis in range(3):
        found[:, first + 1 + axis, width + axis] = 1.0
    if place.shape[1] > 3:
        found[:, first : first + 4, width + 3] = table.columns[:, first : first + 4]
    return found
