"""Open surfaces without an inside, as thin boxes: one for each flat stretch."""

from __future__ import annotations

from typing import Final

import numpy as np

from shapelang.inference.frames import snapped
from shapelang.inference.kinds import Cuboid, Fit
from shapelang.metrics.triangles import Triangles, cross_products

THICKNESS: Final = 0.002
"""Of the model's diagonal."""

_BEND: Final = 0.9
"""Cosine of the angle to which a stretch may turn away from its largest face."""

_LEAST: Final = 0.03
"""Stretches with less than this part of the area are left out."""


def sheet_fits(shell: Triangles, diagonal: float, most: int) -> list[Fit]:
    """Thin boxes along the flat stretches of a surface, the largest first."""
    cross = cross_products(shell)
    area = np.sqrt((cross**2).sum(axis=1))
    if not (area > 0).any():
        return []
    normals = cross / np.maximum(area, 1e-300)[:, None]
    left = area > 0
    found: list[Fit] = []
    while left.any() and len(found) < most:
        seed = int(np.where(left, area, -1.0).argmax())
        offset = np.abs((shell.corners[:, 0] - shell.corners[seed, 0]) @ normals[seed])
        level = left & (np.abs(normals @ normals[seed]) > _BEND)
        level[seed] = True
        stretch = _reached(shell, level, seed) | (level & (offset < THICKNESS * diagonal))
        left &= ~stretch
        if area[stretch].sum() < _LEAST * area.sum() and found:
            continue
        found.append(_thin_box(shell.corners[stretch].reshape(-1, 3), normals[seed], diagonal))
    return found


def _reached(shell: Triangles, among: np.ndarray, seed: int) -> np.ndarray:
    """(f,) the faces that are joined to a seed by shared corners, among some."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    a, b, c = shell.faces[among].T
    count = len(shell.positions)
    links = coo_matrix((np.ones(2 * len(a)), (np.r_[a, a], np.r_[b, c])), shape=(count, count))
    part = connected_components(links, directed=False)[1]
    return among & (part[shell.faces[:, 0]] == part[shell.faces[seed, 0]])


def _thin_box(points: np.ndarray, normal: np.ndarray, diagonal: float) -> Fit:
    """The box of points with one axis along a normal and the least area across it."""
    frame = snapped(_flat_frame(points, normal))
    local = points @ frame
    low, high = local.min(axis=0), local.max(axis=0)
    x, y, z = np.maximum(high - low, THICKNESS * diagonal).tolist()
    return Fit(Cuboid((x, y, z)), frame, frame @ (0.5 * (low + high)), 1.0, 0.0)


def _flat_frame(points: np.ndarray, normal: np.ndarray) -> np.ndarray:
    """The frame with z along the normal and x along the side of the least rectangle about the points."""
    start = np.eye(3)[int(np.abs(normal).argmin())]
    u = start - (start @ normal) * normal
    u /= np.sqrt((u**2).sum())
    v = np.cross(normal, u)
    flat = np.stack([points @ u, points @ v], axis=1)
    angles = np.radians(np.arange(0.0, 90.0, 1.0))
    wide = np.ptp(flat @ np.stack([np.cos(angles), np.sin(angles)]), axis=0)
    deep = np.ptp(flat @ np.stack([-np.sin(angles), np.cos(angles)]), axis=0)
    best = float(angles[int((wide * deep + 1e-9 * angles).argmin())])
    x = np.cos(best) * u + np.sin(best) * v
    return np.stack([x, np.cross(normal, x), normal], axis=1)
