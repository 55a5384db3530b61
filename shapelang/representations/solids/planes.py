"""The planes in which the faces of an operand lie."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.geometry.mesh import face_vectors
from shapelang.geometry.pose import Pose, turned

_NEAR: Final = 1e-8
"""Planes are one where their normals, and their offsets as parts of the reach, differ by less."""

_SIEVE: Final = (0.5257311121, 0.8506508084, 0.3090169944, 0.6180339887)
"""One number of a plane's four, so that equal planes are neighbours in its order."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Planes:
    """Of the faces of one surface: unit normals (p, 3), offsets along them (p,), metres, and each face's plane (f,)."""

    normals: AnyArray
    offsets: AnyArray
    of_face: AnyArray

    def posed(self, pose: Pose) -> Planes:
        """The same after a pose."""
        normals = tuple(self.normals.T)
        if pose.rotation is not None:
            normals = turned(pose.rotation, normals)
        x, y, z = pose.offset
        offsets = self.offsets * pose.scale + (normals[0] * x + normals[1] * y + normals[2] * z)
        return Planes(np.stack(normals, axis=1), offsets, self.of_face)


def planes_of(points: AnyArray, faces: AnyArray) -> Planes:
    """The planes of a surface of points (v, 3) and faces (f, 3), each once."""
    across = face_vectors(points, faces)
    length = np.sqrt((across * across).sum(axis=1))
    normals = across / np.where(length > 0.0, length, 1.0)[:, None]
    offsets = (normals * points[faces[:, 0]]).sum(axis=1)
    rows = _rows(normals, offsets, float(np.abs(points).max(initial=0.0)))
    order, run = _runs(rows)
    first = order[np.flatnonzero(np.diff(run, prepend=-1))]
    of_face = np.zeros(len(faces), np.int64)
    of_face[order] = run
    return Planes(normals[first], offsets[first], of_face)


def shared(surfaces: Sequence[Planes], owner: AnyArray, reach: float) -> Iterator[list[tuple[int, AnyArray]]]:
    """For every plane that surfaces of two owners have: each one's number, and which of its faces lie there (f,)."""
    if not surfaces:
        return
    normals = np.concatenate([one.normals for one in surfaces])
    offsets = np.concatenate([one.offsets for one in surfaces])
    counts = [len(one.offsets) for one in surfaces]
    starts = np.cumsum([0, *counts])
    surface = np.repeat(np.arange(len(surfaces)), counts)
    order, run = _runs(_rows(normals, offsets, reach))
    owners = owner[surface[order]]
    mixed = np.flatnonzero((run[1:] == run[:-1]) & (owners[1:] != owners[:-1]))
    for number in np.unique(run[mixed]):
        members = order[slice(*np.searchsorted(run, (number, number + 1)))]
        here = surface[members]
        yield [(int(k), np.isin(surfaces[k].of_face, members[here == k] - starts[k])) for k in np.unique(here)]


def _rows(normals: AnyArray, offsets: AnyArray, reach: float) -> AnyArray:
    """(p, 4) normals, turned to one side of a slanted plane, and offsets as parts of a reach."""
    side = normals[:, 0] * _SIEVE[0] + normals[:, 1] * _SIEVE[1] + normals[:, 2] * _SIEVE[2]
    turn = np.where(side < 0.0, -1.0, 1.0)
    return np.column_stack([normals * turn[:, None], offsets * turn / max(reach, 1e-300)])


def _runs(rows: AnyArray) -> tuple[AnyArray, AnyArray]:
    """An order in which equal planes are neighbours, and in that order the number of each one's run."""
    sieve = rows[:, 0] * _SIEVE[0] + rows[:, 1] * _SIEVE[1] + rows[:, 2] * _SIEVE[2] + rows[:, 3] * _SIEVE[3]
    order = np.argsort(sieve, kind="stable")
    ahead = rows[order]
    return order, (np.abs(np.diff(ahead, axis=0, prepend=ahead[:1])).max(axis=1, initial=0.0) >= _NEAR).cumsum()
