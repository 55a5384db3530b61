"""A field on a fine grid of nodes, of which only those near its surface are decoded.

A net is decoded at every node of a coarse grid and in the middle of every cell of it: of a run of as many cells these
are the places that the net has learned from. Where they differ in sign within a cell, or one of them is near the
surface, the nodes of half the distance within it are decoded; all others are interpolated, and keep their sign. Where
a decoded node on a cell's side differs from the cell's corners, the surface goes on there, and the cell is decoded as
well; then the distance is halved again, without middles. So every part of the surface that the coarse grid has met is
found whole, with the samples of a dense grid at all corners of the cells that it passes. What is lost is what is
smaller than a coarse cell and met nowhere.

IM-NET (Z. Chen, H. Zhang, CVPR 2019) samples 64³ first as well, and the cells at the surface up to the full grid.
"""

from __future__ import annotations

from itertools import product
from typing import Final

import numpy as np
import torch

from learners.generation.model import Field
from shapelang.arrays import AnyArray
from shapelang.diagnostics import UsageError

COARSE: Final = 32
"""Cells along each side whose corners and middles are decoded at least."""
MOST: Final = 512
"""Cells along each side: beyond it the nodes take more than half a gigabyte."""
DOUBT: Final = 0.4
"""A node this near to the surface, in occupancy, has the cells around it looked into."""


def dense(field: Field, cells: int) -> AnyArray:
    """(n, n, n) float32, n = cells + 1: ½ − occupancy, negative inside, at the nodes from -1 to 1 of a cube."""
    line = _line(cells)
    nodes = torch.cartesian_prod(line, line, line)
    return (0.5 - field(nodes)).numpy().astype(np.float32).reshape((cells + 1,) * 3)


def refined(field: Field, cells: int) -> AnyArray:
    """The same, decoded near the surface alone; what is far from it keeps its sign and has no exact value.

    cells: along each side, at most MOST; a multiple of 2, 4 or more beyond COARSE, or all nodes are decoded. Raises
    UsageError for other numbers.
    """
    if not 2 <= cells <= MOST:
        raise UsageError(f"a surface is made on 2 to {MOST} cells along each side, not {cells}")
    steps = 0
    while cells % (2 << steps) == 0 and cells >> (steps + 1) >= COARSE:
        steps += 1
    values = dense(field, cells >> steps)
    for step in range(steps):
        values = _halved(field, values, middles=step == 0)
    return values


def halvable(cells: int) -> int:
    """The least number of cells from so many on that halves to less than two COARSE: of an odd one every node would be
    decoded.
    """
    halves = 0
    while cells >> (halves + 1) >= COARSE:
        halves += 1
    return -(-cells // (1 << halves)) << halves


def _halved(field: Field, values: AnyArray, middles: bool) -> AnyArray:
    """Values at half the distance: decoded in cells that the surface may pass, interpolated in others.

    middles: whether the middles of all cells are decoded first, and say as well where the surface may pass.
    """
    finer = _interpolated(values)
    cells = len(finer) - 1
    known = np.zeros(finer.shape, np.bool_)
    known[::2, ::2, ::2] = True
    line = _line(cells)
    active = np.zeros((cells // 2,) * 3, np.bool_)
    low, high = _extremes(values)
    if middles:
        found = (0.5 - field(torch.cartesian_prod(*(line[1::2],) * 3))).numpy().reshape(low.shape)
        finer[1::2, 1::2, 1::2], known[1::2, 1::2, 1::2] = found, True
        low, high = np.minimum(low, found), np.maximum(high, found)
    # Of differing signs, or near the surface.
    wanted = (low < DOUBT) & (high > -DOUBT)
    while wanted.any():
        active |= wanted
        places = np.argwhere(_nodes_of(wanted) & ~known)
        x, y, z = (line[places[:, axis]] for axis in range(3))
        decoded = (0.5 - field(torch.stack((x, y, z), dim=1))).numpy()
        finer[places[:, 0], places[:, 1], places[:, 2]] = decoded
        known[places[:, 0], places[:, 1], places[:, 2]] = True
        wanted = _mixed(finer) & ~active
    return finer


def _interpolated(values: AnyArray) -> AnyArray:
    """(2 n − 1)³ of n³: means of neighbours between the nodes, which have their sign where that is the same."""
    for axis in range(3):
        rows = np.moveaxis(values, axis, 0)
        finer = np.zeros((2 * len(rows) - 1, *rows.shape[1:]), np.float32)
        finer[::2] = rows
        finer[1::2] = 0.5 * (rows[1:] + rows[:-1])
        values = np.moveaxis(finer, 0, axis)
    return np.ascontiguousarray(values)


def _mixed(finer: AnyArray) -> AnyArray:
    """Coarse cells within which a node differs from another in sign."""
    inside = finer < 0.0
    some, every = inside, inside
    for axis in range(3):
        some, every = np.moveaxis(some, axis, 0), np.moveaxis(every, axis, 0)
        some, every = some[:-2:2] | some[1::2] | some[2::2], every[:-2:2] & every[1::2] & every[2::2]
        some, every = np.moveaxis(some, 0, axis), np.moveaxis(every, 0, axis)
    return some & ~every


def _extremes(values: AnyArray) -> tuple[AnyArray, AnyArray]:
    """The lowest and highest of each cell's corners."""
    low = high = values
    for axis in range(3):
        low, high = np.moveaxis(low, axis, 0), np.moveaxis(high, axis, 0)
        low, high = np.minimum(low[:-1], low[1:]), np.maximum(high[:-1], high[1:])
        low, high = np.moveaxis(low, 0, axis), np.moveaxis(high, 0, axis)
    return low, high


def _nodes_of(cells: AnyArray) -> AnyArray:
    """The 27 nodes of each chosen coarse cell, of a grid of half the distance."""
    side = 2 * len(cells) + 1
    nodes = np.zeros((side,) * 3, np.bool_)
    for x, y, z in product(range(3), repeat=3):
        nodes[x : side - 2 + x : 2, y : side - 2 + y : 2, z : side - 2 + z : 2] |= cells
    return nodes


def _line(cells: int) -> torch.Tensor:
    """Nodes from -1 to 1; those of half as many cells are among them, bit for bit."""
    return torch.arange(cells + 1, dtype=torch.float32) * (2.0 / cells) - 1.0
