"""The same shapes in other systems, each built by its own best call; one that is not installed is left out by name."""

from __future__ import annotations

import importlib.util
import math
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Box = tuple[tuple[float, float, float], tuple[float, float, float]]
"""Size and centre."""

TILT = math.radians(-8.0)


def chair_boxes() -> list[Box]:
    """The twelve cuboids of chair12 without the tilt of the back, which no peer's time hangs on."""
    w, d, h = 0.46, 0.44, 0.45
    leg = h - 0.02
    found: list[Box] = [((w, 0.04, d), (0, h, 0))]
    found += [((0.04, leg, 0.04), (x * (w / 2 - 0.02), leg / 2, z * (d / 2 - 0.02))) for x in (1, -1) for z in (1, -1)]
    found += [((0.03, 0.4, 0.015), ((i - 1.5) * w / 4, h + 0.22, -d / 2)) for i in range(4)]
    found.append(((w, 0.05, 0.02), (0, h + 0.445, -d / 2)))
    found.append(((w - 0.08, 0.05, 0.02), (0, h - 0.045, d * 0.45)))
    found.append(((w - 0.08, 0.02, 0.02), (0, 0.15, 0)))
    return found


Column = tuple[str, float, tuple[float, float, float], tuple[float, float, float]]


def colonnade_parts() -> list[Column]:
    """("box" or "cylinder", radius, size, centre) of the two hundred parts."""
    found: list[Column] = []
    for row in range(2):
        for i in range(25):
            x, z, h = i * 1.6, row * 5.0, 4 + 0.01 * i
            found.append(("box", 0.0, (0.8, 0.2, 0.8), (x, 0.1, z)))
            found.append(("cylinder", 0.3, (0.6, h, 0.6), (x, 0.2 + h / 2, z)))
            found.append(("cylinder", 0.36, (0.72, 0.1, 0.72), (x, 0.25 + h, z)))
            found.append(("box", 0.0, (0.8, 0.15, 0.8), (x, 0.375 + h, z)))
    return found


# --- manifold3d ----------------------------------------------------------------------------------


def manifold_chair() -> Callable[[], object]:
    """Union of twelve cubes."""
    import manifold3d as m

    boxes = chair_boxes()
    return lambda: m.Manifold.batch_boolean(
        [m.Manifold.cube(size, True).translate(at) for size, at in boxes], m.OpType.Add
    ).to_mesh64()


def manifold_colonnade() -> Callable[[], object]:
    """Union of two hundred parts."""
    import manifold3d as m

    parts = colonnade_parts()

    def one(part: Column) -> Any:
        kind, radius, size, at = part
        if kind == "box":
            return m.Manifold.cube(size, True).translate(at)
        return m.Manifold.cylinder(size[1], radius, radius, 32, True).rotate((90, 0, 0)).translate(at)

    return lambda: m.Manifold.batch_boolean([one(p) for p in parts], m.OpType.Add).to_mesh64()


def manifold_solid() -> Callable[[], object]:
    """manifold3d alone on the very operand meshes that ours hands to it."""
    import manifold3d as m

    from shapelang.primitives.cylinder import Cylinder
    from shapelang.primitives.ellipsoid import Ellipsoid
    from shapelang.primitives.superquadric import Superquadric

    def welded(mesh: Any) -> Any:
        count = int(mesh.weld.max()) + 1
        points = np.zeros((count, 3))
        points[mesh.weld] = mesh.positions
        return m.Mesh64(vert_properties=points, tri_verts=mesh.welded_faces.astype(np.uint64))

    box = welded(Superquadric(2.0, 0.6, 2.0, 0.2, 0.2, 0.0, 0.0, 0.0).mesh(32))
    hole = welded(Cylinder(0.1, 1.0).mesh(32))
    ball = welded(Ellipsoid(0.6, 0.9, 0.6).mesh(32))
    turns = [(0.7 * math.cos(math.radians(45 * k)), 0.0, -0.7 * math.sin(math.radians(45 * k))) for k in range(8)]

    def call() -> object:
        holes = m.Manifold.batch_boolean([m.Manifold(hole).translate(t) for t in turns], m.OpType.Add)
        plate = m.Manifold(box) - holes
        balls = [m.Manifold(ball).translate((x, 0.2, 0)) for x in (0.4, -0.4)]
        return m.Manifold.batch_boolean([plate, *balls], m.OpType.Add).to_mesh64()

    return call


# --- trimesh, NumPy, build123d, OpenSCAD ---------------------------------------------------------


def trimesh_chair() -> Callable[[], object]:
    """trimesh boxes united by its manifold engine."""
    import trimesh

    boxes = chair_boxes()

    def call() -> object:
        made = [trimesh.creation.box(size, trimesh.transformations.translation_matrix(at)) for size, at in boxes]
        return trimesh.boolean.union(made, engine="manifold")

    return call


def numpy_chair() -> Callable[[], object]:
    """Bare NumPy: one scaled and moved unit cube a part, positions only, no normals, no boolean."""
    corners = np.array([(x, y, z) for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
    sizes = np.array([size for size, _ in chair_boxes()])
    places = np.array([at for _, at in chair_boxes()])
    return lambda: (corners[None] * sizes[:, None] + places[:, None]).reshape(-1, 3)


def build123d_chair() -> Callable[[], object]:
    """build123d boxes, fused and tessellated."""
    import build123d as b  # pyright: ignore[reportMissingImports]

    def call() -> object:
        made = [b.Pos(*at) * b.Box(*size) for size, at in chair_boxes()]
        return made[0].fuse(*made[1:]).tessellate(0.005)

    return call


def build123d_colonnade() -> Callable[[], object]:
    """build123d parts, fused and tessellated."""
    import build123d as b  # pyright: ignore[reportMissingImports]

    def one(part: Column) -> Any:
        kind, radius, size, at = part
        made = b.Box(*size) if kind == "box" else b.Rot(90, 0, 0) * b.Cylinder(radius, size[1])
        return b.Pos(*at) * made

    def call() -> object:
        made = [one(p) for p in colonnade_parts()]
        return made[0].fuse(*made[1:]).tessellate(0.005)

    return call


def openscad(parts: list[str]) -> list[str] | None:
    """The command that renders a union of parts to STL, or None where OpenSCAD is not installed."""
    if shutil.which("openscad") is None:
        return None
    folder = Path(tempfile.mkdtemp(prefix="shapelang-bench-"))
    (folder / "in.scad").write_text("$fn = 32;\nunion() {\n" + "\n".join(parts) + "\n}\n", encoding="utf-8")
    return ["openscad", "-o", str(folder / "out.stl"), str(folder / "in.scad")]


def scad_box(box: Box) -> str:
    """One cube of OpenSCAD."""
    size, at = box
    return f"translate([{at[0]}, {at[1]}, {at[2]}]) cube([{size[0]}, {size[1]}, {size[2]}], center = true);"


def scad_part(part: Column) -> str:
    """One part of the colonnade in OpenSCAD."""
    kind, radius, size, at = part
    if kind == "box":
        return scad_box((size, at))
    place = f"translate([{at[0]}, {at[1]}, {at[2]}]) rotate([90, 0, 0])"
    return f"{place} cylinder(h = {size[1]}, r = {radius}, center = true);"


def installed(module: str) -> bool:
    """Whether a Python peer is installed."""
    return importlib.util.find_spec(module) is not None
