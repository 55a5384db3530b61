"""Solids along rays: the sharp way to tell whether a boolean's mesh is the boolean of its operands' meshes.

On one ray a closed mesh is a set of intervals, and the boolean of intervals is elementary. The mesh of the result must
have the same intervals on the same ray: no statistical error, so that a millionth of a volume shows. Shares nothing with
manifold3d.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Points: TypeAlias = NDArray[np.float64]
"""(…, 3)."""
Faces: TypeAlias = NDArray[np.int64]
"""(f, 3) indices."""

_ROUNDED: Final = 1e-15
"""Of the largest coordinate, by how much a corner moves on its way into the rays' frame: a few roundings of 1.1e-16."""

# A rotation whose axes are parallel to nothing that a program has: Gram-Schmidt of three odd vectors.
_VIEW: Final = np.linalg.qr(np.array([[0.8147, 0.9134, 0.2785], [0.9058, 0.6324, -0.5469], [-0.127, 0.0975, 0.9575]]))[
    0
]


@final
@dataclass(frozen=True)
class Surface:
    """A closed mesh: positions (v, 3) in the frame of the solid looked at, and faces (f, 3)."""

    points: Points
    faces: Faces


@final
@dataclass(frozen=True)
class Stretches:
    """The pieces between crossings, ray after ray: lengths (k,), the ray of each, and each mesh's winding number there."""

    lengths: Floats
    ray: NDArray[np.int64]
    winding: NDArray[np.int64]
    """(meshes, k)."""
    slack: Floats
    """(rays,) metres by which the crossings of a ray may be off in all; inf for one that says nothing."""


def stretches(meshes: Sequence[Surface], draw: np.random.Generator, count: int, hair: float) -> Stretches:
    """Rays in one odd direction through random places of random meshes; through small ones as often as large ones.

    `hair`: of the largest coordinate, by how much a face may have moved.
    """
    seen = [_turned(mesh.points - meshes[0].points[0]) for mesh in meshes]
    corners = np.concatenate([points[mesh.faces] for points, mesh in zip(seen, meshes, strict=True)])
    owner = np.repeat(np.arange(len(meshes)), [len(mesh.faces) for mesh in meshes])
    rays = _aimed(corners, owner, len(meshes), draw, count)
    extent = max(float(np.abs(mesh.points).max(initial=0.0)) for mesh in meshes)
    face, ray, height, sign, error = _crossings(corners, rays, extent, hair)
    slack = np.bincount(ray, error, minlength=count).astype(np.float64)
    mesh = owner[face]
    # A ray through an edge within rounding does not enter as often as it leaves; it is left out too.
    balance = np.zeros((len(meshes), count), np.int64)
    np.add.at(balance, (mesh, ray), sign)
    slack[(balance != 0).any(axis=0)] = np.inf
    kept = np.isfinite(slack)[ray]
    mesh, ray, height, sign = mesh[kept], ray[kept], height[kept], sign[kept]
    order = np.lexsort((height, ray))
    mesh, ray, height, sign = mesh[order], ray[order], height[order], sign[order]
    steps = np.where(mesh == np.arange(len(meshes))[:, None], sign, 0)
    together = ray[1:] == ray[:-1]
    return Stretches(np.diff(height)[together], ray[:-1][together], steps.cumsum(axis=1)[:, :-1][:, together], slack)


def _turned(points: Points) -> Points:
    """Explicit sums: a matrix product may treat equal points of two rows differently, and open the surface."""
    x, y, z = points.T
    return np.stack([x * a + y * b + z * c for a, b, c in _VIEW.T], axis=1)


def _aimed(corners: Points, owner: NDArray[np.int64], meshes: int, draw: np.random.Generator, count: int) -> Points:
    """Places (count, 2) of rays: points of faces, of a random mesh each."""
    starts = np.searchsorted(owner, np.arange(meshes + 1))
    chosen = draw.permutation(np.resize(np.flatnonzero(np.diff(starts) > 0), count))
    face = starts[chosen] + (draw.random(count) * np.diff(starts)[chosen]).astype(np.int64)
    weights = draw.dirichlet((1.0, 1.0, 1.0), count)
    return (corners[face, :, :2] * weights[:, :, None]).sum(axis=1)


def _crossings(
    corners: Points, rays: Points, extent: float, hair: float
) -> tuple[Faces, Faces, Floats, NDArray[np.int64], Floats]:
    """Face, ray, height, sign (+1 where the ray enters) and possible error of height of every crossing."""
    x = corners[:, :, 0, None] - rays[:, 0]
    y = corners[:, :, 1, None] - rays[:, 1]
    # Exactly antisymmetric in the ends of an edge, so that two faces never both claim, or both refuse, a ray.
    side = [x[:, j] * y[:, k] - y[:, j] * x[:, k] for j, k in ((1, 2), (2, 0), (0, 1))]
    up = (side[0] > 0.0) & (side[1] > 0.0) & (side[2] > 0.0)
    down = (side[0] < 0.0) & (side[1] < 0.0) & (side[2] < 0.0)
    face, ray = np.nonzero(up | down)
    weight = np.stack([s[face, ray] for s in side], axis=1)
    height = (weight * corners[face, :, 2]).sum(axis=1) / weight.sum(axis=1)
    return face, ray, height, np.where(up[face, ray], -1, 1), _errors(corners[face], extent, hair)


def _errors(corners: Points, extent: float, hair: float) -> Floats:
    """By how much a ray's crossings with faces (n, 3, 3) may be off.

    A face that moved by e along its normal is met e / sine later; a corner that moved by e sideways tilts a needle by
    e · length / breadth.
    """
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    across = np.cross(first, second)
    twice, longest = np.sqrt((across * across).sum(axis=1)), (first * first + second * second).sum(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        error = extent * (hair * twice + _ROUNDED * longest) / np.abs(across[:, 2])
    return np.where(np.isfinite(error), error, np.inf)
