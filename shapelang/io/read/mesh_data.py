"""What reading a mesh gives: groups of triangles in world coordinates, valid by construction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from shapelang.arrays import FaceArray, Float64, Int64, PointArray
from shapelang.diagnostics import counted
from shapelang.geometry.pose import Vec3
from shapelang.io.read.source import MeshSource


@final
@dataclass(frozen=True, slots=True, eq=False)
class MeshGroup:
    """The triangles of one node, group or object with one material.

    `path` is where it stood in the file: names of nodes from the root, or the object and the group; `name` its last.
    `material` and `color` (sRGB in [0, 1]) as the file has them. positions: (v, 3) in the file's own frame and units,
    each used by a face · faces: (f, 3), counter-clockwise as the file meant it, no two corners at one place.
    """

    path: tuple[str, ...]
    material: str | None
    color: Vec3 | None
    positions: PointArray
    faces: FaceArray

    @property
    def name(self) -> str:
        """The last name of the path; empty when nothing has a name."""
        return self.path[-1] if self.path else ""


@final
@dataclass(frozen=True, slots=True, eq=False)
class MeshData:
    """A mesh file that was read: at least one group, at least one triangle, nothing out of range, nothing infinite.

    `notes` say in sentences what was left out or mended.
    """

    name: str
    format: str
    groups: tuple[MeshGroup, ...]
    notes: tuple[str, ...] = ()

    @property
    def face_count(self) -> int:
        """Triangles of all groups."""
        return sum(len(group.faces) for group in self.groups)

    @property
    def vertex_count(self) -> int:
        """Vertices of all groups."""
        return sum(len(group.positions) for group in self.groups)

    @property
    def positions(self) -> PointArray:
        """(v, 3) of all groups, one after the other."""
        return np.concatenate([group.positions for group in self.groups])

    @property
    def faces(self) -> FaceArray:
        """(f, 3) of all groups into `positions`."""
        starts = np.cumsum([0] + [len(group.positions) for group in self.groups[:-1]])
        return np.concatenate(
            [group.faces + start for group, start in zip(self.groups, starts, strict=True)], dtype=np.int32
        )


@final
@dataclass(frozen=True, slots=True, eq=False)
class RawGroup:
    """A group as a parser hands it over: indices in range, coordinates checked, vertices perhaps unused."""

    path: tuple[str, ...]
    material: str | None
    color: Vec3 | None
    positions: Float64[np.ndarray, "v 3"]
    faces: Int64[np.ndarray, "f 3"]


def finished(source: MeshSource, kind: str, raw: Iterable[RawGroup], notes: Sequence[str] = ()) -> MeshData:
    """The groups without degenerate faces, unused vertices and empty groups; raises M106 when no face is left."""
    groups: list[MeshGroup] = []
    dropped = unused = 0
    for group in raw:
        _check_range(source, group)
        faces = _proper(group.positions, group.faces)
        dropped += len(group.faces) - len(faces)
        if len(faces):
            positions, faces = _compact(group.positions, faces)
            unused += len(group.positions) - len(positions)
            groups.append(MeshGroup(group.path, group.material, group.color, positions, faces))
    if not groups:
        raise source.empty(_all_degenerate(dropped) if dropped else "; ".join(("there are no faces", *notes)))
    if len(groups) > source.limits.groups:
        raise source.too_large("groups", len(groups), source.limits.groups)
    if dropped:
        notes = (*notes, f"{counted(dropped, 'degenerate face')} left out")
    return MeshData(source.name, kind, tuple(groups), tuple(notes))


def _all_degenerate(count: int) -> str:
    return "the only face is degenerate" if count == 1 else f"all {count:,} faces are degenerate"


def _check_range(source: MeshSource, group: RawGroup) -> None:
    """The last line of defence: whatever a parser overlooked."""
    if len(group.faces) and (int(group.faces.min()) < 0 or int(group.faces.max()) >= len(group.positions)):
        raise source.bad_index(int(group.faces.max()), len(group.positions))
    source.check_points(group.positions, lambda row: f"group {group.path}")


def _proper(positions: Float64[np.ndarray, "v 3"], faces: Int64[np.ndarray, "f 3"]) -> Int64[np.ndarray, "g 3"]:
    """The faces whose three corners are at three places."""
    a, b, c = (positions[faces[:, corner]] for corner in range(3))
    bad = (a == b).all(axis=1) | (b == c).all(axis=1) | (c == a).all(axis=1)
    return faces[~bad] if bad.any() else faces


def _compact(
    positions: Float64[np.ndarray, "v 3"], faces: Int64[np.ndarray, "f 3"]
) -> tuple[Float64[np.ndarray, "w 3"], FaceArray]:
    """The used vertices in their order, and the faces over them; −0 becomes 0."""
    used, corners = np.unique(faces, return_inverse=True)
    return positions[used] + 0.0, corners.reshape(-1, 3).astype(np.int32)


def welded(positions: Float64[np.ndarray, "n 3"]) -> tuple[Float64[np.ndarray, "v 3"], Int64[np.ndarray, " n"]]:
    """The distinct points in order of appearance, and which of them each point is; equal means equal in every bit.

    For points that only stand in triangles of their own (STL), or split at seams (glTF).
    """
    points = positions + 0.0
    bits = points.view(np.uint64)
    # A 64-bit hash is sorted in place of three numbers. Where two points share one, all three are sorted after all.
    mixed = bits * np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], np.uint64)
    mixed ^= mixed >> np.uint64(29)
    hashes = (mixed[:, 0] * np.uint64(0xBF58476D1CE4E5B9)) ^ (mixed[:, 1] * np.uint64(0x94D049BB133111EB)) ^ mixed[:, 2]
    _, first, which = np.unique(hashes, return_index=True, return_inverse=True)
    if not np.array_equal(points[first][which], points):
        _, first, which = np.unique(points, axis=0, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.zeros(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return points[first[order]], rank[which.reshape(-1)]
