"""Plain solids of one body become one solid, where the mesh has several bodies: what was one piece is one part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from shapelang.inference.kinds import Carved, Joined, Placed
from shapelang.inference.plain import Solid, rounded

_BODIES: Final = 3
"""Bodies from which on a mesh counts as an assembly."""

_MOST: Final = 24
"""Solids of a body that is written as one."""


def joined_bodies(bodies: Sequence[Sequence[Solid]], grid: float) -> list[Solid]:
    """The solids of all bodies in their order; those of one body as one, its origin the middle of its box."""
    if len(bodies) < _BODIES:
        return [solid for body in bodies for solid in body]
    return [solid for body in bodies for solid in _as_one(body, grid)]


def _as_one(body: Sequence[Solid], grid: float) -> list[Solid]:
    groups = {solid.group for solid in body}
    compound = any(isinstance(solid.kind, Carved | Joined) for solid in body)
    if not 1 < len(body) <= _MOST or len(groups) > 1 or compound:
        return list(body)
    low = np.min([solid.bounds[0] for solid in body], axis=0)
    high = np.max([solid.bounds[1] for solid in body], axis=0)
    middle = np.array([rounded(float(v), 0.1 * grid) for v in 0.5 * (low + high)])
    parts: list[Placed] = []
    for solid in body:
        if not isinstance(solid.kind, Carved | Joined):
            x, y, z = (rounded(float(v), 0.1 * grid) for v in solid.centre - middle)
            parts.append(Placed(solid.kind, tuple(solid.frame.reshape(-1).tolist()), (x, y, z)))
    return [Solid(Joined(tuple(parts)), (), middle, body[0].group)]
