"""Where operands have faces in one plane manifold3d is at its weakest; a second opinion, with the operands apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.geometry.mesh import face_vectors
from shapelang.representations.solids.shell import Placed

if TYPE_CHECKING:
    from manifold3d import Manifold

_APART: Final = 2.0**-30
"""Of the reach: how far operands are moved, a thousand times what manifold3d joins."""

_NEAR: Final = 1e-8
"""Planes are one where their normals, and their offsets as parts of the reach, differ by less."""

_SIEVE: Final = (0.5257311121, 0.8506508084, 0.3090169944, 0.6180339887)
"""One number of a plane's four, so that equal planes are neighbours in its order."""

Evaluate: TypeAlias = "Callable[[Sequence[Manifold]], Manifold]"


def agreed(operands: Sequence[Placed], evaluate: Evaluate) -> Manifold:
    """A boolean of operands. Where faces of two lie in one plane it is made again with the operands moved a little in
    odd directions; where the volumes differ by more than the moving explains, the second has it.
    """
    made = evaluate([operand.manifold for operand in operands])
    reach = max((float(np.abs(operand.points).max(initial=0.0)) for operand in operands), default=0.0)
    if len(operands) < 2 or not _share_a_plane(operands, reach):
        return made
    step = _APART * reach
    again = evaluate([o.manifold.translate((_direction(k) * step).tolist()) for k, o in enumerate(operands)])
    explained = step * sum(operand.manifold.surface_area() for operand in operands)
    return made if abs(made.volume() - again.volume()) <= explained else again


def _direction(number: int) -> AnyArray:
    """Points of a spiral on the unit ball: no two operands move alike, none along an axis."""
    turn, height = 2.399963 * (number + 1), 1.0 - (2.0 * number + 1.0) / (2.0 * number + 3.0)
    away = np.sqrt(1.0 - height * height)
    # Any directions do, as long as they are the same on every machine: sums of products of literals.
    u = turn - 6.25 * np.floor(turn / 6.25) - 3.125
    across = u / (1.0 + np.abs(u))
    return np.array([away * across, height, away * (1.0 - np.abs(across))])


def _share_a_plane(operands: Sequence[Placed], reach: float) -> bool:
    """Whether faces of two operands lie in one plane and near each other: their boxes meet."""
    planes = np.concatenate([_planes(operand, reach) for operand in operands])
    corners = np.concatenate([operand.points[operand.faces] for operand in operands])
    owner = np.repeat(np.arange(len(operands)), [len(operand.faces) for operand in operands])
    a, b, c, d = planes.T
    order = np.argsort(a * _SIEVE[0] + b * _SIEVE[1] + c * _SIEVE[2] + d * _SIEVE[3], kind="stable")
    planes, corners, owner = planes[order], corners[order], owner[order]
    near = np.abs(planes[1:] - planes[:-1]).max(axis=1, initial=0.0) < _NEAR
    ends = np.flatnonzero(np.concatenate([~near, [True]])) + 1
    mixed = np.flatnonzero(near & (owner[1:] != owner[:-1]))
    for number in np.unique(np.searchsorted(ends, mixed, side="right")):
        start, end = int(ends[number - 1]) if number else 0, int(ends[number])
        if _boxes_meet(corners[start:end], owner[start:end], _NEAR * reach):
            return True
    return False


def _boxes_meet(corners: AnyArray, owner: AnyArray, margin: float) -> bool:
    """Whether the boxes of the faces (f, 3, 3) of two owners meet."""
    owners = np.unique(owner)
    low = np.array([corners[owner == k].min(axis=(0, 1)) for k in owners]) - margin
    high = np.array([corners[owner == k].max(axis=(0, 1)) for k in owners]) + margin
    meet = ((low[:, None] <= high[None]) & (high[:, None] >= low[None])).all(axis=2)
    return int(meet.sum()) > len(owners)


def _planes(operand: Placed, reach: float) -> AnyArray:
    """(f, 4) unit normals, the larger part of each upward, and offsets as parts of the reach."""
    points, faces = operand.points, operand.faces
    across = face_vectors(points, faces)
    length = np.sqrt((across * across).sum(axis=1))
    unit = across / np.where(length > 0.0, length, 1.0)[:, None]
    largest = np.take_along_axis(unit, np.abs(unit).argmax(axis=1)[:, None], axis=1)
    unit = np.where(largest < 0.0, -unit, unit)
    offset = (unit * points[faces[:, 0]]).sum(axis=1) / max(reach, 1e-300)
    return np.column_stack([unit, offset])
