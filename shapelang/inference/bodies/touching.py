"""Whether bodies touch: those of an assembly do, those that one fused surface is made of never."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations
from typing import Final

import numpy as np

from shapelang.inference.bodies.bodies import Body
from shapelang.inference.sampling.inside_test import closed_test
from shapelang.inference.sampling.rims import signed_volume
from shapelang.metrics.inside import closed_faces
from shapelang.metrics.triangles import Triangles, cross_products, face_areas

_OUT: Final = 1e-6
"""Of the diagonal: how far before its surface a body is looked for."""

_MANY: Final = 150
"""Closed bodies from which on it is not asked: so many are an assembly."""

_CRUMB: Final = 1e-5
"""Of the volume of all closed bodies: what is smaller is a sliver that a union leaves, and no part."""

_LATTICE: Final = 1e-6
"""Of the diagonal: corners that are equal on it are one."""

_SEEN: Final = 0.01
"""Of the area of all: what lies there twice, for it to be a body; a union's slivers fold onto one another as well."""

_MOST: Final = 200_000
"""Faces from which on doubled ones are not looked for."""


def doubled(mesh: Triangles) -> bool:
    """Whether something closed lies in one place twice: parts that were put together may, no union does."""
    if len(mesh.faces) > _MOST:
        return False
    lattice = np.round(mesh.positions / (_LATTICE * mesh.diagonal)).astype(np.int64)
    first, number = np.unique(lattice, axis=0, return_index=True, return_inverse=True)[1:]
    faces = number.reshape(-1)[mesh.faces]
    kept, count = np.unique(np.sort(faces, axis=1), axis=0, return_index=True, return_counts=True)[1:]
    again = Triangles(mesh.positions[first], faces[kept[count == 2]])
    return bool(face_areas(again)[closed_faces(again)].sum() > _SEEN * face_areas(mesh).sum())


def touching(bodies: Sequence[Body], diagonal: float, late: Callable[[], bool]) -> bool:
    """Whether what is just before a face of one body is in another, of any two that are closed and no crumbs."""
    all_closed = [body for body in bodies if body.closed]
    volumes = np.array([abs(signed_volume(body.shell)) for body in all_closed])
    least = _CRUMB * float(volumes.sum())
    closed = [body for body, volume in zip(all_closed, volumes, strict=True) if volume > least]
    if len(closed) > _MANY:
        return True
    before = [_before(body, _OUT * diagonal) for body in closed]
    bounds = [body.shell.bounds for body in closed]
    tests = [closed_test(body.shell) for body in closed]
    for i, j in permutations(range(len(closed)), 2):
        if late():
            return True
        low, high = bounds[j]
        near = before[i][((before[i] >= low) & (before[i] <= high)).all(axis=1)]
        if len(near) and tests[j].inside(near).any():
            return True
    return False


def _before(body: Body, step: float) -> np.ndarray:
    """Points before the middles of the faces."""
    cross = cross_products(body.shell)
    unit = cross / np.maximum(np.sqrt((cross**2).sum(axis=1)), 1e-300)[:, None]
    return body.shell.corners.mean(axis=1) + step * unit
