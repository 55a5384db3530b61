"""The surface of a superquadric in even steps."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from shapelang.elementary import pow, sincosd
from shapelang.geometry.mesh import Mesh
from shapelang.numbers import FLOAT, NUMPY
from shapelang.primitives.circle import length2
from shapelang.primitives.revolve import compacted

if TYPE_CHECKING:
    from shapelang.primitives.superquadric import Superquadric

FINE = 2048
"""Points of a quarter of the curve from which equal steps are taken."""


@lru_cache(maxsize=256)
def quarter(exponent: float, steps: int, tall: float) -> tuple[tuple[float, float], ...]:
    """steps + 1 points (cos^e, sin^e) of a quarter superellipse from (1, 0) to (0, 1), at equal distances along it.

    Distances are taken with the second axis stretched by `tall`. Equal distances instead of equal angles (Pilu & Fisher
    1995, "Equal-distance sampling of superellipse models"): at e = 0.1 equal angles leave the corners without a point.
    The even steps of a fine polyline through both halves of the parameter are close enough, and have no small-angle case.
    """
    # Near both ends the curve moves as t^e; a parameter cubed on each half resolves exponents down to 0.1.
    half = np.arange(FINE // 2 + 1) / (FINE // 2)
    fine = half * half * half * 45.0
    angles = np.concatenate([fine, 90.0 - fine[-2::-1]])
    s, c = sincosd(NUMPY, angles)
    c[-1], s[0] = 0.0, 0.0
    x = np.where(c > 0.0, pow(NUMPY, np.where(c > 0.0, c, 1.0), exponent), 0.0)
    y = np.where(s > 0.0, pow(NUMPY, np.where(s > 0.0, s, 1.0), exponent), 0.0)
    gaps = length2(np.diff(x), np.diff(y) * tall)
    along = np.concatenate([[0.0], np.cumsum(gaps)])
    wanted = np.arange(steps + 1) * (along[-1] / steps)
    wanted[-1] = along[-1]
    px, py = _at(along, x, wanted), _at(along, y, wanted)
    px[0], py[0], px[-1], py[-1] = 1.0, 0.0, 0.0, 1.0
    return tuple(zip(px.tolist(), py.tolist(), strict=True))


def _at(along: NDArray[np.float64], values: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear interpolation with one division a point: np.interp may contract its multiplications."""
    k = np.clip(np.searchsorted(along, wanted, side="right") - 1, 0, len(along) - 2)
    width = along[k + 1] - along[k]
    t = (wanted - along[k]) / np.where(width > 0.0, width, 1.0)
    return values[k] + (values[k + 1] - values[k]) * t


def closed_curve(exponent: float, steps: int, tall: float) -> NDArray[np.float64]:
    """(4·steps + 1, 2) points of the whole superellipse, counter-clockwise from (1, 0), the last the first again."""
    first = quarter(exponent, steps, tall)
    second = [(-x, y) for x, y in reversed(first)]
    half = [*first[:-1], *second[:-1]]
    return np.array([*half, *[(-x, -y) for x, y in half], first[0]])


def surface(solid: Superquadric, segments: int) -> Mesh:
    """Rings from the south pole to the north, tapered and bent, with analytic normals."""
    a, b, c = solid.width * 0.5, solid.height * 0.5, solid.depth * 0.5
    around = closed_curve(solid.e2, max(2, segments // 4), float(c / a))
    up = quarter(solid.e1, max(2, segments // 4), float(2.0 * b / (a + c)))
    rings = np.array([(x, -y) for x, y in reversed(up)] + list(up[1:]))
    r, y = rings[:, 0:1], rings[:, 1:2]
    unit = np.stack(np.broadcast_arrays(r * around[:, 0], y, r * around[:, 1]), axis=-1)
    normal = _normals(solid, rings, around)
    positions, normals = _deformed(solid, unit.reshape(-1, 3) * np.array((a, b, c)), normal.reshape(-1, 3))
    shape = (len(rings), len(around))
    faces, weld = _grid(*shape)
    # Seen from +Y the curve goes from +X to +Z, which is clockwise: the faces of `_grid` are laid for that.
    uvs = _unrolled(positions.reshape(*shape, 3))
    positions[:, 0] += solid.centre_x(FLOAT)
    return compacted(positions, faces, normals, uvs.reshape(-1, 2), weld)


def _normals(
    solid: Superquadric, rings: NDArray[np.float64], around: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Duals of the surface points: (cos^(2−e1) η cos^(2−e2) ω / a, sin^(2−e1) η / b, …), made unit."""
    up, side = _dual(rings, solid.e1), _dual(around, solid.e2)
    r, y = up[:, 0:1], up[:, 1:2]
    found = np.stack(
        np.broadcast_arrays(r * side[:, 0] / solid.width, y / solid.height, r * side[:, 1] / solid.depth), axis=-1
    )
    return found / np.sqrt((found * found).sum(axis=-1, keepdims=True))


def _dual(points: NDArray[np.float64], e: float) -> NDArray[np.float64]:
    """p ↦ sign(p) |p|^((2 − e) / e), the direction of the superellipse's normal."""
    size = np.abs(points)
    power = np.where(size > 0.0, pow(NUMPY, np.where(size > 0.0, size, 1.0), (2.0 - e) / e), 0.0)
    if e == 2.0:
        power = np.where(size > 0.0, 1.0, 0.0)
    return np.where(points < 0.0, -power, power)


def _deformed(
    solid: Superquadric, points: NDArray[np.float64], normals: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Taper, then bend; normals by the inverse transpose of each map's Jacobian."""
    b = solid.height * 0.5
    x, y, z = points[:, 0], points[:, 1], points[:, 2]
    p, q, r = normals[:, 0], normals[:, 1], normals[:, 2]
    if solid.taper_x != 0.0 or solid.taper_z != 0.0:
        s, t = 1.0 + solid.taper_x * (y / b), 1.0 + solid.taper_z * (y / b)
        q = q - p * x * (solid.taper_x / b) / s - r * z * (solid.taper_z / b) / t
        x, z, p, r = x * s, z * t, p / s, r / t
    if abs(solid.bend) > 1e-6:
        degrees = y * (solid.bend / solid.height)
        turn = solid.bend * 0.017453292519943295 / solid.height
        s, c = sincosd(NUMPY, degrees)
        arm = 1.0 / turn - x
        q = q / (1.0 - turn * x)
        x, y = 1.0 / turn - arm * c, arm * s
        p, q = p * c + q * s, q * c - p * s
    size = np.sqrt(p * p + q * q + r * r)
    return np.stack([x, y, z], axis=1), np.stack([p / size, q / size, r / size], axis=1)


def _grid(rows: int, columns: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    i, j = np.arange(rows - 1)[:, None], np.arange(columns - 1)[None, :]
    a = i * columns + j
    b, c, d = a + 1, a + columns, a + columns + 1
    low = np.stack([a, c, b], axis=-1)[1:].reshape(-1, 3)
    high = np.stack([b, c, d], axis=-1)[:-1].reshape(-1, 3)
    around = np.arange(columns) % (columns - 1)
    weld = np.arange(rows)[:, None] * columns + around[None, :]
    weld[0], weld[-1] = 0, (rows - 1) * columns
    return np.concatenate([low, high]), weld.reshape(-1)


def _unrolled(grid: NDArray[np.float64]) -> NDArray[np.float64]:
    """Metres along the middle ring, and up along the first meridian."""
    middle = grid[len(grid) // 2]
    return np.stack(np.broadcast_arrays(_lengths(middle)[None, :], _lengths(grid[:, 0])[:, None]), axis=-1)


def _lengths(points: NDArray[np.float64]) -> NDArray[np.float64]:
    step = np.diff(points, axis=0)
    gaps = np.sqrt((step * step).sum(axis=1))
    return np.concatenate([[0.0], np.cumsum(gaps)])
