"""A program for whatever was read: a mesh as it is, points and voxels by way of a closed mesh."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic
from typing import Final, assert_never

import numpy as np

from shapelang.deadline import NEVER, Clock, Deadline, Progress, Searching, untold, within
from shapelang.execution.simulate import simulate
from shapelang.inference.infer import MAX_PARTS, Inferred, infer
from shapelang.io.read.mesh_data import MeshData
from shapelang.io.read.sampled_data import PointData, ShapeData, VoxelData
from shapelang.metrics.chamfer import distances_to
from shapelang.metrics.sampling import surface_points
from shapelang.metrics.triangles import triangles
from shapelang.representations.surface import flattened
from shapelang.semantics.check import check_text

_MEASURED: Final = 20_000
"""Points of a cloud, and of the program's surface, that distances are measured at."""

_LEFT: Final = 0.25
"""Part of the time limit that the making of a mesh leaves in any case."""

_MAKING: Final = 0.4
"""Part of the time limit that the making of a mesh from points is meant to take at most."""

_NOTING: Final = 0.04
"""Part of the time limit that is kept for the distances of points from the program."""


def mesh_of(shape: ShapeData, deadline: Deadline = NEVER) -> MeshData:
    """The mesh that a program is inferred from; of points fewer are used where the deadline is near.

    Raises InferenceError for points that enclose nothing, or too few.
    """
    match shape:
        case MeshData():
            return shape
        case PointData():
            from shapelang.inference.input.cloud import mesh_of_points

            return mesh_of_points(shape, deadline)
        case VoxelData():
            from shapelang.inference.input.voxels import mesh_of_voxels

            return mesh_of_voxels(shape)
        case _:
            assert_never(shape)


def infer_shape(
    shape: ShapeData,
    *,
    name: str,
    time_limit: float = 30.0,
    max_parts: int = MAX_PARTS,
    alternatives: int = 1,
    keep_groups: bool = False,
    seed: int = 0,
    progress: Progress | None = None,
    clock: Clock = monotonic,
    searching: Searching = untold,
) -> tuple[Inferred, MeshData]:
    """`infer` for any shape, and the mesh that its evidence was measured on.

    Points and voxels have no solid of their own: the notes say what the figures compare with, and how far the points
    themselves are from the program. The making of the mesh counts as part of `time_limit`, of which at least
    `_LEFT` stays for the inference.
    """
    started = clock()
    mesh = mesh_of(shape, within(_MAKING * time_limit, clock))
    sampled = isinstance(shape, PointData)
    noting = _NOTING * time_limit if sampled else 0.0
    left = max(time_limit - noting - (clock() - started), _LEFT * time_limit)
    found = infer(
        mesh,
        name=name,
        time_limit=left,
        max_parts=max_parts,
        alternatives=alternatives,
        keep_groups=keep_groups,
        seed=seed,
        progress=progress,
        sampled=sampled,
        clock=clock,
        searching=searching,
    )
    match shape:
        case MeshData():
            return found, mesh
        case PointData():
            return replace(found, notes=(*found.notes, point_note(shape, found.text, seed))), mesh
        case VoxelData():
            return replace(found, notes=(*found.notes, _VOXELS)), mesh
        case _:
            assert_never(shape)


_VOXELS: Final = "Solid IoU and Chamfer distance compare with the boundary of the full cells."


def point_note(cloud: PointData, text: str, seed: int = 0) -> str:
    """How far points and the surface of a program are apart on average, both ways, in % of the points' diagonal."""
    from scipy.spatial import KDTree

    flat = flattened(simulate(check_text(text, "<inferred>")).assembly)
    made = triangles(flat.positions, flat.faces)
    points = cloud.points
    if len(points) > _MEASURED:
        points = points[np.random.default_rng(seed).choice(len(points), _MEASURED, replace=False)]
    share = 100.0 / float(np.sqrt((np.ptp(points, axis=0) ** 2).sum()))
    there = share * float(distances_to(made, points).mean())
    back = share * float(KDTree(points).query(surface_points(made, _MEASURED, seed), workers=-1)[0].mean())
    return (
        "Solid IoU and Chamfer distance compare with the surface that was laid through the points. The points "
        f"themselves are {there:.2f} % of their diagonal from the program's surface on average, and that "
        f"{back:.2f} % from the nearest point, which depends on how dense the points lie."
    )
