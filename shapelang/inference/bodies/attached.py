"""Closed bodies that are parts of others: battens, strips, second layers and pads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from shapelang.inference.bodies.bodies import Body
from shapelang.inference.sampling.frames import body_frame
from shapelang.inference.sampling.rims import signed_volume
from shapelang.metrics.chamfer import distances_to
from shapelang.metrics.sampling import surface_points
from shapelang.metrics.triangles import Triangles, cross_products, face_areas

_MOST: Final = 150
"""Bodies that are compared pair by pair."""

_NEAR: Final = 5e-4
"""Of the diagonal: surfaces that come so near lie on each other."""

_WHOLE: Final = 0.75
"""Of a side: what must lie on the other body."""

_FACING: Final = 0.75
"""Of a side's rectangle: what must be flat."""

_LOW: Final = 2.02
"""A batten is no higher than so many of its widths, and at least so many of them long."""

_FULL: Final = 0.3
"""Of its box: what a batten fills; a profile that fills less is a part of its own."""

_POINTS: Final = 500

_PAD: Final = (0.1, 0.1, 0.5)
"""A pad fills less of its box than the first, is smaller than the second of the diagonal, and lies on the other body
with more than the third of its surface."""


def attached(bodies: Sequence[Body], diagonal: float, late: Callable[[], bool]) -> list[int]:
    """For each body the number of the one that it is a part of, its own where it stands for itself.

    A batten lies along a larger body with a whole long side. What stands on its end, or upright on a narrow edge, is a
    leg, an apron or a wall, and a part of its own: a drawing of the contact says no more. From when it is `late`, the
    rest stand for themselves.
    """
    hosts = list(range(len(bodies)))
    if len(bodies) > _MOST:
        return hosts
    boxes = [body.shell.bounds for body in bodies]
    sizes = [float(np.prod(high - low)) for low, high in boxes]
    for k, body in enumerate(bodies):
        if late() or not body.closed:
            continue
        larger = [
            j
            for j, other in enumerate(bodies)
            if (sizes[j], j) > (sizes[k], k)
            and other.group == body.group
            and other.closed
            and _meet(boxes[k], boxes[j], _NEAR * diagonal)
        ]
        if larger:
            shares = [_share(body.shell, bodies[j].shell, diagonal) for j in larger]
            best = int(np.argmax(shares))
            hosts[k] = larger[best] if shares[best] > 0.0 else k
    return [_outermost(hosts, k) for k in range(len(bodies))]


def _outermost(hosts: Sequence[int], k: int) -> int:
    while hosts[k] != k:
        k = hosts[k]
    return k


def _meet(a: tuple[np.ndarray, np.ndarray], b: tuple[np.ndarray, np.ndarray], near: float) -> bool:
    return bool((np.maximum(a[0], b[0]) <= np.minimum(a[1], b[1]) + near).all())


def _share(shell: Triangles, host: Triangles, diagonal: float) -> float:
    """The part of a body's surface that lies on another, 0 where the body is no part of that."""
    frame = body_frame(shell)
    size = np.ptp(shell.positions @ frame, axis=0)
    fill = abs(signed_volume(shell)) / max(float(np.prod(size)), 1e-300)
    if fill < _PAD[0] and float(size.max()) < _PAD[1] * diagonal:
        lying = _lying(shell, host, diagonal)
        return lying if lying > _PAD[2] else 0.0
    if fill < _FULL:
        return 0.0
    return max(
        _side(shell, host, frame[:, axis], np.delete(size, axis), float(size[axis]), diagonal) for axis in range(3)
    )


def _side(
    shell: Triangles, host: Triangles, axis: np.ndarray, across: np.ndarray, height: float, diagonal: float
) -> float:
    """The same of the two sides across an axis; `across` are their extents."""
    wide, long = float(across.min()), float(across.max())
    if height > _LOW * wide or long < _LOW * wide:
        return 0.0
    normals, areas = cross_products(shell), face_areas(shell)
    best = 0.0
    for sign in (1.0, -1.0):
        facing = sign * normals @ axis > 1.8 * areas
        side = Triangles(shell.positions, shell.faces[facing])
        if areas[facing].sum() > _FACING * wide * long and _lying(side, host, diagonal) > _WHOLE:
            best = max(best, float(areas[facing].sum() / areas.sum()))
    return best


def _lying(surface: Triangles, host: Triangles, diagonal: float) -> float:
    return float((distances_to(host, surface_points(surface, _POINTS)) <= _NEAR * diagonal).mean())
