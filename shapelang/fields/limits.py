"""The lattices that fields refuse: those that are none, and those that would not fit into memory."""

from __future__ import annotations

from typing import Final

import numpy as np

from shapelang.diagnostics import UsageError
from shapelang.representations.levelset import Lattice

MOST_VALUES: Final = 1 << 28
"""Values of one call: 1 GiB, a grid of 645³."""

MOST_CELLS: Final = 4096
"""Cells along an axis of a surface's grid: beyond, its index of blocks alone takes half a GiB."""


FURTHEST: Final = 1e9
"""Metres: a thousand times what a program reaches. Far beyond, numbers of 32 bits are no places any more."""


def refuse_values(lattice: Lattice, values: int) -> None:
    """Raises UsageError for a lattice that is not finite, and for more than MOST_VALUES values on it."""
    _refuse_endless(lattice)
    if values > MOST_VALUES:
        raise UsageError(f"a field of {values:,} values is too large: at most {MOST_VALUES:,} at once")


def refuse_cells(lattice: Lattice) -> None:
    """Raises UsageError for a lattice that is not finite, without cells, or with more than MOST_CELLS along an axis."""
    _refuse_endless(lattice)
    cells = [count - 1 for count in lattice.counts]
    if min(cells) < 1:
        raise UsageError(f"a grid needs a cell along each axis, not {lattice}")
    if max(cells) > MOST_CELLS:
        shown = " × ".join(f"{n:,}" for n in cells)
        raise UsageError(f"a grid of {shown} cells is above the limit of {MOST_CELLS:,} along an axis")


def _refuse_endless(lattice: Lattice) -> None:
    if min(lattice.counts) < 0:
        raise UsageError(f"a lattice has no less than 0 nodes along an axis, not {lattice.counts}")
    if not (np.isfinite(lattice.low).all() and 0.0 < lattice.pitch < np.inf):
        raise UsageError(f"a lattice needs a finite corner and a positive pitch, not {lattice}")
    furthest = max(abs(low) + lattice.pitch * count for low, count in zip(lattice.low, lattice.counts, strict=True))
    if furthest > FURTHEST:
        raise UsageError(f"a lattice reaches {furthest:g} m from the origin, beyond the limit of {FURTHEST:g} m")
