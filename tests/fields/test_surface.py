"""The surface of a packed field: its volume, its creases, its normals, its border, its refusals."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapelang.arrays import AnyArray
from shapelang.assembly.assembly import Leaf
from shapelang.assembly.part import Operand, Solid
from shapelang.diagnostics import UsageError
from shapelang.execution.simulate import simulate
from shapelang.fields import surface as stage
from shapelang.fields.at import value_and_gradient_at
from shapelang.fields.dual import SurfaceError
from shapelang.fields.packed import Packed, pack
from shapelang.fields.surface import assembly_surface, field_surface, lattice_about, smooth_surface
from shapelang.geometry.invariants import edge_faults, pinched_points, signed_volume, welded_apart
from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import IDENTITY, Pose
from shapelang.primitives.capsule import Capsule
from shapelang.primitives.cone import Cone
from shapelang.primitives.cuboid import Cuboid
from shapelang.primitives.cylinder import Cylinder
from shapelang.primitives.protocol import Primitive
from shapelang.primitives.sphere import Sphere
from shapelang.primitives.superquadric import Superquadric
from shapelang.primitives.torus import Torus
from shapelang.primitives.wedge import Wedge
from shapelang.representations.levelset import Lattice
from shapelang.semantics.check import load
from tests.fields.scenes import GEOMETRIES, leaf, poses, turn

ROOT = Path(__file__).resolve().parents[2]
TURN = turn(1.0, 0.3, 0.5, 0.2)
AWAY = Pose(TURN, 1.0, (0.1, 0.2, 0.3))


def is_closed(mesh: Mesh) -> bool:
    faces = mesh.welded_faces
    return not any(bad.any() for _, bad in edge_faults(faces)) and not pinched_points(faces).any()


def off(packed: Packed, mesh: Mesh, pitch: float) -> AnyArray:
    """(v,) how far each vertex is from the surface by its field, in cells."""
    values, gradients = value_and_gradient_at(packed, mesh.positions)
    return np.abs(values) / (np.sqrt((gradients * gradients).sum(axis=1)) * pitch)


def sides(mesh: Mesh) -> AnyArray:
    """(v,) how many normals the point of each vertex has."""
    return np.bincount(mesh.weld)[mesh.weld]


SOLIDS: list[Primitive] = [
    Sphere(0.5),
    Cuboid(1.0, 0.6, 0.4),
    Cylinder(0.3, 0.9),
    Cone(0.4, 0.7, 0.1),
    Capsule(0.2, 0.9),
    Torus(0.4, 0.15),
    Wedge(0.6, 0.4, 0.9),
    Superquadric(0.6, 0.4, 0.9, 0.5, 0.7),
]


# --- closed, and as large as it should be ------------------------------------------------------------------------


@pytest.mark.parametrize("solid", SOLIDS, ids=lambda solid: solid.kind)
def test_volume(solid: Primitive) -> None:
    packed = pack([leaf(solid, AWAY)])
    errors: list[float] = []
    for resolution in (20, 40):
        mesh = field_surface(packed, resolution)
        assert is_closed(mesh)
        assert not welded_apart(mesh).any()
        errors.append(abs(signed_volume(mesh) / solid.volume() - 1.0))
    # Faces are chords: the square of the pitch over the curvature's radius, of the torus' tube 2.7 cells at first. A
    # quarter remains at twice the cells, and of flat solids there is nothing at all. Chords of a cell
    # leave a sixth of the square out of a circle: of the tube (1 / 5.5)² / 6.
    assert errors[1] < max(errors[0] / 2.5, 1e-6)
    assert errors[1] < 6e-3


@given(
    st.lists(st.builds(leaf, GEOMETRIES, poses()), min_size=1, max_size=3),
    st.sampled_from([field_surface, smooth_surface]),
)
@settings(max_examples=25)
def test_closed_whatever_the_field(leaves: list[Leaf], surface: Callable[[Packed, int], Mesh]) -> None:
    try:
        mesh = surface(pack(leaves), 24)
    except SurfaceError:
        # Nothing is left of it, or nothing that a node of the grid meets.
        return
    assert is_closed(mesh)
    assert np.isfinite(mesh.positions).all()
    # Each is divided by its length in 64 bits: a few 2^-52.
    assert np.abs((mesh.normals**2).sum(axis=1) - 1.0).max() < 1e-12


def test_an_assembly_becomes_one_surface() -> None:
    chair = simulate(load(ROOT / "examples" / "chair.shape"), 0).assembly
    whole = assembly_surface(chair, 80)
    assert is_closed(whole)
    # The leaves overlap, and thin ones fill whole cells: together they are at most as much as apart.
    apart = sum(leaf.geometry.volume() * leaf.pose.scale**3 for leaf in chair.leaves())  # type: ignore[union-attr]
    assert 0.9 * apart < signed_volume(whole) <= 1.001 * apart


def test_equal_for_any_number_of_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = pack([leaf(Cuboid(1.0, 0.6, 0.4), AWAY), leaf(Torus(0.4, 0.15), IDENTITY)])
    meshes: list[Mesh] = []
    for cores in (1, 2, 5):
        monkeypatch.setattr(os, "cpu_count", lambda cores=cores: cores)
        meshes.append(field_surface(packed, 50))
    for other in meshes[1:]:
        for name in ("positions", "faces", "normals", "uvs", "weld"):
            assert np.array_equal(getattr(meshes[0], name), getattr(other, name))


# --- creases -----------------------------------------------------------------------------------------------------


@given(st.tuples(*(st.floats(-1.0, 1.0),) * 3), st.floats(0.1, 1.0))
def test_the_edges_of_a_cuboid_are_sharp(axis: tuple[float, float, float], w: float) -> None:
    pose = Pose(turn(w, *axis), 1.0, (0.1, 0.2, 0.3))
    packed = pack([leaf(Cuboid(1.0, 0.6, 0.4), pose)])
    mesh, pitch = field_surface(packed, 20), lattice_about(packed, 20).pitch
    x, y, z = pose.inverse().apply((mesh.positions[:, 0], mesh.positions[:, 1], mesh.positions[:, 2]))
    # Cells from each pair of faces, the nearest first.
    apart = np.sort(np.abs(np.abs(np.stack([x, y, z], axis=1)) - (0.5, 0.3, 0.2)), axis=1) / pitch
    many = sides(mesh)
    # `field_surface` promises a few parts in 10,000 of a cell on creases, of the volume far less.
    assert apart[:, 0].max() < 1e-3
    assert apart[many == 2, 1].max() < 1e-3
    corners = mesh.positions[(many == 3) & (apart[:, 2] < 1e-3)]
    assert len(np.unique(corners.round(6), axis=0)) == 8
    assert signed_volume(mesh) == pytest.approx(0.24, rel=1e-4)
    # One normal a face, whatever edge it ends at.
    turned = Pose(pose.rotation).inverse().apply((mesh.normals[:, 0], mesh.normals[:, 1], mesh.normals[:, 2]))
    assert np.abs(np.stack(turned, axis=1)).max(axis=1).min() > 1.0 - 1e-9


def test_a_difference_has_a_crease_and_a_blend_none() -> None:
    operands = (Operand(Sphere(0.5), IDENTITY), Operand(Cylinder(0.25, 2.0), IDENTITY))
    cut = field_surface(pack([leaf(Solid("difference", 0.0, operands), AWAY)]), 40)
    ring = np.unique(cut.positions[sides(cut) > 1], axis=0)
    x, y, z = AWAY.inverse().apply((ring[:, 0], ring[:, 1], ring[:, 2]))
    # Two circles where the cylinder leaves the ball. Cells are 0.025 m; where a side was not seen alone, the
    # vertex stays on the planes of its crossings: off by the square of a cell over the radius, a tenth of a cell.
    apart = np.maximum(np.abs(np.sqrt(x * x + z * z) - 0.25), np.abs(np.abs(y) - np.sqrt(0.1875)))
    assert np.quantile(apart, 0.98) < 0.025 * 1e-3
    assert apart.max() < 0.025 * 0.1
    soft = (Operand(Sphere(0.4), Pose(offset=(-0.3, 0.0, 0.0))), Operand(Sphere(0.4), Pose(offset=(0.3, 0.0, 0.0))))
    assert (sides(field_surface(pack([leaf(Solid("union", 0.3, soft), AWAY)]), 40)) == 1).all()


# --- vertices and normals ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("solid", [Sphere(0.5), Torus(0.4, 0.15), Superquadric(0.6, 0.5, 0.7)])
def test_vertices_lie_on_smooth_surfaces(solid: Primitive) -> None:
    packed, worst = pack([leaf(solid, AWAY)]), []
    for resolution in (20, 40):
        pitch = lattice_about(packed, resolution).pitch
        sharp, plain = field_surface(packed, resolution), smooth_surface(packed, resolution)
        worst.append(off(packed, sharp, pitch).max())
        # By the samples alone the crossings are linear: off by an eighth of the square, and curved the tighter way.
        assert off(packed, plain, pitch).max() < 0.1
    # The third power of the cell is its square in cells, about a quarter at twice as many. At 40 cells the tightest
    # radius, of the torus' tube, is 5.5 of them, and its third power 1 / 160.
    assert worst[1] < 0.5 * worst[0]
    assert worst[1] < 1.0 / 160.0


@pytest.mark.parametrize("solid", SOLIDS, ids=lambda solid: solid.kind)
def test_normals_are_the_gradient(solid: Primitive) -> None:
    packed = pack([leaf(solid, AWAY)])
    mesh = field_surface(packed, 40)
    smooth = sides(mesh) == 1
    # A hair inside: a distance of 0 has no direction.
    inside = mesh.positions - 0.01 * lattice_about(packed, 40).pitch * mesh.normals
    _, gradients = value_and_gradient_at(packed, inside)
    lengths = np.sqrt((gradients * gradients).sum(axis=1))
    cosines = (gradients * mesh.normals).sum(axis=1) / lengths
    # Normals are means over one cell, in which the tightest of these curves turns by 12°. The acute edge of the wedge
    # is thinner than a cell: there a few vertices lie beyond its middle, nearer to the other face.
    assert (cosines[smooth] > 0.975).mean() > 0.995
    assert np.quantile(cosines[smooth], 0.1) > 0.999


# --- the grid ----------------------------------------------------------------------------------------------------


def test_the_border_closes_a_solid_with_creases() -> None:
    """A ball about a corner of the grid: an eighth of it, flat where the grid ends."""
    packed = pack([leaf(Sphere(0.9), IDENTITY)])
    mesh = field_surface(packed, Lattice((0.0, 0.0, 0.0), 1.0 / 30.0, (31, 31, 31)))
    assert is_closed(mesh)
    # The border's places are sums of cells in 64 bits; the ball is made of chords, (1 / 27)² / 2 of its volume at most.
    assert mesh.positions.min() == pytest.approx(0.0, abs=1e-12)
    assert signed_volume(mesh) == pytest.approx(4.0 / 3.0 * np.pi * 0.9**3 / 8.0, rel=1e-3)
    corner = (np.abs(mesh.positions) < 1e-9).all(axis=1)
    assert np.array_equal(np.sort(mesh.normals[corner], axis=0), np.sort(-np.eye(3), axis=0))


@pytest.mark.parametrize("inside", [True, False])
def test_a_grid_within_the_solid_is_its_surface(inside: bool) -> None:
    packed = pack([leaf(Cuboid(9.0, 9.0, 9.0), IDENTITY)])
    lattice = Lattice((0.0 if inside else 9.0, 0.0, 0.0), 0.1, (21, 11, 31))
    if not inside:
        with pytest.raises(SurfaceError, match="no surface in the grid"):
            field_surface(packed, lattice)
        return
    mesh = field_surface(packed, lattice)
    assert is_closed(mesh)
    # Flat faces: sums over some thousand triangles in 64 bits.
    assert signed_volume(mesh) == pytest.approx(2.0 * 1.0 * 3.0, rel=1e-9)


def test_culling_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    leaves = [
        leaf(Superquadric(0.4, 0.3, 0.2, 0.5, 0.6), Pose(turn(1.0, 0.1 * k, 0.3, -0.2), 1.0, (0.2 * k, 0.05 * k, 0.0)))
        for k in range(5)
    ]
    packed = pack(leaves)
    culled = field_surface(packed, 48)
    lattice = lattice_about(packed, 48)
    count = -(-(np.array(lattice.counts) - 1) // 8)
    every = np.stack(np.meshgrid(*(np.arange(n) for n in count), indexing="ij"), axis=-1).reshape(-1, 3)
    monkeypatch.setattr(stage, "_candidates", lambda *_: every.astype(np.int32))
    whole = field_surface(packed, lattice)
    for name in ("positions", "faces", "normals", "weld"):
        assert np.array_equal(getattr(culled, name), getattr(whole, name))


def test_the_surface_is_followed_where_culling_was_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = pack([leaf(Torus(0.4, 0.15), AWAY)])
    right = field_surface(packed, 48)
    found = stage._candidates

    def fewer(*given: object) -> AnyArray:
        return found(*given)[::3]  # type: ignore[arg-type]

    monkeypatch.setattr(stage, "_candidates", fewer)
    followed = field_surface(packed, 48)
    assert np.array_equal(right.faces, followed.faces)
    # Of a block of others the 32-bit samples differ in their last bits, and crossings by what Newton's step leaves.
    assert np.abs(right.positions - followed.positions).max() < 1e-6


def test_the_lattice_fits_the_solid() -> None:
    packed = pack([leaf(Cuboid(1.0, 0.2, 0.1), Pose(offset=(5.0, 0.0, 0.0)))])
    lattice = lattice_about(packed, 50)
    # The box is found within a few hundredths, and a cell or more is added at each end.
    assert 1.0 / 50 <= lattice.pitch < 1.05 / 50
    assert 52 <= lattice.counts[0] <= 54
    assert 5.0 - 0.55 < lattice.low[0] < 4.5
    assert lattice.low[0] + lattice.pitch * (lattice.counts[0] - 1) > 5.5


# --- refusals ----------------------------------------------------------------------------------------------------


def test_fields_without_a_surface() -> None:
    with pytest.raises(SurfaceError, match="without leaves"):
        field_surface(pack([]), 20)
    apart = (Operand(Sphere(0.5), IDENTITY), Operand(Sphere(0.5), Pose(offset=(3.0, 0.0, 0.0))))
    with pytest.raises(SurfaceError, match="positive everywhere"):
        field_surface(pack([leaf(Solid("intersection", 0.0, apart), IDENTITY)]), 20)
    with pytest.raises(SurfaceError, match="not numbers"):
        field_surface(pack([leaf(Sphere(float("nan")), IDENTITY)]), 20)


def test_grids_that_cannot_be() -> None:
    packed = pack([leaf(Sphere(0.5), IDENTITY)])
    with pytest.raises(UsageError, match="at least 1, not 0"):
        field_surface(packed, 0)
    with pytest.raises(UsageError, match="above the limit of 4,096"):
        field_surface(packed, 5000)
    with pytest.raises(UsageError, match="needs a cell along each axis"):
        field_surface(packed, Lattice((0.0, 0.0, 0.0), 0.1, (1, 5, 5)))
    with pytest.raises(UsageError, match="positive pitch"):
        field_surface(packed, Lattice((0.0, 0.0, 0.0), float("nan"), (5, 5, 5)))


def test_a_surface_that_would_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage, "MOST_BLOCKS", 100)
    with pytest.raises(UsageError, match="more than 100 blocks"):
        field_surface(pack([leaf(Sphere(0.5), IDENTITY)]), 200)
