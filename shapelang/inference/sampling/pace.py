"""How long the inside test of an open mesh will take, tried on a few points."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter
from typing import Final, final

from shapelang.inference.sampling.samples import sequence
from shapelang.metrics.inside import winding_numbers
from shapelang.metrics.triangles import Triangles

_FEW: Final = 64
_MANY: Final = 2048
_SMALL: Final = 200
"""Meshes with fewer faces are never slow: their pace is not worth trying."""

_QUICK: Final = 4e-6
"""Seconds a point for those: rather too many on any machine of these years."""


@final
@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds to prepare the test, and seconds a point."""

    once: float
    each: float

    def seconds(self, points: float) -> float:
        """What so many points will take."""
        return self.once + self.each * points


def winding_pace(mesh: Triangles) -> Pace:
    """The pace of `metrics.inside.winding_numbers` on a mesh: two trials tell preparation and points apart."""
    if len(mesh.faces) < _SMALL:
        return Pace(0.0, _QUICK)
    low, high = mesh.bounds
    points = low + sequence(_FEW + _MANY) * (high - low)
    # What is compiled or loaded on first use says nothing of the mesh.
    winding_numbers(Triangles(mesh.positions, mesh.faces[:_SMALL]), points[:1])
    start = perf_counter()
    winding_numbers(mesh, points[:_FEW])
    middle = perf_counter()
    winding_numbers(mesh, points)
    few, all_of_them = middle - start, perf_counter() - middle
    return Pace(few, max(0.0, all_of_them - few) / _MANY)
