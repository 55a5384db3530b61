"""Plain solids of one body become one solid, where the mesh has several bodies: what was one piece is one part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from shapelang.inference.kinds import Joined, Placed
from shapelang.inference.plain import Solid, rounded

BODIES: Final = 3
"""Bodies from which on a mesh counts as an assembly."""

JOINED: Final = 80
"""Solids of a body that is written as one."""


def joined_bodies(
    bodies: Sequence[Sequence[Solid]], hosts: Sequence[int], grid: float, least: int = BODIES
) -> list[Solid]:
    """The solids of all bodies in their order, where those of one body are one, its origin the middle of its box.

    `hosts`: for each body the number of the one that it is a part of; together they are one where that is not too long.
    Of fewer bodies than `least` all solids stay apart.
    """
    if len(bodies) < least:
        return [solid for body in bodies for solid in body]
    found: list[Solid] = []
    for number, host in enumerate(hosts):
        members = [body for body, of in zip(bodies, hosts, strict=True) if of == number]
        together = _as_one([solid for body in members for solid in body], grid)
        if host == number:
            found += together if len(together) == 1 else [s for body in members for s in _as_one(body, grid)]
    return found


def _as_one(body: Sequence[Solid], grid: float) -> list[Solid]:
    groups = {solid.group for solid in body}
    joined = any(isinstance(solid.kind, Joined) for solid in body)
    if not 1 < len(body) <= JOINED or len(groups) > 1 or joined:
        return list(body)
    low = np.min([solid.bounds[0] for solid in body], axis=0)
    high = np.max([solid.bounds[1] for solid in body], axis=0)
    middle = np.array([rounded(float(v), 0.1 * grid) for v in 0.5 * (low + high)])
    parts: list[Placed] = []
    for solid in body:
        if not isinstance(solid.kind, Joined):
            x, y, z = (rounded(float(v), 0.1 * grid) for v in solid.centre - middle)
            parts.append(Placed(solid.kind, tuple(solid.frame.reshape(-1).tolist()), (x, y, z)))
    return [Solid(Joined(tuple(parts)), (), middle, body[0].group)]
