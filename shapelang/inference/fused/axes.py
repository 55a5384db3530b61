"""The spheres and axes that smooth patches of a surface are turned about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.inference.fused.facets import Facets, connected
from shapelang.metrics.sampling import uniforms

SMOOTH: Final = 32.0
"""Degrees between facets of one smooth patch."""

_TELLING: Final = 5
"""Edges that an axis needs."""

_CORNERS: Final = 16
"""Corners that a sphere needs."""

_FEWEST: Final = 6
"""Facets of a patch that is looked at."""

_ROUNDS: Final = 8
"""Surfaces of a patch that are turned about an axis each."""

_BENT: Final = 1.0
"""Degrees by which an edge is bent inward where solids meet."""

_ABOUT: Final = 3
"""Edges of a corner that is none of a joint: two are of an edge that goes on."""

_SEEDS: Final = 12
"""Places of a patch that a fit starts from, at least."""

_EACH: Final = 40
"""Corners of a patch for one more place: balls may be few of them."""

_LOCAL: Final = 14
"""Edges about a place."""

_MEETS: Final = 2e-3
"""Of a patch's extent: how near a normal passes the axis."""

_ON: Final = 4e-6
"""Of the radius: how near a corner is to its sphere."""

_ALL: Final = 0.8
"""Of the corners that no cut goes through: what must be on the sphere."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Turned:
    """Facets (numbers) of a surface that is turned about the line through `point` along the unit `axis`."""

    facets: np.ndarray
    point: np.ndarray
    axis: np.ndarray


@final
@dataclass(frozen=True, slots=True, eq=False)
class Round:
    """Facets of a sphere."""

    facets: np.ndarray
    centre: np.ndarray
    radius: float


def smooth_patches(facets: Facets) -> list[np.ndarray]:
    """The facets of each smooth patch that has some."""
    return [group for group in connected(facets, np.abs(facets.turn) < SMOOTH) if len(group) >= _FEWEST]


def rounds_of(facets: Facets, patch: np.ndarray, late: Callable[[], bool]) -> Iterator[Round | Turned]:
    """What a smooth patch is made of: spheres first, then surfaces that are turned about an axis, in each of the pieces
    that those leave: balls join rails to one long patch.
    """
    left, inner = patch, np.setdiff1d(facets.inner(patch), _joints(facets))
    while len(left) >= _FEWEST and not late() and (ball := _sphere(facets, left, inner)) is not None:
        yield ball
        left = np.setdiff1d(left, ball.facets)
    for piece in [left] if len(left) == len(patch) else _pieces(facets, left):
        rest = piece
        for _ in range(_ROUNDS):
            found = _turned(facets, rest) if len(rest) >= _FEWEST and not late() else None
            if found is None:
                break
            yield found
            rest = np.setdiff1d(rest, found.facets)


def _joints(facets: Facets) -> np.ndarray:
    """The corners where surfaces of two solids meet: of some edges bent inward, but not all, or of two facets alone."""
    many = len(facets.shell.positions)
    inward, bent = (
        np.bincount(facets.ends[turn > _BENT].reshape(-1), minlength=many)
        for turn in (-facets.turn, np.abs(facets.turn))
    )
    return np.flatnonzero((inward > 0) & ((inward < bent) | (bent < _ABOUT)))


def _pieces(facets: Facets, left: np.ndarray) -> list[np.ndarray]:
    """The parts of a patch that hang together smoothly."""
    own = np.zeros(len(facets.areas), bool)
    own[left] = True
    links = (np.abs(facets.turn) < SMOOTH) & own[facets.pair].all(axis=1)
    return [group for group in connected(facets, links) if len(group) >= _FEWEST and own[group[0]]]


def _sphere(facets: Facets, patch: np.ndarray, inner: np.ndarray) -> Round | None:
    """The sphere that most corners of a patch lie on, and all of the `inner` ones that belong to it."""
    from scipy.spatial import KDTree

    shell = facets.shell
    corner = facets.corners(patch)
    points = shell.positions[corner]
    if len(points) < 8:
        return None
    extent = float(np.ptp(points, axis=0).max())
    # Where it is cut, corners are those of chords.
    whole = points[np.isin(corner, inner)]
    told = whole if len(whole) >= _CORNERS else points
    tree = KDTree(told)
    count = max(_SEEDS, len(told) // _EACH)
    seeds = told[(uniforms(count, 1, 3)[:, 0] * len(told)).astype(int)]
    near = tree.query(seeds, min(24, len(told)))[1]
    made = [ball for chosen in np.asarray(near) if (ball := _ball(told[chosen], extent)) is not None]
    ball = max(made, key=lambda one: int(_on(points, one, 5.0).sum()), default=None)
    for _ in range(2):
        if ball is None or (on := _on(points, ball, 5.0)).sum() < _CORNERS:
            return None
        ball = _ball(points[on], extent)
    if ball is None or (on := _on(points, ball, 1.0)).sum() < _CORNERS:
        return None
    own = facets.triangles(patch)
    touched = facets.of[own[np.isin(shell.faces[own], corner[on]).any(axis=1)]]
    kept = np.intersect1d(_within(facets, patch, ball), touched)
    if len(kept) < _FEWEST or not _is_wide(facets, kept):
        return None
    # Two rings of a spheroid lie on a sphere, but the rings next to them do not.
    uncut = np.intersect1d(facets.corners(kept), inner)
    lying = _on(shell.positions[uncut], ball, 5.0)
    return Round(kept, *ball) if len(uncut) == 0 or lying.mean() > _ALL else None


def _on(points: np.ndarray, ball: tuple[np.ndarray, float], times: float) -> np.ndarray:
    """(n,) which points are on a sphere, with so many times the play."""
    return np.abs(np.sqrt(((points - ball[0]) ** 2).sum(axis=1)) - ball[1]) < times * _ON * ball[1]


def _within(facets: Facets, patch: np.ndarray, ball: tuple[np.ndarray, float]) -> np.ndarray:
    """The facets of a patch that have no corner far from a sphere: where it is cut they are chords."""
    chosen = facets.triangles(patch)
    corners = facets.shell.positions[facets.shell.faces[chosen]] - ball[0]
    far = np.sqrt((corners**2).sum(axis=2))
    off = (np.abs(far - ball[1]) > 0.02 * ball[1]).any(axis=1)
    # Two rings of anything lie on a sphere, but the faces between them are no tangents of it.
    depth = (corners[:, 0] * facets.normals[facets.of[chosen]]).sum(axis=1)
    off |= np.abs(depth) < 0.97 * ball[1]
    return np.setdiff1d(patch, facets.of[chosen[off]])


def _is_wide(facets: Facets, chosen: np.ndarray) -> bool:
    """Whether some facets have others on all four sides: a band of a cone lies on a sphere with all its corners."""
    low, high = np.sort(facets.pair[facets.between(chosen)], axis=1).T
    beside = np.unique(low * len(facets.areas) + high)
    _, count = np.unique(np.r_[beside // len(facets.areas), beside % len(facets.areas)], return_counts=True)
    return int((count >= 4).sum()) >= 3


def _ball(points: np.ndarray, extent: float) -> tuple[np.ndarray, float] | None:
    """The sphere through points, by linear least squares; None where they lie in a plane or on a straight line."""
    middle = points.mean(axis=0)
    local = (points - middle) / extent
    rows = np.c_[2.0 * local, np.ones(len(local))]
    found, _, rank, singular = np.linalg.lstsq(rows, (local**2).sum(axis=1), rcond=1e-7)
    if rank < 4 or singular[-1] < 1e-6 * singular[0]:
        return None
    square = float(found[3] + (found[:3] ** 2).sum())
    if not 0.0 < square < 4.0:
        return None
    return middle + extent * found[:3], extent * float(np.sqrt(square))


def _turned(facets: Facets, patch: np.ndarray) -> Turned | None:
    """The axis that most edges of a patch are turned about: the normal at the middle of each meets it."""
    from scipy.spatial import KDTree

    points, normals, pair = _edges(facets, patch)
    if len(points) < _TELLING:
        return None
    middle, extent = points.mean(axis=0), float(np.ptp(points, axis=0).max())
    local = (points - middle) / max(extent, 1e-300)
    tree = KDTree(local)
    seeds = local[(uniforms(_SEEDS, 1, 5)[:, 0] * len(local)).astype(int)]
    chosen = [np.arange(len(local)), *np.asarray(tree.query(seeds, min(_LOCAL, len(local)))[1])]
    lines = [line for some in chosen if (line := _line(local[some], normals[some])) is not None]
    best = max(lines, key=lambda line: int((_misses(local, normals, *line) < _MEETS).sum()), default=None)
    if best is None:
        return None
    for bound in (_MEETS, 0.5 * _MEETS, 0.1 * _MEETS):
        meets = _misses(local, normals, *best) < bound
        made = _line(local[meets], normals[meets]) if meets.sum() >= _TELLING else None
        if made is None:
            break
        best = made
    meets = _misses(local, normals, *best) < _MEETS
    kept = np.intersect1d(patch, pair[meets])
    return Turned(kept, middle + extent * best[0], best[1]) if meets.sum() >= _TELLING and len(kept) >= 4 else None


def _edges(facets: Facets, patch: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The middles of the edges within a patch, the mean normals there, and the two facets of each."""
    inner = facets.between(patch)
    inner = inner[(np.abs(facets.turn[inner]) > 0.05) & (np.abs(facets.turn[inner]) < SMOOTH)]
    ends = facets.shell.positions[facets.ends[inner]]
    long = np.sqrt(((ends[:, 1] - ends[:, 0]) ** 2).sum(axis=1)) > 1e-5 * facets.diagonal
    pair = facets.pair[inner][long]
    normals = facets.normals[pair].sum(axis=1)
    return ends[long].mean(axis=1), normals / np.sqrt((normals**2).sum(axis=1))[:, None], pair


def _misses(points: np.ndarray, normals: np.ndarray, point: np.ndarray, axis: np.ndarray) -> np.ndarray:
    """(n,) how far the normals pass the axis."""
    across = np.cross(axis, normals)
    return np.abs(((points - point) * across).sum(axis=1)) + 1.0 * (np.abs((normals * axis).sum(axis=1)) > 0.9999)


def _line(points: np.ndarray, normals: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """The axis that lines meet, by the linear complex of lines (Pottmann and Randrup 1998); None where there is none
    or too many.
    """
    _, spread, turns = np.linalg.svd(normals - normals.mean(axis=0), full_matrices=False)
    if spread[1] < 1e-3 * spread[0]:
        return None
    if spread[2] < 1e-5 * spread[0]:
        # One band of a cone: its normals meet in one point.
        return _upright(points, normals, turns[2])
    rows = np.c_[np.cross(points, normals), normals]
    _, values, basis = np.linalg.svd(rows, full_matrices=False)
    if len(values) < 6 or values[4] < 20.0 * values[5] or values[4] < 1e-5:
        return None
    axis, moment = basis[5, :3], basis[5, 3:]
    size = float(np.sqrt((axis**2).sum()))
    if size < 1e-3:
        return None
    axis, moment = axis / size, moment / size
    if abs(float(axis @ moment)) > 5e-3:
        return None
    return np.cross(axis, moment), axis


def _upright(points: np.ndarray, normals: np.ndarray, axis: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
    """The axis that all normals lean to alike, moved to where they meet it."""
    across = np.cross(axis, normals)
    frame = np.linalg.svd(axis[None])[2][1:]
    found, _, rank, _ = np.linalg.lstsq(across @ frame.T, (points * across).sum(axis=1), rcond=1e-4)
    return (found @ frame, axis) if rank == 2 else None
