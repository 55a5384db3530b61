"""Every primitive and a solid through the GLB: closed after the cast to 32 bits, its collider as convex as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapelang.assembly.assembly import Assembly
from shapelang.assembly.part import Geometry, Operand, Part, Solid
from shapelang.geometry.box import centred
from shapelang.geometry.pose import Pose
from shapelang.io.collider import collider_suffix
from shapelang.io.glb import glb_bytes
from shapelang.io.glb_check import faults_of_glb
from shapelang.io.gltf_transform import FLIPS
from shapelang.primitives.capsule import Capsule
from shapelang.primitives.cuboid import Cuboid
from shapelang.primitives.cylinder import Cylinder
from shapelang.primitives.ellipsoid import Ellipsoid
from shapelang.primitives.sphere import Sphere
from shapelang.primitives.superquadric import Superquadric
from shapelang.primitives.torus import Torus
from shapelang.primitives.wedge import Wedge
from tests.io.khronos import assert_valid
from tests.io.shapes import at, body
from tests.io.test_glb import assert_same_shape
from tests.laws.solids import SOLIDS

# The run-time check of types looks at a random item of a tuple of points, which hypothesis takes for a draw of ours.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module")

PIPE = Solid(
    "difference",
    0.0,
    (Operand(Cylinder(1.0, 2.0), Pose()), Operand(Cylinder(0.5, 3.0), Pose(None, 1.0, (0.1, 0.0, 0.0)))),
)
CONVEX = (Cuboid(1.0, 2.0, 3.0), Sphere(1.0), Ellipsoid(1.0, 2.0, 3.0), Cylinder(1.0, 2.0), Wedge(1.0, 1.0, 1.0))
CONVEX_TOO = (Capsule(1.0, 3.0), Superquadric(1.0, 1.0, 1.0, 0.5, 0.5, 0.0, 0.0, 0.0))


def together(*geometries: Geometry) -> Assembly:
    """Each twice: as it is, and mirrored in z."""
    placed = []
    for number, geometry in enumerate(geometries):
        kind = "solid" if isinstance(geometry, Solid) else geometry.kind
        part = Part(f"it{number}", kind, centred((1.0, 1.0, 1.0)), geometry)
        placed.append(at(part, f"it[{number}]", 4.0 * number, 0, 0))
        placed.append(at(part, f"mirror[{number}]", 4.0 * number, 0, 9, rotation=FLIPS[2].rotation, mirrored=True))
    return Assembly(body("all", *placed), "all.shape", 0, {})


@pytest.mark.parametrize("kind", SOLIDS)
@settings(max_examples=15)
@given(data=st.data())
def test_every_primitive_is_closed_in_32_bits(kind: str, data: st.DataObject) -> None:
    solid = data.draw(SOLIDS[kind])
    segments = data.draw(st.sampled_from([3, 8, 32]))
    assert faults_of_glb(glb_bytes(together(solid), segments=segments, colliders=True)) == ()


def test_a_solid_and_its_mirror_image() -> None:
    assembly = together(PIPE, Wedge(1.0, 1.0, 2.0))
    assert faults_of_glb(glb_bytes(assembly, colliders=True)) == ()
    assert_same_shape(assembly)


@pytest.mark.parametrize("geometry", [*CONVEX, *CONVEX_TOO], ids=lambda geometry: geometry.kind)
def test_convex_primitives_have_convex_colliders(geometry: Cuboid) -> None:
    assert collider_suffix(geometry) == "-convcolonly"


def test_concave_ones_have_not() -> None:
    assert {collider_suffix(geometry) for geometry in (Torus(2.0, 0.5), PIPE)} == {"-colonly"}


def test_khronos_validator_finds_nothing_in_any_of_them(tmp_path: Path) -> None:
    assembly = together(*CONVEX, *CONVEX_TOO, Torus(2.0, 0.5), PIPE)
    assert_valid(tmp_path, {"all": glb_bytes(assembly), "colliders": glb_bytes(assembly, colliders=True)})
