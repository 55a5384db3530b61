"""What the compiled loops take: named tuples, which numba knows, of arrays and numbers."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

from shapelang.arrays import AnyArray

Three: TypeAlias = tuple[float, float, float]
"""A point, a unit direction, or linear red, green and blue."""


class Triangles(NamedTuple):
    """The arrays of `shaded.Soup`."""

    corners: AnyArray
    normals: AnyArray
    facing: AnyArray
    material: AnyArray
    materials: AnyArray


class Rig(NamedTuple):
    """`studio.Lights` with what each light sees (`raster.depth_maps`); `glow` (d, 3) comes from the dome."""

    axis: AnyArray
    key_light: AnyArray
    key: AnyArray
    key_frames: AnyArray
    key_maps: AnyArray
    dome: AnyArray
    glow: AnyArray
    dome_frames: AnyArray
    dome_maps: AnyArray
    boxes: AnyArray
    tints: AnyArray


class Ground(NamedTuple):
    """Its height; the share of its light that it keeps, in two squares of half sides `fade`; the depth of shadows."""

    height: float
    near: AnyArray
    far: AnyArray
    fade: tuple[float, float]
    depth: float


class Lens(NamedTuple):
    """`camera.View`, for samples."""

    eye: AnyArray
    axes: AnyArray
    focal: float
