"""Plain solids become one: those of one body where the mesh has several, else those of one part of a body."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from shapelang.inference.parting.grouping import frame_parts, groups_of, is_frame, volume
from shapelang.inference.rounding.grid import rounded
from shapelang.inference.solids.kinds import Joined, Placed
from shapelang.inference.solids.plain import Solid

BODIES: Final = 3
"""Bodies from which on a mesh counts as an assembly."""

_SLIVER, _LARGEST = 0.005, 16
"""Of all volume, or of so many times the largest body's: a body with less does not make an assembly. A union of parts
leaves some; of thousands each has little.
"""

_FEW: Final = 0.08
"""Of the parts that seams tell of: how many may share a triangle by chance, as thin rings and steps do; one may."""

_JOINED: Final = 80
"""Solids of a body that is written as one."""


def joined_bodies(
    bodies: Sequence[Sequence[Solid]], hosts: Sequence[int], grid: float, least: int = BODIES, fused: bool = False
) -> list[Solid]:
    """The solids of all bodies in their order, where those of one body are one, its origin the middle of its box.

    `hosts`: for each body the number of the one that it is a part of; together they are one where that is not too long.
    Of fewer bodies than `least` (slivers do not count) the solids of one part are one, and so they are of the frames
    among bodies that were cut from something `fused`. Where seams tell that each solid of a body is a part, it is.
    """
    told = [_is_told(body, fused) for body in bodies]
    if any(told):
        rest = [[] if one else body for one, body in zip(told, bodies, strict=True)]
        parts = [solid for one, body in zip(told, bodies, strict=True) if one for solid in body]
        return parts + (joined_bodies(rest, hosts, grid, least, fused) if any(rest) else [])
    diagonal = _diagonal(bodies)
    if _telling(bodies) < least:
        return [solid for body in bodies for part in groups_of(body, diagonal) for solid in _as_one(part, grid)]
    found: list[Solid] = []
    hosted: dict[int, list[Sequence[Solid]]] = {}
    for body, host in zip(bodies, hosts, strict=True):
        hosted.setdefault(host, []).append(body)
    for number, host in enumerate(hosts):
        members = hosted.get(number, [])
        solids = [solid for body in members for solid in body]
        if fused and host == number and len(solids) > 1 and is_frame(solids):
            found += [solid for part in frame_parts(solids, diagonal) for solid in _as_one(part, grid)]
            continue
        together = _as_one(solids, grid)
        if host == number:
            found += together if len(together) == 1 else [s for body in members for s in _as_one(body, grid)]
    return found


def _is_told(body: Sequence[Solid], cut: bool) -> bool:
    """Whether each part that seams tell of is one solid, but for few; else no primitives became one surface.

    A body that was cut from another is a part itself, unless all of it is told so.
    """
    parts = [solid.part for solid in body if solid.part is not None]
    few = len(parts) - len(set(parts)) <= max(1.0, _FEW * len(parts))
    return 0 < len(parts) and few and not (cut and len(parts) < len(body))


def _telling(bodies: Sequence[Sequence[Solid]]) -> int:
    return telling_bodies(np.array([sum(volume(solid) for solid in body) for body in bodies]))


def telling_bodies(volumes: np.ndarray) -> int:
    """How many bodies of these volumes (n,) are more than slivers."""
    return int((volumes >= _SLIVER * min(volumes.sum(), _LARGEST * volumes.max(initial=0.0))).sum())


def _diagonal(bodies: Sequence[Sequence[Solid]]) -> float:
    bounds = np.array([solid.bounds for body in bodies for solid in body]).reshape(-1, 2, 3)
    return float(np.linalg.norm(bounds[:, 1].max(axis=0) - bounds[:, 0].min(axis=0))) if len(bounds) else 0.0


def _as_one(body: Sequence[Solid], grid: float) -> list[Solid]:
    groups = {solid.group for solid in body}
    joined = any(isinstance(solid.kind, Joined) for solid in body)
    if not 1 < len(body) <= _JOINED or len(groups) > 1 or joined:
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
