"""What stands out of the solids that were found: handles, legs and poles that a large solid hides."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.inference.sampling.cells import Cells, InsideTest, cells_about
from shapelang.inference.sampling.inside_test import Inside
from shapelang.inference.sampling.samples import cell_points
from shapelang.metrics.triangles import Triangles, cross_products

_SKIN: Final = 0.012
"""Of the body's diagonal: what stands out by less is the difference of two surfaces."""

_OUT: Final = 0.035
"""Of the body's diagonal: what stands out by more is a part."""

_CLOSENESS: Final = (18, 30)
"""Cells along each axis of a part where it shows no planes, and most of the planes that it shows."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Uncovered:
    """What of the body is in no solid that was found (`covered`), and nearest to the faces of one part (`owned`)."""

    cells: Cells
    covered: Inside
    owned: Inside

    def inside(self, points: np.ndarray) -> np.ndarray:
        """(n,) whether points are inside."""
        found = self.cells.inside(points)
        found[found] = ~self.covered(points[found])
        found[found] = self.owned(points[found])
        return found


def leftovers(cells: Cells, covered: Inside) -> list[Cells]:
    """The parts of a body that stand out of what is covered, each in cells of its own: it may be thinner than a cell of
    the body.
    """
    parts = _parts(cells, covered)
    tests = [_Uncovered(cells, covered, part) for part in _owned(cells.shell, parts)]
    found = [_cells_of_part(cells, test, part) for test, part in zip(tests, parts, strict=True)]
    return [local for local in found if local is not None]


def _parts(cells: Cells, covered: Inside) -> list[np.ndarray]:
    """The faces of each connected part of the surface that stands out far enough."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    shell = cells.shell
    depth = _depths(cells, covered)
    diagonal = shell.diagonal
    out = np.flatnonzero(depth > _SKIN * diagonal)
    if len(out) == 0 or depth.max() < _OUT * diagonal:
        return []
    corner = shell.faces[out].reshape(-1)
    size = len(out) + len(shell.positions)
    links = coo_matrix((np.ones(len(corner)), (np.repeat(np.arange(len(out)), 3), len(out) + corner)), (size, size))
    label = connected_components(links, directed=False)[1][: len(out)]
    found = (out[label == k] for k in np.unique(label))
    return [part for part in found if depth[part].max() > _OUT * diagonal]


def _depths(cells: Cells, covered: Inside) -> np.ndarray:
    """(f,) how far the faces are from what is covered; 0 where a little below the surface is."""
    from scipy.spatial import KDTree

    shell = cells.shell
    points = cell_points(cells, cells.full.reshape(-1))[0] @ cells.frame.T
    cross = cross_products(shell)
    normals = cross / np.maximum(np.sqrt((cross**2).sum(axis=1)), 1e-300)[:, None]
    centres = shell.corners.mean(axis=1)
    below = centres - 0.5 * _SKIN * shell.diagonal * normals
    bare = ~covered(below) & ~covered(centres)
    held = np.concatenate([points[covered(points)], below[~bare]])
    depth = np.zeros(len(centres))
    if bare.any() and len(held):
        depth[bare] = KDTree(held).query(centres[bare])[0]
    return depth


def _owned(shell: Triangles, parts: list[np.ndarray]) -> list[Inside]:
    """For each part whether points are nearer to its faces than to those of the others."""
    from scipy.spatial import KDTree

    if len(parts) < 2:
        return [lambda points: np.ones(len(points), bool) for _ in parts]
    centres = shell.corners.mean(axis=1)
    number = np.concatenate([np.full(len(part), k) for k, part in enumerate(parts)])
    tree = KDTree(centres[np.concatenate(parts)])

    def owner(k: int) -> Inside:
        return lambda points: number[tree.query(points)[1]] == k

    return [owner(k) for k in range(len(parts))]


def _cells_of_part(cells: Cells, test: InsideTest, part: np.ndarray) -> Cells | None:
    """The cells about the faces of a part; None where there are none."""
    shell = Triangles(cells.shell.positions, cells.shell.faces[part])
    group = int(np.bincount(cells.group.reshape(-1)[cells.face_cell[part]]).argmax())
    return cells_about(shell, test, cells.frame, *_CLOSENESS, group)
