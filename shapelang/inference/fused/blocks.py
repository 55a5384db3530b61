"""What of a fused surface is bounded by planes in pieces, and the boxes of those that are square in one frame."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.inference.fused.facets import Facets, connected
from shapelang.inference.sampling.inside_test import Inside
from shapelang.inference.solids.boards import between_planes
from shapelang.inference.solids.kinds import Cuboid, Fit

_INWARD: Final = -0.5
"""Degrees by which an edge is bent where two parts meet."""

SQUARE: Final = 1e-3
"""Sine of the angle by which two faces may be off, to be parallel or square."""

_SMALL: Final = 1e-5
"""Of the area of the body: facets below are crumbs that a union leaves."""

_LONE: Final = 2e-3
"""Of the same: what a facet alone has that is a piece, as a floor between walls is; small ones are those of what is
bent inward.
"""

_PIECES: Final = 400
"""Pieces that are looked at, the largest: a surface that is made of nothing exact falls into thousands."""

_LEVELS: Final = 90
"""Planes across an axis."""

_CANDIDATES: Final = 12000
"""Largest boxes between planes."""

_PAD: Final = 0.3
"""A plate on a face goes on below it by this part of what is seen, since it may lie on the face or half in it."""

_PLATE: Final = 0.15
"""Of its other extents: what is seen of a thin plate."""

_PLACES: Final = np.array([(s, t) for s in (0.1, 0.5, 0.9) for t in (0.1, 0.5, 0.9)])
"""Where on a face or section one looks."""

_FINE: Final = 4096
"""Places on a line through the body at which a gap is looked for, at most."""

NEAR: Final = 2e-4
"""Of the diagonal: planes nearer than this are one."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Facets that meet along edges bent outward: of one part, or of several that are flush; `told` are large enough to
    have a normal.
    """

    facets: np.ndarray
    told: np.ndarray
    normals: np.ndarray
    areas: np.ndarray


def pieces_of(facets: Facets, taken: np.ndarray) -> tuple[list[Piece], list[Piece]]:
    """The pieces of what is not taken (numbers of facets), and large facets that are one alone, as floors are."""
    free = np.ones(len(facets.areas), bool)
    free[taken] = False
    links = (facets.turn > _INWARD) & free[facets.pair].all(axis=1)
    whole = float(facets.areas.sum())
    small = _SMALL * whole
    found: list[Piece] = []
    alone: list[Piece] = []
    for group in connected(facets, links):
        own = group[free[group]]
        told = own[facets.areas[own] > small]
        piece = Piece(own, told, facets.normals[told], facets.areas[told])
        if len(told) >= 2:
            found.append(piece)
        elif len(told) == 1 and piece.areas[0] > _LONE * whole:
            alone.append(piece)
    return _largest(found), _largest(alone)


def _largest(pieces: list[Piece]) -> list[Piece]:
    return pieces if len(pieces) <= _PIECES else sorted(pieces, key=lambda p: -float(p.areas.sum()))[:_PIECES]


def squared(piece: Piece) -> list[Piece]:
    """The facets of a piece that stand square to its largest one, and those that do not."""
    ways = directions(piece)
    if len(ways) < 3 or square_frame(ways) is not None:
        return [piece]
    beside = next((way for way in ways[1:] if abs(float(way @ ways[0])) < SQUARE), None)
    if beside is None:
        return [piece]
    frame = np.stack([ways[0], beside, np.cross(ways[0], beside)], axis=1)
    told = np.flatnonzero(np.abs(piece.normals @ frame).max(axis=1) > 1.0 - 0.5 * SQUARE**2)
    if float(piece.areas[told].sum()) < 0.5 * float(piece.areas.sum()) or len(told) < 3:
        return [piece]
    return [piece, Piece(piece.told[told], piece.told[told], piece.normals[told], piece.areas[told])]


def directions(piece: Piece) -> np.ndarray:
    """(k, 3) the distinct normals up to their sign, those of most area first."""
    found, weight, count = np.zeros((len(piece.normals), 3)), np.zeros(len(piece.normals)), 0
    for normal, area in zip(piece.normals, piece.areas, strict=True):
        near = np.abs(found[:count] @ normal) > np.sqrt(1.0 - SQUARE * SQUARE)
        first = int(near.argmax()) if near.any() else count
        if first == count:
            found[count] = normal
            count += 1
        weight[first] += area
    return found[np.argsort(-weight[:count], kind="stable")]


def square_frame(ways: np.ndarray) -> np.ndarray | None:
    """(3, 3) axes as columns where all directions are square to one another; None else, or of one alone."""
    if not 2 <= len(ways) <= 3 or (np.abs(ways @ ways.T - np.eye(len(ways))) > 2.0 * SQUARE).any():
        return None
    x, y = ways[0], ways[1] - (ways[1] @ ways[0]) * ways[0]
    y = y / np.sqrt((y**2).sum())
    return np.stack([x, y, np.cross(x, y)], axis=1)


def frames_of(pieces: Sequence[Piece]) -> list[tuple[np.ndarray, list[Piece]]]:
    """Frames with the pieces that are square in them, that of most area first."""
    found: list[tuple[np.ndarray, list[Piece]]] = []
    lone: list[Piece] = []
    for piece in sorted(pieces, key=lambda p: -float(p.areas.sum())):
        ways = directions(piece)
        frame = square_frame(ways)
        if len(ways) == 1:
            lone.append(piece)
        if frame is None:
            continue
        for known, members in found:
            if (np.abs(known.T @ frame).max(axis=0) > 1.0 - 0.5 * SQUARE**2).all():
                members.append(piece)
                break
        else:
            found.append((frame, [piece]))
    for piece in lone:
        for known, members in found:
            if np.abs(piece.normals[0] @ known).max() > 1.0 - 0.5 * SQUARE**2:
                members.append(piece)
                break
    return found


def boxes(
    facets: Facets, frame: np.ndarray, pieces: Sequence[Piece], inside: Inside, late: Callable[[], bool]
) -> list[Fit]:
    """The boxes of the pieces that are square in one frame: between all planes, or of each piece alone where there are
    too many, and where all pieces are boxes by themselves and these are fewer: slanted boards on opposite sides stand
    square to each other, and the planes of each cut the other where both run through the body.
    """
    found = _between(facets, frame, pieces, inside, late)
    made: list[tuple[np.ndarray, np.ndarray]] = []
    rest: list[Piece] = []
    local = facets.shell.positions @ frame
    for piece in pieces:
        single = None if late() else _alone(facets, frame, local, piece)
        if single is None:
            rest.append(piece)
        else:
            made.append(single)
        if rest and found is not None:
            break
    if found is None or not rest:
        for piece in rest:
            made += _between(facets, frame, [piece], inside, late) or []
        whole = _gone_on(made, frame, inside, NEAR * facets.diagonal)
        found = whole if found is None or len(whole) < len(found) else found
    return [_fit(frame, *_sunk(low, high, frame, inside)) for low, high in found]


def _fit(frame: np.ndarray, low: np.ndarray, high: np.ndarray) -> Fit:
    x, y, z = (high - low).tolist()
    return Fit(Cuboid((x, y, z)), frame, frame @ (0.5 * (low + high)), 1.0, 0.0)


def _sunk(low: np.ndarray, high: np.ndarray, frame: np.ndarray, inside: Inside) -> tuple[np.ndarray, np.ndarray]:
    """A thin plate on a face goes on below it."""
    size = high - low
    axis = int(size.argmin())
    across = [k for k in range(3) if k != axis]
    if size[axis] > _PLATE * size[across].min():
        return low, high
    step = _PAD * size[axis]
    hidden: list[bool] = []
    for at in (low[axis] - step, high[axis] + step):
        points = np.zeros((9, 3))
        points[:, axis] = at
        points[:, across] = low[across] + _PLACES * size[across]
        hidden.append(bool(inside(points @ frame.T).all()))
    if hidden[0] == hidden[1]:
        return low, high
    sunk_low, sunk_high = low.copy(), high.copy()
    if hidden[0]:
        sunk_low[axis] -= step
    else:
        sunk_high[axis] += step
    return sunk_low, sunk_high


def _between(
    facets: Facets, frame: np.ndarray, pieces: Sequence[Piece], inside: Inside, late: Callable[[], bool]
) -> list[tuple[np.ndarray, np.ndarray]] | None:
    """Lowest and highest corners of the boxes between the planes of all pieces; None where there are too many."""
    chosen = np.concatenate([piece.facets for piece in pieces])
    corner = facets.corners(chosen)
    local = facets.shell.positions[corner] @ frame
    low, high = local.min(axis=0), local.max(axis=0)
    x, y, z = (_levels(facets, chosen, frame, axis, low[axis], high[axis]) for axis in range(3))
    planes = (x, y, z)
    if max(len(p) for p in planes) > _LEVELS or min(len(p) for p in planes) < 2:
        return None
    full = _full(planes, frame, inside)
    made = between_planes(full, planes, 1e-7 * float(np.prod(high - low)), 200, late, _CANDIDATES)
    if not made and full.any():
        return None
    return [
        (np.array([p[box[k]] for k, p in enumerate(planes)]), np.array([p[box[k + 3]] for k, p in enumerate(planes)]))
        for box in made
    ]


def _alone(facets: Facets, frame: np.ndarray, local: np.ndarray, piece: Piece) -> tuple[np.ndarray, np.ndarray] | None:
    """The box of a piece whose facets all lie on its sides; local: the body's corners in the frame."""
    points = local[facets.corners(piece.facets)]
    low, high = points.min(axis=0), points.max(axis=0)
    near = NEAR * facets.diagonal
    if ((high - low) < near).any():
        return None
    for facet in piece.facets.tolist():
        normal = facets.normals[facet] @ frame
        axis = int(np.abs(normal).argmax())
        at = local[facets.shell.faces[facets.triangles(np.array([facet]))], axis]
        if np.abs(at - (high if normal[axis] > 0.0 else low)[axis]).max() > near:
            return None
    return low, high


def _gone_on(
    boxes: list[tuple[np.ndarray, np.ndarray]], frame: np.ndarray, inside: Inside, near: float
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Boxes, those that go on in each other through the body as one."""
    found: list[tuple[np.ndarray, np.ndarray]] = []
    for low, high in sorted(boxes, key=lambda box: tuple(np.round(box[0] / near).tolist())):
        for k, (a, b) in enumerate(found):
            same = (np.abs(a - low) < near) & (np.abs(b - high) < near)
            if same.sum() != 2:
                continue
            axis = int(np.flatnonzero(~same)[0])
            ends = (b[axis], low[axis]) if low[axis] > a[axis] else (high[axis], a[axis])
            if ends[0] >= ends[1] - near or _goes_through(low, high, axis, ends, frame, inside, near):
                found[k] = (np.minimum(a, low), np.maximum(b, high))
                break
        else:
            found.append((low, high))
    return found


def _goes_through(
    low: np.ndarray,
    high: np.ndarray,
    axis: int,
    ends: tuple[float, float],
    frame: np.ndarray,
    inside: Inside,
    near: float,
) -> bool:
    """Whether the body has a box between two ends, on the line of its middle and on those near its edges: two posts are
    not one because a rail goes from the one to the other, nor planks with narrow gaps.
    """
    across = [k for k in range(3) if k != axis]
    fine = int(min((ends[1] - ends[0]) / near, _FINE))
    for count in (32, fine):
        points = np.zeros((len(_PLACES), max(count - 1, 1), 3))
        points[:, :, across] = (low[across] + _PLACES * (high - low)[across])[:, None]
        points[:, :, axis] = np.linspace(*ends, max(count, 2) + 1)[1:-1]
        if not inside(points.reshape(-1, 3) @ frame.T).all():
            return False
    return True


def _levels(facets: Facets, chosen: np.ndarray, frame: np.ndarray, axis: int, low: float, high: float) -> np.ndarray:
    """Where facets stand across an axis, and the ends of all."""
    across = np.abs(facets.normals @ frame[:, axis]) > 1.0 - 0.5 * SQUARE**2
    own = np.isin(facets.of, chosen) & across[facets.of]
    at = facets.shell.corners[own].mean(axis=1) @ frame[:, axis]
    near = NEAR * facets.diagonal
    ordered = np.sort(np.r_[low, at, high])
    groups = np.split(ordered, np.flatnonzero(np.diff(ordered) > near) + 1)
    return np.array([float(group.mean()) for group in groups])


_SPREAD: Final = ((0.5, 0.5, 0.5), (0.1, 0.2, 0.15), (0.9, 0.15, 0.2), (0.15, 0.9, 0.85), (0.85, 0.8, 0.9))
"""Where in a cell one looks whether it is inside."""


def _full(planes: tuple[np.ndarray, np.ndarray, np.ndarray], frame: np.ndarray, inside: Inside) -> np.ndarray:
    """Which cells are inside at several places."""
    full = np.ones(tuple(len(p) - 1 for p in planes), bool)
    for spread in _SPREAD:
        middles = [p[:-1] + s * np.diff(p) for p, s in zip(planes, spread, strict=True)]
        points = np.stack(np.meshgrid(*middles, indexing="ij"), axis=-1)[full]
        full[full] = inside(points.reshape(-1, 3) @ frame.T)
    return full
