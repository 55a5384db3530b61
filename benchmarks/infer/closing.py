"""Parts as delivered become one closed surface: holes are closed, near points joined, and solids united."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from shapelang.arrays import Float64, Int64
from shapelang.metrics.inside import is_closed
from shapelang.metrics.triangles import Triangles, joined, triangles

if TYPE_CHECKING:
    from manifold3d import Manifold

SNAP: Final = 1e-5
"""Of the diagonal: the lattice that all corners are moved to, so that faces in contact up to the rounding of their
files are in contact exactly, and vanish in the union."""


def closed_union(parts: Sequence[Triangles]) -> Triangles:
    """The union of solids in double precision, as one closed surface; empty for parts without an inside.

    Boundary loops of a part are closed with fans: they are the mouths of screw holes, as a rule.
    """
    from manifold3d import Manifold, OpType

    unit = SNAP * joined(parts).diagonal
    mesh = Manifold.batch_boolean([solid(part, unit) for part in parts], OpType.Add).to_mesh64()
    return triangles(np.array(mesh.vert_properties[:, :3]), np.array(mesh.tri_verts))


def solid(part: Triangles, unit: float) -> Manifold:
    """A part as a solid, its corners on a lattice of `unit` metres."""
    snapped = triangles(np.round(part.positions / unit) * unit, part.faces)
    return _manifold(with_closed_holes(snapped))


def with_closed_holes(mesh: Triangles) -> Triangles:
    """The mesh over its distinct points, with a fan over every boundary loop."""
    points, number = np.unique(mesh.positions, axis=0, return_inverse=True)
    faces = number.reshape(-1)[mesh.faces]
    a, b, c = faces.T
    faces = faces[(a != b) & (b != c) & (c != a)]
    welded = Triangles(points, faces)
    if is_closed(welded):
        return welded
    fans: list[Int64[np.ndarray, "n 3"]] = []
    middles: list[Float64[np.ndarray, "3"]] = []
    for loop in boundary_loops(faces):
        following = np.roll(loop, -1)
        centre = np.full(len(loop), len(points) + len(middles))
        fans.append(np.stack([following, loop, centre], axis=1))
        middles.append(points[loop].mean(axis=0))
    return triangles(np.concatenate([points, np.array(middles).reshape(-1, 3)]), np.concatenate([faces, *fans]))


def boundary_loops(faces: Int64[np.ndarray, "f 3"]) -> Iterator[Int64[np.ndarray, " n"]]:
    """Simple closed walks that together are the boundary, in the direction of the faces.

    An edge is walked as often as it is used more in one direction than in the other. Faces are closed walks
    themselves, so what enters a point leaves it, and every walk comes back.
    """
    start, end = faces.reshape(-1).tolist(), np.roll(faces, -1, axis=1).reshape(-1).tolist()
    uses = Counter(zip(start, end, strict=True))
    leaving: dict[int, list[int]] = {}
    for (a, b), count in sorted(uses.items()):
        leaving.setdefault(a, []).extend([b] * (count - uses[(b, a)]))
    for first in sorted(leaving):
        while leaving[first]:
            yield from _simple_loops(leaving, first)


def _simple_loops(leaving: dict[int, list[int]], first: int) -> Iterator[Int64[np.ndarray, " n"]]:
    """Walk on from a point until it is reached again with no way left, cutting off a loop at each point met twice."""
    path, place = [first], {first: 0}
    while leaving.get(path[-1]):
        at = leaving[path[-1]].pop()
        if at in place:
            loop = path[place[at] :]
            for point in loop[1:]:
                del place[point]
            del path[place[at] + 1 :]
            yield np.array(loop, np.int64)
        else:
            place[at] = len(path)
            path.append(at)


def _manifold(mesh: Triangles) -> Manifold:
    """Empty where the mesh is no manifold."""
    from manifold3d import Manifold, Mesh64

    given = Mesh64(np.ascontiguousarray(mesh.positions), np.ascontiguousarray(mesh.faces, np.uint64))
    given.merge()
    made = Manifold(given)
    return made if made.volume() >= 0.0 else _manifold(triangles(mesh.positions, mesh.faces[:, ::-1]))
