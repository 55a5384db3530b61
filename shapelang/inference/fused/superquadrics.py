"""Patches of a superquadric: what bulges everywhere, and is not turned about an axis."""

from __future__ import annotations

from itertools import product
from typing import Final

import numpy as np

from shapelang.inference.fused.facets import Facets, connected
from shapelang.inference.solids.bows import SQUARE
from shapelang.inference.solids.kinds import Fit, Superquadric

_INWARD: Final = -2.0
"""Degrees by which an edge may be bent inward within a patch."""

_OUTWARD: Final = 125.0
"""Degrees by which it may be bent outward: a thin one with small exponents has such a rim."""

_FEWEST: Final = 24
"""Facets of a patch that is looked at."""

_PATCHES: Final = 16
"""Patches that are looked at, the largest."""

_POINTS: Final = 220

_ON: Final = 2e-3
"""Of the size: how near nearly all corners are to the surface, and the middle one of them."""

_MIDDLE: Final = 2e-5

_THIN: Final = 0.01
"""Of its length: what is thinner is the end of something else."""

_EXACT: Final = 1e-5
"""Where nothing else is tried."""

_SOFT: Final = 1e-3
"""Of the size: beyond it a corner is another solid's."""

_STEPS: Final = 40

_STARTS: Final = (0.25, 0.8)
"""Exponents that the search begins with."""


def bulging_patches(facets: Facets) -> list[np.ndarray]:
    """The facets of each patch without an edge that is sharp or bent inward."""
    links = (facets.turn > _INWARD) & (facets.turn < _OUTWARD)
    found = [group for group in connected(facets, links) if len(group) >= _FEWEST]
    return sorted(found, key=lambda group: -float(facets.areas[group].sum()))[:_PATCHES]


def superquadric_of(facets: Facets, patch: np.ndarray) -> Fit | None:
    """The superquadric that the corners of a patch lie on; None where there is none."""
    shell = facets.shell
    inner = facets.inner(patch)
    if len(inner) < 20:
        return None
    corners = shell.positions[shell.faces[facets.triangles(patch)]]
    cross = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    frames = (_framed(cross, shell.positions[inner]), _evenly(cross))
    step = max(1, len(inner) // _POINTS)
    points = shell.positions[inner][::step]
    size = float(np.ptp(points, axis=0).max())
    best: tuple[float, Fit] | None = None
    for frame, order, start in product(frames, ((0, 1, 2), (1, 2, 0), (2, 0, 1)), _STARTS):
        found = _fitted(points, frame[:, order], start)
        if found is not None and (best is None or found[0] < best[0]):
            best = found
        if best is not None and best[0] < _EXACT * size:
            break
    if best is None or best[0] > _MIDDLE * size or min(best[1].kind.size) < _THIN * size:
        return None
    return best[1]


def _framed(cross: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Axes along the normal of most area, and along the sides of the least rectangle about the points across it."""
    area = np.sqrt((cross**2).sum(axis=1))
    top = cross[int(area.argmax())] / area.max()
    near = cross @ top > 0.95 * area
    first = cross[near].sum(axis=0)
    first = first / np.sqrt((first**2).sum())
    side = np.cross(first, np.eye(3)[int(np.abs(first).argmin())])
    side = side / np.sqrt((side**2).sum())
    other = np.cross(first, side)
    flat = points @ np.stack([side, other], axis=1)
    angles = np.radians(np.arange(0.0, 90.0, 1.0))
    turned = flat @ np.stack([np.r_[np.cos(angles), -np.sin(angles)], np.r_[np.sin(angles), np.cos(angles)]])
    wide = np.ptp(turned, axis=0)
    best = angles[int((wide[: len(angles)] * wide[len(angles) :]).argmin())]
    x = np.cos(best) * side + np.sin(best) * other
    return np.stack([x, first, np.cross(x, first)], axis=1)


def _evenly(cross: np.ndarray) -> np.ndarray:
    """The axes of how the faces look: those of the solid, where all of it is seen."""
    area = np.sqrt((cross**2).sum(axis=1))
    axes = np.linalg.eigh(np.einsum("ni,nj->ij", cross, cross / np.maximum(area, 1e-300)[:, None]))[1]
    return axes if np.linalg.det(axes) > 0.0 else -axes


def _fitted(points: np.ndarray, frame: np.ndarray, start: float) -> tuple[float, Fit] | None:
    """How far most points are from the superquadric that comes nearest to them, and that one."""
    from shapelang.inference.solids.superquadric_kernels import descended, rotation_about

    local = points @ frame
    low, high = local.min(axis=0), local.max(axis=0)
    half, middle = 0.5 * np.maximum(high - low, 1e-9), 0.5 * (low + high)
    scale = float(half.max())
    half, middle = half / scale, middle / scale
    begin = np.r_[np.log(half), start, start, middle, np.zeros(3)]
    least = np.r_[np.log(half) - 0.7, SQUARE, SQUARE, middle - 1.0, np.full(3, -0.3)]
    most = np.r_[np.log(half) + 1.0, 1.9, 1.9, middle + 1.0, np.full(3, 0.3)]
    made, miss = descended(local / scale, begin, least, most, _SOFT, _STEPS)
    off = np.sort(np.abs(miss)) * scale
    if off[int(0.85 * len(off))] > _ON * 2.0 * scale:
        return None
    x, y, z = (2.0 * scale * np.exp(made[:3])).tolist()
    kind = Superquadric((x, y, z), round(float(made[3]), 3), round(float(made[4]), 3))
    place = frame @ (scale * made[5:8])
    return float(off[len(off) // 2]), Fit(kind, frame @ rotation_about(made[8:]), place, 1.0, 0.0)
