"""What the studio is shown: coloured meshes, and the one soup of triangles that they become."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.assembly.assembly import Assembly
from shapelang.assembly.material import DEFAULT
from shapelang.geometry.pose import Vec3
from shapelang.representations.surface import SEGMENTS, Flat, flattened

MATERIAL_WIDTH: Final = 9
"""Columns of a row of `Soup.materials`: linear r, g, b; metallic; roughness; linear emission r, g, b; opacity."""

CLAY: Final[Vec3] = (0.58, 0.62, 0.68)
"""What has no colour of its own: the light grey of a file would hardly stand out from the studio."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Shaded:
    """A mesh with one look, metres, +Y up. `positions` (v, 3); `faces` (f, 3); colours are sRGB in [0, 1].

    `normals` (v, 3), or None for flat faces. Winding and normals may point either way: the side that is seen is lit.
    """

    positions: AnyArray
    normals: AnyArray | None
    faces: AnyArray
    color: Vec3 = CLAY
    roughness: float = 0.8
    metallic: float = 0.0
    emissive: Vec3 = (0.0, 0.0, 0.0)
    opacity: float = 1.0


@final
@dataclass(frozen=True, slots=True, eq=False)
class Soup:
    """Triangles moved and scaled into the unit ball about the origin, so that a screw and a wall are one size.

    corners, normals: (n, 3, 3) float64, a corner's normal being a unit vector · facing: (n, 3) the faces' unit normals
    · material: (n,) int32, a row of `materials` (m, MATERIAL_WIDTH) · half: (3,) half extents of the box · source:
    (n,) which triangle of the meshes each is, counted through all of them.
    """

    corners: AnyArray
    normals: AnyArray
    facing: AnyArray
    material: AnyArray
    materials: AnyArray
    half: AnyArray
    source: AnyArray

    @property
    def translucent(self) -> AnyArray:
        """(n,) bool: the triangles that something can be seen through."""
        return self.materials[self.material, 8] < 1.0


def shaded_of(assembly: Assembly, segments: int = SEGMENTS) -> tuple[Shaded, ...]:
    """The leaves of an assembly in the world's frame, one mesh a material; round ones have `segments` edges."""
    return shaded_of_flat(flattened(assembly, segments))


def shaded_of_flat(flat: Flat) -> tuple[Shaded, ...]:
    """The same of leaves that are flattened: the faces of each material in their order."""
    of_face = flat.face_materials
    return tuple(
        Shaded(
            flat.positions,
            flat.normals,
            flat.faces[of_face == number],
            CLAY if material == DEFAULT else material.color,
            material.roughness,
            material.metallic,
            material.emissive,
            material.opacity,
        )
        for number, material in enumerate(flat.materials)
    )


def points_of(shapes: Sequence[Shaded]) -> AnyArray:
    """(p, 3) all vertices that a face uses, metres; infinite ones and those that are no number are left out."""
    points = [shape.positions[np.unique(shape.faces)] for shape in shapes if len(shape.faces) > 0]
    joined = np.concatenate([np.zeros((0, 3)), *points])
    return joined[np.isfinite(joined).all(axis=1)]


def soup_of(shapes: Sequence[Shaded], centre: AnyArray, radius: float) -> Soup:
    """All triangles, moved by -`centre` and divided by `radius`; those without area are left out."""
    corners = [(shape.positions[shape.faces] - centre) / radius for shape in shapes]
    joined = np.concatenate([np.zeros((0, 3, 3)), *corners])
    # Where one corner is no number, the triangle has no area.
    joined[~np.isfinite(joined).all(axis=(1, 2))] = 0.0
    across = np.cross(joined[:, 1] - joined[:, 0], joined[:, 2] - joined[:, 0])
    area = np.sqrt((across * across).sum(axis=1))
    kept = area > 0.0
    facing = across[kept] / area[kept, None]
    normals = np.concatenate([np.zeros((0, 3, 3)), *map(_corner_normals, shapes)])[kept]
    # A normal that is missing or zero is the face's own.
    length = np.sqrt((normals * normals).sum(axis=2))[..., None]
    given = np.isfinite(length) & (length > 0.5)
    normals = np.where(given, normals / np.where(given, length, 1.0), facing[:, None])
    material = np.repeat(np.arange(len(shapes), dtype=np.int32), [len(shape.faces) for shape in shapes])[kept]
    box = np.abs(joined[kept]).max(axis=(0, 1), initial=0.0)
    source = np.flatnonzero(kept)
    return Soup(joined[kept], np.ascontiguousarray(normals), facing, material, _materials(shapes), box, source)


def _corner_normals(shape: Shaded) -> AnyArray:
    return np.zeros((len(shape.faces), 3, 3)) if shape.normals is None else shape.normals[shape.faces]


def _materials(shapes: Sequence[Shaded]) -> AnyArray:
    rows = np.zeros((len(shapes), MATERIAL_WIDTH))
    for row, shape in zip(rows, shapes, strict=True):
        row[0:3], row[5:8] = linear(shape.color), linear(shape.emissive)
        row[3], row[4], row[8] = shape.metallic, shape.roughness, shape.opacity
    return rows


def linear(color: Vec3) -> AnyArray:
    """(3,) light of an sRGB colour (IEC 61966-2-1)."""
    value = np.clip(np.array(color, np.float64), 0.0, 1.0)
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
