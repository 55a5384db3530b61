"""What reading samples gives: points on a surface, or a grid of full and empty cells; valid by construction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias, final

import numpy as np

from shapelang.arrays import AnyArray, Float64, LabelGrid, NormalArray, OccupancyArray, PointArray
from shapelang.diagnostics import counted
from shapelang.geometry.pose import Vec3
from shapelang.io.read.mesh_data import MeshData
from shapelang.io.read.source import MeshSource, widened

_UNIT: Final = 0.02
"""How far the length of a stored normal may be from 1 to be known as one, written with two decimals."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class PointData:
    """Points on a surface: at least one, all finite, in the file's own frame and units.

    points: (n, 3) · normals: (n, 3) of length 1, outward as the file meant them, or None where it has none.
    `notes` say in sentences what was left out.
    """

    name: str
    format: str
    points: PointArray
    normals: NormalArray | None
    notes: tuple[str, ...] = ()


@final
@dataclass(frozen=True, slots=True, eq=False)
class VoxelData:
    """A grid of cells, at least one of them full.

    occupied: (x, y, z) · origin: the corner of cell 0 0 0 · pitch: the sizes of a cell along x, y, z, positive ·
    labels: (x, y, z), 0 or 1 + the number in `label_names` of what fills the cell, or None where the file has none.
    """

    name: str
    format: str
    occupied: OccupancyArray
    origin: Vec3
    pitch: Vec3
    labels: LabelGrid | None = None
    label_names: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


ShapeData: TypeAlias = MeshData | PointData | VoxelData
"""All that a shape can be read from."""


def points_of_table(
    source: MeshSource, kind: str, table: Float64[np.ndarray, "n k"], place: Callable[[int], str]
) -> PointData:
    """Points from rows of x, y, z and what follows them; `place` of a row, for errors.

    The three columns after z are normals when their vectors have length 1 or point to both sides of an axis: colours
    do neither. Raises MeshError M103, M104, M106, M107.
    """
    columns = table.shape[1]
    if columns < 3:
        raise source.broken(f"a point needs x, y and z, and there are {columns} columns", place(0))
    beyond = table[:, 3:6]
    if columns >= 6 and _are_normals(beyond):
        left = columns - 6
        return finished_points(source, kind, table[:, :3], beyond, place, _unread(left))
    return finished_points(source, kind, table[:, :3], None, place, _unread(columns - 3))


def finished_points(
    source: MeshSource,
    kind: str,
    points: Float64[np.ndarray, "n 3"],
    normals: Float64[np.ndarray, "n 3"] | None,
    place: Callable[[int], str],
    notes: tuple[str, ...] = (),
) -> PointData:
    """Checked points with normals of length 1; without those points that have no direction, or without any normals."""
    if len(points) == 0:
        raise source.empty("there are no points")
    source.check_counts(len(points), 0)
    source.check_points(points, place)
    points = np.ascontiguousarray(points) + 0.0
    if normals is None:
        return PointData(source.name, kind, points, None, notes)
    lengths = _lengths(normals)
    good = np.isfinite(lengths) & (lengths > 1e-100)
    missing = len(good) - int(good.sum())
    if 2 * missing > len(good):
        note = f"{missing:,} of {len(good):,} normals have no direction; all were left out"
        return PointData(source.name, kind, points, None, (*notes, note))
    if missing:
        notes = (*notes, f"{counted(missing, 'point')} whose normal has no direction left out")
    return PointData(source.name, kind, points[good], normals[good] / lengths[good, None], notes)


def finished_voxels(
    source: MeshSource, kind: str, occupied: OccupancyArray, origin: Vec3, pitch: Vec3, notes: tuple[str, ...] = ()
) -> VoxelData:
    """A checked grid without labels; raises M104 for a frame out of range, M106 without a full cell."""
    if not occupied.any():
        raise source.empty("no cell of the grid is full")
    corners = np.array([origin, [o + n * p for o, n, p in zip(origin, occupied.shape, pitch, strict=True)]])
    source.check_points(corners, lambda row: ("origin", "origin and pitch")[row])
    if not min(pitch) > 0.0:
        raise source.bad_number(f"the cells have the sizes {pitch}, which must be positive", "pitch")
    return VoxelData(source.name, kind, np.ascontiguousarray(occupied), origin, pitch, notes=notes)


def check_cells(source: MeshSource, shape: tuple[int, ...], place: str | None = None) -> None:
    """Raises M107 where a grid has too many cells."""
    cells = 1
    for count in shape:
        cells *= count
    if cells > source.limits.cells:
        raise source.too_large("cells", cells, source.limits.cells, place)


def full_cells(values: AnyArray) -> OccupancyArray:
    """Which cells are full: true, or above 1/2."""
    return values if values.dtype == np.bool_ else widened(values) > 0.5


def unit_frame(shape: tuple[int, ...]) -> tuple[Vec3, Vec3, tuple[str, ...]]:
    """Origin and pitch of a grid that states neither: its longest side is 1, its corner at 0."""
    pitch = 1.0 / max(1, *shape)
    note = "the file states no size of its cells: the longest side of the grid was taken as 1, its corner as 0"
    return (0.0, 0.0, 0.0), (pitch, pitch, pitch), (note,)


def _lengths(vectors: Float64[np.ndarray, "n 3"]) -> Float64[np.ndarray, " n"]:
    """NaN and infinite where a component is, in silence."""
    with np.errstate(invalid="ignore", over="ignore"):
        return np.sqrt((vectors * vectors).sum(axis=1))


def _are_normals(vectors: Float64[np.ndarray, "n 3"]) -> bool:
    with np.errstate(invalid="ignore"):
        unit = np.abs(_lengths(vectors) - 1.0) <= _UNIT
        return bool(unit.mean() > 0.5 if len(unit) else False) or bool((vectors < 0.0).any())


def _unread(columns: int) -> tuple[str, ...]:
    return (f"{columns} columns beside the points left unread",) if columns else ()
