"""Flat sheets that fill a hole of a solid: panels of another material, let into a cabinet's front."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np

from shapelang.inference.bodies.pieces import Piece

_PLANE: Final = 1e-4
"""Of the diagonal: a sheet that leaves a plane by less lies in it."""


def inlays(sheets: Sequence[Piece], solids: Iterable[Piece], diagonal: float) -> list[bool]:
    """Which sheets lie in a flat hole of a solid, so that its cap covers them.

    `solids` are open pieces, all of whose holes are flat (`pieces.capped`).
    """
    found = [False] * len(sheets)
    near = _PLANE * diagonal
    for solid in solids:
        for loop in solid.loops:
            rim = solid.shell.positions[list(loop)]
            normal, low, high = _plane(rim), rim.min(axis=0) - near, rim.max(axis=0) + near
            for k, sheet in enumerate(sheets):
                if not found[k] and (sheet.low >= low).all() and (sheet.high <= high).all():
                    found[k] = bool((np.abs((sheet.shell.positions - rim[0]) @ normal) < near).all())
    return found


def _plane(rim: np.ndarray) -> np.ndarray:
    """The unit normal of a flat loop of points (n, 3)."""
    ahead = np.roll(rim, -1, axis=0)
    area = np.cross(rim - rim[0], ahead - rim[0]).sum(axis=0)
    return area / max(float(np.sqrt((area**2).sum())), 1e-300)
