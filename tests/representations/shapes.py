"""Small assemblies for the tests of this folder, and what a closed mesh is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from shapelang.assembly.assembly import Assembly
from shapelang.assembly.part import Geometry, Operand, Part, Placed, Solid
from shapelang.geometry.box import Box, centred
from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import IDENTITY, Mat3, Pose
from shapelang.numbers import FLOAT
from shapelang.primitives.cuboid import Cuboid
from shapelang.primitives.cylinder import Cylinder
from shapelang.primitives.sphere import Sphere
from shapelang.representations.voxels import leaf_corners

YAW: Mat3 = (0.6, 0.0, 0.8, 0.0, 1.0, 0.0, -0.8, 0.0, 0.6)
PITCH: Mat3 = (1.0, 0.0, 0.0, 0.0, 0.6, -0.8, 0.0, 0.8, 0.6)
MIRROR: Mat3 = (-1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
MIRRORED_YAW: Mat3 = (-0.6, 0.0, 0.8, 0.0, 1.0, 0.0, 0.8, 0.0, 0.6)

CUBE = Cuboid(1.0, 1.0, 1.0)


def at(x: float, y: float = 0.0, z: float = 0.0) -> Pose:
    return Pose(offset=(x, y, z))


def box_of(geometry: Geometry) -> Box:
    """The box of a geometry; of a solid, that of its operands."""
    if not isinstance(geometry, Solid):
        return centred(geometry.size(FLOAT))
    parts = [Placed(leaf(o.geometry), o.pose, "operand") for o in geometry.operands]
    corners = [leaf_corners(found) for found in assembly(*parts).leaves()]
    low, high = (tuple(f(c[k][axis] for c in corners) for axis in range(3)) for k, f in ((0, min), (1, max)))
    return Box(low, high)  # type: ignore[arg-type]


def leaf(geometry: Geometry, kind: str = "leaf") -> Part:
    return Part(kind, kind, box_of(geometry), geometry)


def placed(geometry: Geometry, label: str, pose: Pose = IDENTITY) -> Placed:
    return Placed(leaf(geometry, label.partition("[")[0]), pose, label)


def assembly(*children: Placed) -> Assembly:
    return Assembly(Part("program", "program", centred((2.0, 2.0, 2.0)), children=children), "program", 0, {})


def solid(operator: str, *operands: tuple[Geometry, Pose], blend: float = 0.0) -> Solid:
    return Solid(operator, blend, tuple(Operand(*o) for o in operands))  # type: ignore[arg-type]


def stool() -> Assembly:
    """A seat on four legs, three of them images, one part turned and one scaled."""
    leg = leaf(Cylinder(0.02, 0.4), "leg")
    legs = [
        Placed(leg, Pose(None if not m else MIRROR, offset=(x, 0.2, z), mirrored=m), f"leg[{k}]")
        for k, (x, z, m) in enumerate(
            [(0.15, 0.15, False), (-0.15, 0.15, True), (0.15, -0.15, False), (-0.15, -0.15, True)]
        )
    ]
    seat = placed(Cuboid(0.4, 0.04, 0.4), "seat", at(0.0, 0.42))
    knob = Placed(leaf(Sphere(0.05), "knob"), Pose(YAW, 1.5, (0.0, 0.5, 0.0)), "knob")
    inner = Part(
        "tray",
        "tray",
        centred((0.1, 0.1, 0.1)),
        children=(Placed(leaf(Cuboid(0.1, 0.02, 0.2), "plate"), Pose(PITCH), "plate"),),
    )
    return assembly(seat, *legs, knob, Placed(inner, Pose(MIRRORED_YAW, 2.0, (0.0, 0.8, 0.0), True), "tray"))


def edge_faults(mesh: Mesh) -> int:
    """Directed edges that have not exactly one partner the other way; 0 for a closed, oriented surface."""
    w = mesh.weld[mesh.faces].astype(np.int64)
    w = w[(w[:, 0] != w[:, 1]) & (w[:, 1] != w[:, 2]) & (w[:, 2] != w[:, 0])]
    edges = np.concatenate([w[:, [0, 1]], w[:, [1, 2]], w[:, [2, 0]]])
    base = int(w.max(initial=0)) + 1
    forward, back = np.sort(edges[:, 0] * base + edges[:, 1]), np.sort(edges[:, 1] * base + edges[:, 0])
    return int((np.diff(forward) == 0).sum()) + int((forward != back).sum())


def volume(mesh: Mesh) -> float:
    a, b, c = (mesh.positions[mesh.faces[:, k]] for k in range(3))
    return float((a * np.cross(b, c)).sum() / 6.0)


def worst_normal(mesh: Mesh) -> float:
    """The lowest cosine between a face and one of its corners' normals, over faces that have an area."""
    a, b, c = (mesh.positions[mesh.faces[:, k]] for k in range(3))
    across = np.cross(b - a, c - a)
    area = np.sqrt((across * across).sum(axis=1))
    real = area > 1e-9 * area.max()
    flat = across[real] / area[real, None]
    return min(float((flat * mesh.normals[mesh.faces[real, k]]).sum(axis=1).min()) for k in range(3))


def concatenated(meshes: Sequence[Mesh]) -> np.ndarray:
    return np.concatenate([mesh.positions for mesh in meshes])


def bytes_of(mesh: Mesh) -> bytes:
    return b"".join(array.tobytes() for array in (mesh.positions, mesh.faces, mesh.normals, mesh.uvs, mesh.weld))
