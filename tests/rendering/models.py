"""Models to draw: cuboids of given sizes and places, as an assembly and as plain meshes."""

from __future__ import annotations

import numpy as np

from shapelang.assembly.assembly import Assembly
from shapelang.assembly.material import Material
from shapelang.assembly.part import Part, Placed
from shapelang.geometry.box import centred
from shapelang.geometry.pose import Pose, Vec3
from shapelang.primitives.cuboid import Cuboid
from shapelang.rendering.shaded import Shaded

RED = Material("red", (0.8, 0.2, 0.15))
GLASS = Material("glass", (0.6, 0.8, 0.8), opacity=0.4)
SEAT, BACK, LEG = (0.46, 0.05, 0.44), (0.46, 0.45, 0.03), (0.04, 0.42, 0.04)
CHAIR: tuple[tuple[Vec3, Vec3], ...] = (
    (SEAT, (0.0, 0.445, 0.0)),
    (BACK, (0.0, 0.695, -0.2)),
    *((LEG, (x, 0.21, z)) for x in (-0.2, 0.2) for z in (-0.19, 0.19)),
)


def assembly(*cuboids: tuple[Vec3, Vec3], material: Material = RED, scale: float = 1.0) -> Assembly:
    """Cuboids by size and centre."""
    children = tuple(
        Placed(
            Part("block", "cuboid", centred(size), Cuboid(*size)), Pose(None, scale, _times(at, scale)), f"block[{k}]"
        )
        for k, (size, at) in enumerate(cuboids)
    )
    root = Part("model", "model", centred((1.0, 1.0, 1.0)), children=children, material=material)
    return Assembly(root, "model", 0, {})


def _times(at: Vec3, scale: float) -> Vec3:
    return (at[0] * scale, at[1] * scale, at[2] * scale)


def block(size: Vec3, at: Vec3 = (0.0, 0.0, 0.0), color: Vec3 = (0.8, 0.8, 0.8)) -> Shaded:
    """A cuboid as a mesh of eight vertices without normals."""
    corners = np.array([(x, y, z) for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
    quads = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
    faces = [triangle for a, b, c, d in quads for triangle in ((a, b, c), (a, c, d))]
    return Shaded(corners * size + at, None, np.array(faces, np.int32), color)
