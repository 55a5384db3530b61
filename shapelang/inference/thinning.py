"""Finely cut solids with as many faces as they need: a plane of ten thousand triangles says no more than one of two."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from shapelang.inference.pieces import Piece
from shapelang.metrics.triangles import Triangles, triangles

_MANY: Final = 4000
"""Faces from which on a piece is thinned out."""

_OFF: Final = 2e-4
"""Of the diagonal: how far the surface may move."""

_WORTH: Final = 0.5
"""Part of the faces that must go for the rest to be taken."""


def thinned(piece: Piece, diagonal: float) -> Piece:
    """A closed piece with fewer faces where it has many and is a manifold; else the piece as it is."""
    if len(piece.shell.faces) < _MANY:
        return piece
    made = _simple(piece.shell, _OFF * diagonal)
    return piece if made is None else replace(piece, shell=made)


def _simple(shell: Triangles, off: float) -> Triangles | None:
    """The surface with edges collapsed that stay within `off` metres; None where little is won."""
    from manifold3d import Error, Manifold, Mesh64

    # Manifold holds a body that looks inward for a hole in nothing, and gives none.
    given = Mesh64(np.ascontiguousarray(shell.positions), np.ascontiguousarray(shell.faces, np.uint64))
    solid = Manifold(given)
    if solid.status() != Error.NoError or solid.is_empty():
        return None
    mesh = solid.simplify(off).to_mesh64()
    found = triangles(np.array(mesh.vert_properties[:, :3]), np.array(mesh.tri_verts))
    return found if 0 < len(found.faces) <= _WORTH * len(shell.faces) else None
