"""Which crossed edges of a cell belong to one patch of the surface: the 256 cases, made by code.

A cell's corner c stands at (c & 1, c >> 1 & 1, c >> 2) and is inside where bit c of the case is set. Edge 4·a + r runs
along axis a; bit 0 of r says whether it is on the high side of axis a + 1, bit 1 of axis a + 2 (cyclically).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeAlias, final

import numpy as np

from shapelang.arrays import AnyArray

Edges: TypeAlias = tuple[int, ...]
Joins: TypeAlias = list[tuple[int, int]]

NO_FACE: Final = -1


@final
@dataclass(frozen=True, slots=True, eq=False)
class DualTable:
    """Rows 0 … 255 are the cases, with inside corners across a face kept apart; those above, cases with a face turned.

    patch: (rows, 12) int8, the patch of each edge, −1 where it is not crossed · count: (rows,) int8 patches ·
    tunnel: (256,) int8 the one face 2·axis + side all of whose four crossings belong to one patch, or −1 · turned:
    (256,) int16 the row of the case with that face the other way round, inside corners joined, or −1.

    Where both cells at a face have their tunnel there, one pair of patches would share two segments of the face, and
    their edge four faces (Wenger, "Isosurfaces", 2013, §3.3). Turned on both sides, the face splits both patches, and
    each edge has two. No case has two such faces, so that no turn undoes another.
    """

    patch: AnyArray
    count: AnyArray
    tunnel: AnyArray
    turned: AnyArray


@lru_cache(maxsize=1)
def dual_table() -> DualTable:
    """The table; of Nielson, "Dual marching cubes", 2004, with every ambiguous face decided alike from both sides."""
    rows = [_patches(case, NO_FACE) for case in range(256)]
    tunnel, turned = np.full(256, NO_FACE, np.int8), np.full(256, -1, np.int16)
    for case in range(256):
        faces = [face for face in range(6) if _is_tunnel(case, face, rows[case])]
        if faces:
            (tunnel[case],) = faces
            turned[case] = len(rows)
            rows.append(_patches(case, faces[0]))
    patch = np.array(rows, np.int8)
    table = DualTable(patch, (patch.max(axis=1) + 1).astype(np.int8), tunnel, turned)
    for array in (table.patch, table.count, table.tunnel, table.turned):
        array.setflags(write=False)
    return table


def edge_corners(edge: int) -> tuple[int, int]:
    """The low and the high corner of an edge."""
    axis, r = divmod(edge, 4)
    low = (r & 1) << (axis + 1) % 3 | (r >> 1) << (axis + 2) % 3
    return low, low | 1 << axis


def face_edges(face: int) -> Edges:
    """The four edges of a face 2·axis + side."""
    axis, side = divmod(face, 2)
    return tuple(e for e in range(12) if all(corner >> axis & 1 == side for corner in edge_corners(e)))


def _crossed(case: int, edge: int) -> bool:
    low, high = edge_corners(edge)
    return case >> low & 1 != case >> high & 1


def _joins(case: int, face: int, turned: bool) -> Joins:
    """Pairs of crossed edges that a segment of the surface joins on a face."""
    crossed = [e for e in face_edges(face) if _crossed(case, e)]
    if len(crossed) < 4:
        return [(crossed[0], crossed[1])] if crossed else []
    found: Joins = []
    for corner in range(8):
        if bool(case >> corner & 1) is not turned:
            around = [e for e in crossed if corner in edge_corners(e)]
            if around:
                found.append((around[0], around[1]))
    return found


def _patches(case: int, turned: int) -> tuple[int, ...]:
    """The patch of each edge, numbered by their first edges: what segments join, with one face turned."""
    root = list(range(12))
    for face in range(6):
        for a, b in _joins(case, face, face == turned):
            first, second = sorted((root[a], root[b]))
            root = [first if r == second else r for r in root]
    names = sorted({root[e] for e in range(12) if _crossed(case, e)})
    return tuple(names.index(root[e]) if _crossed(case, e) else -1 for e in range(12))


def _is_tunnel(case: int, face: int, patches: tuple[int, ...]) -> bool:
    found = [patches[e] for e in face_edges(face)]
    return -1 not in found and len(set(found)) == 1
