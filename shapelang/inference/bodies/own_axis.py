"""The axis that most of a model stands along or across, where its flat faces show no frame: lamps, barrels, wheels."""

from __future__ import annotations

from itertools import combinations
from typing import Final

import numpy as np

_FACES: Final = 40
"""Directions of faces, those of most area, that axes are told by."""

_NEAR: Final = 0.02
"""Sine of the angle within which a face is along or across an axis, and in the end."""

_STEPS: Final = 900
"""Of a right angle: turns of the other axes about the first that are told apart."""

_ENOUGH, _MORE = 0.3, 3.0
"""Of the surface, what is along or across the axis; and times as much as of any axis of the world."""


def own_axis(cross: np.ndarray) -> np.ndarray | None:
    """(3, 3) axes as columns by faces' cross products (f, 3), one of them the model's axis; None where it shows none.

    The axis is called by that of the world which it is nearest to; how the others are turned about it is open, and is
    told by all faces that are not across it.
    """
    area = np.sqrt((cross**2).sum(axis=1))
    total = float(area.sum())
    kept = area > 1e-9 * total
    unit, area = cross[kept] / area[kept][:, None], area[kept]
    axis = max(_candidates(unit, area), key=lambda one: _explained(unit, area, one), default=None)
    if axis is None:
        return None
    for near in (_NEAR, 0.2 * _NEAR, 0.2 * _NEAR):
        axis = _closer(unit, area, axis, near)
    found = _explained(unit, area, axis)
    world = max(_explained(unit, area, one) for one in np.eye(3))
    if found < max(_ENOUGH * total, _MORE * world):
        return None
    return _frame(axis, unit, area)


def _candidates(unit: np.ndarray, area: np.ndarray) -> list[np.ndarray]:
    """The directions of the faces with most area, and what is square to two of them."""
    every, weight = _ways(unit, area)
    ways = every[np.argsort(-weight, kind="stable")[:_FACES]]
    found = list(ways)
    for a, b in combinations(ways, 2):
        square = np.cross(a, b)
        size = float(np.sqrt((square**2).sum()))
        if size > 0.3:
            found.append(square / size)
    return found


def _ways(unit: np.ndarray, area: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Distinct directions (k, 3) of faces, up to their sign, and the area (k,) of those across each."""
    keys = np.round(unit / 0.02).astype(np.int64)
    keys *= np.where(keys[np.arange(len(keys)), np.abs(keys).argmax(axis=1)] < 0, -1, 1)[:, None]
    _, first, of = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    return unit[first], np.bincount(of.reshape(-1), weights=area, minlength=len(first))


def _explained(unit: np.ndarray, area: np.ndarray, axis: np.ndarray) -> float:
    """The area of what is along or across an axis."""
    lean = np.abs(unit @ axis)
    return float(area[(lean < _NEAR) | (lean > 1.0 - 0.5 * _NEAR**2)].sum())


def _closer(unit: np.ndarray, area: np.ndarray, axis: np.ndarray, near: float) -> np.ndarray:
    """The axis that the faces near along and across it tell, by least squares."""
    lean = unit @ axis
    along, across = np.abs(lean) < near, np.abs(lean) > 1.0 - 0.5 * near**2
    spread = np.einsum("n,ni,nj->ij", area * across, unit, unit) - np.einsum("n,ni,nj->ij", area * along, unit, unit)
    found = np.linalg.eigh(spread)[1][:, 2]
    return found if float(found @ axis) > 0.0 else -found


def _frame(axis: np.ndarray, unit: np.ndarray, area: np.ndarray) -> np.ndarray:
    """The axis and two others, along and across which most other faces stand, called by the world's nearest ones."""
    k = int(np.abs(axis).argmax())
    axis = axis if axis[k] > 0.0 else -axis
    side = np.eye(3)[(k + 1) % 3] - axis[(k + 1) % 3] * axis
    side = side / np.sqrt((side**2).sum())
    other = np.cross(axis, side)
    told = np.abs(unit @ axis) < 1.0 - 0.5 * _NEAR**2
    ways, weight = _ways(unit[told], area[told])
    # What is turned about the axis has a few large faces on each side, and what is about another one many small ones.
    turn = _turn(np.stack([ways @ side, ways @ other], axis=1), np.sqrt(weight))
    x = np.cos(np.radians(turn)) * side + np.sin(np.radians(turn)) * other
    frame = np.zeros((3, 3))
    frame[:, k], frame[:, (k + 1) % 3], frame[:, (k + 2) % 3] = axis, x, np.cross(axis, x)
    return frame


def _turn(flat: np.ndarray, area: np.ndarray) -> float:
    """Degrees in [-45, 45) by which the other axes are turned, by the parts (n, 2) of normals along them: where most is
    along one of both, as their faces and what is turned about them are; 0 where there is nothing.
    """
    if len(flat) == 0:
        return 0.0
    lean = np.minimum(1.0, np.sqrt((flat**2).sum(axis=1)))
    heading = np.degrees(np.arctan2(flat[:, 1], flat[:, 0]))
    # What has such a part is square to the axis that is turned by this much to either side of across it.
    apart = np.degrees(np.arcsin(np.minimum(1.0, _NEAR / np.maximum(lean, 1e-300))))
    steps = np.zeros(_STEPS + 1)
    for sign, ends in ((1.0, heading - apart), (-1.0, heading + apart)):
        np.add.at(steps, (((ends + 45.0) % 90.0) * _STEPS / 90.0).astype(int), sign * area)
    counted = np.cumsum(steps[:_STEPS])
    found = (int(counted.argmax()) + 0.5) * 90.0 / _STEPS - 45.0
    for close in (_NEAR, 0.2 * _NEAR, 0.04 * _NEAR):
        off = (heading - found + 45.0) % 90.0 - 45.0
        near = np.radians(np.abs(off)) * lean < close
        found += float(np.average(off[near], weights=area[near] * lean[near] ** 2)) if near.any() else 0.0
    return (found + 45.0) % 90.0 - 45.0
