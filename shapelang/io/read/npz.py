"""Archives of arrays (.npz): points with normals, or cells as `shapelang build -o X.npz` writes them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from shapelang.arrays import AnyArray, LabelGrid
from shapelang.geometry.pose import Vec3
from shapelang.io.read.archive import Archive
from shapelang.io.read.npy import check_values, stored_array, stored_texts
from shapelang.io.read.sampled_data import (
    PointData,
    VoxelData,
    check_cells,
    finished_points,
    finished_voxels,
    full_cells,
    points_of_table,
    unit_frame,
)
from shapelang.io.read.source import MeshSource, shown, widened

_CELLS: Final = ("occupancy", "voxels")
_WANTED: Final = "`points` (n, 3) with or without `normals` (n, 3), or `voxels` (x, y, z) with `origin` and `pitch`"


def read_npz(source: MeshSource) -> PointData | VoxelData:
    """Points from `points` and `normals`, or cells from `voxels` or `occupancy`. Raises MeshError."""
    archive = Archive(source, source.limits.array_ratio)
    points = _array(source, archive, "points")
    if points is not None:
        return _points(source, points, _array(source, archive, "normals"))
    cells = next((found for name in _CELLS if (found := _array(source, archive, name)) is not None), None)
    if cells is None:
        names = ", ".join(name.removesuffix(".npy") for name in archive.names()[:8])
        raise source.broken(f"the archive holds {shown(names)}", hint=f"it needs {_WANTED}")
    return _cells(source, archive, cells)


def _array(source: MeshSource, archive: Archive, name: str) -> AnyArray | None:
    data = archive.read(f"{name}.npy")
    return None if data is None else stored_array(source, data, name)


def _points(source: MeshSource, points: AnyArray, normals: AnyArray | None) -> PointData:
    if points.ndim != 2:
        raise source.broken(f"`points` has the shape {points.shape}, not (n, 3)", "points")
    check_values(source, points)
    if normals is None:
        return points_of_table(source, "npz", widened(points), _row)
    if points.shape[1] != 3 or normals.shape != points.shape:
        message = f"`points` has the shape {points.shape} and `normals` {normals.shape}"
        raise source.broken(message, "normals", "both have the shape (n, 3)")
    return finished_points(source, "npz", widened(points), widened(normals), _row)


def _row(row: int) -> str:
    return f"points, row {row}"


def _cells(source: MeshSource, archive: Archive, cells: AnyArray) -> VoxelData:
    if cells.ndim != 3:
        raise source.broken(f"the cells have the shape {cells.shape}, not (x, y, z)", "voxels")
    check_cells(source, cells.shape, "voxels")
    origin, pitch, notes = unit_frame(cells.shape)
    stated = _array(source, archive, "pitch")
    if stated is not None:
        origin, pitch, notes = (0.0, 0.0, 0.0), _three(source, stated, "pitch"), ()
    corner = _array(source, archive, "origin")
    if corner is not None:
        origin = _three(source, corner, "origin")
    found = finished_voxels(source, "npz", full_cells(cells), origin, pitch, notes)
    labels, names = _array(source, archive, "labels"), archive.read("label_names.npy")
    if labels is None or names is None:
        return found
    texts = stored_texts(source, names, "label_names")
    return replace(found, labels=_labels(source, found, labels, len(texts)), label_names=texts)


def _three(source: MeshSource, values: AnyArray, name: str) -> Vec3:
    """One number for all axes, or three."""
    if values.size not in (1, 3):
        raise source.broken(f"`{name}` has {values.size} numbers, not one or three", name)
    x, y, z = np.broadcast_to(widened(values).reshape(-1), (3,)).tolist()
    return x, y, z


def _labels(source: MeshSource, found: VoxelData, labels: AnyArray, names: int) -> LabelGrid:
    """Labels as the writer makes them: full cells from 1 to `names`."""
    if labels.shape != found.occupied.shape or labels.dtype.kind not in "iu":
        raise source.broken(f"`labels` has the shape {labels.shape}, the cells {found.occupied.shape}", "labels")
    full = labels[found.occupied]
    if int(full.min()) < 0 or int(full.max()) > names:
        raise source.broken(f"a cell has the label {int(full.max())}, and there are {names} names", "labels")
    return np.where(found.occupied, labels, 0).astype(np.int32)
