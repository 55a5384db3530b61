"""What a derivation makes that the mesh has not: the other direction of a fit's residuals."""

from __future__ import annotations

from typing import Final

import numpy as np

from grammars.explaining.placing import Place
from shapelang.assembly.assembly import Assembly
from shapelang.fitting.target import seen
from shapelang.metrics.chamfer import distances_to
from shapelang.metrics.inside import inside
from shapelang.metrics.triangles import Triangles, triangles
from shapelang.representations.surface import flattened

_POINTS: Final = 200
"""On all that is made."""


def surplus(assembly: Assembly, place: Place, mesh: Triangles, seed: int) -> float:
    """The sum of squares of how far points on what is made are from the mesh, in shares of its diagonal.

    What is made stands at a place of the mesh's frame. What lies inside the mesh or another leaf is not seen, and
    counts for nothing.
    """
    flat = flattened(assembly)
    points = seen(place.done(triangles(flat.positions, flat.faces)), _POINTS, seed)
    if len(points) == 0:
        return 0.0
    away = distances_to(mesh, points) / mesh.diagonal
    return float((np.where(inside(mesh, points), 0.0, away) ** 2).sum())
