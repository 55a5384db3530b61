"""The winding number at a few points, without a tree. Import inside functions: numba is slow to load.

Faces are taken in bundles of their own order, and a bundle that is far away for its size as one dipole: the first
level and the first term of Barill et al., "Fast Winding Numbers for Soups and Clouds", SIGGRAPH 2018.
"""

from __future__ import annotations

import math
from typing import Final

from shapelang.arrays import AnyArray
from shapelang.fields.kernels.compiled import compiled

BUNDLE: Final = 8
"""Faces of one bundle: neighbours in a file are mostly neighbours in space, but may form a long strip."""

_FAR: Final = 3.0
"""Radii from which on a bundle is a dipole: its relative error is then about 1/9 of its own small share."""


@compiled
def bundles(positions: AnyArray, faces: AnyArray, out: AnyArray) -> None:
    """Write the rows of bundles (b, 7): the centre, the sum of the faces' areas along their normals, and the radius."""
    for b in range(len(out)):
        first, last = b * BUNDLE, min(len(faces), (b + 1) * BUNDLE)
        nx = ny = nz = mx = my = mz = weight = 0.0
        for f in range(first, last):
            p, q, r = faces[f, 0], faces[f, 1], faces[f, 2]
            ax, ay, az = positions[p, 0], positions[p, 1], positions[p, 2]
            bx, by, bz = positions[q, 0] - ax, positions[q, 1] - ay, positions[q, 2] - az
            cx, cy, cz = positions[r, 0] - ax, positions[r, 1] - ay, positions[r, 2] - az
            ux, uy, uz = by * cz - bz * cy, bz * cx - bx * cz, bx * cy - by * cx
            area = math.sqrt(ux * ux + uy * uy + uz * uz)
            nx, ny, nz = nx + 0.5 * ux, ny + 0.5 * uy, nz + 0.5 * uz
            mx += area * (ax + (bx + cx) / 3.0)
            my += area * (ay + (by + cy) / 3.0)
            mz += area * (az + (bz + cz) / 3.0)
            weight += area
        if weight > 0.0:
            mx, my, mz = mx / weight, my / weight, mz / weight
        reach = 0.0
        for f in range(first, last):
            for c in range(3):
                p = faces[f, c]
                dx, dy, dz = positions[p, 0] - mx, positions[p, 1] - my, positions[p, 2] - mz
                reach = max(reach, dx * dx + dy * dy + dz * dz)
        out[b, 0], out[b, 1], out[b, 2] = mx, my, mz
        out[b, 3], out[b, 4], out[b, 5], out[b, 6] = nx, ny, nz, math.sqrt(reach)


@compiled
def half_angle(positions: AnyArray, p: int, q: int, r: int, x: float, y: float, z: float) -> float:
    """Half the solid angle of a face (van Oosterom & Strackee, IEEE TBME 1983), positive from behind."""
    ax, ay, az = positions[p, 0] - x, positions[p, 1] - y, positions[p, 2] - z
    bx, by, bz = positions[q, 0] - x, positions[q, 1] - y, positions[q, 2] - z
    cx, cy, cz = positions[r, 0] - x, positions[r, 1] - y, positions[r, 2] - z
    a, b, c = (
        math.sqrt(ax * ax + ay * ay + az * az),
        math.sqrt(bx * bx + by * by + bz * bz),
        math.sqrt(cx * cx + cy * cy + cz * cz),
    )
    volume = ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx)
    ab, bc, ca = ax * bx + ay * by + az * bz, bx * cx + by * cy + bz * cz, cx * ax + cy * ay + cz * az
    return math.atan2(volume, a * b * c + ab * c + bc * a + ca * b)


@compiled
def windings(positions: AnyArray, faces: AnyArray, made: AnyArray, points: AnyArray, out: AnyArray) -> None:
    """Write the winding numbers of a mesh, with its bundles, at points (n, 3)."""
    for k in range(len(points)):
        x, y, z = points[k, 0], points[k, 1], points[k, 2]
        total = 0.0
        for b in range(len(made)):
            dx, dy, dz = made[b, 0] - x, made[b, 1] - y, made[b, 2] - z
            square = dx * dx + dy * dy + dz * dz
            if square > _FAR * _FAR * made[b, 6] * made[b, 6]:
                flux = made[b, 3] * dx + made[b, 4] * dy + made[b, 5] * dz
                total += 0.5 * flux / (square * math.sqrt(square))
                continue
            for f in range(b * BUNDLE, min(len(faces), (b + 1) * BUNDLE)):
                total += half_angle(positions, faces[f, 0], faces[f, 1], faces[f, 2], x, y, z)
        out[k] = total / (2.0 * math.pi)
