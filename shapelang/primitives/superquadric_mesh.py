"""The surface of a superquadric in even steps."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from shapelang.arrays import RealArray, read_only
from shapelang.elementary import pow as power
from shapelang.geometry.mesh import Mesh, face_vectors
from shapelang.numbers import FLOAT, NUMPY
from shapelang.primitives.circle import length2
from shapelang.primitives.revolve import compact

if TYPE_CHECKING:
    from shapelang.primitives.superquadric import Superquadric

FINE = 512
"""Steps of each half of a quarter of the curve, from which even ones are taken."""


@lru_cache(maxsize=256)
def quarter(exponent: float, steps: int, tall: float) -> RealArray:
    """(steps + 1, 2) points of a quarter superellipse x^p + y^p = 1, p = 2 / exponent, from (1, 0) to (0, 1).

    They stand at even distances, measured with y stretched by `tall`, on either side of the diagonal, which is always
    one of them. Even distances instead of even angles (Pilu & Fisher 1995, "Equal-distance sampling of superellipse
    models"): at 0.1 even angles leave the sides without a point. On each half one coordinate is a function of the
    other with a slope from −1 to 0, so no step of it is long.
    """
    end = float(power(FLOAT, 2.0, -0.5 * exponent))
    low = np.arange(FINE + 1, dtype=np.float64) * (end / FINE)
    high = power(NUMPY, 1.0 - power(NUMPY, low, 2.0 / exponent), 0.5 * exponent)
    high[-1] = end
    lower, upper = _lengths(high, low * tall), _lengths(low, high * tall)
    share = float(lower[-1] / (lower[-1] + upper[-1]))
    first = int(min(max(share * steps + 0.5, 1.0), steps - 1.0))
    below = _even(lower, low, first)
    above = _even(upper, low, steps - first)
    x = np.concatenate([_other(below, exponent, end), above[-2::-1]])
    y = np.concatenate([below, _other(above, exponent, end)[-2::-1]])
    found = np.stack([x, y], axis=1)
    read_only(found)
    return found


def _other(given: RealArray, exponent: float, end: float) -> RealArray:
    """The other coordinate of points whose smaller one runs from 0 to the diagonal."""
    found = power(NUMPY, 1.0 - power(NUMPY, given, 2.0 / exponent), 0.5 * exponent)
    found[-1] = end
    return found


def _lengths(x: RealArray, y: RealArray) -> RealArray:
    """Lengths along a polyline."""
    return np.concatenate([[0.0], np.cumsum(length2(np.diff(x), np.diff(y)))])


def _even(along: RealArray, values: RealArray, steps: int) -> RealArray:
    """Values at even lengths, by linear interpolation with plain operations: np.interp may contract them."""
    wanted = np.arange(steps + 1) * (along[-1] / steps)
    k = np.clip(np.searchsorted(along, wanted, side="right") - 1, 0, len(along) - 2)
    t = (wanted - along[k]) / (along[k + 1] - along[k])
    found = values[k] + (values[k + 1] - values[k]) * t
    found[0], found[-1] = values[0], values[-1]
    return found


def surface(solid: Superquadric, segments: int) -> Mesh:
    """Eight octants of rings from pole to pole, tapered and bent, with analytic normals.

    Octants share no vertices, so that where an exponent of 2 makes a crease between them each has its own normals.
    """
    steps = max(2, segments // 4)
    a, b, c = solid.halves()
    around = _around(quarter(solid.e2, steps, float(c / a)))
    up = _upwards(quarter(solid.e1, steps, float(2.0 * b / (a + c))))
    r, y = up[:, 0:1], up[:, 1:2]
    unit = np.stack(np.broadcast_arrays(r * around[:, 0] * a, y * b, r * around[:, 1] * c), axis=-1)
    p, q = _dual(up, solid.e1), _dual(around, solid.e2)
    dual = np.stack(np.broadcast_arrays(p[:, 0:1] * q[:, 0] / a, p[:, 1:2] / b, p[:, 0:1] * q[:, 1] / c), axis=-1)
    dual = dual * _octant_signs(steps)
    positions, normals = _deformed(solid, unit.reshape(-1, 3), dual.reshape(-1, 3))
    uvs = np.stack(np.broadcast_arrays(_lengths(around[:, 0] * a, around[:, 1] * c)[None, :], _heights(up, a, b)), -1)
    faces, weld, used = _grid(steps)
    return _creased(Mesh(positions[used], faces, normals[used], uvs.reshape(-1, 2)[used], weld))


def _creased(mesh: Mesh) -> Mesh:
    """The mesh, with corners of their own for faces that one of their corners' normals sees from behind.

    That happens where a sharp edge is rounded within one step: there it is shaded as an edge.
    """
    across = face_vectors(mesh.positions, mesh.faces)
    across = across / np.sqrt((across * across).sum(axis=1))[:, None]
    facing = (mesh.normals[mesh.faces] * across[:, None, :]).sum(axis=2)
    behind = np.flatnonzero((facing <= 0.0).any(axis=1))
    if not len(behind):
        return mesh
    source = np.concatenate([np.arange(len(mesh.positions)), mesh.faces[behind].reshape(-1)])
    normals = np.concatenate([mesh.normals, across[behind].repeat(3, axis=0)])
    faces = mesh.faces.astype(np.int64)
    faces[behind] = np.arange(3 * len(behind)).reshape(-1, 3) + len(mesh.positions)
    faces, weld, used = compact(faces, mesh.weld[source].astype(np.int64))
    return Mesh(mesh.positions[source][used], faces, normals[used], mesh.uvs[source][used], weld)


def _around(first: RealArray) -> RealArray:
    """(4·(steps + 1), 2): the four quarters from +X over +Z, each with both its ends."""
    back = first[::-1]
    signed = (first, back * (-1.0, 1.0), first * (-1.0, -1.0), back * (1.0, -1.0))
    return np.concatenate(signed)


def _upwards(first: RealArray) -> RealArray:
    """(2·(steps + 1), 2): (r, y) from the lower pole to the equator, and on to the upper pole."""
    return np.concatenate([first[::-1] * (1.0, -1.0), first])


def _heights(up: RealArray, a: float, b: float) -> RealArray:
    return _lengths(up[:, 0] * a, up[:, 1] * b)[:, None]


def _dual(points: RealArray, e: float) -> RealArray:
    """Coordinates to the power p − 1, p = 2 / e: the superellipse's normal. 0⁰ = 1: one side of a crease."""
    return power(NUMPY, np.abs(points), (2.0 - e) / e)


@lru_cache(maxsize=16)
def _octant_signs(steps: int) -> RealArray:
    """(rows, columns, 3) signs of the normals."""
    side = np.repeat([(1.0, 1.0), (-1.0, 1.0), (-1.0, -1.0), (1.0, -1.0)], steps + 1, axis=0)
    high = np.repeat([-1.0, 1.0], steps + 1)[:, None]
    return np.stack(np.broadcast_arrays(side[:, 0], high, side[:, 1]), axis=-1)


def _deformed(solid: Superquadric, points: RealArray, normals: RealArray) -> tuple[RealArray, RealArray]:
    """Taper, then bend, then the box's centre; normals by the inverse transpose of each map's Jacobian."""
    x, y, z = points[:, 0], points[:, 1], points[:, 2]
    p, q, r = normals[:, 0], normals[:, 1], normals[:, 2]
    if solid.taper_x != 0.0 or solid.taper_z != 0.0:
        b = solid.height * 0.5
        sx, sz = solid.tapers(FLOAT)
        s, t = sx.scale(y / b), sz.scale(y / b)
        q = q - p * x * (sx.slope / (sx.widest * b)) / s - r * z * (sz.slope / (sz.widest * b)) / t
        x, z, p, r = x * s, z * t, p / s, r / t
    curve = solid.curve(FLOAT)
    if not curve.flat:
        s, c = curve.turned(NUMPY, y)
        q = q / (1.0 - curve.side / curve.radius * x)
        p, q = p * c + q * s * curve.side, q * c - p * s * curve.side
        x, y = curve.bent(NUMPY, x, y)
        low, high, foot, top = solid.reach(FLOAT)
        x, y = x - (low + high) * 0.5, y - (foot + top) * 0.5
    size = np.sqrt(p * p + q * q + r * r)
    return np.stack([x, y, z], axis=1), np.stack([p / size, q / size, r / size], axis=1)


@lru_cache(maxsize=16)
def _grid(steps: int) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int64]]:
    """Faces, weld, and which vertices of the grid they use: at a pole a cell is one triangle."""
    rows, columns = 2 * (steps + 1), 4 * (steps + 1)
    i = np.array([k for k in range(rows - 1) if k != steps])[:, None]
    j = np.array([k for k in range(columns - 1) if k % (steps + 1) != steps])[None, :]
    a = i * columns + j
    b, c, d = a + 1, a + columns, a + columns + 1
    low = np.stack([a, c, b], axis=-1)[1:].reshape(-1, 3)
    high = np.stack([b, c, d], axis=-1)[:-1].reshape(-1, 3)
    faces = np.concatenate([low, high])
    ring = np.arange(rows) - np.arange(rows) // (steps + 1)
    turn = (np.arange(columns) - np.arange(columns) // (steps + 1)) % (4 * steps)
    weld = ring[:, None] * (4 * steps) + turn[None, :]
    weld[0], weld[-1] = 0, weld[-1, 0]
    return compact(faces, weld.reshape(-1))
