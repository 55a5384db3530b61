"""The mesh of a field beside those who only march over finished samples: `python -m benchmarks.fields_meshing`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Final

import numpy as np

from benchmarks import peers
from benchmarks.__main__ import Row, against, table
from benchmarks.timing import Timing, commit, machine, warm
from shapelang.arrays import AnyArray
from shapelang.assembly.assembly import Leaf
from shapelang.assembly.material import DEFAULT
from shapelang.assembly.part import Part
from shapelang.fields.dual import grid_surface
from shapelang.fields.grid import field_on_grid
from shapelang.fields.packed import pack
from shapelang.fields.surface import field_surface, smooth_surface
from shapelang.geometry.box import centred
from shapelang.geometry.pose import Mat3, Pose
from shapelang.primitives.superquadric import Superquadric
from shapelang.representations.levelset import Lattice

CELLS: Final = 256
LATTICE: Final = Lattice((-1.0, -1.0, -1.0), 2.0 / CELLS, (CELLS + 1, CELLS + 1, CELLS + 1))
PARTS: Final = 64


def _turn(w: float, x: float, y: float, z: float) -> Mat3:
    s = 2.0 / (w * w + x * x + y * y + z * z)
    return (
        1 - s * (y * y + z * z), s * (x * y - w * z), s * (x * z + w * y),
        s * (x * y + w * z), 1 - s * (x * x + z * z), s * (y * z - w * x),
        s * (x * z - w * y), s * (y * z + w * x), 1 - s * (x * x + y * y),
    )  # fmt: skip


def superquadrics() -> list[Leaf]:
    """64 rotated superquadrics in the cube of half side 1, which cuts some: 958,188 triangles at 256³ cells."""
    draw = np.random.default_rng(1)
    part = Part("leaf", "leaf", centred((1.0, 1.0, 1.0)))
    found: list[Leaf] = []
    for _ in range(PARTS):
        width, height, depth = (2.0 * draw.uniform(0.08, 0.22, 3)).tolist()
        e1, e2 = draw.uniform(0.3, 1.0, 2).tolist()
        w, i, j, k = draw.normal(size=4).tolist()
        x, y, z = draw.uniform(-0.85, 0.85, 3).tolist()
        solid = Superquadric(width, height, depth, e1, e2)
        found.append(Leaf(("leaf",), part, solid, Pose(_turn(w, i, j, k), 1.0, (x, y, z)), DEFAULT))
    return found


def skimage(values: AnyArray) -> Callable[[], object] | None:
    """Marching cubes of Lewiner."""
    if not peers.installed("skimage"):
        return None
    from skimage.measure import marching_cubes  # pyright: ignore

    return lambda: marching_cubes(values, 0.0)


def vtk(values: AnyArray, filter_name: str) -> Callable[[], object] | None:
    """Flying edges, on vtk's own threads."""
    if not peers.installed("vtkmodules"):
        return None
    from vtkmodules import vtkFiltersCore  # pyright: ignore
    from vtkmodules.util.numpy_support import numpy_to_vtk  # pyright: ignore
    from vtkmodules.vtkCommonDataModel import vtkImageData  # pyright: ignore

    image = vtkImageData()
    image.SetDimensions(*values.shape)
    image.GetPointData().SetScalars(numpy_to_vtk(values.transpose(2, 1, 0).ravel()))

    def run() -> object:
        surface = getattr(vtkFiltersCore, filter_name)()
        surface.SetInputData(image)
        surface.SetValue(0, 0.0)
        surface.Update()
        return surface.GetOutput()

    return run


def rows() -> list[Row]:
    """Field and mesh together, then meshes of finished samples."""
    packed = pack(superquadrics())
    values = field_on_grid(packed, LATTICE)
    triangles = f"{len(field_surface(packed, LATTICE).faces):,}"
    whole = warm(lambda: field_surface(packed, LATTICE), runs=9)
    smooth = warm(lambda: smooth_surface(packed, LATTICE), runs=9)
    found = against(
        f"64 superquadrics at {CELLS}³ cells, field and mesh of {triangles} triangles, closed", whole,
        [("shapelang, no creases", smooth)], "≤ 0.4 s", "shapelang, creases and normals of the field",
    )  # fmt: skip
    marching = [
        ("skimage 0.26, Lewiner, open at the border", skimage(values)),
        ("vtk 9.6, flying edges, open at the border", vtk(values, "vtkFlyingEdges3D")),
    ]
    timed: list[tuple[str, Timing | None]] = [
        (name, None if run is None else warm(run, runs=5)) for name, run in marching
    ]
    own = warm(lambda: grid_surface(values, LATTICE), runs=9)
    return found + against("its mesh alone, from finished samples", own, timed, "", "shapelang, closed, with normals")


def main() -> None:
    """Prints the table."""
    sys.stdout.write(f"{table(rows())}\n\n{machine()}; commit {commit()}.\n")


if __name__ == "__main__":
    main()
