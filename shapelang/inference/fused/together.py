"""Which solids of a fused surface are one part: those that share a triangle, as a union joins no faces of two parts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np

from shapelang.inference.sampling.inside_test import Inside
from shapelang.inference.sampling.samples import sequence
from shapelang.inference.solids.kinds import Cuboid, Fit, Prism
from shapelang.metrics.triangles import Triangles, cross_products

_STEP: Final = 5e-5
"""Of the diagonal: how far before and behind a triangle one looks for a solid that it lies on."""

_SMALL: Final = 1e-7
"""Of the diagonal squared: area below which a triangle tells nothing, as its corners may be off by the rounding."""

_ROWS: Final = 4
"""Rows of points on a triangle."""

_FEWEST: Final = 2
"""Points of a triangle that a solid explains and no other does, for the two to share it."""

_SLIVER: Final = 0.006
"""Of the diagonal: what is thinner may be a layer of what it shares a triangle with."""

_WITHIN: Final = 0.96
"""Of a box: what must lie in the body."""

_ALL: Final = 0.9995
"""Of the surface: what the solids of a model have that was made of nothing else."""

_SWALLOWED: Final = 0.9
"""Of the box that it goes on into: what lies in it then, for there to be no such box."""

_THIN: Final = 1.5
"""Of a box's least extent: what it is not thin along."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Looked:
    """Triangles (t, 3, 3) that tell something, with their unit normals (t, 3), `step` metres before and behind which
    solids are looked for, and `on` (solids, t, n): the points of each that lie on the surface of each solid.
    """

    corners: np.ndarray
    normals: np.ndarray
    step: float
    on: np.ndarray

    @property
    def told(self) -> np.ndarray:
        """(t, n) the points that any solid explains."""
        return np.asarray(self.on.any(axis=0))


def parts_together(
    shell: Triangles, solids: Sequence[Fit], share: float, inside: Inside, late: Callable[[], bool]
) -> list[int]:
    """For each solid the number of its part, from 0 on; `shell` looks outward, `inside` tells of points in it.

    Where no solid has all of a triangle on its surface but several have some each, these are one part: a flat face that
    goes on from one box to the next without an edge was never that of two things, unless a box was only read too short
    where it goes on in another. A model that was made of these solids as one mesh may have legs and a seat in one
    triangle: where they have all of its surface (`share`, of 1), only thin ones are asked about, which are layers; and
    round ones are never, as they have no points of triangles exactly. From when it is `late`, all are parts.
    """
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    if len(solids) < 2:
        return list(range(len(solids)))
    links: set[tuple[int, int]] = set()
    looked = _looked(shell, solids)
    for k, pair in () if late() else _shared(looked):
        ways = (pair, pair[::-1])
        flat = share < _ALL and all(isinstance(solids[n].kind, Cuboid | Prism) for n in pair)
        thin = any(min(solids[n].kind.size) < _SLIVER * shell.diagonal for n in pair)
        if (flat or thin) and pair not in links and not any(_goes_on(looked, k, a, b, solids, inside) for a, b in ways):
            links.add(pair)
        if late():
            break
    a, b = np.array(sorted(links), np.int64).reshape(-1, 2).T
    count = len(solids)
    return connected_components(coo_matrix((np.ones(len(a)), (a, b)), (count, count)), directed=False)[1].tolist()


def _looked(shell: Triangles, solids: Sequence[Fit]) -> _Looked:
    cross = cross_products(shell)
    length = np.sqrt((cross**2).sum(axis=1))
    large = length > 2.0 * _SMALL * shell.diagonal**2
    corners, normals, step = shell.corners[large], cross[large] / length[large, None], _STEP * shell.diagonal
    return _Looked(corners, normals, step, np.array([_lying(corners, normals, step, fit) for fit in solids], bool))


def _lying(corners: np.ndarray, normals: np.ndarray, step: float, fit: Fit) -> np.ndarray:
    """(t, n) whether points of triangles lie on the surface of a solid, and it behind them."""
    reach = 0.5 * np.abs(fit.frame) @ np.array(fit.kind.size) + step
    low, high = corners.min(axis=1), corners.max(axis=1)
    near = np.flatnonzero(((low <= fit.centre + reach) & (high >= fit.centre - reach)).all(axis=1))
    points = np.einsum("nc,tcx->tnx", _spread(), corners[near])
    found = np.zeros((len(corners), points.shape[1]), bool)
    behind, before = ((points + sign * step * normals[near, None]).reshape(-1, 3) for sign in (-1.0, 1.0))
    found[near] = (fit.inside(behind) & ~fit.inside(before)).reshape(points.shape[:2])
    return found


def _spread() -> np.ndarray:
    """(n, 3) barycentric coordinates of points within a triangle."""
    places = [((i + 1 / 3) / _ROWS, (j + 1 / 3) / _ROWS) for i in range(_ROWS) for j in range(_ROWS - i)]
    return np.array([(u, v, 1.0 - u - v) for u, v in places])


def _shared(looked: _Looked) -> Iterator[tuple[int, tuple[int, int]]]:
    """Triangles that no solid has all of, by number, each with pairs of those that have it between them."""
    told = looked.told
    whole = (looked.on | ~told).all(axis=2).any(axis=0)
    for k in np.flatnonzero(~whole).tolist():
        on, left, chosen = looked.on[:, k], told[k].copy(), list[int]()
        while (counts := (on & left).sum(axis=1)).max() >= _FEWEST:
            chosen.append(int(counts.argmax()))
            left &= ~on[chosen[-1]]
        yield from ((k, (min(a, b), max(a, b))) for a in chosen[:1] for b in chosen[1:])


def _goes_on(looked: _Looked, k: int, a: int, b: int, solids: Sequence[Fit], inside: Inside) -> bool:
    """Whether one of two boxes that share a triangle has all of it when it goes on into the other.

    What they have in common then may have no faces of the other, nor may that be all of the other.
    """
    points = _spread() @ looked.corners[k]
    longer = _with(solids[a], points[looked.on[b, k] & ~looked.on[a, k]], looked.corners[k], looked.step)
    if longer is None or inside(_filled(longer)).mean() < _WITHIN:
        return False
    if longer.inside(_filled(solids[b])).mean() > _SWALLOWED:
        return False
    theirs = (looked.on[b] | ~looked.told).all(axis=1) & looked.on[b].any(axis=1)
    on = _lying(looked.corners[theirs], looked.normals[theirs], looked.step, longer)
    return not (on.any(axis=1) & ~on.all(axis=1)).any()


def _with(fit: Fit, points: np.ndarray, corners: np.ndarray, step: float) -> Fit | None:
    """A box that is longer so as to have some points (n, 3) of a triangle, as far as its corners reach, along one axis
    along which it is not thin; None where it needs more, and for what is no box.
    """
    if not isinstance(fit.kind, Cuboid):
        return None
    size = np.array(fit.kind.size)
    own, ends = (points - fit.centre) @ fit.frame, (corners - fit.centre) @ fit.frame
    below, above = own.min(axis=0) < -0.5 * size - step, own.max(axis=0) > 0.5 * size + step
    grown = below | above
    if grown.sum() > 1 or (size[grown] < _THIN * size.min()).any():
        return None
    low = np.where(below, np.minimum(ends.min(axis=0), -0.5 * size), -0.5 * size)
    high = np.where(above, np.maximum(ends.max(axis=0), 0.5 * size), 0.5 * size)
    x, y, z = (high - low).tolist()
    return replace(fit, kind=Cuboid((x, y, z)), centre=fit.centre + fit.frame @ (0.5 * (low + high)))


def _filled(fit: Fit) -> np.ndarray:
    """Points in the box of a solid."""
    return ((sequence(300) - 0.5) * np.array(fit.kind.size)) @ fit.frame.T + fit.centre
