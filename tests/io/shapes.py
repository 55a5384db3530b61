"""Three solids small enough to know by heart, and assemblies of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

import numpy as np

from shapelang.assembly.assembly import Assembly
from shapelang.assembly.material import Material
from shapelang.assembly.part import Part, Placed
from shapelang.geometry.box import centred
from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import IDENTITY, Mat3, Pose, Vec3
from shapelang.numbers import Numbers
from shapelang.primitives.protocol import FieldClass, Refusal, Slot


def hard_edged(points: Any, polygons: list[list[int]]) -> Mesh:
    """A mesh of flat polygons (counter-clockwise from outside), each with vertices of its own, convex ones."""
    points = np.array(points, np.float64)
    positions, normals, uvs, weld, faces = [], [], [], [], []
    for polygon in polygons:
        a, b, c = points[polygon[0]], points[polygon[1]], points[polygon[2]]
        normal = np.cross(b - a, c - a)
        first = len(positions)
        faces += [[first, first + k, first + k + 1] for k in range(1, len(polygon) - 1)]
        for corner in polygon:
            positions.append(points[corner])
            normals.append(normal / np.sqrt(np.sum(normal * normal)))
            uvs.append(points[corner][:2])
            weld.append(corner)
    return Mesh(
        np.array(positions), np.array(faces, np.int32), np.array(normals), np.array(uvs), np.array(weld, np.int32)
    )


class _Solid:
    doc: ClassVar[str] = "a test solid"
    slots: ClassVar[tuple[Slot, ...]] = ()

    def refusals(self, n: Numbers) -> tuple[Refusal, ...]:
        return ()

    def volume(self) -> float:
        raise NotImplementedError

    def field(self, n: Numbers, x: Any, y: Any, z: Any) -> Any:
        raise NotImplementedError

    def field_class(self) -> FieldClass:
        return FieldClass(exact=True, lipschitz=1.0)


@final
@dataclass(frozen=True, slots=True)
class Brick(_Solid):
    """A cuboid: symmetric in all axes."""

    kind: ClassVar[str] = "brick"
    x: float
    y: float
    z: float

    def size(self, n: Numbers) -> Vec3:
        return (self.x, self.y, self.z)

    def mesh(self, segments: int) -> Mesh:
        a, b, c = self.x / 2, self.y / 2, self.z / 2
        points = [(x, y, z) for x in (-a, a) for y in (-b, b) for z in (-c, c)]
        sides = [[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]]
        return hard_edged(points, sides)

    def mirror_symmetric(self) -> tuple[bool, bool, bool]:
        return (True, True, True)


@final
@dataclass(frozen=True, slots=True)
class Corner(_Solid):
    """A tetrahedron on three unequal edges: convex, symmetric in no axis."""

    kind: ClassVar[str] = "corner"
    size_: float = 1.0

    def size(self, n: Numbers) -> Vec3:
        return (self.size_, 2 * self.size_, 3 * self.size_)

    def mesh(self, segments: int) -> Mesh:
        s = self.size_
        points = [(-s / 2, -s, -1.5 * s), (s / 2, -s, -1.5 * s), (-s / 2, s, -1.5 * s), (-s / 2, -s, 1.5 * s)]
        return hard_edged(points, [[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]])

    def mirror_symmetric(self) -> tuple[bool, bool, bool]:
        return (False, False, False)


@final
@dataclass(frozen=True, slots=True)
class Elbow(_Solid):
    """An L-shaped prism, 2 × 2 × 1: concave, symmetric in z alone."""

    kind: ClassVar[str] = "elbow"

    def size(self, n: Numbers) -> Vec3:
        return (2.0, 2.0, 1.0)

    def mesh(self, segments: int) -> Mesh:
        outline = [(-1, -1), (0, -1), (1, -1), (1, 0), (0, 0), (0, 1), (-1, 1), (-1, 0)]
        points = [(x, y, z) for z in (-0.5, 0.5) for x, y in outline]
        caps = [[0, 1, 4, 7], [1, 2, 3, 4], [7, 4, 5, 6]]
        sides = [[k, (k + 1) % 8, (k + 1) % 8 + 8, k + 8] for k in range(8)]
        return hard_edged(points, [cap[::-1] for cap in caps] + [[c + 8 for c in cap] for cap in caps] + sides)

    def mirror_symmetric(self) -> tuple[bool, bool, bool]:
        return (False, False, True)


@final
@dataclass(frozen=True, slots=True)
class Fence(_Solid):
    """Many unit cubes in a row, two metres apart, as one geometry: 24 vertices each."""

    kind: ClassVar[str] = "fence"
    count: int

    def size(self, n: Numbers) -> Vec3:
        return (2.0 * self.count - 1.0, 1.0, 1.0)

    def mesh(self, segments: int) -> Mesh:
        brick, number = Brick(1.0, 1.0, 1.0).mesh(segments), np.arange(self.count)
        return Mesh(
            (brick.positions + 2.0 * number[:, None, None] * np.array([1.0, 0.0, 0.0])).reshape(-1, 3),
            (brick.faces + 24 * number[:, None, None]).reshape(-1, 3).astype(np.int32),
            np.tile(brick.normals, (self.count, 1)),
            np.tile(brick.uvs, (self.count, 1)),
            (brick.weld + 8 * number[:, None]).reshape(-1).astype(np.int32),
        )

    def mirror_symmetric(self) -> tuple[bool, bool, bool]:
        return (False, True, True)


QUARTER_Y: Mat3 = (0.0, 0.0, 1.0, 0.0, 1.0, 0.0, -1.0, 0.0, 0.0)
MIRROR_X: Mat3 = (-1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
RED = Material("red", (1.0, 0.0, 0.0))
GLASS = Material("glass", (0.2, 0.5, 0.7), 0.0, 0.1, (2.0, 0.5, 0.0), 0.25)


def leaf(name: str, geometry: Any, material: Material | None = None, **more: Any) -> Part:
    return Part(name, geometry.kind, centred((1.0, 1.0, 1.0)), geometry, material=material, **more)


def body(name: str, *children: Placed, **more: Any) -> Part:
    return Part(name, name, centred((1.0, 1.0, 1.0)), None, tuple(children), **more)


def at(part: Part, label: str, *offset: float, rotation: Mat3 | None = None, mirrored: bool = False) -> Placed:
    return Placed(part, Pose(rotation, 1.0, (offset[0], offset[1], offset[2]), mirrored), label)


def table() -> Assembly:
    """A top, four legs of one part, and a lamp (a corner beside its mirror image, twice) in a body that is mirrored."""
    leg = leaf("leg", Brick(0.1, 0.7, 0.1), arguments={"width": 0.1}, tags=("support",))
    legs = [at(leg, f"leg[{k}]", x, 0.35, z) for k, (x, z) in enumerate([(-1, -1), (1, -1), (-1, 1), (1, 1)])]
    horn, hook = leaf("horn", Corner(), GLASS), leaf("hook", Elbow(), RED)
    lamp = body(
        "lamp",
        at(horn, "left", -1, 2, 0),
        at(horn, "right", 1, 2, 0, rotation=MIRROR_X, mirrored=True),
        at(hook, "hook", 0, 3, 0),
    )
    return Assembly(
        body(
            "table",
            at(leaf("top", Brick(2.2, 0.1, 2.2), RED), "top", 0, 0.75, 0),
            *legs,
            at(lamp, "lamp", 0, 1, 0, rotation=QUARTER_Y),
            at(lamp, "mirrored", 5, 1, 0, rotation=MIRROR_X, mirrored=True),
            at(leaf("top", Brick(2.2, 0.1, 2.2), RED), "top", 0, 4, 0),
        ),
        "table.shape",
        7,
        {"width": 2.2, "color": (0.5, 0.25, 1.0), "name": "größe"},
    )


def row(count: int) -> Assembly:
    """Some bricks, no two of one size."""
    parts = [at(leaf("slat", Brick(1.0, 0.1 + 0.01 * k, 0.2)), f"slat[{k}]", 0, k, 0) for k in range(count)]
    return Assembly(body("row", *parts), "row.shape", 1, {"count": count})


def single(geometry: Any, pose: Pose = IDENTITY) -> Assembly:
    """One geometry with one pose."""
    return Assembly(body("one", Placed(leaf("it", geometry), pose, "it")), "one.shape", 0, {})
