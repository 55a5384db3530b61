"""Both sides of the page as buffers: where the surface is, whose it is, and how far it is from the other side."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Any, Final, final

import numpy as np

from shapelang.arrays import AnyArray, Bool, Float64, Int64
from shapelang.inference.report.display import Display, displayed
from shapelang.inference.report.nearest import nearest_pieces
from shapelang.inference.report.primitives import OFF, leaf_surfaces
from shapelang.metrics.chamfer import distances_to
from shapelang.metrics.inside import inside
from shapelang.metrics.triangles import Points, Triangles, cross_products, joined
from shapelang.representations.surface import Flat

NOBODY: Final = 65_535
"""The owner of what no primitive is nearest to."""

STEP: Final = 0.02
"""Errors are written in steps of so many % of the diagonal, and end at 255 steps."""

_GRID: Final = 65_535
"""Steps of a coordinate along the longest side of both meshes."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One mesh. owner: (f,) the primitive of each face · faces_of: triangles of the whole mesh, if all were shown.

    error: (v,) the distance of each corner from the other side's surface, in % of the input's diagonal; 0 of
    a primitive where another buries it.
    """

    mesh: Display
    owner: Int64[np.ndarray, " f"]
    error: Float64[np.ndarray, " v"]
    faces_of: int


@final
@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """The input and the result of its program, in one frame."""

    given: Side
    made: Side

    def buffers(self) -> dict[str, Any]:
        """As JSON: for each side its arrays in base64, little-endian.

        `positions` (v, 3) uint16 in steps of the longest side of both, from the low corner of both; `faces` (f, 3)
        uint16; `owners` (f,) uint16, 65,535 for none; `errors` (v,) uint8 in steps of 0.02 % of the diagonal. `size`
        (3): the box of both over its longest side.
        """
        every = np.concatenate([self.given.mesh.positions, self.made.mesh.positions])
        low, size = every.min(axis=0), every.max(axis=0) - every.min(axis=0)
        longest = max(float(size.max()), 1e-300)
        return {
            "size": [float(extent) for extent in size / longest],
            "step": STEP,
            "given": _buffers(self.given, low, longest),
            "made": _buffers(self.made, low, longest),
        }


def scene_of(flat: Flat, mesh: Triangles) -> Scene:
    """What the page shows of a mesh and of its program's surface; at least one leaf."""
    pieces, diagonal = leaf_surfaces(flat), mesh.diagonal
    given = displayed(mesh, np.zeros(len(mesh.positions), np.int64))
    owner = nearest_pieces(pieces, given.positions[given.faces].mean(axis=1), diagonal).piece
    whole = joined(pieces)
    made = displayed(whole, np.repeat(np.arange(len(pieces)), [len(piece.positions) for piece in pieces]))
    missed, added = distances_to(whole, given.positions), distances_to(mesh, made.positions)
    added = np.where(_buried(made, whole, diagonal), 0.0, added)
    return Scene(
        Side(given, owner, 100.0 * missed / diagonal, len(mesh.faces)),
        Side(made, made.piece[made.faces[:, 0]], 100.0 * added / diagonal, len(whole.faces)),
    )


def _buried(made: Display, whole: Triangles, diagonal: float) -> Bool[np.ndarray, " v"]:
    """(v,) whether a corner lies in another primitive, or on one that covers it: nothing of it is seen."""
    normal = np.zeros_like(made.positions)
    for corner in made.faces.T:
        np.add.at(normal, corner, cross_products(Triangles(made.positions, made.faces)))
    length = np.sqrt((normal**2).sum(axis=1))[:, None]
    return inside(whole, made.positions + OFF * diagonal * normal / np.maximum(length, 1e-300))


def _buffers(side: Side, low: Points, longest: float) -> dict[str, Any]:
    places = np.rint((side.mesh.positions - low) * (_GRID / longest))
    owner = np.where((side.owner < 0) | (side.owner > NOBODY), NOBODY, side.owner)
    return {
        "triangles": len(side.mesh.faces),
        "of": side.faces_of,
        "positions": _text(places, "<u2"),
        "faces": _text(side.mesh.faces, "<u2"),
        "owners": _text(owner, "<u2"),
        "errors": _text(np.minimum(np.rint(np.nan_to_num(side.error) / STEP), 255), "<u1"),
    }


def _text(values: AnyArray, kind: str) -> str:
    return b64encode(np.ascontiguousarray(values).astype(kind).tobytes()).decode("ascii")
