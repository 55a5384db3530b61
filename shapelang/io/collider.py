"""Collision shapes by Godot's names: `-convcolonly` is a convex hull, `-colonly` a triangle mesh, both invisible.

(Godot Engine documentation, "Node type customization using name suffixes".)
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np

from shapelang.assembly.part import Geometry, Solid
from shapelang.geometry.mesh import Mesh, face_vectors
from shapelang.representations.surface import geometry_mesh

COLLIDER_SEGMENTS: Final = 12
"""Edges of a full circle: collisions are tested every frame, and nobody sees them."""

FLAT: Final = 1e-9
"""How far, in sizes of the mesh, a point may stand above a face's plane by rounding alone (2⁻⁵² · some dozen steps)."""


@lru_cache(maxsize=512)
def collider_suffix(geometry: Geometry) -> str:
    """The suffix that says which collision shape a geometry needs; solids are taken as concave."""
    if isinstance(geometry, Solid):
        return "-colonly"
    return "-convcolonly" if is_convex(geometry_mesh(geometry, COLLIDER_SEGMENTS)) else "-colonly"


def is_convex(mesh: Mesh) -> bool:
    """Whether no vertex stands outside the plane of any face: for a closed mesh, whether it is its own hull."""
    points = mesh.positions
    normals = face_vectors(points, mesh.faces)
    lengths = np.sqrt(np.sum(normals * normals, axis=1))
    size = float(np.max(points) - np.min(points)) if len(points) else 0.0
    # Slivers have no direction to speak of; their neighbours bound the solid.
    proper = lengths > size * size * FLAT
    normals, a = normals[proper] / lengths[proper, None], points[mesh.faces[proper, 0]]
    # A column at a time: products of matrices differ from CPU to CPU, and the answer names a node.
    heights = -np.sum(normals * a, axis=1)[:, None]
    for axis in range(3):
        heights = heights + normals[:, axis, None] * points[:, axis]
    return bool(np.all(heights <= size * FLAT))
