"""Where a model stands in its mesh: its own frame, and its middle, so that what is even has round numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.inference.bodies.own_frame import in_frame, own_frame
from shapelang.inference.rounding.grid import coarse_grid, rounded
from shapelang.metrics.triangles import Triangles, triangles

_NOTHING: Final = 1e-3
"""Of the grid: what is off by less is there."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Stand:
    """What a model is seen in: `axes` (3, 3) as columns, None where they are the world's, and a place (3,) along them.

    The place is less than the grid that numbers are written on: with it taken off, the middle lies on that grid.
    """

    axes: np.ndarray | None
    off: np.ndarray

    def seen(self, mesh: Triangles) -> Triangles:
        """A mesh of the world as seen from there."""
        turned = mesh if self.axes is None else in_frame(mesh, self.axes)
        return triangles(turned.positions - self.off, turned.faces) if self.off.any() else turned

    def place(self, origin: np.ndarray) -> np.ndarray:
        """(3,) where a point of the model is in the world."""
        return origin + self.off if self.axes is None else self.axes @ (origin + self.off)


def stand_of(whole: Triangles) -> Stand:
    """Where the model of a mesh stands: over the middle of its box, on its ground, unless that is at the origin."""
    axes = own_frame(whole)
    low, high = (whole if axes is None else in_frame(whole, axes)).bounds
    grid = coarse_grid(whole.diagonal)
    middle = 0.5 * (low + high)
    middle[1] = low[1]
    on_grid = np.array([rounded(float(v), grid) for v in middle])
    off = np.where(np.abs(middle - on_grid) > _NOTHING * grid, middle - on_grid, 0.0)
    return Stand(axes, off if axes is not None or on_grid.any() else np.zeros(3))
