"""What manifold3d made, as a mesh."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from shapelang.arrays import AnyArray, NormalArray, WeldArray
from shapelang.geometry.mesh import Mesh, face_vectors
from shapelang.representations.box_map import box_mapped
from shapelang.representations.solids.errors import SolidError
from shapelang.representations.solids.vectors import unit

if TYPE_CHECKING:
    from manifold3d import Manifold

_JOINED: Final = 1e-12
"""Of the largest coordinate: manifold3d joins what is nearer, so that a solid as thin as this is what it left over."""


def exported(manifold: Manifold, operator: str) -> Mesh:
    """With normals, and texture coordinates of a box. Raises SolidError where it is open or nothing is left."""
    result = checked(manifold, operator).to_mesh64(0)
    if is_nothing(manifold):
        raise SolidError("empty", f"nothing is left of the {operator}")
    rows, faces = result.vert_properties, result.tri_verts.astype(np.int64)
    weld = np.arange(len(rows))
    weld[result.merge_from_vert] = result.merge_to_vert
    positions = rows[:, :3]
    across = face_vectors(positions, faces)
    vertex, normals, faces = _split(_filled(rows[:, 3:6], faces, across), faces, across)
    return box_mapped(positions[vertex], normals, faces, _compact(weld[vertex]), across)


def checked(manifold: Manifold, operator: str) -> Manifold:
    """The same. Raises SolidError where it is not closed."""
    from manifold3d import Error

    if manifold.status() != Error.NoError:
        raise SolidError("not-closed", f"the {operator} is no closed solid: {manifold.status().name}")
    return manifold


def is_nothing(manifold: Manifold) -> bool:
    """Whether what is left is as thin as that which manifold3d joins: two sides of a sheet, say."""
    reach = max(abs(number) for number in manifold.bounding_box()) if not manifold.is_empty() else 0.0
    return manifold.volume() <= _JOINED * reach * manifold.surface_area()


def _compact(weld: AnyArray) -> WeldArray:
    """The same partition with numbers from 0, none left out."""
    used = np.zeros(len(weld), np.bool_)
    used[weld] = True
    return (used.cumsum() - 1)[weld].astype(np.int32)


def _filled(normals: NormalArray, faces: AnyArray, across: AnyArray) -> NormalArray:
    """Normals, with those that cancelled out (a needle between two sides) taken from a face at the vertex."""
    x, y, z = normals.T
    lost = x * x + y * y + z * z < 0.25
    if not lost.any():
        return normals
    largest_last = np.argsort((across * across).sum(axis=1), kind="stable")
    face = np.zeros(len(normals), np.int64)
    face[faces[largest_last].reshape(-1)] = largest_last.repeat(3)
    return np.where(lost[:, None], unit(across)[face], normals)


def _split(normals: NormalArray, faces: AnyArray, across: AnyArray) -> tuple[AnyArray, AnyArray, AnyArray]:
    """Where each vertex comes from, normals and faces, so that no face looks against the normals of its corners.

    A corner that did (between two sides of a sheet, or where operands coincide) is a vertex of its own, with the normal
    of its face.
    """
    x, y, z = (normals[:, k][faces] * across[:, k, None] for k in range(3))
    face, corner = np.nonzero(x + y + z < 0.0)
    vertex = np.arange(len(normals))
    if not len(face):
        return vertex, normals, faces
    apart = faces.copy()
    apart[face, corner] = len(vertex) + np.arange(len(face))
    return (
        np.concatenate([vertex, faces[face, corner]]),
        np.concatenate([normals, unit(across[face])]),
        apart,
    )
