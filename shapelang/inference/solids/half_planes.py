"""Half planes through an axis: what they cut of a surface, and how far that lies off what is turned about the axis."""

from __future__ import annotations

from typing import Final

import numpy as np

from shapelang.metrics.sampling import surface_samples
from shapelang.metrics.triangles import Triangles

TURNS: Final = (0.13, 0.49, 0.83, 1.21, 1.57, 1.93, 2.29, 2.71, 3.01)
"""Angles of the planes through the axis that a body is cut in: none is a plain part of another."""

HALVES: Final = 8
"""Of the 18 halves of these planes: how many must be in one piece. Others go through a bolt hole."""

_SAGITTA: Final = 0.025
"""Of a radius: how far a surface of flat sides is inside of the circle that it stands for: sixteen sides, 2 %."""

_POINTS: Final = 2000


def faced(local: np.ndarray, turn: float) -> np.ndarray:
    """Points (n, 3) about +Y with a plane through it as y = 0: away from the axis in the plane, across it, along it."""
    u, v = np.cos(turn), np.sin(turn)
    x, y, z = local.T
    return np.stack([u * x + v * z, u * z - v * x, y], axis=1)


def off_path(local: Triangles, path: np.ndarray) -> np.ndarray:
    """(n,) how far points of a surface about +Y lie off a path (k, 2) as (away, along) that is turned about it, but for
    what flat sides lie within their circle.
    """
    points, _ = surface_samples(local, _POINTS)
    flat = np.stack([np.hypot(points[:, 0], points[:, 2]), points[:, 1]], axis=1)
    along = np.diff(path, axis=0)
    square = np.maximum((along**2).sum(axis=1), 1e-300)
    apart = flat[:, None] - path[:-1]
    t = np.clip((apart * along).sum(axis=2) / square, 0.0, 1.0)
    away = np.sqrt(((apart - t[..., None] * along) ** 2).sum(axis=2)).min(axis=1)
    return away - _SAGITTA * flat[:, 0]
