"""The flat mesh is the leaves' own meshes, moved."""

from __future__ import annotations

import numpy as np
import pytest

from shapelang.assembly.assembly import Assembly
from shapelang.assembly.part import Part, Placed
from shapelang.geometry.box import centred
from shapelang.geometry.pose import Pose
from shapelang.representations.surface import flattened, geometry_mesh, posed_mesh
from tests.representations.shapes import (
    CUBE,
    MIRRORED_YAW,
    YAW,
    Cuboid,
    Cylinder,
    Sphere,
    assembly,
    at,
    bytes_of,
    edge_faults,
    leaf,
    placed,
    solid,
    stool,
    volume,
    worst_normal,
)


def test_a_leaf_is_its_mesh_under_its_pose_bit_for_bit() -> None:
    flat = flattened(stool(), 16)
    for number, found in enumerate(flat.leaves):
        own = geometry_mesh(found.geometry, 16)
        mine = flat.vertex_leaf == number
        positions = [found.pose.apply((float(x), float(y), float(z))) for x, y, z in own.positions]
        assert flat.positions[mine].tolist() == [list(p) for p in positions]
        assert flat.uvs[mine].tolist() == (own.uvs * found.pose.scale).tolist()


def test_the_whole_is_closed_and_oriented_and_its_volumes_add_up() -> None:
    flat = flattened(stool(), 64)
    assert edge_faults(flat.mesh) == 0
    ideal = sum(found.geometry.volume() * found.pose.scale**3 for found in flat.leaves)  # type: ignore[union-attr]
    # A 64-gon has 0.16 % less area than its circle, a sphere of 64 segments 0.4 % less volume.
    assert volume(flat.mesh) == pytest.approx(ideal, rel=4e-3)
    assert worst_normal(flat.mesh) > 0.9


@pytest.mark.parametrize("geometry", [CUBE, Cylinder(0.2, 1.0), Sphere(0.5)])
def test_a_mirrored_leaf_has_a_positive_volume_and_outward_normals(geometry: object) -> None:
    pose = Pose(MIRRORED_YAW, 0.5, (1.0, 2.0, 3.0), True)
    flat = flattened(assembly(Placed(leaf(geometry), pose, "a")), 32)  # type: ignore[arg-type]
    straight = volume(geometry_mesh(geometry, 32))  # type: ignore[arg-type]
    # Rounding alone: the numbers are the same but for the signs of a reflection.
    assert volume(flat.mesh) == pytest.approx(straight * 0.125, rel=1e-12)
    assert worst_normal(flat.mesh) > 0.9


def test_winding_that_is_not_turned_would_be_seen() -> None:
    wrong = Pose(MIRRORED_YAW, 1.0, (0.0, 0.0, 0.0), False)
    assert volume(flattened(assembly(Placed(leaf(CUBE), wrong, "a"))).mesh) < 0.0


def test_one_mesh_moved_is_the_same_alone_and_in_an_assembly() -> None:
    pose = Pose(MIRRORED_YAW, 1.5, (0.1, 0.2, 0.3), True)
    flat = flattened(assembly(Placed(leaf(Cylinder(0.2, 1.0)), pose, "a")), 12)
    assert bytes_of(posed_mesh(geometry_mesh(Cylinder(0.2, 1.0), 12), pose)) == bytes_of(flat.mesh)


def test_cuboids_of_all_sizes_are_the_same_together_and_alone() -> None:
    parts = [
        placed(Cuboid(0.1 * k, 0.3, 0.7 / k), f"c[{k}]", Pose(YAW if k % 2 else None, 1.0, (float(k), 0.0, 0.0)))
        for k in range(1, 9)
    ]
    together = flattened(assembly(*parts))
    for number, part in enumerate(parts):
        alone = flattened(assembly(part))
        mine = together.vertex_leaf == number
        assert together.positions[mine].tolist() == alone.positions.tolist()
        assert together.normals[mine].tolist() == alone.normals.tolist()
        assert together.uvs[mine].tolist() == alone.uvs.tolist()
        own = geometry_mesh(part.part.geometry)  # type: ignore[arg-type]
        assert alone.uvs.tolist() == own.uvs.tolist()


def test_faces_and_vertices_know_their_leaf_label_and_material() -> None:
    flat = flattened(stool(), 8)
    assert flat.labels == ("seat", "leg", "knob", "tray.plate")
    assert len(flat.leaves) == 7
    assert (flat.vertex_leaf[flat.faces] == flat.face_leaf[:, None]).all()
    legs = flat.face_labels == 1
    assert sorted(set(flat.face_leaf[legs].tolist())) == [1, 2, 3, 4]
    assert flat.materials == (flat.leaves[0].material,)
    assert (flat.face_materials == 0).all()


def test_no_two_leaves_share_a_point() -> None:
    flat = flattened(stool(), 8)
    owner: dict[int, int] = {}
    for point, number in zip(flat.weld.tolist(), flat.vertex_leaf.tolist(), strict=True):
        assert owner.setdefault(point, number) == number


def test_equal_geometries_are_one_mesh_that_nobody_can_write() -> None:
    mesh = geometry_mesh(Cuboid(0.1, 0.2, 0.3))
    assert geometry_mesh(Cuboid(0.1, 0.2, 0.3)) is mesh
    with pytest.raises(ValueError, match="read-only"):
        mesh.positions[0] = 0.0
    before = bytes_of(mesh)
    flattened(stool()).positions[:] = 7.0
    assert bytes_of(geometry_mesh(Cuboid(0.1, 0.2, 0.3))) == before


def test_an_empty_assembly_is_an_empty_mesh() -> None:
    flat = flattened(Assembly(Part("p", "p", centred((0.0, 0.0, 0.0))), "p", 0, {}))
    assert (flat.positions.shape, flat.faces.shape, flat.labels) == ((0, 3), (0, 3), ())


def test_a_solid_is_one_leaf() -> None:
    cut = solid("difference", (CUBE, at(0.0)), (Cylinder(0.2, 2.0), at(0.0)))
    flat = flattened(assembly(placed(cut, "block"), placed(CUBE, "other", at(3.0))))
    assert flat.labels == ("block", "other")
    assert edge_faults(flat.mesh) == 0
    assert np.isfinite(flat.positions).all()
