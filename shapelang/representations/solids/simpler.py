"""A closed surface with fewer faces."""

from __future__ import annotations

import numpy as np

from shapelang.arrays import AnyArray


def simpler(positions: AnyArray, faces: AnyArray, off: float) -> tuple[AnyArray, AnyArray] | None:
    """Positions (v, 3) and faces (f, 3) of a surface with edges collapsed while it stays within `off` metres.

    None where it is no closed manifold over its corners, or looks inward.
    """
    from manifold3d import Error, Manifold, Mesh64

    given = Mesh64(np.ascontiguousarray(positions), np.ascontiguousarray(faces, np.uint64))
    solid = Manifold(given)
    if solid.status() != Error.NoError or solid.is_empty():
        return None
    mesh = solid.simplify(off).to_mesh64()
    return np.array(mesh.vert_properties[:, :3]), np.array(mesh.tri_verts)
