"""Triangles of one plane are a facet; facets meet along edges that are bent outward or inward."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.metrics.triangles import Triangles, cross_products

_PLANE: Final = 2e-6
"""Of the diagonal: how far a corner may lie off the plane of its facet."""

_TURN: Final = 0.999
"""Cosine of the angle between the normals of triangles of one facet; slivers have none."""

_SLIVER: Final = 1e-9
"""Of the diagonal squared: area below which a triangle has no normal."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Facets:
    """A closed shell by its planes.

    `of` (f,) is the facet of each triangle; `normals` (k, 3) and `areas` (k,) are those of the facets. An edge has its
    two facets in `pair` (e, 2), its ends in `ends` (e, 2), and `turn` (e,), degrees, above 0 where it is bent outward.
    `diagonal` is that of the shell.
    """

    shell: Triangles
    of: np.ndarray
    normals: np.ndarray
    areas: np.ndarray
    pair: np.ndarray
    ends: np.ndarray
    turn: np.ndarray
    diagonal: float
    _triangles: Members
    _edges: Members
    _valence: np.ndarray

    def triangles(self, facets: np.ndarray) -> np.ndarray:
        """(n,) the triangles of facets given by number, once each, in order."""
        return np.sort(self._triangles.of(facets))

    def corners(self, facets: np.ndarray) -> np.ndarray:
        """(n,) the vertices of facets given by number, once each."""
        return np.unique(self.shell.faces[self._triangles.of(facets)])

    def inner(self, facets: np.ndarray) -> np.ndarray:
        """(n,) the vertices that have facets of these all about: no cut goes through them."""
        found, count = np.unique(self.shell.faces[self._triangles.of(facets)], return_counts=True)
        return found[count == self._valence[found]]

    def between(self, facets: np.ndarray) -> np.ndarray:
        """(n,) the edges whose two facets are both of these, in order."""
        found, count = np.unique(self._edges.of(facets), return_counts=True)
        return found[count == 2]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Members:
    """What belongs to each of some groups: that of group k is in `order` from `first[k]` to `first[k + 1]`.

    What is asked of a few groups takes no look at all others: a mesh has hundreds of patches.
    """

    order: np.ndarray
    first: np.ndarray

    def of(self, groups: np.ndarray) -> np.ndarray:
        """(n,) the members of distinct groups."""
        start, size = self.first[groups], self.first[groups + 1] - self.first[groups]
        skipped = np.cumsum(size) - size
        return self.order[np.arange(int(size.sum())) + np.repeat(start - skipped, size)]


def members(group: np.ndarray, count: int) -> Members:
    """The members of `count` groups, by the group of each."""
    sizes = np.bincount(group, minlength=count)
    return Members(np.argsort(group, kind="stable"), np.r_[0, np.cumsum(sizes)])


def connected(facets: Facets, links: np.ndarray) -> list[np.ndarray]:
    """The facets that hang together by some of the edges (e,), those of a group in order."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    count = len(facets.areas)
    a, b = facets.pair[links].T
    label = connected_components(coo_matrix((np.ones(len(a)), (a, b)), (count, count)), directed=False)[1]
    order = np.argsort(label, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(label[order])) + 1)


def stood(axis: np.ndarray) -> np.ndarray:
    """Axes as columns, the second along a unit vector, the same for the same one."""
    side = np.eye(3)[int(np.abs(axis).argmin())]
    x = np.cross(axis, side)
    x = x / np.sqrt((x**2).sum())
    return np.stack([x, axis, np.cross(x, axis)], axis=1)


def facets_of(shell: Triangles) -> Facets:
    """The facets of a shell."""
    from shapelang.inference.fused.kernels import grown

    first, second, ends, near = _sides(shell.faces)
    cross, diagonal = cross_products(shell), shell.diagonal
    length = np.sqrt((cross**2).sum(axis=1))
    unit = cross / np.maximum(length, 1e-300)[:, None]
    order, sliver = np.argsort(-length, kind="stable"), length < _SLIVER * diagonal**2
    corners = np.ascontiguousarray(shell.corners)
    of = grown(order, near, corners, unit, sliver, _PLANE * diagonal, _TURN)
    count = int(of.max(initial=-1)) + 1
    total = np.stack([np.bincount(of, weights=cross[:, k], minlength=count) for k in range(3)], axis=1)
    size = np.sqrt((total**2).sum(axis=1))
    normals = total / np.maximum(size, 1e-300)[:, None]
    between = of[first] != of[second]
    pair, ends = np.stack([of[first], of[second]], axis=1)[between], ends[between]
    along = shell.positions[ends[:, 1]] - shell.positions[ends[:, 0]]
    a, b = normals[pair[:, 0]], normals[pair[:, 1]]
    sine = (np.cross(a, b) * along).sum(axis=1) / np.maximum(np.sqrt((along**2).sum(axis=1)), 1e-300)
    turn = np.degrees(np.arctan2(sine, (a * b).sum(axis=1)))
    edges = members(pair.reshape(-1), count)
    by_facet = Members(edges.order // 2, edges.first)
    valence = np.bincount(shell.faces.reshape(-1), minlength=len(shell.positions))
    return Facets(shell, of, normals, 0.5 * size, pair, ends, turn, diagonal, members(of, count), by_facet, valence)


def _sides(faces: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The two triangles of each edge, its ends in the direction of the first, and the neighbours (f, 3) of each.

    Where more than two triangles meet in an edge they are taken two by two.
    """
    start, end = faces.reshape(-1), np.roll(faces, -1, axis=1).reshape(-1)
    low, high = np.minimum(start, end), np.maximum(start, end)
    order = np.lexsort((high, low))
    edge = np.cumsum(np.r_[0, (np.diff(low[order]) != 0) | (np.diff(high[order]) != 0)])
    forward = (start < end)[order]
    one, other = (_ranked(edge[chosen], order[chosen]) for chosen in (forward, ~forward))
    both = sorted(one.keys() & other.keys())
    a = np.array([one[key] for key in both], np.int64)
    b = np.array([other[key] for key in both], np.int64)
    near = np.full(3 * len(faces), -1, np.int64)
    near[a], near[b] = b // 3, a // 3
    return a // 3, b // 3, np.stack([start[a], end[a]], axis=1).reshape(-1, 2), near.reshape(-1, 3)


def _ranked(edge: np.ndarray, side: np.ndarray) -> dict[tuple[int, int], int]:
    """Sides by their edge and their number at it."""
    found: dict[tuple[int, int], int] = {}
    last, rank = -1, 0
    for at, which in zip(edge.tolist(), side.tolist(), strict=True):
        rank = rank + 1 if at == last else 0
        last = at
        found[at, rank] = which
    return found
