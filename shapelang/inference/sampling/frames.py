"""Frames in which a part may lie: the world's, those of its faces, of its moments, and of its shadow on the ground."""

from __future__ import annotations

from typing import Final

import numpy as np

from shapelang.inference.sampling.cells import Cells
from shapelang.inference.sampling.samples import cell_points
from shapelang.metrics.triangles import Triangles, cross_products

_SAME: Final = 0.9998
"""Cosine above which two axes are one: 1.1 degrees."""

WORLD: Final = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
"""The axes of the world."""

_CLEARLY: Final = (1.15, 0.02)
"""A frame is better than the world's by this factor, and this part of all area."""

_ACROSS: Final = 0.9996
"""Cosine from which on a face stands across an axis: a degree and a half."""

_BESIDE: Final = 0.97
"""Sine to the first axis from which on a normal may be the second."""

_ONE_WAY: Final = 0.9994
"""Cosine above which normals are those of one direction: 2 degrees."""

_UNEVEN: Final = 1.15
"""Moments that differ by less say nothing of axes."""

_STEEP: Final = 0.3
"""Cosine to the upright below which a face is steep."""


def body_frame(shell: Triangles) -> np.ndarray:
    """(3, 3) the frame, axes as columns, in which most of a shell's faces stand across an axis.

    The world's unless another is clearly better.
    """
    world = np.array(WORLD)
    cross = cross_products(shell)
    best, score = world, aligned_area(cross, world) * _CLEARLY[0] + _CLEARLY[1] * np.abs(cross).sum()
    found = face_frame(cross)
    for frame in [] if found is None else [found]:
        if aligned_area(cross, frame) > score:
            best, score = frame, aligned_area(cross, frame)
    return best


def aligned_area(cross: np.ndarray, frame: np.ndarray) -> float:
    """Twice the area of the faces that stand across an axis of a frame, to a degree and a half, from cross products."""
    area = np.sqrt((cross**2).sum(axis=1))
    return float(area[(np.abs(cross @ frame) > _ACROSS * area[:, None]).any(axis=1)].sum())


def region_frames(cells: Cells, region: np.ndarray) -> list[np.ndarray]:
    """Distinct frames (3, 3) for a region (a flat mask over cells), the plainest first."""
    world = np.array(WORLD)
    frames = [world, cells.frame]
    faces = np.flatnonzero(region[cells.face_cell])
    cross = cross_products(Triangles(cells.shell.positions, cells.shell.faces[faces]))
    by_faces = face_frame(cross)
    points, weight = cell_points(cells, region)
    by_moments = _moment_frame(points @ cells.frame.T, weight)
    frames += [f for f in (by_faces, by_moments, _upright_frame(cross)) if f is not None]
    distinct: list[np.ndarray] = []
    for frame in map(snapped, frames):
        if not any(_equivalent(frame, other) for other in distinct):
            distinct.append(frame)
    return distinct


def face_frame(cross: np.ndarray) -> np.ndarray | None:
    """(3, 3) axes along the normals with the largest areas, the second across the first; None without area.

    `cross` (f, 3): normals with the length of twice the area.
    """
    area = np.sqrt((cross**2).sum(axis=1))
    good = area > 1e-12 * max(float(area.max(initial=0.0)), 1e-300)
    cross, area = cross[good], area[good]
    if len(area) == 0:
        return None
    normals = cross / area[:, None]
    first = _heaviest(normals, area)
    flat = normals - (normals @ first)[:, None] * first
    reach = np.sqrt((flat**2).sum(axis=1))
    beside = reach > _BESIDE
    if not beside.any():
        return None
    second = _heaviest(flat[beside] / reach[beside, None], area[beside])
    second = second - (second @ first) * first
    return _nearest_order(first, second / np.sqrt((second**2).sum()))


def _heaviest(normals: np.ndarray, area: np.ndarray) -> np.ndarray:
    """The direction (up to sign) that most area is across, among the normals of the largest faces."""
    tops = np.argsort(-area, kind="stable")[:24]
    mass = (np.abs(normals @ normals[tops].T) > _ONE_WAY) * area[:, None]
    best = int(mass.sum(axis=0).argmax())
    near = mass[:, best] > 0
    signs = np.sign(normals[near] @ normals[tops[best]])
    mean = (normals[near] * (signs * area[near])[:, None]).sum(axis=0)
    return mean / np.sqrt((mean**2).sum())


def _nearest_order(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """A right-handed frame of two axes and the one across, each called by the world axis that it is nearest to."""
    axes = [first, second, np.cross(first, second)]
    orders = ((0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0))
    best = max(orders, key=lambda o: sum(abs(axes[o[k]][k]) for k in range(3)))
    columns = [axes[best[k]] * (1.0 if axes[best[k]][k] >= 0 else -1.0) for k in range(3)]
    if np.linalg.det(np.stack(columns, axis=1)) < 0.0:
        weakest = min(range(3), key=lambda k: abs(columns[k][k]))
        columns[weakest] = -columns[weakest]
    return np.stack(columns, axis=1)


def _moment_frame(points: np.ndarray, weight: np.ndarray) -> np.ndarray | None:
    """The principal axes of a region; None when it is too even for them to mean anything."""
    mean = (points * weight[:, None]).sum(axis=0) / weight.sum()
    apart = points - mean
    spread = np.einsum("ni,nj,n->ij", apart, apart, weight) / weight.sum()
    values, axes = np.linalg.eigh(spread)
    if values[1] < _UNEVEN * values[0] and values[2] < _UNEVEN * values[1]:
        return None
    return _nearest_order(axes[:, 2], axes[:, 1])


def _upright_frame(cross: np.ndarray) -> np.ndarray | None:
    """Turned about +Y only, along the steep faces."""
    area = np.sqrt((cross**2).sum(axis=1))
    steep = (np.abs(cross[:, 1]) < _STEEP * area) & (area > 0)
    if not steep.any():
        return None
    flat = cross[steep] * np.array([1.0, 0.0, 1.0])
    reach = np.sqrt((flat**2).sum(axis=1))
    first = _heaviest(flat / reach[:, None], reach)
    return _nearest_order(first, np.array([0.0, 1.0, 0.0]))


def _equivalent(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether two frames have the same axes up to order and sign."""
    return bool((np.abs(a.T @ b).max(axis=0) > _SAME).all())


def snapped(frame: np.ndarray) -> np.ndarray:
    """(3, 3) the frame, or the world's when all its axes are within a degree of it."""
    world = np.array(WORLD)
    return world if _equivalent(frame, world) else frame
