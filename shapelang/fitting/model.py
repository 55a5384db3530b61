"""A structure's leaves as functions of its latents: their reals, and the slopes of those, for many starts at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias, final

import torch
import torch.autograd.forward_ad as forward

from shapelang.execution.budget import Limits
from shapelang.execution.differentiate import Lanes, differentiate
from shapelang.execution.interpreter import DEFAULT_LIMITS
from shapelang.fields.batched.tables import Table, Tables, lane_tables
from shapelang.fitting.latents import Structure
from shapelang.semantics.program import Program

Tensor: TypeAlias = torch.Tensor


@final
@dataclass(frozen=True, slots=True, eq=False)
class Posed:
    """The leaves of some of the starts.

    `starts` (k,), tables of k assemblies, and of each table the slopes (rows, reals, latents) of its columns.
    """

    starts: Tensor
    tables: Tables
    slopes: tuple[Tensor, ...]


def posed(
    program: Program, structure: Structure, latents: Tensor, limits: Limits = DEFAULT_LIMITS
) -> tuple[Posed, ...]:
    """The leaves at every row of latents (starts, d); rows that the program refuses are left out.

    Forward mode: as many lanes as there are rows times latents, each with the slope along one latent.
    """
    width = latents.shape[1]
    device = str(latents.device)
    if width == 0:
        made = differentiate(program, *structure.values(()), limits)
        return tuple(_still(found, len(latents), device) for found in made.structures)
    with forward.dual_level():
        columns = _duals(latents)
        made = differentiate(program, *structure.values(columns), limits)
        return tuple(_posed(found, width, device) for found in made.structures)


def _duals(latents: Tensor) -> Sequence[Tensor]:
    """For each latent its lanes (rows · d): every row d times over, with slope 1 where the lane is the latent's own."""
    rows, width = latents.shape
    lanes = latents.repeat_interleave(width, dim=0)
    eye = torch.eye(width, dtype=latents.dtype, device=latents.device).repeat(rows, 1)
    return [forward.make_dual(lanes[:, k].contiguous(), eye[:, k].contiguous()) for k in range(width)]


def _still(found: Lanes, rows: int, device: str) -> Posed:
    """What hangs on no latent is the same in every row."""
    tables = lane_tables(found.assembly, rows, torch.float64, device)
    slopes = tuple(
        torch.zeros((*table.columns.shape, 0), dtype=torch.float64, device=device) for table in tables.tables
    )
    return Posed(torch.arange(rows, device=device), tables, slopes)


def _posed(found: Lanes, width: int, device: str) -> Posed:
    """Lanes that part do so by whole rows: all lanes of a row have equal values."""
    starts = found.positions[::width] // width
    tables = lane_tables(found.assembly, len(found.positions), torch.float64, device)
    leaves = len(tables.owner) // max(len(found.positions), 1)
    kept: list[Table] = []
    slopes: list[Tensor] = []
    for table in tables.tables:
        primal, tangent = forward.unpack_dual(table.columns)
        ranks = table.leaf[: len(table.leaf) // len(found.positions)]
        shape = (len(starts), width, len(ranks), primal.shape[1])
        held = primal.reshape(shape)[:, 0].reshape(-1, primal.shape[1])
        along = torch.zeros_like(primal) if tangent is None else tangent
        slopes.append(along.reshape(shape).permute(0, 2, 3, 1).reshape(len(held), primal.shape[1], width))
        leaf = (torch.arange(len(starts), device=device)[:, None] * leaves + ranks).reshape(-1)
        kept.append(Table(table.skeleton, held, leaf))
    owner = torch.arange(len(starts), device=device).repeat_interleave(leaves)
    rank = torch.arange(leaves, device=device).repeat(len(starts))
    return Posed(starts, Tables(tuple(kept), owner, rank, len(starts)), tuple(slopes))
