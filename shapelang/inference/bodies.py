"""What a mesh is made of: bodies, each a closed piece or a cluster of pieces that belong together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.inference.hidden import hidden
from shapelang.inference.inlays import inlays
from shapelang.inference.inside_test import closed_test
from shapelang.inference.pieces import Piece, capped, is_solid, pieces_of, signed_volume
from shapelang.inference.thinning import thinned
from shapelang.metrics.triangles import Triangles, joined

_TOUCH: Final = 2e-3
"""Pieces whose boxes come this near (part of the diagonal) may be sheets of one soup."""

_PAIRS: Final = 3000
"""More loose pieces than this are not compared pair by pair."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """One thing to be explained by primitives. `groups` (f,) is the mesh group that each face came from; `exact` is the
    shell of a closed one with all its faces.
    """

    shell: Triangles
    groups: np.ndarray
    closed: bool
    exact: Triangles

    @property
    def group(self) -> int:
        """The mesh group with most faces."""
        return int(np.bincount(self.groups).argmax())


def bodies_of(groups: Sequence[Triangles], diagonal: float, late: Callable[[], bool]) -> list[Body]:
    """The bodies of a mesh whose groups share a frame, in no particular order.

    Closed pieces stand alone, with the cavities inside them. An open piece whose holes are flat is closed by caps: a
    cushion without an underside is still a cushion. What stays open is joined with the open pieces that it touches.
    From when it is `late`, nothing is taken apart any more.
    """
    pieces = [piece for number, group in enumerate(groups) for piece in pieces_of(group, number, diagonal, late)]
    closed = [thinned(p, diagonal) for p in pieces if p.closed]
    opened, lids = _with_lids([p for p in pieces if not p.closed], diagonal)
    opened, lids = _in_sight(opened, lids, closed, diagonal)
    solid = [lid is not None for lid in lids]
    clusters = _clusters(opened, solid, diagonal)
    found = _with_cavities(closed, diagonal)
    for members in clusters:
        lid = lids[members[0]]
        if len(members) == 1 and lid is not None:
            found.append(_body([lid], True))
        else:
            found.append(_body([opened[k] for k in members], False))
    return found


def _with_lids(opened: Sequence[Piece], diagonal: float) -> tuple[list[Piece], list[Piece | None]]:
    """The open pieces, each with what it is when caps make a solid of it; without sheets that such a cap covers."""
    shared = {point for point, uses in Counter(point for p in opened for point in p.rim).items() if uses > 1}
    # Where the rim of a bent hole is another piece's too, that piece goes on there.
    lids = [capped(p, diagonal) if shared.isdisjoint(p.rim) else capped(p, diagonal, patch=0.0) for p in opened]
    lids = [thinned(lid, diagonal) if lid is not None and is_solid(lid) else None for lid in lids]
    sheets = [p for p, lid in zip(opened, lids, strict=True) if lid is None]
    if not 1 < len(opened) <= _PAIRS:
        return list(opened), lids
    covered = inlays(sheets, (p for p, lid in zip(opened, lids, strict=True) if lid is not None), diagonal)
    gone = {id(sheet) for sheet, out in zip(sheets, covered, strict=True) if out}
    kept = [k for k, p in enumerate(opened) if id(p) not in gone]
    return [opened[k] for k in kept], [lids[k] for k in kept]


def _in_sight(
    opened: Sequence[Piece], lids: Sequence[Piece | None], closed: Sequence[Piece], diagonal: float
) -> tuple[list[Piece], list[Piece | None]]:
    """Open pieces and their lids, without sheets that lie on or within a closed piece.

    What a lid closes may have been a room, and the sheet what is seen in it.
    """
    sheets = [p for p, lid in zip(opened, lids, strict=True) if lid is None]
    gone = hidden(sheets, closed, diagonal)
    out = {id(sheet) for sheet, covered in zip(sheets, gone, strict=True) if covered}
    kept = [k for k, p in enumerate(opened) if id(p) not in out]
    return [opened[k] for k in kept], [lids[k] for k in kept]


def _body(pieces: Sequence[Piece], closed: bool) -> Body:
    shell = joined(p.shell for p in pieces)
    groups = np.concatenate([np.full(len(p.shell.faces), p.group, np.int64) for p in pieces])
    return Body(shell, groups, closed, joined(p.shell if p.exact is None else p.exact for p in pieces))


def _with_cavities(pieces: Iterable[Piece], diagonal: float) -> list[Body]:
    """Closed pieces; one turned inside out joins the smallest piece around it, or is turned back when there is none."""
    outward: list[Piece] = []
    inward: list[Piece] = []
    for piece in pieces:
        (outward if signed_volume(piece.shell) >= 0.0 else inward).append(piece)
    families: list[list[Piece]] = [[p] for p in outward]
    for cavity in sorted(inward, key=lambda p: signed_volume(p.shell)):
        low, high = cavity.shell.bounds
        around = [
            (float(np.prod(family[0].high - family[0].low)), k)
            for k, family in enumerate(families)
            if (family[0].low <= low + 1e-6 * diagonal).all()
            and (family[0].high >= high - 1e-6 * diagonal).all()
            and _within(cavity, family)
        ]
        if around:
            families[min(around)[1]].append(cavity)
        else:
            families.append([cavity])
    return [_body(family, True) for family in families]


def _within(piece: Piece, body: Sequence[Piece]) -> bool:
    """Whether most of a piece is inside: a shelf that looks inward is no cavity of the hollow cabinet around it."""
    test = closed_test(joined(p.shell for p in body))
    return 2 * int(test.inside(piece.shell.positions).sum()) > len(piece.shell.positions)


def _clusters(pieces: Sequence[Piece], solid: Sequence[bool], diagonal: float) -> list[list[int]]:
    """Open pieces that belong together: those that share a rim with a piece that no cap closes, and touching sheets."""
    parent = list(range(len(pieces)))

    def find(k: int) -> int:
        while parent[k] != k:
            parent[k] = parent[parent[k]]
            k = parent[k]
        return k

    rims: dict[tuple[int, ...], list[int]] = {}
    for k, piece in enumerate(pieces):
        for point in piece.rim:
            rims.setdefault(point, []).append(k)
    for sharing in rims.values():
        if not all(solid[k] for k in sharing):
            for k in sharing[1:]:
                parent[find(k)] = find(sharing[0])
    loose = [k for k in range(len(pieces)) if not solid[k]]
    if 1 < len(loose) <= _PAIRS:
        low = np.array([pieces[k].low for k in loose]) - 0.5 * _TOUCH * diagonal
        high = np.array([pieces[k].high for k in loose]) + 0.5 * _TOUCH * diagonal
        for i, k in enumerate(loose):
            near = ((low[i] <= high[i + 1 :]) & (high[i] >= low[i + 1 :])).all(axis=1)
            for j in np.flatnonzero(near):
                parent[find(loose[i + 1 + int(j)])] = find(k)
    clusters: dict[int, list[int]] = {}
    for k in range(len(pieces)):
        clusters.setdefault(find(k), []).append(k)
    return _with_walls(pieces, solid, list(clusters.values()), diagonal)


def _with_walls(
    pieces: Sequence[Piece], solid: Sequence[bool], clusters: list[list[int]], diagonal: float
) -> list[list[int]]:
    """Sheets in the box of a cluster that is open in any case join it: they are the walls that it lacks."""
    order = sorted(clusters, key=lambda c: -float(np.prod(np.ptp(_bounds(pieces, c), axis=0))))
    hosts: list[list[int]] = []
    for cluster in order:
        low, high = _bounds(pieces, cluster)
        sheet = not any(solid[k] for k in cluster)
        around = next((h for h in hosts if sheet and _holds(_bounds(pieces, h), low, high, _TOUCH * diagonal)), None)
        alone = len(cluster) == 1 and solid[cluster[0]]
        if around is not None:
            around.extend(cluster)
        elif not alone:
            hosts.append(cluster)
    return [c for c in order if len(c) == 1 and solid[c[0]]] + hosts


def _bounds(pieces: Sequence[Piece], cluster: Sequence[int]) -> np.ndarray:
    return np.stack(
        [np.min([pieces[k].low for k in cluster], axis=0), np.max([pieces[k].high for k in cluster], axis=0)]
    )


def _holds(box: np.ndarray, low: np.ndarray, high: np.ndarray, near: float) -> bool:
    return bool((box[0] <= low + near).all() and (box[1] >= high - near).all())
