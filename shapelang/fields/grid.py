"""The field of a packed assembly at the nodes of a lattice, block by block."""

from __future__ import annotations

from shapelang.arrays import AnyArray
from shapelang.fields.packed import Packed
from shapelang.representations.levelset import Lattice


def field_on_grid(packed: Packed, lattice: Lattice) -> AnyArray:
    """(x, y, z) float32: the field at every node of the lattice; +inf without leaves."""
    raise NotImplementedError


def field_on_blocks(packed: Packed, lattice: Lattice, blocks: AnyArray) -> AnyArray:
    """(m, 9, 9, 9) float32: the field at the nodes of blocks of 8³ cells.

    Block (i, j, k) of `blocks` (m, 3) begins at node (8 i, 8 j, 8 k) of the lattice, and may reach beyond its counts.
    """
    raise NotImplementedError
