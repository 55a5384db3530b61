"""Open surfaces that are turned about an axis: bowls, shades, pipes without ends, as thin lathes and tubes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from shapelang.inference.sampling.frames import body_frame
from shapelang.inference.solids.half_planes import HALVES, TURNS, faced, off_path
from shapelang.inference.solids.kinds import Fit, Tube
from shapelang.inference.solids.outline import polygon_area, simplified
from shapelang.inference.solids.revolved import MOST_CORNERS, turned_kind
from shapelang.inference.solids.sections import chains_between
from shapelang.inference.solids.spin import Axis, exact_axes, frame_about
from shapelang.metrics.triangles import Triangles, face_areas
from shapelang.primitives.polygon import simple

_AREA: Final = 0.05
"""Of the surface's area: by how much that of what is turned may differ."""

_ON, _NEAR = 0.97, 2e-3
"""The share of the surface that must lie on the profile; as a part of its reach, how near."""

_COARSE: Final = 0.3
"""Of the thickness: how far a corner must stand off the line between its neighbours."""


def sheet_turned(shell: Triangles, thickness: float) -> Fit | None:
    """The lathe or tube, as thick as is said, that an open shell is all of; None where it is none."""
    found = (_about(shell, axis, thickness) for axis in exact_axes(shell, body_frame(shell)))
    return next((fit for fit in found if fit is not None), None)


def _about(shell: Triangles, axis: Axis, thickness: float) -> Fit | None:
    frame = frame_about(axis.direction)
    local = Triangles((shell.positions - axis.point) @ frame, shell.faces)
    found = [half for turn in TURNS for half in _halves(local, turn)]
    if len(found) < HALVES:
        return None
    area = float(face_areas(shell).sum())
    path = min(found, key=lambda one: abs(_turned_area(one) - area))
    near = _NEAR * float(path[:, 0].max())
    if abs(_turned_area(path) - area) > _AREA * area or float((off_path(local, path) < near).mean()) < _ON:
        return None
    outline = simplified(_thickened(path, thickness), _COARSE * thickness)
    if not simple([(float(away), float(along)) for away, along in outline]):
        return None
    made = _tube(path, thickness) or (turned_kind(outline, 0.5 * thickness) if len(outline) <= MOST_CORNERS else None)
    if made is None:
        return None
    kind, height = made
    return Fit(kind, frame, axis.point + frame @ np.array([0.0, height, 0.0]), 1.0, 0.0, sheet=thickness)


def _halves(local: Triangles, turn: float) -> Iterator[np.ndarray]:
    """The paths (k, 2) as (away, along) in which a plane through the axis +Y cuts; none of a side that has several."""
    chains = chains_between(faced(local.positions, turn), local.faces) or []
    halves = [half for chain in chains for half in _sides(chain)]
    for side in (1.0, -1.0):
        own = [half for half in halves if side * half[:, 0].sum() > 0.0]
        if len(own) == 1:
            yield own[0] * (side, 1.0)


def _sides(chain: np.ndarray) -> list[np.ndarray]:
    """A path (k, 2), or if it goes through the axis once what is on either side, from the axis on."""
    right = chain[:, 0] > 0.0
    cuts = np.flatnonzero(right[1:] != right[:-1])
    if len(cuts) == 0:
        return [chain]
    if len(cuts) > 1:
        return []
    k = int(cuts[0])
    (a, b), (c, d) = chain[k], chain[k + 1]
    through = np.array([[0.0, b + (d - b) * a / (a - c)]])
    return [np.concatenate([through, chain[k::-1]]), np.concatenate([through, chain[k + 1 :]])]


def _turned_area(path: np.ndarray) -> float:
    """The area of a path (k, 2) turned about the axis: Pappus' theorem."""
    length = np.sqrt((np.diff(path, axis=0) ** 2).sum(axis=1))
    return float(np.pi * ((path[1:, 0] + path[:-1, 0]) * length).sum())


def _thickened(path: np.ndarray, thickness: float) -> np.ndarray:
    """The outline (2k, 2), counter-clockwise, of what is half as thick on either side of a path; level at the axis."""
    step = np.diff(path, axis=0)
    step = step[np.sqrt((step**2).sum(axis=1)) > 0.0]
    path = np.concatenate([path[:1], path[:1] + np.cumsum(step, axis=0)])
    across = np.stack([-step[:, 1], step[:, 0]], axis=1) / np.sqrt((step**2).sum(axis=1))[:, None]
    before, ahead = np.concatenate([across[:1], across]), np.concatenate([across, across[-1:]])
    mean = before + ahead
    # As far along the mean of two sides' normals as both sides are moved: at most twice as far in sharp corners.
    normal = mean / np.maximum((mean**2).sum(axis=1), 1.0)[:, None] * 2.0
    if path[0, 0] == 0.0:
        normal[0] = (0.0, np.sign(normal[0, 1]) or 1.0)
    outline = np.concatenate([path + 0.5 * thickness * normal, (path - 0.5 * thickness * normal)[::-1]])
    outline[:, 0] = np.maximum(outline[:, 0], 0.0)
    return outline if polygon_area(outline) > 0.0 else outline[::-1]


def _tube(path: np.ndarray, thickness: float) -> tuple[Tube, float] | None:
    """The tube whose wall a path is the middle of, and the height of its middle; None of a path that is not straight,
    is level, or begins at the axis.
    """
    (r, low), (s, high) = (path[0], path[-1]) if path[0, 1] < path[-1, 1] else (path[-1], path[0])
    along = np.array([s - r, high - low])
    length = float(np.hypot(*along))
    off = np.abs((path - (r, low)) @ np.array([along[1], -along[0]])) / max(length, 1e-300)
    if off.max() > _COARSE * thickness or high - low < 2.0 * thickness or min(r, s) < thickness:
        return None
    wall = 0.5 * thickness * length / (high - low)
    return Tube(r + wall, s + wall, r - wall, s - wall, high - low), 0.5 * (low + high)
