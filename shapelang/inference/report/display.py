"""Meshes made fit for a page: few triangles where there are too many, small ones where an error varies over a face."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.arrays import Float64, Int64
from shapelang.metrics.triangles import Faces, Points, Triangles, face_areas

MOST: Final = 20_000
"""Triangles of one side of the page. Three corners of each still have 16-bit numbers."""

_CELLS: Final = 512
"""Cells along the longest side that corners are first merged in."""

_FINEST: Final = 1 / 80
"""Edges shorter than this part of the diagonal are never split."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Display:
    """positions: (v, 3) metres · faces: (f, 3) · piece: (v,) the piece that a corner belongs to."""

    positions: Points
    faces: Faces
    piece: Int64[np.ndarray, " v"]


def displayed(mesh: Triangles, piece: Int64[np.ndarray, " v"], most: int = MOST) -> Display:
    """At most `most` triangles that look like the mesh: corners merged in cells, then long edges halved.

    Each corner of a merged cell is a corner of the mesh, so that what is measured there is measured on the mesh.
    Corners of different pieces are never merged.
    """
    return _refined(_merged(Display(mesh.positions, mesh.faces, piece), most), most)


def _merged(mesh: Display, most: int) -> Display:
    """Rossignac, Borrel, "Multi-resolution 3D approximations", 1993, with a mesh's own corner for each cell."""
    low, high = mesh.positions.min(axis=0), mesh.positions.max(axis=0)
    longest, cells, made = max(float((high - low).max()), 1e-300), _CELLS, mesh
    while len(made.faces) > most:
        made = _clustered(mesh, np.floor((mesh.positions - low) * (cells / longest)).astype(np.int64))
        # A surface has faces by the square of the cells along it.
        cells = min(cells - 1, int(cells * np.sqrt(most / max(len(made.faces), 1)) * 0.97))
    return made


def _clustered(mesh: Display, cell: Int64[np.ndarray, "v 3"]) -> Display:
    key = np.column_stack([cell, mesh.piece])
    _, first, point = np.unique(key, axis=0, return_index=True, return_inverse=True)
    faces = point.reshape(-1)[mesh.faces]
    a, b, c = faces.T
    faces = faces[(a != b) & (b != c) & (c != a)]
    _, once = np.unique(np.sort(faces, axis=1), axis=0, return_index=True)
    used, corners = np.unique(faces[np.sort(once)], return_inverse=True)
    return Display(mesh.positions[first[used]], corners.reshape(-1, 3), mesh.piece[first[used]])


def _refined(mesh: Display, most: int) -> Display:
    """Every edge longer than a limit halved, again and again, as far as `most` allows.

    Both sides of an edge split it alike, so that no cracks open.
    """
    whole = Triangles(mesh.positions, mesh.faces)
    # Triangles with equal sides of that length would be half as many as allowed.
    limit = max(_FINEST * whole.diagonal, np.sqrt(4.7 * float(face_areas(whole).sum()) / most))
    while True:
        finer = _halved(mesh, limit)
        if len(finer.faces) == len(mesh.faces) or len(finer.faces) > most:
            return mesh
        mesh = finer


def _halved(mesh: Display, limit: float) -> Display:
    start, end = mesh.faces, np.roll(mesh.faces, -1, axis=1)
    long = ((mesh.positions[start] - mesh.positions[end]) ** 2).sum(axis=2) > limit * limit
    ends = np.sort(np.stack([start[long], end[long]], axis=1), axis=1)
    edges, number = np.unique(ends, axis=0, return_inverse=True)
    middle = np.full(mesh.faces.shape, -1, np.int64)
    middle[long] = len(mesh.positions) + number.reshape(-1)
    halves: Float64[np.ndarray, "m 3"] = 0.5 * (mesh.positions[edges[:, 0]] + mesh.positions[edges[:, 1]])
    return Display(
        np.concatenate([mesh.positions, halves]),
        np.concatenate([_split(mesh.faces, middle, count) for count in range(4)]),
        np.concatenate([mesh.piece, mesh.piece[edges[:, 0]]]),
    )


_PATTERNS: Final = (
    ((0, 1, 2),),
    ((0, 3, 2), (3, 1, 2)),
    ((0, 3, 2), (3, 4, 2), (3, 1, 4)),
    ((0, 3, 5), (3, 1, 4), (5, 4, 2), (3, 4, 5)),
)
"""By how many edges are halved, triangles over corners 0 to 2 and the middles 3 (of 0 1), 4 (of 1 2), 5 (of 2 0)."""

_TURN: Final = np.array([0, 0, 1, 0, 2, 2, 1, 0])
"""By which edges are halved, in bits: how often to turn a triangle so that its halved edges are the first ones."""


def _split(faces: Faces, middle: Int64[np.ndarray, "f 3"], count: int) -> Faces:
    """The parts of the triangles of which `count` edges are halved, wound as these."""
    has = middle >= 0
    chosen = has.sum(axis=1) == count
    turn = _TURN[(has[chosen] * np.array([1, 2, 4])).sum(axis=1)]
    columns = (np.arange(3) + turn[:, None]) % 3
    six = np.concatenate(
        [np.take_along_axis(faces[chosen], columns, 1), np.take_along_axis(middle[chosen], columns, 1)], axis=1
    )
    return six[:, np.array(_PATTERNS[count])].reshape(-1, 3)
