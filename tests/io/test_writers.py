"""OBJ, PLY, STL, OFF, voxels, assembly JSON: what is read back is what the flat mesh has."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable

import numpy as np
import pytest
import trimesh

from shapelang.assembly.assembly import Assembly
from shapelang.assembly.material import Material
from shapelang.diagnostics import UsageError
from shapelang.execution.batch import simulate_batch
from shapelang.execution.simulate import simulate
from shapelang.geometry.pose import Pose
from shapelang.io.assembly_json import assembly_json
from shapelang.io.glb import glb_bytes
from shapelang.io.obj import mtl_bytes, obj_bytes, safe_name
from shapelang.io.off import off_bytes
from shapelang.io.ply import ply_bytes
from shapelang.io.read import read_mesh
from shapelang.io.stl import stl_bytes
from shapelang.io.voxels import voxel_bytes
from shapelang.representations.surface import flattened
from shapelang.representations.voxels import Voxels
from shapelang.semantics.check import check_text
from tests.io.shapes import Brick, Elbow, at, body, leaf, single, table

WRITERS: dict[str, Callable[[Assembly], bytes]] = {
    "obj": obj_bytes,
    "ply": ply_bytes,
    "stl": stl_bytes,
    "off": off_bytes,
    "glb": glb_bytes,
}
EXACT = ("obj", "off")
"""Text with the shortest numbers that read back equal; the others cast to 32 bits."""


def as_sets(triangles: np.ndarray, digits: int) -> list[object]:
    """Triangles as a sorted list, each beginning at its smallest corner."""
    rounded = (np.round(triangles, digits) + 0.0).tolist()
    turned = []
    for triangle in rounded:
        first = triangle.index(min(triangle))
        turned.append(triangle[first:] + triangle[:first])
    return sorted(turned)


def unmirrored() -> Assembly:
    """The table without mirrored instances, which a GLB may turn: there the triangles are not the same ones."""
    root = table().root
    kept = tuple(child for child in root.children if child.part.name != "lamp")
    hook = at(leaf("hook", Elbow(), Material("blue", (0.0, 0.0, 1.0))), "hook", 0, 3, 0)
    return Assembly(body("table", *kept, hook), "table.shape", 7, {})


@pytest.mark.parametrize("kind", WRITERS)
def test_our_reader_and_trimesh_read_the_same_triangles(kind: str) -> None:
    assembly = unmirrored()
    data, flat = WRITERS[kind](assembly), flattened(assembly)
    digits = 12 if kind in EXACT else 5
    expected = as_sets(flat.positions[flat.faces], digits)
    ours = read_mesh(data, f"table.{kind}")
    assert as_sets(ours.positions[ours.faces], digits) == expected
    assert ours.notes == ()
    theirs = trimesh.load(io.BytesIO(data), file_type=kind, process=False)
    theirs = theirs.to_mesh() if isinstance(theirs, trimesh.Scene) else theirs
    assert isinstance(theirs, trimesh.Trimesh)
    assert as_sets(theirs.vertices[theirs.faces], 5) == as_sets(flat.positions[flat.faces], 5)


@pytest.mark.parametrize("kind", WRITERS)
def test_equal_bytes_on_repeated_calls(kind: str) -> None:
    assert WRITERS[kind](table()) == WRITERS[kind](table())
    assert assembly_json(table()) == assembly_json(table())


@pytest.mark.parametrize("kind", ["obj", "off"])
def test_text_surfaces_are_closed_by_their_numbers(kind: str) -> None:
    faces = read_mesh(WRITERS[kind](table()), f"a.{kind}").faces.tolist()
    edges = [(a, b) for face in faces for a, b in zip(face, face[1:] + face[:1], strict=True)]
    assert len(set(edges)) == len(edges) and {(b, a) for a, b in edges} == set(edges)


def test_obj_groups_are_the_leaves_with_their_materials() -> None:
    data = read_mesh(obj_bytes(table(), "table.mtl"), "table.obj")
    names = [(group.name, group.material) for group in data.groups]
    assert names == [
        ("top", "red"), ("leg[0]", "default"), ("leg[1]", "default"), ("leg[2]", "default"), ("leg[3]", "default"),
        ("lamp.left", "glass"), ("lamp.right", "glass"), ("lamp.hook", "red"),
        ("mirrored.left", "glass"), ("mirrored.right", "glass"), ("mirrored.hook", "red"),
    ]  # fmt: skip
    # Two leaves called `top` have one path, and one material: the format cannot tell them apart.
    assert len(data.groups[0].faces) == 24


def test_mtl_by_hand() -> None:
    assembly = Assembly(
        body("b", at(leaf("a", Brick(1, 1, 1), Material("m", (1.0, 0.5, 0.0), 0.0, 0.5)), "a", 0, 0, 0)), "p", 0, {}
    )
    assert mtl_bytes(assembly).decode().splitlines()[1:] == [
        "newmtl m", "Kd 1 0.5 0", "Ke 0 0 0", "Ns 250", "d 1", "Pm 0", "Pr 0.5",
    ]  # fmt: skip


def test_names_cannot_break_out_of_their_line() -> None:
    assert safe_name("a b\nf 1 2 3\x1b[0m\ud800") == "a_b_f_1_2_3_[0m_"
    evil = Material("red\nusemtl blue"), Material("red usemtl blue")
    parts = (at(leaf("a", Brick(1, 1, 1), m), "a\nf 9 9 9", k, 0, 0) for k, m in enumerate(evil))
    assembly = Assembly(body("b", *parts), "p\nv 1 1 1", 0, {})
    assert [group.material for group in read_mesh(obj_bytes(assembly, "x\ny.mtl"), "a.obj").groups] == [
        "red_usemtl_blue",
        "red_usemtl_blue_2",
    ]
    assert mtl_bytes(assembly).count(b"newmtl") == 2


def test_ply_labels_and_their_table() -> None:
    data = ply_bytes(table())
    head, _, rest = data.partition(b"end_header\n")
    table_of = dict(re.findall(r'comment label (\d+) ("[^"]*")', head.decode("ascii")))
    names = {int(number): json.loads(name) for number, name in table_of.items()}
    flat = flattened(table())
    assert tuple(names[k] for k in range(len(names))) == flat.labels
    assert names[1] == "leg"
    vertices = len(flat.positions)
    faces = np.frombuffer(rest[24 * vertices :], np.dtype([("n", "u1"), ("c", "<i4", 3), ("label", "<i4")]))
    assert faces["label"].tolist() == flat.face_labels.tolist()
    assert (faces["n"] == 3).all()
    normals = np.frombuffer(rest[: 24 * vertices], "<f4").reshape(-1, 6)[:, 3:]
    np.testing.assert_array_equal(normals, flat.normals.astype(np.float32))


def test_stl_normals_point_outward() -> None:
    data = stl_bytes(single(Brick(1, 1, 1)))
    assert not data.startswith(b"solid")
    assert len(data) == 84 + 50 * 12
    records = np.frombuffer(data[84:], np.dtype([("n", "<f4", 3), ("c", "<f4", (3, 3)), ("a", "<u2")]))
    # Of a unit cube about the origin: each corner of a side stands half a metre along its normal.
    np.testing.assert_array_equal(np.einsum("fk,fck->fc", records["n"], records["c"]), np.full((12, 3), 0.5))


@pytest.mark.parametrize("kind", ["ply", "stl", "glb"])
def test_what_does_not_fit_in_32_bits_is_refused(kind: str) -> None:
    far = single(Brick(1e200, 1.0, 1.0))
    with pytest.raises(UsageError, match="too large"):
        WRITERS[kind](far)


@pytest.mark.parametrize("kind", ["obj", "ply", "off", "stl"])
def test_no_negative_zeros(kind: str) -> None:
    data = WRITERS[kind](single(Brick(1, 1, 1), Pose(None, 1.0, (0.5, 0.5, 0.5))))
    assert b"-0 " not in data and b"-0.0" not in data


def test_voxels_are_the_same_bytes_and_load_without_pickle() -> None:
    occupied = np.zeros((2, 3, 4), np.bool_)
    occupied[1, 2, 3] = True
    labels = np.where(occupied, 2, 0).astype(np.int32)
    grid = Voxels(occupied, labels, (0.5, -1.0, 2.0), 0.25, ("seat", "größe"))
    data = voxel_bytes(grid)
    assert data == voxel_bytes(grid)
    with np.load(io.BytesIO(data), allow_pickle=False) as loaded:
        assert sorted(loaded.files) == ["label_names", "labels", "occupancy", "origin", "pitch"]
        np.testing.assert_array_equal(loaded["occupancy"], occupied)
        np.testing.assert_array_equal(loaded["labels"], labels)
        assert (loaded["occupancy"].dtype, loaded["labels"].dtype) == (np.bool_, np.int32)
        assert loaded["label_names"].tolist() == ["seat", "größe"]
        assert (loaded["origin"].tolist(), float(loaded["pitch"])) == ([0.5, -1.0, 2.0], 0.25)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_assembly_json_holds_the_tree() -> None:
    made = json.loads(assembly_json(table()))
    assert (made["program"], made["seed"]) == ("table.shape", 7)
    assert made["parameters"] == {"width": 2.2, "color": [0.5, 0.25, 1.0], "name": "größe"}
    root = made["parts"][made["root"]]
    assert [child["label"] for child in root["children"]] == [
        "top", "leg[0]", "leg[1]", "leg[2]", "leg[3]", "lamp", "mirrored", "top",
    ]  # fmt: skip
    legs = {child["part"] for child in root["children"] if child["label"].startswith("leg")}
    assert len(legs) == 1
    leg = made["parts"][legs.pop()]
    assert (leg["kind"], leg["tags"], leg["arguments"]) == ("brick", ["support"], {"width": 0.1})
    mirrored = root["children"][6]["pose"]
    assert mirrored == {
        "rotation": [[-1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        "scale": 1.0,
        "offset": [5.0, 1.0, 0.0],
        "mirrored": True,
    }
    assert [material["name"] for material in made["materials"]] == ["red", "glass"]


def test_json_of_a_lane_is_that_of_its_run_alone() -> None:
    text = (
        "let w ~ uniform(0.5, 1.5)\nfor i in 0..3 { cuboid(w, 1, 1) at (i, 0, 0) }\nmirror x { sphere(w) at (2, 0, 0) }"
    )
    program = check_text(text, "t.shape")
    for trace in simulate_batch(program, range(5)).traces():
        assert assembly_json(trace.assembly) == assembly_json(simulate(program, trace.seed).assembly)
