"""Whether something fused is told by its parts or as a whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from shapelang.inference.alternatives.families import Family
from shapelang.inference.rounding.grid import written_grid
from shapelang.inference.solids.fit import burden
from shapelang.inference.solids.plain import Solid
from shapelang.metrics.inside import centres, occupancy
from shapelang.metrics.triangles import Triangles

_CELLS: Final = 64

_WORSE: Final = 0.0005
"""The IoU that parts may cost where seams tell of them, and patches of more solids."""

_MORE: Final = 1.5
"""Times as many solids they may take for that, where patches tell of none."""

_PRICE: Final = 0.002
"""What one more solid must explain of the mesh, as the search for them asks of it."""

_CLEARLY: Final = (0.005, 3.0)
"""The IoU that parts must gain anyhow, and times as many solids they may take for that."""


def better_by_parts(
    parts: Sequence[Family],
    whole: Sequence[Family],
    mesh: Triangles,
    seamed: bool,
    short: bool,
    late: Callable[[], bool],
) -> bool:
    """Whether parts, as they will be written, explain a mesh as well as its whole, or clearly better.

    Only where seams say that it was fused they may do no better: then the price of solids and what they leave wrong
    decide. Of solids that its patches have told they must be fewer, and no worse. Where the search for the whole was
    cut `short`, it does not tell how few would do, and parts that gain may be any number. When it is `late` before more
    is known, the whole is better, unless it was cut short.
    """
    grid = written_grid(mesh)
    ours, others = _solids(parts, grid), _solids(whole, grid)
    told = any(solid.part is not None for solid in others)
    least, most = _CLEARLY
    more = len(ours) / max(len(others), 1)
    if seamed and not told:
        worth = _PRICE * (_burden(ours) - _burden(others))
        least = min(least, worth, -_WORSE if more <= _MORE else worth)
    elif seamed and more < 1.0:
        least = -_WORSE
    elif not short and more > most:
        return False
    if late():
        return short
    axes = centres(*mesh.bounds, _CELLS)
    inside = occupancy(mesh, *axes).reshape(-1)
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    gained = _agreement(ours, points, inside, late) - _agreement(others, points, inside, late)
    return not late() and gained >= least


def _burden(solids: Sequence[Solid]) -> float:
    """What they cost to write, in cuboids."""
    return sum(burden(solid.kind) for solid in solids)


def _solids(families: Sequence[Family], grid: float) -> list[Solid]:
    """All solids by the best readings."""
    return [solid for family in families for _, solids in family.bodies(0, grid) for solid in solids]


def _agreement(solids: Sequence[Solid], points: np.ndarray, inside: np.ndarray, late: Callable[[], bool]) -> float:
    """IoU of solids with what is inside; of those only that there is time for."""
    found = np.zeros(len(points), bool)
    for solid in solids:
        if late():
            break
        left = np.flatnonzero(~found)
        found[left] = solid.kind.inside((points[left] - solid.centre) @ solid.frame)
    return float((found & inside).sum()) / max(float((found | inside).sum()), 1.0)
