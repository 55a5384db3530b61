"""Booleans: the laws of measure, closed surfaces, and every refusal."""

from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapelang.assembly.part import Geometry, Operand, Solid
from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import IDENTITY, Pose, Real, Vec3
from shapelang.numbers import Numbers
from shapelang.primitives.protocol import FieldClass, Refusal, Slot
from shapelang.representations.field import geometry_field, smooth_minimum
from shapelang.representations.levelset import Lattice, border_is_outside, lattice_values, level_set
from shapelang.representations.solids.blended import blend_pitch
from shapelang.representations.solids.build import solid_mesh, united
from shapelang.representations.solids.errors import SolidError
from tests.representations.shapes import (
    CUBE,
    MIRRORED_YAW,
    PITCH,
    YAW,
    Cuboid,
    Cylinder,
    Sphere,
    at,
    box_of,
    bytes_of,
    edge_faults,
    solid,
    stool,
    volume,
    worst_normal,
)

OPERATORS = ["union", "difference", "intersection", "hull"]


def measure(operator: str, *operands: tuple[Geometry, Pose]) -> float:
    try:
        return volume(solid_mesh(solid(operator, *operands)))
    except SolidError as error:
        assert error.code == "empty"
        return 0.0


lengths = st.floats(0.05, 2.0)
shapes = st.one_of(
    st.builds(Cuboid, lengths, lengths, lengths),
    st.builds(Cylinder, lengths, lengths),
    st.builds(Sphere, lengths),
)
poses = st.builds(
    lambda m, x, y, z: Pose(m, 1.0, (x, y, z), m is MIRRORED_YAW),
    st.sampled_from([None, YAW, PITCH, MIRRORED_YAW]),
    *[st.floats(-1.0, 1.0)] * 3,
)


@settings(max_examples=25)
@given(shapes, poses, shapes, poses)
def test_volumes_obey_the_laws_of_measure(a: Geometry, p: Pose, b: Geometry, q: Pose) -> None:
    first, second = measure("union", (a, p)), measure("union", (b, q))
    both, either = measure("intersection", (a, p), (b, q)), measure("union", (a, p), (b, q))
    less = measure("difference", (a, p), (b, q))
    # manifold3d merges what is nearer than 1e-12 of the size, and so may lose slivers of that thickness.
    assert first + second == pytest.approx(either + both, rel=1e-6)
    assert less + both == pytest.approx(first, rel=1e-6)
    assert less + second == pytest.approx(either, rel=1e-6)
    assert measure("hull", (a, p), (b, q)) >= either * (1.0 - 1e-9)


# Sizes and places in quarters: faces, edges and corners fall on one another all the time.
quarters = st.integers(1, 4).map(lambda k: k / 4.0)
places = st.tuples(*[st.integers(-3, 3).map(lambda k: k / 4.0)] * 3).map(lambda p: Pose(offset=p))
coplanar = st.recursive(
    st.builds(Cuboid, quarters, quarters, quarters),
    lambda inner: st.builds(
        Solid,
        st.sampled_from(["union", "difference", "intersection", "hull"]),
        st.just(0.0),
        st.lists(st.builds(Operand, inner, places), min_size=1, max_size=3).map(tuple),
    ),
    max_leaves=8,
).filter(lambda found: isinstance(found, Solid))


@settings(max_examples=200)
@given(coplanar)
def test_coplanar_programs_are_closed_and_measured_right(program: Solid) -> None:
    box = box_of(program)
    sides = [
        np.arange(round(low * 8), round(high * 8)) / 8.0 + 0.0625 for low, high in zip(box.low, box.high, strict=True)
    ]
    cells = np.stack(np.meshgrid(*sides, indexing="ij"), axis=-1).reshape(-1, 3)
    has_hull = "hull" in repr(program)
    try:
        mesh = solid_mesh(program)
    except SolidError as error:
        assert error.code == "empty"
        mesh = None
    if mesh is not None:
        assert edge_faults(mesh) == 0
        assert np.isfinite(mesh.positions).all()
        assert np.isfinite(mesh.normals).all()
        assert volume(mesh) > 0.0
    if not has_hull:
        # All faces lie on eighths, so that cells of an eighth are full or empty and counting them is exact.
        inside = geometry_field(program, (cells[:, 0], cells[:, 1], cells[:, 2])) < 0.0
        expected = int(inside.sum()) / 512.0
        assert (0.0 if mesh is None else volume(mesh)) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("operator", OPERATORS)
def test_normals_are_outward_and_unit(operator: str) -> None:
    mesh = solid_mesh(
        solid(operator, (CUBE, at(0.0)), (Cylinder(0.3, 2.0), Pose(YAW)), (Sphere(0.5), at(0.4, 0.4, 0.0)))
    )
    assert np.abs(np.sqrt((mesh.normals**2).sum(axis=1)) - 1.0).max() < 1e-12
    # 32 segments: a face and the true normal at its corner differ by up to 8 degrees on a sphere. A hull's normals are
    # means over fans whose neighbours are less than 17 degrees apart, and their ends further.
    assert worst_normal(mesh) > (0.5 if operator == "hull" else 0.98)


def test_a_bored_hole_has_the_cylinders_own_normals() -> None:
    mesh = solid_mesh(solid("difference", (CUBE, at(0.0)), (Cylinder(0.3, 2.0), at(0.0))))
    x, z = mesh.positions[:, 0], mesh.positions[:, 2]
    wall = (np.abs(x * x + z * z - 0.09) < 1e-9) & (np.abs(mesh.normals[:, 1]) < 0.5)
    assert wall.sum() >= 64
    expected = -np.stack([x, np.zeros_like(x), z], axis=1)[wall] / 0.3
    # Computed from the same corners of the circle, turned inward.
    assert np.abs(mesh.normals[wall] - expected).max() < 1e-9


def test_texture_coordinates_are_metres_on_the_six_sides() -> None:
    mesh = solid_mesh(solid("union", (Cuboid(2.0, 1.0, 3.0), at(0.0)), (CUBE, at(5.0))))
    a, b, c = (mesh.positions[mesh.faces[:, k]] for k in range(3))
    p, q, r = (mesh.uvs[mesh.faces[:, k]] for k in range(3))
    area = np.sqrt((np.cross(b - a, c - a) ** 2).sum(axis=1))
    (u1, v1), (u2, v2) = (q - p).T, (r - p).T
    # On a box nothing is stretched, and no side is seen mirrored.
    assert (u1 * v2 - u2 * v1).tolist() == pytest.approx(area.tolist(), rel=1e-12)


def test_a_nested_mirrored_solid_is_closed() -> None:
    inner = solid("union", (CUBE, at(0.0)), (Cylinder(0.2, 2.0), at(0.1)))
    mesh = solid_mesh(
        solid("difference", (inner, Pose(MIRRORED_YAW, 1.5, (0.1, 0.2, 0.3), True)), (Sphere(0.6), at(0.5)))
    )
    assert edge_faults(mesh) == 0
    assert volume(mesh) > 0.0
    assert worst_normal(mesh) > 0.9


def test_the_whole_assembly_as_one_solid() -> None:
    mesh = united(stool(), 16)
    assert edge_faults(mesh) == 0
    assert volume(mesh) > 0.0


INFINITE, NAN = float("inf"), float("nan")


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        (solid("difference", (CUBE, at(0.0)), (Cuboid(2.0, 2.0, 2.0), at(0.0))), "empty"),
        (solid("difference", (CUBE, at(0.0)), (CUBE, at(0.0))), "empty"),
        (solid("intersection", (CUBE, at(0.0)), (CUBE, at(2.0))), "empty"),
        (solid("intersection", (CUBE, at(0.0)), (CUBE, at(2.0)), blend=0.1), "empty"),
        (solid("union"), "no-operands"),
        (solid("union", (CUBE, at(0.0)), (CUBE, at(INFINITE))), "not-finite"),
        (solid("union", (CUBE, Pose((NAN, *YAW[1:])))), "not-finite"),
        (solid("union", (Cylinder(0.1, INFINITE), IDENTITY)), "not-finite"),
        (solid("union", (Cylinder(NAN, 1.0), IDENTITY), blend=0.1), "not-finite"),
        (solid("union", (Cuboid(1.0, 0.0, 1.0), IDENTITY)), "no-size"),
        (solid("union", (CUBE, at(2e6))), "too-large"),
        (solid("hull", (Cuboid(4e6, 1.0, 1.0), IDENTITY)), "too-large"),
        (solid("union", (CUBE, Pose(None, 1e7))), "too-large"),
        (solid("union", (CUBE, at(0.0)), blend=NAN), "blend"),
        (solid("union", (CUBE, at(0.0)), blend=-0.1), "blend"),
        (solid("union", (CUBE, at(0.0)), blend=INFINITE), "blend"),
    ],
)
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_what_has_no_result_is_refused(bad: Solid, code: str) -> None:
    with pytest.raises(SolidError) as caught:
        solid_mesh(bad)
    assert caught.value.code == code


@dataclass(frozen=True)
class Open:
    """A cube without its first triangle."""

    kind: ClassVar[str] = "open"
    doc: ClassVar[str] = "open"
    slots: ClassVar[tuple[Slot, ...]] = ()

    def size(self, n: Numbers) -> Vec3:
        return CUBE.size(n)

    def refusals(self, n: Numbers) -> tuple[Refusal, ...]:
        return CUBE.refusals(n)

    def volume(self) -> float:
        return CUBE.volume()

    def mesh(self, segments: int) -> Mesh:
        whole = CUBE.mesh(segments)
        return Mesh(whole.positions, whole.faces[1:], whole.normals, whole.uvs, whole.weld)

    def field(self, n: Numbers, x: Real, y: Real, z: Real) -> Real:
        return CUBE.field(n, x, y, z)

    def field_class(self) -> FieldClass:
        return CUBE.field_class()

    def mirror_symmetric(self) -> tuple[bool, bool, bool]:
        return CUBE.mirror_symmetric()


def test_an_open_operand_is_refused() -> None:
    with pytest.raises(SolidError) as caught:
        solid_mesh(solid("union", (Open(), IDENTITY)))
    assert caught.value.code == "not-closed"


def test_the_same_bytes_whatever_was_built_before() -> None:
    program = solid("difference", (CUBE, at(0.0)), (Cylinder(0.3, 2.0), at(0.1)), (Sphere(0.5), at(0.5)))
    first = bytes_of(solid_mesh(program))
    for other in (Sphere(0.5), Cylinder(0.3, 2.0), CUBE):
        solid_mesh(solid("union", (other, at(0.0)), (CUBE, at(0.3))))
    assert bytes_of(solid_mesh(program)) == first


def test_nothing_but_a_solid_loads_manifold3d() -> None:
    code = "import sys, shapelang.representations.solids.build; print('manifold3d' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


# --- Blends ---------------------------------------------------------------------------------------------------------


def test_the_smooth_minimum_fillets_a_right_angle() -> None:
    # At a = b the depth is radius / 4; from |a − b| = radius on nothing changes.
    a, b = np.array([0.0, 0.0, 0.0, 0.3]), np.array([0.0, 0.2, 0.1, 0.3])
    assert smooth_minimum(a, b, 0.2).tolist() == pytest.approx([-0.05, 0.0, -0.0125, 0.25], abs=1e-15)
    assert smooth_minimum(a, b, 0.0).tolist() == np.minimum(a, b).tolist()


@pytest.mark.parametrize("operator", ["union", "difference", "intersection"])
def test_a_blend_is_closed_and_follows_its_field(operator: str) -> None:
    program = solid(operator, (CUBE, at(0.0)), (Cylinder(0.3, 1.6), at(0.3, 0.2)), blend=0.1)
    mesh = solid_mesh(program)
    assert edge_faults(mesh) == 0
    assert worst_normal(mesh) > 0.0
    x, y, z = mesh.positions[:, 0], mesh.positions[:, 1], mesh.positions[:, 2]
    # Cells of 1.8 / 48 m at most. Taking out triangles moves the surface by a twentieth of a cell at a time, and a
    # vertex several times.
    assert np.abs(geometry_field(program, (x, y, z))).max() < 1.8 / 48 * 0.3


def test_a_blend_tends_to_the_sharp_boolean() -> None:
    operands = ((CUBE, at(0.0)), (Sphere(0.5), at(0.5, 0.5, 0.5)))
    sharp = volume(solid_mesh(solid("union", *operands), 64))
    gains = [volume(solid_mesh(solid("union", *operands, blend=r), 64)) - sharp for r in (0.4, 0.2, 0.1)]
    assert gains[0] > gains[1] > gains[2]
    # A fillet of radius r adds an area in proportion to r², here along 2.4 m: at r = 0.1 about 0.003 m³. The lattice
    # rounds edges by less than that.
    assert abs(gains[2]) < 0.01


def test_a_thin_plate_in_a_wide_blend_is_not_lost() -> None:
    mesh = solid_mesh(
        solid("union", (Cuboid(1.0, 0.02, 1.0), at(0.0)), (Cylinder(0.05, 0.5), at(0.0, 0.25)), blend=0.1)
    )
    assert edge_faults(mesh) == 0
    # The plate alone has 0.02 m³, the post 0.0039. A lattice as coarse as the blend alone asks for finds no plate.
    assert volume(mesh) == pytest.approx(0.025, rel=0.1)


def test_a_blend_that_no_cell_can_show_is_sharp() -> None:
    operands = ((CUBE, at(0.0)), (Sphere(0.5), at(0.5, 0.5, 0.5)))
    for tiny in (1e-4, 1e-12, 1e-300):
        assert bytes_of(solid_mesh(solid("union", *operands, blend=tiny))) == bytes_of(
            solid_mesh(solid("union", *operands))
        )


def test_positive_is_not_inside() -> None:
    # manifold3d's own level sets have the opposite sign: a ball must not come out as a box with a hole.
    lattice = Lattice((-1.05, -1.03, -1.01), 0.1, (22, 22, 22))

    def ball(p: tuple[np.ndarray, np.ndarray, np.ndarray]) -> np.ndarray:
        return np.sqrt(p[0] * p[0] + p[1] * p[1] + p[2] * p[2]) - 0.8

    values = lattice_values(ball, lattice)
    assert border_is_outside(values)
    assert not border_is_outside(-values)
    positions, faces = level_set(ball, lattice, values)
    a, b, c = (positions[faces[:, k]] for k in range(3))
    measured = float((a * np.cross(b, c)).sum() / 6.0)
    # Chords of at most √3 · 0.1 m on a sphere of 0.8 m cut off less than 1 %.
    assert measured == pytest.approx(4.0 / 3.0 * math.pi * 0.512, rel=0.01)
    # Five steps of false position along an edge; slowest where it grazes the ball.
    assert np.abs(ball((positions[:, 0], positions[:, 1], positions[:, 2]))).max() < 1e-4


@settings(max_examples=20)
@given(st.integers(0, 2**31))
def test_any_values_at_all_have_a_closed_surface(seed: int) -> None:
    values = np.random.default_rng(seed).integers(-2, 3, (6, 7, 8)).astype(np.float64)
    values[[0, -1]] = values[:, [0, -1]] = values[:, :, [0, -1]] = 1.0
    lattice = Lattice((0.0, 0.0, 0.0), 1.0, (6, 7, 8))
    _, faces = level_set(lambda p: np.zeros(len(p[0])), lattice, values)
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]).astype(np.int64)
    forward, back = (np.sort(edges[:, i] * 100_000 + edges[:, 1 - i]) for i in (0, 1))
    assert forward.tolist() == back.tolist()
    assert (np.diff(forward) > 0).all()


def test_blends_are_the_same_under_other_instruction_sets_and_thread_counts() -> None:
    code = (
        "import hashlib\n"
        "from tests.representations.shapes import *\n"
        "from shapelang.representations.solids.build import solid_mesh\n"
        "blend = solid('union', (CUBE, at(0.0)), (Cylinder(0.3, 1.6), Pose(YAW, 1.1, (0.3, 0.2, 0.1))), blend=0.1)\n"
        "sharp = solid('difference', (Sphere(0.5), at(0.1)), (Cylinder(0.3, 1.6), Pose(PITCH)))\n"
        "print(hashlib.sha256(bytes_of(solid_mesh(blend)) + bytes_of(solid_mesh(sharp))).hexdigest())"
    )
    settings_of = [
        {},
        {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL"},
        {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F"},
        {"OPENBLAS_CORETYPE": "Nehalem", "OMP_NUM_THREADS": "1"},
    ]
    hashes = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": ".", **more}
        ).stdout
        for more in settings_of
    }
    assert len(hashes) == 1


def test_too_many_triangles_are_refused() -> None:
    many = solid("union", *((Sphere(0.5), at(0.1 * k)) for k in range(1500)))
    with pytest.raises(SolidError) as caught:
        solid_mesh(many)
    assert caught.value.code == "too-many"


def test_a_blend_of_many_is_coarser() -> None:
    few = solid("union", *((Sphere(0.5), at(0.1 * k)) for k in range(4)), blend=0.2)
    many = solid("union", *((Sphere(0.5), at(0.1 * (k % 4))) for k in range(400)), blend=0.2)
    pitch, coarse = blend_pitch(few), blend_pitch(many)
    assert pitch is not None and coarse is not None
    assert coarse > pitch
