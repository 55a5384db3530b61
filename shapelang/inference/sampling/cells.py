"""The inside of a body, cut into box-shaped cells along the planes that the body itself shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, Protocol, final

import numpy as np

from shapelang.inference.sampling.inside_test import closed_test
from shapelang.metrics.inside import inside, is_closed, occupancy, winding_numbers
from shapelang.metrics.triangles import Triangles, cross_products, triangles

_NEAR: Final = 0.004
"""Planes nearer than this part of the extent are one."""


class InsideTest(Protocol):
    """Says which points are inside."""

    def inside(self, points: np.ndarray) -> np.ndarray:
        """(n,) whether points (n, 3) of the world are inside."""
        ...


class Enclosed(Protocol):
    """A shell and the mesh group (f,) that each of its faces came from."""

    @property
    def shell(self) -> Triangles:
        """The faces about the inside."""
        ...

    @property
    def groups(self) -> np.ndarray:
        """(f,) int."""
        ...

    @property
    def closed(self) -> bool:
        """Whether the shell has no holes."""
        ...


@final
@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Cells in the frame whose axes are the columns of `frame` (3, 3).

    `planes` are the ascending bounds on each axis. `full` (i, j, k) says which cells are inside; `group` is the mesh
    group that closes them. `test` is None when the body has holes. `face_cell` (f,) is
    the flat index of the full cell nearest to each face of the shell.
    """

    shell: Triangles
    test: InsideTest | None
    frame: np.ndarray
    planes: tuple[np.ndarray, np.ndarray, np.ndarray]
    full: np.ndarray
    group: np.ndarray
    nearest: np.ndarray
    face_cell: np.ndarray

    @property
    def steps(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(i,), (j,), (k,) extents of the cells on each axis."""
        x, y, z = (np.diff(p) for p in self.planes)
        return x, y, z

    @property
    def middles(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """(i,), (j,), (k,) coordinates of the centres on each axis."""
        x, y, z = (0.5 * (p[1:] + p[:-1]) for p in self.planes)
        return x, y, z

    def inside(self, points: np.ndarray) -> np.ndarray:
        """(n,) whether points of the world are inside: exactly, or to the cell when the body has holes."""
        if self.test is not None:
            return self.test.inside(points)
        return self.within(points, self.full)

    def within(self, points: np.ndarray, mask: np.ndarray) -> np.ndarray:
        """(n,) whether points of the world are in cells of a mask."""
        local = points @ self.frame
        bounds = [(p[0], p[-1]) for p in self.planes]
        held = np.all([(local[:, k] >= a) & (local[:, k] <= b) for k, (a, b) in enumerate(bounds)], axis=0)
        return held & mask.reshape(-1)[_cell_index(self.planes, local)]

    def inside_exactly(self, points: np.ndarray) -> np.ndarray:
        """(n,) whether points of the world are inside, whatever it costs."""
        return inside(self.shell, points) if self.test is None else self.test.inside(points)

    def cell_of(self, points: np.ndarray) -> np.ndarray:
        """(n,) flat index of the full cell nearest to points given in this frame."""
        return self.nearest.reshape(-1)[_cell_index(self.planes, points)]


def refilled(cells: Cells, full: np.ndarray, test: InsideTest) -> Cells:
    """The same cells with others inside: `test` says which points are."""
    nearest = _nearest(full)
    centres = cells.shell.corners.mean(axis=1) @ cells.frame
    return replace(
        cells,
        full=full,
        test=test,
        nearest=nearest,
        face_cell=nearest.reshape(-1)[_cell_index(cells.planes, centres)],
    )


def _nearest(full: np.ndarray) -> np.ndarray:
    """For each cell the flat index of the full cell nearest to it."""
    from scipy.ndimage import distance_transform_edt

    index = np.zeros((3, *full.shape), np.int32)
    distance_transform_edt(~full, return_distances=False, return_indices=True, indices=index)
    return (index[0].astype(np.int64) * full.shape[1] + index[1]) * full.shape[2] + index[2]


def _cell_index(planes: tuple[np.ndarray, np.ndarray, np.ndarray], points: np.ndarray) -> np.ndarray:
    index = [np.clip(np.searchsorted(p, points[:, k], side="right") - 1, 0, len(p) - 2) for k, p in enumerate(planes)]
    _, ny, nz = (len(p) - 1 for p in planes)
    return (index[0] * ny + index[1]) * nz + index[2]


def cells_of(body: Enclosed, frame: np.ndarray, fill: int, most: int, near: float = _NEAR) -> Cells | None:
    """The cells of a body, none longer than 1/`fill` of its extent; None when no cell is inside.

    Of the planes that a body shows along an axis, the `most` with the largest faces are kept; of those nearer than the
    part `near` of the extent, one.
    """
    shell = triangles(body.shell.positions @ frame, body.shell.faces)
    low, high = shell.bounds
    if ((high - low) <= 1e-9 * max(float((high - low).max()), 1e-300)).any():
        return None
    x, y, z = (_planes(shell, axis, fill, most, near) for axis in range(3))
    planes = (x, y, z)
    middles = tuple(0.5 * (p[1:] + p[:-1]) for p in planes)
    full, group = _inside(body, shell, middles)
    if not full.any():
        return None
    nearest = _nearest(full)
    centres = shell.corners.mean(axis=1)
    test = closed_test(body.shell) if is_closed(body.shell) else None
    return Cells(
        body.shell, test, frame, planes, full, group, nearest, nearest.reshape(-1)[_cell_index(planes, centres)]
    )


def cells_about(
    shell: Triangles, test: InsideTest, frame: np.ndarray, fill: int, most: int, group: int
) -> Cells | None:
    """The cells of the box about some faces, of one mesh group; a test says which are inside. None when none is."""
    local = Triangles(shell.positions @ frame, shell.faces)
    corners = local.corners.reshape(-1, 3)
    if (np.ptp(corners, axis=0) <= 1e-6 * np.ptp(corners, axis=0).max()).any():
        return None
    x, y, z = (_planes(local, axis, fill, most, _NEAR) for axis in range(3))
    middles = (0.5 * (p[1:] + p[:-1]) for p in (x, y, z))
    points = np.stack(np.meshgrid(*middles, indexing="ij"), axis=-1)
    full = test.inside(points.reshape(-1, 3) @ frame.T).reshape(points.shape[:3])
    if not full.any():
        return None
    nearest = _nearest(full)
    face_cell = nearest.reshape(-1)[_cell_index((x, y, z), local.corners.mean(axis=1))]
    return Cells(shell, test, frame, (x, y, z), full, np.full(full.shape, group, np.int64), nearest, face_cell)


def _planes(shell: Triangles, axis: int, fill: int, most: int, near: float) -> np.ndarray:
    """Bounds of the cells on one axis: where faces stand across it, and evenly between."""
    corners = shell.corners[..., axis]
    low, high = float(corners.min()), float(corners.max())
    cross = cross_products(shell)
    area = np.sqrt((cross**2).sum(axis=1))
    across = np.abs(cross[:, axis]) > 0.999 * area
    at, weight = corners[across].mean(axis=1), area[across]
    order = np.argsort(at)
    at, weight = at[order], weight[order]
    kept = [low, high]
    if len(at):
        number = np.cumsum(np.r_[0, np.diff(at) > 0.1 * near * (high - low)])
        mass = np.bincount(number, weights=weight)
        place = np.bincount(number, weights=weight * at) / np.maximum(mass, 1e-300)
        for k in np.argsort(-mass, kind="stable")[:most]:
            if min(abs(place[k] - p) for p in kept) > near * (high - low):
                kept.append(float(place[k]))
    kept.sort()
    pieces = [
        np.linspace(a, b, max(1, int(np.ceil((b - a) / (high - low) * fill - 1e-9))), endpoint=False)
        for a, b in pairwise(kept)
    ]
    return np.concatenate([*pieces, [high]])


def _inside(body: Enclosed, shell: Triangles, middles: tuple[np.ndarray, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Which cells are inside, and which mesh group has the largest winding number there.

    Where two groups meet in a plane, each is open and its winding number falls through 1/2 just there: the boundary
    between two materials becomes the plane between them.
    """
    shape = tuple(len(m) for m in middles)
    x, y, z = middles
    groups = np.unique(body.groups)
    if body.closed or len(groups) == 1:
        return occupancy(shell, x, y, z), np.full(shape, groups[0], np.int64)
    points = np.stack(np.meshgrid(x, y, z, indexing="ij"), axis=-1).reshape(-1, 3)
    each = np.stack(
        [winding_numbers(Triangles(shell.positions, shell.faces[body.groups == g]), points) for g in groups]
    )
    total = each.sum(axis=0)
    strongest = groups[(each * np.sign(total)).argmax(axis=0)]
    return (np.abs(total) > 0.5).reshape(shape), strongest.reshape(shape)


def only_group(cells: Cells) -> int | None:
    """The mesh group of a body that has one."""
    groups = np.unique(cells.group[cells.full])
    return int(groups[0]) if len(groups) == 1 else None
