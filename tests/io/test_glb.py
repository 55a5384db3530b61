"""The GLB writer: the same shape as the flat mesh, instances as instances, sound by three judges, equal bytes."""

from __future__ import annotations

import io
import json
import struct
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import KDTree

from shapelang.assembly.assembly import Assembly
from shapelang.assembly.material import Material
from shapelang.assembly.part import Placed
from shapelang.geometry.pose import Pose, product
from shapelang.io.glb import glb_bytes
from shapelang.io.glb_check import faults_of_glb
from shapelang.io.gltf_material import gltf_material, linear, srgb
from shapelang.io.gltf_transform import FLIPS, quaternion
from shapelang.representations.surface import flattened
from tests.io.khronos import assert_valid
from tests.io.shapes import Brick, Corner, Elbow, Fence, at, body, leaf, row, single, table


def document(data: bytes) -> Any:
    (length,) = struct.unpack_from("<I", data, 12)
    return json.loads(data[20 : 20 + length])


def with_document(data: bytes, change: Any) -> bytes:
    """The file with its JSON changed by a function."""
    (length,) = struct.unpack_from("<I", data, 12)
    tree = json.loads(data[20 : 20 + length])
    change(tree)
    text = json.dumps(tree).encode()
    text += b" " * (-len(text) % 4)
    rest = data[20 + length :]
    return b"glTF" + struct.pack("<III", 2, 20 + len(text) + len(rest), len(text)) + b"JSON" + text + rest


def loaded(data: bytes) -> trimesh.Scene:
    scene = trimesh.load(io.BytesIO(data), file_type="glb")
    assert isinstance(scene, trimesh.Scene)
    return scene


def triangles_of_glb(data: bytes) -> np.ndarray:
    """(t, 3, 3) corners in the world, as trimesh reads them."""
    scene = loaded(data)
    found = []
    for node in scene.graph.nodes_geometry:
        matrix, name = scene.graph[node]
        mesh = scene.geometry[name]
        found.append(np.einsum("ij,tcj->tci", matrix[:3, :3], mesh.vertices[mesh.faces]) + matrix[:3, 3])
    return np.concatenate(found)


def volume_of(corners: np.ndarray) -> float:
    return float(np.sum(np.cross(corners[:, 0], corners[:, 1]) * corners[:, 2]) / 6.0)


def area_of(corners: np.ndarray) -> float:
    return float(np.sum(np.linalg.norm(np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1)))


def assert_same_shape(assembly: Assembly) -> None:
    """Equal corners, area and volume; where a mirrored instance is turned instead, its triangles may be others."""
    flat = flattened(assembly)
    found, expected = triangles_of_glb(glb_bytes(assembly)), flat.positions[flat.faces]
    assert len(found) == len(expected)
    for these, those in ((found, expected), (expected, found)):
        far, _ = KDTree(these.reshape(-1, 3)).query(those.reshape(-1, 3))
        # Positions are cast to 32 bits, 2⁻²⁴ of some ten metres, and so are trimesh's transforms.
        assert far.max() < 2e-5
    assert area_of(found) == pytest.approx(area_of(expected), rel=1e-5)
    # Inside out in one instance would change the volume by twice that of the instance.
    assert volume_of(found) == pytest.approx(volume_of(expected), rel=1e-4)


def test_the_table_is_sound_and_the_same_shape() -> None:
    assert faults_of_glb(glb_bytes(table())) == ()
    assert faults_of_glb(glb_bytes(table(), colliders=True)) == ()
    assert_same_shape(table())


coordinates = st.sampled_from([-1.0, -0.25, 0.0, 0.5, 1.0])
angles = st.sampled_from([0.0, 0.6, 0.8, 1.0, -0.28])


@st.composite
def poses(draw: st.DrawFn) -> Pose:
    rotation: Any = None
    for axis in draw(st.lists(st.integers(0, 2), max_size=3)):
        c = draw(angles)
        s = np.sqrt(1.0 - c * c) * draw(st.sampled_from([-1, 1]))
        turn = [(1, 0, 0, 0, c, -s, 0, s, c), (c, 0, s, 0, 1, 0, -s, 0, c), (c, -s, 0, s, c, 0, 0, 0, 1)][axis]
        rotation = turn if rotation is None else product(turn, rotation)
    offset = (draw(coordinates), draw(coordinates), draw(coordinates))
    pose = Pose(rotation, draw(st.sampled_from([1.0, 0.5, 2.0])), offset)
    return FLIPS[draw(st.integers(0, 2))].then(pose) if draw(st.booleans()) else pose


@st.composite
def parts(draw: st.DrawFn, depth: int = 3) -> Any:
    if depth == 0 or draw(st.integers(0, 2)) == 0:
        return leaf("it", draw(st.sampled_from([Brick(1, 2, 3), Brick(0.5, 0.5, 0.5), Corner(), Elbow()])))
    inner = draw(st.lists(st.tuples(parts(depth - 1), poses()), min_size=1, max_size=3))
    return body("b", *(Placed(part, pose, draw(st.sampled_from(["x", "y[1]", "x_2"]))) for part, pose in inner))


@settings(max_examples=40)
@given(parts())
def test_any_tree_keeps_its_shape_and_never_mirrors_a_node(root: Any) -> None:
    assembly = Assembly(body("root", Placed(root, Pose(), "root")), "any.shape", 3, {})
    data = glb_bytes(assembly, colliders=True)
    assert faults_of_glb(data) == ()
    assert_same_shape(assembly)


def test_instances_share_meshes() -> None:
    tree = document(glb_bytes(table()))
    # Top, leg, horn, mirrored horn, hook: the mirrored hook is turned, since it is symmetric in z.
    assert len(tree["meshes"]) == 5
    uses = Counter(node["mesh"] for node in tree["nodes"] if "mesh" in node)
    assert sorted(uses.values()) == [2, 2, 2, 2, 4]
    scene = loaded(glb_bytes(table()))
    assert (len(scene.geometry), len(scene.graph.nodes_geometry)) == (5, 12)


def test_a_material_makes_another_mesh() -> None:
    red, blue = (leaf("it", Brick(1, 1, 1), Material(name)) for name in ("red", "blue"))
    tree = document(glb_bytes(Assembly(body("b", at(red, "a", 0, 0, 0), at(blue, "b", 2, 0, 0)), "p", 0, {})))
    assert [mesh["primitives"][0]["material"] for mesh in tree["meshes"]] == [0, 1]


def test_the_innermost_material_wins() -> None:
    inner = body("in", at(leaf("a", Brick(1, 1, 1)), "a", 0, 0, 0), material=Material("inner"))
    tree = document(glb_bytes(Assembly(body("out", at(inner, "in", 0, 0, 0), material=Material("outer")), "p", 0, {})))
    assert [material["name"] for material in tree["materials"]] == ["inner"]


def test_names_follow_the_tree_and_twins_get_numbers() -> None:
    tree = document(glb_bytes(table()))
    names = [tree["nodes"][child]["name"] for child in tree["nodes"][0]["children"]]
    assert tree["nodes"][0]["name"] == "table"
    assert names == ["top", "leg[0]", "leg[1]", "leg[2]", "leg[3]", "lamp", "mirrored", "top_2"]


def test_a_number_for_a_twin_does_not_make_another_twin() -> None:
    it = leaf("it", Brick(1, 1, 1))
    tree = document(glb_bytes(Assembly(body("b", *(at(it, n, 0, 0, 0) for n in ("x", "x_2", "x"))), "p", 0, {})))
    assert [node["name"] for node in tree["nodes"][1:]] == ["x", "x_2", "x_3"]


def test_extras_say_how_to_make_it_again() -> None:
    tree = document(glb_bytes(table()))
    made = {
        "program": "table.shape",
        "seed": 7,
        "parameters": {"width": 2.2, "color": [0.5, 0.25, 1.0], "name": "größe"},
    }
    assert tree["asset"] == {"version": "2.0", "generator": "shapelang", "extras": made}
    assert tree["scenes"][0]["extras"] == made
    (leg,) = [node for node in tree["nodes"] if node["name"] == "leg[2]"]
    assert leg["extras"] == {"kind": "brick", "tags": ["support"], "arguments": {"width": 0.1}}


def test_colliders_have_meshes_of_their_own_and_godots_names() -> None:
    plain, tree = document(glb_bytes(table())), document(glb_bytes(table(), colliders=True))
    visible = {node["mesh"] for node in tree["nodes"] if "mesh" in node and "colonly" not in node["name"]}
    hidden = {node["mesh"]: node["name"] for node in tree["nodes"] if "colonly" in node["name"]}
    assert visible & set(hidden) == set()
    assert [node for node in plain["nodes"] if "colonly" in node["name"]] == []
    assert sum("colonly" in node["name"] for node in tree["nodes"]) == 12
    for node in tree["nodes"]:
        for child in (tree["nodes"][k] for k in node.get("children", [])):
            if "colonly" in child["name"]:
                suffix = "-colonly" if node["extras"]["kind"] == "elbow" else "-convcolonly"
                assert child == {"name": node["name"] + suffix, "mesh": child["mesh"]}
    collider = tree["meshes"][min(hidden)]["primitives"][0]
    assert list(collider["attributes"]) == ["POSITION"] and "material" not in collider


def test_a_large_mesh_has_wide_indices_beside_a_small_one() -> None:
    both = Assembly(
        body("b", at(leaf("s", Fence(3000)), "s", 0, 0, 0), at(leaf("c", Brick(1, 1, 1)), "c", 0, 5, 0)), "p", 0, {}
    )
    data = glb_bytes(both)
    assert faults_of_glb(data) == ()
    assert len(triangles_of_glb(data)) == 12 * 3001
    kinds = [accessor["componentType"] for accessor in document(data)["accessors"] if accessor["type"] == "SCALAR"]
    assert kinds == [5125, 5123]


def test_bytes_are_equal_on_repeated_calls_and_have_no_negative_zero() -> None:
    assert glb_bytes(table(), colliders=True) == glb_bytes(table(), colliders=True)
    assert b"-0.0" not in glb_bytes(single(Brick(1, 1, 1), Pose((-1.0, -0.0, 0, 0, 1, 0, 0, 0, -1), 1.0, (-0.0, 0, 1))))


def test_an_assembly_without_leaves_is_a_scene_without_meshes() -> None:
    data = glb_bytes(Assembly(body("nothing"), "nothing.shape", 0, {}))
    assert faults_of_glb(data) == ()
    assert "meshes" not in document(data)


def test_materials_by_hand() -> None:
    made = gltf_material(Material("m", (1.0, 0.5, 0.0), 0.25, 0.75, (0.0, 0.0, 0.0), 0.5))
    # 0.5 sRGB is ((0.5 + 0.055) / 1.055) ** 2.4 = 0.214041…
    assert made["pbrMetallicRoughness"]["baseColorFactor"] == pytest.approx([1.0, 0.21404114048, 0.0, 0.5], abs=1e-11)
    assert (made["alphaMode"], "emissiveFactor" in made) == ("BLEND", False)
    assert gltf_material(Material("m", emissive=(1.0, 0.0, 0.0)))["emissiveFactor"] == [1.0, 0.0, 0.0]
    bright = gltf_material(Material("m", emissive=(2.0, 0.0, 0.0)))
    assert bright["extensions"]["KHR_materials_emissive_strength"]["emissiveStrength"] == pytest.approx(4.9538457516)


@given(st.floats(0.0, 1.0))
def test_srgb_undoes_linear(value: float) -> None:
    # The two pieces of the curve meet within 1e-8 only: the standard's constants are rounded.
    assert srgb(linear(value)) == pytest.approx(value, abs=1e-7)


@given(poses())
def test_quaternions_turn_as_their_matrices(pose: Pose) -> None:
    proper = FLIPS[0].then(pose) if pose.mirrored else pose
    matrix = proper.rotation or (1.0, 0, 0, 0, 1.0, 0, 0, 0, 1.0)
    x, y, z, w = quaternion(matrix)
    again = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    np.testing.assert_allclose(np.reshape(again, -1), matrix, atol=1e-14)


FAULTS = {
    "header": lambda data: data[:8] + b"\0\0\0\0" + data[12:],
    "second chunk": lambda data: with_document(data, lambda d: None)[:-4],
    "asset": lambda data: with_document(data, lambda d: d["asset"].update(version="1.0")),
    "buffers": lambda data: with_document(data, lambda d: d["buffers"][0].update(byteLength=4)),
    "target": lambda data: with_document(data, lambda d: d["bufferViews"][0].update(target=1)),
    "ends outside its view": lambda data: with_document(data, lambda d: d["accessors"][0].update(count=10**6)),
    "not aligned": lambda data: with_document(data, lambda d: d["accessors"][3].update(byteOffset=1)),
    "no elements": lambda data: with_document(data, lambda d: d["accessors"][3].update(count=0)),
    "the values have": lambda data: with_document(data, lambda d: d["accessors"][0].update(max=[9, 9, 9])),
    "material does not exist": lambda data: with_document(
        data, lambda d: d["meshes"][0]["primitives"][0].update(material=9)
    ),
    "differ in length": lambda data: with_document(data, lambda d: d["accessors"][1].update(count=3)),
    "the surface is open": lambda data: with_document(data, lambda d: d["accessors"][3].update(count=33)),
    "could be a cycle": lambda data: with_document(data, lambda d: d["nodes"][2].update(children=[1])),
    "no tree": lambda data: with_document(data, lambda d: d["nodes"][1].update(children=[2])),
    "one name": lambda data: with_document(data, lambda d: d["nodes"][2].update(name="top")),
    "mesh 99": lambda data: with_document(data, lambda d: d["nodes"][1].update(mesh=99)),
    "mirrors": lambda data: with_document(data, lambda d: d["nodes"][1].update(scale=[-1, 1, 1])),
    "rotation": lambda data: with_document(data, lambda d: d["nodes"][1].update(rotation=[0, 0, 0, 2])),
    "KeyError": lambda data: with_document(data, lambda d: d.pop("nodes")),
}


@pytest.mark.parametrize("expected", FAULTS)
def test_the_check_finds_a_planted_fault(expected: str) -> None:
    found = faults_of_glb(FAULTS[expected](glb_bytes(table())))
    assert any(expected in fault for fault in found), found


@pytest.mark.parametrize("value", [0xFFFFFFFF, 0x7F800000, 0x3F800000], ids=["nan", "inf", "moved"])
def test_the_check_finds_a_changed_position(value: int) -> None:
    data = glb_bytes(single(Brick(1, 2, 3)))
    (length,) = struct.unpack_from("<I", data, 12)
    at_byte = 28 + length
    assert faults_of_glb(data[:at_byte] + struct.pack("<I", value) + data[at_byte + 4 :]) != ()


def test_khronos_validator_finds_nothing(tmp_path: Path) -> None:
    nothing = Assembly(body("nothing"), "nothing.shape", 0, {})
    cases = {"table": table(), "row": row(30), "nothing": nothing}
    assert_valid(tmp_path, {name: glb_bytes(assembly) for name, assembly in cases.items()})
    assert_valid(tmp_path, {"colliders": glb_bytes(table(), colliders=True)})
