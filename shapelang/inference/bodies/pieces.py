"""Connected pieces of a triangle soup: welding, splitting, and closing of flat holes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np

from shapelang.inference.sampling.rims import loops_of, open_edges, signed_volume
from shapelang.metrics.connected import connected
from shapelang.metrics.triangles import Triangles, face_areas, triangles

_WELD: Final = 1e-5
"""Corners nearer than this part of the diagonal are one point."""

_EQUAL: Final = 1e-9
"""The same for corners that are equal but for rounding."""

_FLAT: Final = 1e-2
"""A hole is flat when its rim leaves its plane by less than this part of its size."""

_PATCH: Final = 0.15
"""Holes that are not flat are damage, and no openings, when fans over them are less than this part of the area."""

_SHEET: Final = 1e-4
"""A piece thinner than this part of its extent is flat."""

_SOLID: Final = 0.02
"""A capped piece is a solid when it fills this part of its box at least; below it is a bent sheet."""

_FEWEST: Final = 4
"""Faces of a solid, an open side counting as none."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A connected piece of one mesh group.

    `rim` are the lattice points of the open edges' ends (equal for pieces that share a rim); `loops` their vertices.
    `exact` is the shell as it was before it was thinned out.
    """

    shell: Triangles
    group: int
    closed: bool
    rim: frozenset[tuple[int, ...]]
    loops: tuple[tuple[int, ...], ...]
    low: np.ndarray
    high: np.ndarray
    exact: Triangles | None = None


def pieces_of(mesh: Triangles, group: int, diagonal: float, late: Callable[[], bool]) -> Iterator[Piece]:
    """The connected pieces of one group, corners welded by position; faces without area are dropped.

    What is closed by corners that are equal stands alone, for boards that almost touch would become one; so does what
    is closed when its own corners are welded with some play. The rest is welded with that play, but for solids whose
    holes touch. From when it is `late`, the rest comes as one piece.
    """
    rest = mesh.faces
    apart = np.zeros((len(mesh.positions), 0), np.int64)
    own = np.zeros(0, np.int64)
    for step in (_EQUAL, _WELD):
        welded = _welded(mesh.positions, rest, step * diagonal, apart)
        parts = _connected(welded)
        closed = _closed(welded, parts)
        for some in _split(parts, closed, late):
            faces = welded.faces[some]
            yield from _as_pieces(welded, [faces] if late() else _apart(faces), group)
        apart = np.zeros((len(mesh.positions), 1), np.int64)
        apart[rest[welded.given].reshape(-1), 0] = np.repeat(parts, 3)
        rest, own = rest[welded.given[~closed]], parts[~closed]
    welded = _welded(mesh.positions, rest, _WELD * diagonal, apart[:, :0])
    own = own[welded.given]
    for some in _split(_connected(welded), np.ones(len(own), bool), late):
        solids = _solids(welded, some, own[some], group, diagonal)
        yield from solids or _as_pieces(welded, _apart(welded.faces[some]), group)


def _solids(mesh: _Welded, some: np.ndarray, own: np.ndarray, group: int, diagonal: float) -> list[Piece]:
    """The parts `own` (k,) of some faces (k,), where there are several and each is a solid when it is capped."""
    order = np.argsort(own, kind="stable")
    parts = np.split(some[order], np.flatnonzero(np.diff(own[order])) + 1)
    if len(parts) == 1 or min(map(len, parts)) < _FEWEST:
        return []
    found: list[Piece] = []
    for part in parts:
        (piece,) = _as_pieces(mesh, [mesh.faces[part]], group)
        lid = capped(piece, diagonal)
        if lid is None or not is_solid(lid):
            return []
        found.append(piece)
    return found


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Welded:
    """Faces over the points of a lattice: `keys` are theirs, `given` the number of each face that was given."""

    positions: np.ndarray
    keys: np.ndarray
    faces: np.ndarray
    given: np.ndarray


def _welded(positions: np.ndarray, faces: np.ndarray, step: float, apart: np.ndarray) -> _Welded:
    """Corners that are equal on the lattice become one, unless `apart` (n, k) tells them from one another."""
    used = np.unique(faces)
    lattice = np.column_stack([np.round(positions[used] / step).astype(np.int64), apart[used]])
    keys, first, number = np.unique(lattice, axis=0, return_index=True, return_inverse=True)
    point = np.zeros(len(positions), np.int64)
    point[used] = number.reshape(-1)
    welded = point[faces]
    a, b, c = welded.T
    given = np.flatnonzero((a != b) & (b != c) & (c != a))
    return _Welded(positions[used[first]], keys[:, :3], welded[given], given)


def _connected(mesh: _Welded) -> np.ndarray:
    """(f,) the number of the connected part that each face is in."""
    a, b, c = mesh.faces.T
    return connected(len(mesh.keys), np.r_[a, a], np.r_[b, c])[a]


def _closed(mesh: _Welded, parts: np.ndarray) -> np.ndarray:
    """(f,) whether a face's part has no open edge."""
    start, end = mesh.faces.reshape(-1), np.roll(mesh.faces, -1, axis=1).reshape(-1)
    low, high = np.minimum(start, end), np.maximum(start, end)
    number = np.unique(low * len(mesh.keys) + high, return_inverse=True)[1].reshape(-1)
    balance = np.bincount(number, weights=np.sign(end - start))
    opened = np.zeros(int(parts.max(initial=-1)) + 1, bool)
    opened[np.repeat(parts, 3)[balance[number] != 0]] = True
    return ~opened[parts]


def _split(parts: np.ndarray, chosen: np.ndarray, late: Callable[[], bool]) -> Iterator[np.ndarray]:
    """The numbers of the chosen faces part by part; from when it is `late` all that are left."""
    order = np.flatnonzero(chosen)[np.argsort(parts[chosen], kind="stable")]
    start = 0
    for end in (np.flatnonzero(np.diff(parts[order], append=-1)) + 1).tolist():
        if late():
            yield order[start:]
            return
        yield order[start:end]
        start = end


def _as_pieces(mesh: _Welded, parts: Sequence[np.ndarray], group: int) -> Iterator[Piece]:
    for faces in parts:
        yield _piece(mesh.positions, mesh.keys, faces, group)


def _apart(faces: np.ndarray) -> list[np.ndarray]:
    """Faces (f, 3) that share corners, as closed pieces that only touch; as they are where that leaves one open.

    Where two boards meet in an edge it has four faces, and says nothing of which belong together.
    """
    count = int(faces.max()) + 1
    start, end = faces.reshape(-1), np.roll(faces, -1, axis=1).reshape(-1)
    _, edge, sides = np.unique(
        np.minimum(start, end) * count + np.maximum(start, end), return_inverse=True, return_counts=True
    )
    order = np.argsort(edge.reshape(-1), kind="stable")
    pairs = order[sides[edge.reshape(-1)[order]] == 2].reshape(-1, 2) // 3
    part = connected(len(faces), pairs[:, 0], pairs[:, 1])
    pieces = int(part.max()) + 1
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
    return Piece(shell, group, len(rim_edges) == 0, rim, loops_of(rim_edges), low, high)


def capped(piece: Piece, diagonal: float, patch: float = _PATCH) -> Piece | None:
    """The piece with its holes closed by fans, or None where those that are not flat are more than `patch` of it."""
    shell = piece.shell
    bent = 0.0
    lids: list[tuple[int, int, int]] = []
    centres: list[np.ndarray] = []
    for loop in piece.loops:
        rim = shell.positions[list(loop)]
        centre = rim.mean(axis=0)
        apart = rim - centre
        span = np.sqrt(np.maximum(np.linalg.eigvalsh(np.einsum("ni,nj->ij", apart, apart)), 0.0))
        if len(loop) > 3 and float(span.min()) > _FLAT * max(float(span.max()), 1e-9 * diagonal):
            bent += _fan_area(rim, centre)
        hub = len(shell.positions) + len(centres)
        centres.append(centre)
        lids.extend((b, a, hub) for a, b in zip(loop, loop[1:] + loop[:1], strict=True))
    if not lids or bent > patch * float(face_areas(shell).sum()):
        return None
    closed = triangles(np.vstack([shell.positions, *centres]), np.vstack([shell.faces, np.array(lids)]))
    return replace(piece, shell=closed, closed=True) if len(open_edges(closed.faces)) == 0 else None


def _fan_area(rim: np.ndarray, centre: np.ndarray) -> float:
    cross = np.cross(rim - centre, np.roll(rim, -1, axis=0) - centre)
    return 0.5 * float(np.sqrt((cross * cross).sum(axis=1)).sum())


def is_solid(piece: Piece) -> bool:
    """Whether a closed piece fills so much of its box that it is no bent sheet."""
    low, high = piece.shell.bounds
    # A flat piece has no volume but for rounding, and no box to compare it with.
    size = np.maximum(high - low, _SHEET * float((high - low).max()))
    return signed_volume(piece.shell) > _SOLID * float(np.prod(size))
