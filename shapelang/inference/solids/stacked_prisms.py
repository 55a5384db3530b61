"""Bodies that are prisms on one another, straight or tapered, with holes through them, read from their faces: exact."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from typing import Final, assert_never, final

import numpy as np

from shapelang.deadline import NEVER
from shapelang.inference.sampling.rims import loops_of, open_edges
from shapelang.inference.solids.extruded import axes_of, frame_along, is_round, prism_of
from shapelang.inference.solids.fit import burden
from shapelang.inference.solids.kinds import LONGER, Carved, Cuboid, Fit, Placed, Prism, Tapered
from shapelang.inference.solids.outline import polygon_area
from shapelang.inference.solids.sections import Loop, Piece, levels, pieces_between
from shapelang.metrics.triangles import Triangles, cross_products
from shapelang.primitives.polygon import centroid, simple

_LEVEL: Final = 1e-4
"""Of the diagonal: heights nearer than this are one."""

_NEAR: Final = 5e-4
"""Of the diagonal: how far corners may lie from where a straight or tapered prism has them."""

_AXES: Final = 24
"""Directions that are tried: the ends of a thin shade are its smallest faces."""

_LEVELS: Final = 12
_CORNERS: Final = 16
"""Of one outline: nobody writes more by hand."""

_FACES: Final = 600
"""Of bodies that are looked at: what has more is curved."""

_PIECES: Final = 12

_SHARP: Final = 0.2
"""Holes that narrow to less than this share are not made longer, and so not written."""

_TURNED_OVER: Final = (1.0, -1.0, -1.0)
"""The axes of a frame upside down: half a turn about x."""


def stacked_prisms(shell: Triangles, late: Callable[[], bool] = NEVER.late) -> list[Fit]:
    """The prisms that a closed shell is made of along one axis, the fewest numbers; nothing where it is not.

    From when it is `late`, no further axis is looked along.
    """
    if len(shell.faces) > _FACES:
        return []
    axes = takewhile(lambda _: not late(), axes_of(cross_products(shell), _AXES))
    found = [fits for axis in axes if (fits := _along(shell, axis))]
    return min(found, key=lambda fits: sum(burden(fit.kind) for fit in fits), default=[])


def _along(shell: Triangles, axis: np.ndarray) -> list[Fit]:
    heights = levels(shell.positions @ axis, _LEVEL * shell.diagonal)
    if not 2 <= len(heights) <= _LEVELS:
        return []
    rims = loops_of(open_edges(_flat(shell, axis)))
    frame = frame_along(axis, [shell.positions[list(rim)] for rim in rims])
    points, near = shell.positions @ frame, _NEAR * shell.diagonal
    pieces: list[Piece] = []
    for low, high in pairwise(heights.tolist()):
        slab = pieces_between(points, shell.faces, low, high)
        if slab is None:
            return []
        pieces = _joined(pieces, slab, near)
        if len(pieces) > _PIECES:
            return []
    fits = [_fit(piece, frame, near) for piece in pieces]
    return [fit for fit in fits if fit is not None] if None not in fits else []


def _flat(shell: Triangles, axis: np.ndarray) -> np.ndarray:
    """Faces across an axis."""
    cross = cross_products(shell)
    area = np.sqrt((cross * cross).sum(axis=1))
    return shell.faces[np.abs(cross @ axis) > (1.0 - 1e-6) * area]


def _joined(below: list[Piece], slab: Sequence[Piece], near: float) -> list[Piece]:
    """What goes on as it was is one piece."""
    found = list(below)
    for piece in slab:
        places = (k for k, other in enumerate(found) if other.high == piece.low)
        longer = next(((k, one) for k in places if (one := _continued(found[k], piece, near)) is not None), None)
        if longer is None:
            found.append(piece)
        else:
            found[longer[0]] = longer[1]
    return found


def _continued(below: Piece, above: Piece, near: float) -> Piece | None:
    if len(below.holes) != len(above.holes):
        return None
    share = (below.high - below.low) / (above.high - below.low)
    outer = _one_loop(below.outer, above.outer, share, near)
    if outer is None:
        return None
    holes: list[Loop] = []
    for hole in below.holes:
        one = next((o for other in above.holes if (o := _one_loop(hole, other, share, near)) is not None), None)
        if one is None:
            return None
        holes.append(one)
    return Piece(below.low, above.high, outer, tuple(holes))


def _one_loop(below: Loop, above: Loop, share: float, near: float) -> Loop | None:
    """Two outlines as one, if the corners of the lower go on straight; `share`: of the height, the lower one's."""
    if len(below.foot) != len(above.foot):
        return None
    for shift in range(len(above.foot)):
        foot, top = np.roll(above.foot, shift, axis=0), np.roll(above.top, shift, axis=0)
        if np.abs(foot - below.top).max() < near:
            straight = (1.0 - share) * below.foot + share * top
            return Loop(below.foot, top) if np.abs(straight - foot).max() < near else None
    return None


def _fit(piece: Piece, frame: np.ndarray, near: float) -> Fit | None:
    height = piece.high - piece.low
    outer = _standing(piece.outer, height, near)
    holes = [_standing(hole, height, near) for hole in piece.holes]
    if outer is None:
        return None
    placed = [None if hole is None else _hole(hole, outer) for hole in holes]
    through = tuple(hole for hole in placed if hole is not None)
    if len(through) < len(holes):
        return None
    kind = Carved(outer.kind, through) if through else outer.kind
    x, z = outer.middle.tolist()
    centre = frame @ np.array([x, 0.5 * (piece.low + piece.high), z])
    return Fit(kind, frame * _TURNED_OVER if outer.down else frame, centre, 1.0, 0.0)


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Standing:
    """A kind, where the middle of its box stands, (2,), and whether it stands upside `down`."""

    kind: Cuboid | Prism | Tapered
    middle: np.ndarray
    down: bool


def _standing(loop: Loop, height: float, near: float) -> _Standing | None:
    """The straight or tapered prism that a loop is; None where it is none, or round. The larger end is the foot."""
    down = float(np.ptp(loop.top, axis=0).max()) > float(np.ptp(loop.foot, axis=0).max())
    foot, top = (loop.top, loop.foot) if down else (loop.foot, loop.top)
    if len(foot) > _CORNERS or is_round(foot) or not simple([(float(a), float(b)) for a, b in foot]):
        return None
    if abs(polygon_area(foot)) < near * near:
        return None
    middle = 0.5 * (foot.min(axis=0) + foot.max(axis=0))
    hub = np.array(centroid([(float(a), float(b)) for a, b in foot]))
    own = foot - hub
    taper = min(float((own * (top - hub)).sum() / (own * own).sum()), 1.0)
    wide = float(np.ptp(foot, axis=0).max())
    # The middle of a foot whose nearly straight corners are left out is beside the point by as little.
    if taper * wide < -near or np.abs(top - hub - taper * own).max() > near:
        return None
    if (1.0 - taper) * wide < near:
        return _Standing(prism_of(loop.foot, height), middle, False)
    points = (foot - middle) * (1.0, -1.0 if down else 1.0)
    return _Standing(Tapered(_corners(points), height, 0.0 if taper * wide < near else taper), middle, down)


def _corners(points: np.ndarray) -> tuple[tuple[float, float], ...]:
    return tuple((float(x), float(z)) for x, z in points)


def _hole(hole: _Standing, outer: _Standing) -> Placed | None:
    """A hole somewhat longer than what it goes through, in the frame of the solid."""
    kind = hole.kind
    shift = np.zeros(2)
    match kind:
        case Cuboid((a, height, b)):
            longer: Cuboid | Prism | Tapered = Cuboid((a, LONGER * height, b))
        case Prism(points, height):
            longer = Prism(points, LONGER * height)
        case Tapered(points, height, taper):
            if taper < _SHARP:
                return None
            more = 0.5 * (LONGER - 1.0) * (1.0 - taper)
            foot = kind.hub + (1.0 + more) * (np.array(points) - kind.hub)
            shift = 0.5 * (foot.min(axis=0) + foot.max(axis=0))
            longer = Tapered(_corners(foot - shift), LONGER * height, (taper - more) / (1.0 + more))
        case _:
            assert_never(kind)
    frame = np.diag(_TURNED_OVER) if hole.down != outer.down else np.eye(3)
    x, z = ((hole.middle - outer.middle) + shift * (1.0, -1.0 if hole.down else 1.0)).tolist()
    return Placed(longer, tuple(frame.reshape(-1).tolist()), (x, 0.0, -z if outer.down else z))
