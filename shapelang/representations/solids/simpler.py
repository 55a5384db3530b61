"""A closed surface with fewer faces."""

from __future__ import annotations

import numpy as np

from shapelang.metrics.triangles import Triangles, triangles


def simpler(shell: Triangles, off: float) -> Triangles | None:
    """The surface with edges collapsed while it stays within `off` metres; None where it is no closed manifold."""
    from manifold3d import Error, Manifold, Mesh64

    given = Mesh64(np.ascontiguousarray(shell.positions), np.ascontiguousarray(shell.faces, np.uint64))
    solid = Manifold(given)
    if solid.status() != Error.NoError or solid.is_empty():
        return None
    mesh = solid.simplify(off).to_mesh64()
    return triangles(np.array(mesh.vert_properties[:, :3]), np.array(mesh.tri_verts))
