"""Connected pieces of a triangle soup: welding, splitting, and closing of flat holes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np

from shapelang.metrics.triangles import Triangles, triangles

WELD: Final = 1e-5
"""Corners nearer than this part of the diagonal are one point."""

_FLAT: Final = 1e-2
"""A hole is flat when its rim leaves its plane by less than this part of its size."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A connected piece of one mesh group.

    `rim` are the lattice points of the open edges' ends (equal for pieces that share a rim); `loops` their vertices.
    """

    shell: Triangles
    group: int
    closed: bool
    rim: frozenset[tuple[int, ...]]
    loops: tuple[tuple[int, ...], ...]
    low: np.ndarray
    high: np.ndarray


def pieces_of(mesh: Triangles, group: int, diagonal: float, late: Callable[[], bool]) -> Iterator[Piece]:
    """The connected pieces of one group, corners welded by position; faces without area are dropped.

    From when it is `late`, the rest comes as one piece.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    if len(mesh.faces) == 0:
        return
    lattice = np.round(mesh.positions / (WELD * diagonal)).astype(np.int64)
    keys, first, point = np.unique(lattice, axis=0, return_index=True, return_inverse=True)
    faces = point.reshape(-1)[mesh.faces]
    a, b, c = faces.T
    faces = faces[(a != b) & (b != c) & (c != a)]
    if len(faces) == 0:
        return
    positions = mesh.positions[first]
    links = coo_matrix((np.ones(2 * len(faces)), (np.r_[faces[:, 0], faces[:, 0]], np.r_[faces[:, 1], faces[:, 2]])))
    links.resize((len(keys), len(keys)))
    _, part = connected_components(links, directed=False)
    of_face = part[faces[:, 0]]
    order = np.argsort(of_face, kind="stable")
    ends = np.flatnonzero(np.r_[np.diff(of_face[order]) != 0, True]) + 1
    start = 0
    for end in ends:
        if late():
            yield _piece(positions, keys, faces[order[start:]], group)
            return
        for some in _apart(faces[order[start:end]]):
            yield _piece(positions, keys, some, group)
        start = int(end)


def _apart(faces: np.ndarray) -> list[np.ndarray]:
    """Faces (f, 3) that share corners, as closed pieces that only touch; as they are where that leaves one open.

    Where two boards meet in an edge it has four faces, and says nothing of which belong together.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    count = int(faces.max()) + 1
    start, end = faces.reshape(-1), np.roll(faces, -1, axis=1).reshape(-1)
    _, edge, sides = np.unique(
        np.minimum(start, end) * count + np.maximum(start, end), return_inverse=True, return_counts=True
    )
    order = np.argsort(edge.reshape(-1), kind="stable")
    pairs = order[sides[edge.reshape(-1)[order]] == 2].reshape(-1, 2) // 3
    links = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), (len(faces), len(faces)))
    pieces, part = connected_components(links, directed=False)
    if pieces == 1 or pieces > len(faces) // 4:
        return [faces]
    found = [faces[part == k] for k in range(pieces)]
    return found if all(len(open_edges(some)) == 0 for some in found) else [faces]


def _piece(positions: np.ndarray, keys: np.ndarray, faces: np.ndarray, group: int) -> Piece:
    used, local = np.unique(faces, return_inverse=True)
    shell = triangles(positions[used], local.reshape(-1, 3))
    low, high = shell.bounds
    rim_edges = open_edges(shell.faces)
    rim = frozenset(tuple(int(x) for x in keys[used[v]]) for v in np.unique(rim_edges))
    return Piece(shell, group, len(rim_edges) == 0, rim, _loops(rim_edges), low, high)


def open_edges(faces: np.ndarray) -> np.ndarray:
    """(e, 2) directed edges without an opposite one."""
    start, end = faces.reshape(-1), np.roll(faces, -1, axis=1).reshape(-1)
    count = int(faces.max()) + 1
    low, high = np.minimum(start, end), np.maximum(start, end)
    edge, number = np.unique(low * count + high, return_inverse=True)
    balance = np.bincount(number.reshape(-1), weights=np.sign(end - start), minlength=len(edge))
    left = balance[number.reshape(-1)] * np.sign(end - start) > 0
    # Of an edge met twice in one direction and once in the other, one remains open; the first does.
    _, first = np.unique(np.where(left, number.reshape(-1), -1), return_index=True)
    keep = first[left[first]]
    return np.stack([start[keep], end[keep]], axis=1)


def _loops(edges: np.ndarray) -> tuple[tuple[int, ...], ...]:
    """Closed walks along open edges; those that do not close are left out."""
    onward: dict[int, list[int]] = {}
    for a, b in edges.tolist():
        onward.setdefault(a, []).append(b)
    loops: list[tuple[int, ...]] = []
    for start in list(onward):
        while onward[start]:
            walk = [start]
            here = onward[start].pop()
            while here != start and onward.get(here):
                walk.append(here)
                here = onward[here].pop()
            if here == start:
                loops.append(tuple(walk))
    return tuple(loops)


def capped(piece: Piece, diagonal: float) -> Piece | None:
    """The piece with its holes closed by fans, or None where a hole is not flat."""
    shell = piece.shell
    lids: list[tuple[int, int, int]] = []
    centres: list[np.ndarray] = []
    for loop in piece.loops:
        rim = shell.positions[list(loop)]
        centre = rim.mean(axis=0)
        apart = rim - centre
        span = np.sqrt(np.maximum(np.linalg.eigvalsh(np.einsum("ni,nj->ij", apart, apart)), 0.0))
        if len(loop) > 3 and float(span.min()) > _FLAT * max(float(span.max()), 1e-9 * diagonal):
            return None
        hub = len(shell.positions) + len(centres)
        centres.append(centre)
        lids.extend((b, a, hub) for a, b in zip(loop, loop[1:] + loop[:1], strict=True))
    if not lids:
        return None
    closed = triangles(np.vstack([shell.positions, *centres]), np.vstack([shell.faces, np.array(lids)]))
    return replace(piece, shell=closed, closed=True) if len(open_edges(closed.faces)) == 0 else None


def signed_volume(mesh: Triangles) -> float:
    """Volume of a closed mesh; negative when it is wound inside out."""
    corners = mesh.corners - mesh.positions.mean(axis=0)
    return float((corners[:, 0] * np.cross(corners[:, 1], corners[:, 2])).sum() / 6.0)
