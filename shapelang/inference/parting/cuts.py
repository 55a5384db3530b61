"""Cutting a region of cells in two or more by a plane between cells."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from shapelang.inference.sampling.cells import Cells
from shapelang.inference.sampling.regions import components, labelled

_PLANES: Final = 5
"""Planes tried along each axis, those across which the section changes most."""

_CRUMB: Final = 0.002
"""Pieces below this part of a region's volume are left out."""

_PIECE: Final = 0.002
"""What one more part costs, in boxes of the region."""


def best_cut(cells: Cells, region: np.ndarray) -> list[np.ndarray] | None:
    """The parts (flat masks) after the cut that leaves the least empty space in the parts' boxes.

    None where nothing can be cut.
    """
    block, corner = _cropped(cells, region)
    steps = [s[c : c + n] for s, c, n in zip(cells.steps, corner, block.shape, strict=True)]
    volumes = steps[0][:, None, None] * steps[1][None, :, None] * steps[2][None, None, :]
    total = float((volumes * block).sum())
    box = float(volumes.sum())
    best: tuple[float, int, int] | None = None
    for axis, at in _planes(block, steps):
        waste, count = _waste(block, volumes, steps, axis, at, _CRUMB * total)
        if count < 2:
            continue
        cost = waste + _PIECE * box * count
        if best is None or cost < best[0]:
            best = (cost, axis, at)
    if best is None:
        return None
    _, axis, at = best
    parts: list[np.ndarray] = []
    for side in _sides(block, axis, at):
        whole = np.zeros(cells.full.shape, bool)
        whole[tuple(slice(c, c + n) for c, n in zip(corner, block.shape, strict=True))] = side
        parts += components(cells, whole.reshape(-1), _CRUMB * total)
    return parts if len(parts) > 1 else None


def _cropped(cells: Cells, region: np.ndarray) -> tuple[np.ndarray, tuple[int, ...]]:
    """The region's own block of cells, and where it begins."""
    grid = region.reshape(cells.full.shape)
    index = np.nonzero(grid)
    low, high = tuple(int(n.min()) for n in index), tuple(int(n.max()) + 1 for n in index)
    return grid[tuple(slice(a, b) for a, b in zip(low, high, strict=True))], low


def _planes(block: np.ndarray, steps: list[np.ndarray]) -> Iterator[tuple[int, int]]:
    """(axis, number of cells before the plane)."""
    for axis in range(3):
        others = [k for k in range(3) if k != axis]
        area = steps[others[0]][:, None] * steps[others[1]][None, :]
        slices = np.moveaxis(block, axis, 0)
        change = ((slices[1:] != slices[:-1]) * area).sum(axis=(1, 2))
        # Where nothing changes abruptly, halves and thirds are as good as anything.
        even = [len(slices) // 2, len(slices) // 3, (2 * len(slices)) // 3]
        chosen = {int(k) + 1 for k in np.argsort(-change, kind="stable")[:_PLANES] if change[k] > 0}
        for at in sorted({*chosen, *(k for k in even if 0 < k < len(slices))}):
            yield axis, at


def _sides(block: np.ndarray, axis: int, at: int) -> tuple[np.ndarray, np.ndarray]:
    before, after = np.zeros_like(block), np.zeros_like(block)
    index = [slice(None)] * 3
    index[axis] = slice(0, at)
    before[tuple(index)] = block[tuple(index)]
    index[axis] = slice(at, None)
    after[tuple(index)] = block[tuple(index)]
    return before, after


def _waste(
    block: np.ndarray, volumes: np.ndarray, steps: list[np.ndarray], axis: int, at: int, crumb: float
) -> tuple[float, int]:
    """(empty volume in the boxes of the parts, number of parts larger than a crumb) after a cut."""
    from scipy.ndimage import find_objects

    waste, count = 0.0, 0
    for lower in (True, False):
        index = [slice(None)] * 3
        index[axis] = slice(0, at) if lower else slice(at, None)
        side = block[tuple(index)]
        number, found = labelled(side)
        sizes = [s[i] for s, i in zip(steps, index, strict=True)]
        mass = np.bincount(number.reshape(-1), weights=(volumes[tuple(index)] * side).reshape(-1), minlength=found + 1)
        for place in find_objects(number):
            a, b, c = (float(s[i].sum()) for s, i in zip(sizes, place, strict=True))
            waste += a * b * c
        waste -= float((volumes[tuple(index)] * side).sum())
        count += int((mass[1:] > crumb).sum())
    return waste, count
