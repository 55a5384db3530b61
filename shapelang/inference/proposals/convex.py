"""The convex pieces of a body by CoACD (Wei et al., SIGGRAPH 2022), each as one solid; an extra."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Final, final

import numpy as np

from shapelang.deadline import Deadline
from shapelang.diagnostics import UsageError
from shapelang.inference.sampling.cells import Cells
from shapelang.inference.sampling.samples import cell_points
from shapelang.inference.solids.fit import best_fit
from shapelang.inference.solids.kinds import Fit

_THRESHOLD: Final = 0.05
"""CoACD's own default: the concavity that a part may keep."""

_SEED: Final = 0
"""Of its search: the same parts in every run."""


@final
@dataclass(frozen=True, slots=True)
class Convex:
    """CoACD's pieces at a threshold of concavity. Raises UsageError where it is not installed."""

    threshold: float = _THRESHOLD

    def propose(self, cells: Cells, most: int, deadline: Deadline) -> list[Fit]:
        """The best solid of each piece's cells; an outline where its hull is one."""
        try:
            coacd = import_module("coacd")
        except ModuleNotFoundError:
            raise UsageError("coacd is not installed; pip install 'shapelang[peers-infer]'") from None
        coacd.set_log_level("off")
        mesh = coacd.Mesh(cells.shell.positions, cells.shell.faces)
        pieces = coacd.run_coacd(mesh, threshold=self.threshold, max_convex_hull=most, seed=_SEED)
        full = np.flatnonzero(cells.full.reshape(-1))
        points, _ = cell_points(cells, cells.full.reshape(-1))
        owner = np.argmin([_beyond(corners, points @ cells.frame.T) for corners, _ in pieces], axis=0)
        found: list[Fit] = []
        for number in range(len(pieces)):
            region = np.zeros(cells.full.size, bool)
            region[full[owner == number]] = True
            fit = best_fit(cells, region, outlines_above=0.0) if region.any() and not deadline.late() else None
            if fit is not None:
                found.append(fit)
        return found


def _beyond(corners: np.ndarray, points: np.ndarray) -> np.ndarray:
    """(n,) how far points are beyond the planes of a hull; negative inside."""
    from scipy.spatial import ConvexHull

    planes = ConvexHull(corners).equations
    return (points @ planes[:, :3].T + planes[:, 3]).max(axis=1)
