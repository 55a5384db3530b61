"""The grid that a program's numbers are written on."""

from __future__ import annotations

from typing import Final

import numpy as np

from shapelang.metrics.triangles import Triangles, cross_products

_FINER: Final = 0.1

_ACROSS: Final = 1e-4
"""Sine below which a face stands across an axis."""

_EXACT: Final = 0.5
"""Of the area: with less across the axes there are no places that could be exact."""

_PLAIN: Final = 0.8
"""Of that area: where so much stands on the coarse grid, the model was made with such numbers."""

_ON: Final = 0.02
"""Of the coarse grid: what stands on it is off by less."""


def coarse_grid(diagonal: float) -> float:
    """The power of ten not above 1/1000 of the diagonal."""
    return float(10.0 ** np.floor(np.log10(max(diagonal, 1e-300) * 1e-3)))


def written_grid(whole: Triangles) -> float:
    """The coarse grid, or ten times finer for a model whose faces stand exactly across the axes, at other places."""
    grid = coarse_grid(whole.diagonal)
    cross = cross_products(whole)
    area = np.sqrt((cross**2).sum(axis=1))
    away = area[:, None] - np.abs(cross) < 0.5 * _ACROSS**2 * area[:, None]
    face, axis = np.nonzero(away & (area > 0.0)[:, None])
    across = area[face]
    if float(across.sum()) < _EXACT * float(area.sum()):
        return grid
    places = whole.positions[whole.faces[face, 0], axis] / grid
    on = np.abs(places - np.rint(places)) < _ON
    return grid if float(across[on].sum()) >= _PLAIN * float(across.sum()) else _FINER * grid


def short(value: float, grid: float) -> float:
    """A size on the grid; a small one with two significant digits, never 0."""
    if value == 0.0 or abs(value) >= 20.0 * grid:
        return rounded(value, grid)
    fine = 10.0 ** np.floor(np.log10(max(abs(value), 1e-7)) - 1.0)
    return rounded(value, float(fine))


def rounded(value: float, grid: float) -> float:
    """The multiple of a power of ten nearest to a value, with no more digits than that."""
    digits = -round(float(np.log10(grid)))
    return round(float(value), digits) + 0.0
