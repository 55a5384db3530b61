"""Finely cut solids with as many faces as they need: a plane of ten thousand triangles says no more than one of two."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from shapelang.inference.bodies.pieces import Piece
from shapelang.metrics.triangles import triangles
from shapelang.representations.solids.simpler import simpler

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
    shell = piece.shell
    made = simpler(shell.positions, shell.faces, _OFF * diagonal)
    if made is None or not 0 < len(made[1]) <= _WORTH * len(shell.faces):
        return piece
    return replace(piece, shell=triangles(*made), exact=shell)
