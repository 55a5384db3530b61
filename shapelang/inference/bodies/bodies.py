"""What a mesh is made of: bodies, each a closed piece or a cluster of pieces that belong together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np

from shapelang.inference.bodies.hidden import hidden
from shapelang.inference.bodies.inlays import inlays
from shapelang.inference.bodies.pieces import Piece, capped, is_solid, pieces_of
from shapelang.inference.bodies.thinning import thinned
from shapelang.inference.fused.told import Reading
from shapelang.inference.sampling.inside_test import closed_test
from shapelang.inference.sampling.rims import signed_volume
from shapelang.metrics.triangles import Triangles, joined

_TOUCH: Final = 2e-3
"""Pieces whose boxes come this near (part of the diagonal) may be sheets of one soup."""

_BESIDE: Final = 0.01
"""Of the diagonal: how near to a cap's middle something stands that is about it."""

_PAIRS: Final = 3000
"""More loose pieces than this are not compared pair by pair."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """One thing to be explained by primitives. `groups` (f,) is the mesh group that each face came from; `exact` is the
    shell of a closed one with all its faces; `told` are the solids that its surface shows patches of, where they are
    known already.
    """

    shell: Triangles
    groups: np.ndarray
    closed: bool
    exact: Triangles
    told: Reading | None = None
    opened: Triangles | None = None
    """What a solid was before caps were put on its holes, where nothing else is about these."""

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
    closed = [p if late() else thinned(p, diagonal) for p in pieces if _is_around(p)]
    opened, lids = _with_lids([p for p in pieces if not _is_around(p)], diagonal, late)
    if not late():
        opened, lids = _in_sight(opened, lids, closed, diagonal)
    solid = [lid is not None for lid in lids]
    boxes = np.array([(p.low, p.high) for p in pieces] or np.zeros((0, 2, 3)))
    clusters = _clusters(opened, solid, diagonal, late)
    found = _with_cavities(closed, diagonal, late)
    for members in clusters:
        lid = lids[members[0]]
        if len(members) == 1 and lid is not None:
            open_still = _in_the_open(opened[members[0]], lid, boxes, diagonal)
            found.append(replace(_body([lid], True), opened=opened[members[0]].shell if open_still else None))
        else:
            found.append(_body([opened[k] for k in members], False))
    return found


def _is_around(piece: Piece) -> bool:
    """Whether a piece is closed about something: a face and its back, which unions leave, have nothing in them."""
    return piece.closed and len(piece.shell.faces) > 2


def _with_lids(
    opened: Sequence[Piece], diagonal: float, late: Callable[[], bool]
) -> tuple[list[Piece], list[Piece | None]]:
    """The open pieces, each with what it is when caps make a solid of it; without sheets that such a cap covers."""
    shared = {point for point, uses in Counter(point for p in opened for point in p.rim).items() if uses > 1}

    def lid_of(piece: Piece) -> Piece | None:
        # Where the rim of a bent hole is another piece's too, that piece goes on there.
        lid = capped(piece, diagonal) if shared.isdisjoint(piece.rim) else capped(piece, diagonal, patch=0.0)
        return thinned(lid, diagonal) if lid is not None and is_solid(lid) else None

    lids = [None if late() else lid_of(p) for p in opened]
    sheets = [p for p, lid in zip(opened, lids, strict=True) if lid is None]
    if not 1 < len(opened) <= _PAIRS or late():
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


def _in_the_open(piece: Piece, lid: Piece, boxes: np.ndarray, diagonal: float) -> bool:
    """Whether nothing else is about the middles of a piece's caps, by the boxes (k, 2, 3) of all pieces: what stands
    open within or below another one was left open for that.
    """
    whole = lid.shell if lid.exact is None else lid.exact
    hubs = whole.positions[len(piece.shell.positions) :]
    near = _BESIDE * diagonal
    others = boxes[(boxes[:, 0] != piece.low).any(axis=1) | (boxes[:, 1] != piece.high).any(axis=1)]
    within = (hubs[:, None] > others[:, 0] - near) & (hubs[:, None] < others[:, 1] + near)
    return not within.all(axis=2).any()


def _with_cavities(pieces: Iterable[Piece], diagonal: float, late: Callable[[], bool]) -> list[Body]:
    """Closed pieces; one turned inside out joins the smallest piece around it, or is turned back when there is none."""
    outward: list[Piece] = []
    inward: list[tuple[float, Piece]] = []
    for piece in pieces:
        volume = signed_volume(piece.shell)
        if volume >= 0.0:
            outward.append(piece)
        else:
            inward.append((volume, piece))
    families = [[p] for p in outward]
    boxes = np.zeros((len(outward) + len(inward), 2, 3))
    boxes[: len(outward)] = [(p.low, p.high) for p in outward] or 0.0
    for _, cavity in sorted(inward, key=lambda one: one[0]):
        around = [] if late() else _around(boxes[: len(families)], cavity, 1e-6 * diagonal)
        host = next((k for k in around if _within(cavity, families[k])), None)
        if host is None:
            boxes[len(families)] = cavity.low, cavity.high
            families.append([cavity])
        else:
            families[host].append(cavity)
    return [_body(family, True) for family in families]


def _around(boxes: np.ndarray, piece: Piece, near: float) -> list[int]:
    """The boxes (n, 2, 3) that a piece is in, the smallest first."""
    low, high = piece.shell.bounds
    around = np.flatnonzero((boxes[:, 0] <= low + near).all(axis=1) & (boxes[:, 1] >= high - near).all(axis=1))
    room = np.prod(boxes[around, 1] - boxes[around, 0], axis=1)
    return around[np.argsort(room, kind="stable")].tolist()


def _within(piece: Piece, body: Sequence[Piece]) -> bool:
    """Whether most of a piece is inside: a shelf that looks inward is no cavity of the hollow cabinet around it."""
    test = closed_test(joined(p.shell for p in body))
    return 2 * int(test.inside(piece.shell.positions).sum()) > len(piece.shell.positions)


def _clusters(
    pieces: Sequence[Piece], solid: Sequence[bool], diagonal: float, late: Callable[[], bool]
) -> list[list[int]]:
    """Open pieces that belong together: those that share a rim with a piece that no cap closes, and touching sheets."""
    if len(pieces) < 2:
        return [[k] for k in range(len(pieces))]
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
    return _with_walls(pieces, solid, list(clusters.values()), diagonal, late)


def _with_walls(
    pieces: Sequence[Piece],
    solid: Sequence[bool],
    clusters: list[list[int]],
    diagonal: float,
    late: Callable[[], bool],
) -> list[list[int]]:
    """Sheets in the box of a cluster that is open in any case join it: they are the walls that it lacks."""
    near = _TOUCH * diagonal
    boxes = np.array([_bounds(pieces, cluster) for cluster in clusters]).reshape(-1, 2, 3)
    closed: list[list[int]] = []
    hosts: list[list[int]] = []
    held = np.zeros_like(boxes)
    for k in np.argsort(-np.prod(boxes[:, 1] - boxes[:, 0], axis=1), kind="stable").tolist():
        cluster, (low, high) = clusters[k], boxes[k]
        if len(cluster) == 1 and solid[cluster[0]]:
            closed.append(cluster)
            continue
        count = 0 if late() or any(solid[n] for n in cluster) else len(hosts)
        inside = (held[:count, 0] <= low + near).all(axis=1) & (held[:count, 1] >= high - near).all(axis=1)
        if inside.any():
            host = int(inside.argmax())
            hosts[host].extend(cluster)
            held[host] = np.minimum(held[host, 0], low), np.maximum(held[host, 1], high)
        else:
            held[len(hosts)] = boxes[k]
            hosts.append(cluster)
    return closed + hosts


def _bounds(pieces: Sequence[Piece], cluster: Sequence[int]) -> np.ndarray:
    return np.stack(
        [np.min([pieces[k].low for k in cluster], axis=0), np.max([pieces[k].high for k in cluster], axis=0)]
    )
