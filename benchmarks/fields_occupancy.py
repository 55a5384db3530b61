"""Which points of a lattice are inside a foreign mesh: whole, without 3 % of its faces, and overlapping cuboids.

Each row has the IoU with the truth: the surface that the mesh was made from, whose facets cost 0.001, and the cuboids.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

import numpy as np

from benchmarks.__main__ import Row
from benchmarks.peers import installed
from benchmarks.timing import shown, warm
from shapelang.arrays import AnyArray
from shapelang.metrics.columns import Lattice
from shapelang.metrics.inside import centres, inside, occupancy
from shapelang.metrics.triangles import Triangles, joined, triangles

RINGS: Final = 127
AROUND: Final = 128
HOLES: Final = 0.03
SECONDS: Final = 1.0
"""For which each is run again and again: on a machine that others use the least time of few runs says little."""
Way: TypeAlias = Callable[[Triangles, Lattice], Callable[[], AnyArray]]
"""From a mesh and a lattice to the call that is timed."""

_QUADS: Final = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))


def radius(way: AnyArray) -> AnyArray:
    """The distance of the blob's surface from the origin, in unit directions (n, 3)."""
    x, y, z = way.T
    return 0.7 + 0.4 * x * y + 0.15 * (z * z - x * y) * np.sin(3.0 * y) + 0.1 * np.sin(5.0 * x + 2.0 * z)


def blob() -> Triangles:
    """A closed surface of 32,512 faces."""
    down, around = np.meshgrid(
        np.pi * np.arange(1, RINGS + 1) / (RINGS + 1), 2.0 * np.pi * np.arange(AROUND) / AROUND, indexing="ij"
    )
    way = np.stack([np.sin(down) * np.cos(around), np.cos(down), np.sin(down) * np.sin(around)], axis=-1).reshape(-1, 3)
    way = np.concatenate([way, [[0.0, 1.0, 0.0], [0.0, -1.0, 0.0]]])
    ring, k = np.divmod(np.arange((RINGS - 1) * AROUND), AROUND)
    a, b = ring * AROUND + k, ring * AROUND + (k + 1) % AROUND
    c, d = b + AROUND, a + AROUND
    here, there = np.arange(AROUND), (np.arange(AROUND) + 1) % AROUND
    last, top = (RINGS - 1) * AROUND, np.full(AROUND, RINGS * AROUND)
    rows = ((a, b, c), (a, c, d), (top, there, here), (top + 1, last + here, last + there))
    return triangles(way * radius(way)[:, None], np.concatenate([np.stack(row, axis=-1) for row in rows]))


def in_blob(points: AnyArray) -> AnyArray:
    """(n,) whether points are inside the surface itself."""
    away = np.sqrt((points**2).sum(axis=1))
    return away < radius(points / away[:, None])


def boxes() -> tuple[AnyArray, AnyArray]:
    """The low and high corners (12, 3) of cuboids that overlap."""
    random = np.random.default_rng(2)
    low = random.uniform(0.0, 0.7, (12, 3))
    return low, low + random.uniform(0.1, 0.5, (12, 3))


def boxes_mesh() -> Triangles:
    """The twelve closed cuboids in one mesh."""
    faces = [f for a, b, c, d in _QUADS for f in ((a, b, c), (a, c, d))]
    pick = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)])
    return joined(triangles(np.where(pick == 0, low, high), faces) for low, high in zip(*boxes(), strict=True))


def in_boxes(points: AnyArray) -> AnyArray:
    """(n,) whether points are inside any of them."""
    return np.any(
        [(points > low).all(axis=1) & (points < high).all(axis=1) for low, high in zip(*boxes(), strict=True)], 0
    )


def points_of(lattice: Lattice) -> AnyArray:
    """(n, 3) the points of a lattice, z fastest."""
    return np.stack(np.meshgrid(*lattice, indexing="ij"), axis=-1).reshape(-1, 3)


def ours(mesh: Triangles, lattice: Lattice) -> Callable[[], AnyArray]:
    """By columns."""
    return lambda: occupancy(mesh, *lattice).reshape(-1)


def tree(mesh: Triangles, lattice: Lattice) -> Callable[[], AnyArray]:
    """libigl's fast winding number at every point."""
    points = points_of(lattice)
    return lambda: inside(mesh, points)


def pcu_tree(mesh: Triangles, lattice: Lattice) -> Callable[[], AnyArray]:
    """The same method in point-cloud-utils."""
    import point_cloud_utils as pcu  # pyright: ignore

    points: Any = points_of(lattice)
    winding: Any = pcu.triangle_soup_fast_winding_number
    return lambda: np.abs(np.asarray(winding(mesh.positions, mesh.faces, points)).reshape(-1)) > 0.5


def open3d_rays(mesh: Triangles, lattice: Lattice) -> Callable[[], AnyArray]:
    """open3d's occupancy by the parity of rays; building its scene counts."""
    import open3d as o3d  # pyright: ignore

    o3: Any = o3d
    points = points_of(lattice).astype(np.float32)
    positions, faces = mesh.positions.astype(np.float32), mesh.faces.astype(np.uint32)

    def call() -> AnyArray:
        scene = o3.t.geometry.RaycastingScene()
        scene.add_triangles(positions, faces)
        return scene.compute_occupancy(points).numpy() > 0.5

    return call


def trimesh_fill(mesh: Triangles, lattice: Lattice) -> Callable[[], AnyArray]:
    """trimesh's voxels of the surface, filled; on a lattice of its own, read at the points."""
    import trimesh

    made: Any = trimesh.Trimesh(mesh.positions, mesh.faces, process=False)
    points = points_of(lattice)
    pitch = float(max(line[1] - line[0] for line in lattice))
    return lambda: made.voxelized(pitch).fill().is_filled(points)


def rows() -> list[Row]:
    """Three meshes at 64³ and 128³."""
    whole = blob()
    kept = np.random.default_rng(1).random(len(whole.faces)) >= HOLES
    holed = Triangles(whole.positions, whole.faces[kept])
    found: list[Row] = []
    for name, mesh, truth in (
        (f"{len(whole.faces):,} faces, closed", whole, in_blob),
        ("the same without 3 % of them", holed, in_blob),
        ("12 overlapping cuboids", boxes_mesh(), in_boxes),
    ):
        low, high = mesh.bounds
        margin = 0.02 * (high - low)
        for n, goal in ((64, "≤ 4 ms"), (128, "≤ 15 ms")):
            lattice = centres(low - margin, high + margin, n)
            found += _compared(f"{name}, {n}³", mesh, lattice, truth(points_of(lattice)), goal)
    return found


def _compared(work: str, mesh: Triangles, lattice: Lattice, truth: AnyArray, goal: str) -> list[Row]:
    """Our row and the peers', each by its least time and with its IoU."""
    peers: tuple[tuple[str, str, Way], ...] = (
        ("open3d", "open3d, parity of rays", open3d_rays),
        ("point_cloud_utils", "point-cloud-utils, fast winding number", pcu_tree),
        ("igl", "libigl, fast winding number", tree),
        ("trimesh", "trimesh, voxelized().fill()", trimesh_fill),
    )
    least, iou = _timed(ours(mesh, lattice), truth)
    rows = [Row(work, f"**shapelang**, IoU {iou:.4f}", shown(least), "1", goal)]
    for module, name, way in peers:
        if not installed(module):
            rows.append(Row(work, name, "not installed", "–", ""))
            continue
        other, iou = _timed(way(mesh, lattice), truth)
        rows.append(Row(work, f"{name}, IoU {iou:.4f}", shown(other), f"{other / least:.2g}×", ""))
    return rows


def _timed(call: Callable[[], AnyArray], truth: AnyArray) -> tuple[float, float]:
    """The least time of all runs in about a second, at least two, and the intersection over union with the truth."""
    found = call()
    iou = float((found & truth).sum() / (found | truth).sum())
    once = warm(call, runs=1, at_least=0.0).least
    more = min(100, int(SECONDS / max(once, 1e-6)))
    return min(once, warm(call, runs=max(1, more), at_least=0.0).least), iou
