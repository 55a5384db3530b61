"""Reading meshes: small files written by hand, in every format."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shapelang.diagnostics import MeshError
from shapelang.io.read import MeshData, read_mesh, welded
from tests.io.mesh_files import FILES, OBJ, TETRA, glb, gltf_parts, mesh_xml, model, threemf


def corners(data: MeshData) -> list[list[tuple[float, ...]]]:
    """Every triangle as its corners, beginning at the smallest; sorted."""
    made = []
    for triangle in data.positions[data.faces].tolist():
        points = [tuple(point) for point in triangle]
        first = points.index(min(points))
        made.append(points[first:] + points[:first])
    return sorted(made)


@pytest.mark.parametrize("name", FILES)
def test_a_tetrahedron_in_every_format(name: str) -> None:
    data = read_mesh(FILES[name], name)
    expected = read_mesh(FILES["tetra.obj"], "tetra.obj")
    assert corners(data) == corners(expected)
    assert (data.face_count, data.vertex_count, data.notes) == (4, 4, ())
    assert data.format == name.rpartition(".")[2]
    a, b, c = (data.positions[data.faces[:, k]] for k in range(3))
    assert float(np.sum(np.cross(a, b) * c)) / 6 == pytest.approx(1 / 6)


@pytest.mark.parametrize("name", FILES)
def test_the_content_decides_where_there_is_no_extension(name: str) -> None:
    assert read_mesh(FILES[name]).format == name.rpartition(".")[2]


@pytest.mark.parametrize("name", FILES)
def test_every_cut_is_refused_or_whole(name: str) -> None:
    """A file cut anywhere gives an error or all of its vertices' own triangles; never another kind of exception."""
    whole = FILES[name]
    for end in range(0, len(whole), max(1, len(whole) // 150)):
        try:
            data = read_mesh(whole[:end], name)
        except MeshError as error:
            assert error.code in {f"M10{k}" for k in range(1, 10)}
        else:
            assert set(map(tuple, data.positions.tolist())) <= set(TETRA)


# --- OBJ -----------------------------------------------------------------------------------------------------------


def test_obj_indices_from_the_back_and_with_slashes() -> None:
    text = "v 0 0 0\nv 1 0 0\nv 0 1 0\nf -3//-1 -2/5 -1\n v 5 5 5 \n"
    assert corners(read_mesh(text.encode(), "a.obj")) == [[(0, 0, 0), (1, 0, 0), (0, 1, 0)]]


def test_obj_groups_objects_and_materials(tmp_path: Path) -> None:
    (tmp_path / "a.mtl").write_text("newmtl red\nKd 1 0 0\nnewmtl odd\nKd spectral x\n")
    points = "v 0 0 0\nv 1 0 0\nv 0 1 0\n"
    text = (
        f"mtllib a.mtl\n{points}o chair\ng back\nusemtl red\nf 1 2 3\ng seat\nusemtl odd\nf 3 2 1\ng back\n"
        "usemtl red\nf 1 3 2\no table top\nf 1 2 3\n"
    )
    (tmp_path / "a.obj").write_text(text)
    found = [(g.path, g.material, g.color, len(g.faces)) for g in read_mesh(tmp_path / "a.obj").groups]
    assert found == [
        (("chair", "back"), "red", (1.0, 0.0, 0.0), 2),
        (("chair", "seat"), "odd", None, 1),
        (("table top",), "red", (1.0, 0.0, 0.0), 1),
    ]
    assert [g.color for g in read_mesh(text.encode(), "a.obj").groups] == [None, None, None]


def test_obj_reads_no_library_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    (tmp_path / "secret.mtl").write_text("newmtl red\nKd 1 0 0\n")
    (tmp_path / "inner" / "link.mtl").symlink_to(tmp_path / "secret.mtl")
    for name in ("../secret.mtl", str(tmp_path / "secret.mtl"), "link.mtl", "..", "."):
        (tmp_path / "inner" / "a.obj").write_text(f"mtllib {name}\nusemtl red\n{OBJ}")
        assert [g.color for g in read_mesh(tmp_path / "inner" / "a.obj").groups] == [None]


def test_obj_lines_that_go_on_and_lines_not_understood() -> None:
    text = "v 0 0 0\nv 1 0 \\\n0\nv 0 1 0\nhello\nl 1 2\nf 1 \\\n2 3\nf 1 2\n"
    data = read_mesh(text.encode(), "a.obj")
    assert data.face_count == 1
    assert data.notes == (
        "1 face with fewer than three corners left out",
        "1 element left out: points, lines, curves, free-form surfaces",
        "1 line not understood, the first is line 5",
    )


def test_polygons_are_cut_without_overlap() -> None:
    outline = [(0, 0), (4, 0), (4, 4), (3, 4), (3, 1), (1, 1), (1, 4), (0, 4)]
    for turn in range(8):
        points = outline[turn:] + outline[:turn]
        text = "".join(f"v {x} {y} 0\n" for x, y in points) + "f 1 2 3 4 5 6 7 8\n"
        data = read_mesh(text.encode(), "a.obj")
        a, b, c = (data.positions[data.faces[:, k]] for k in range(3))
        areas = np.cross(b - a, c - a)[:, 2] / 2
        assert len(areas) == 6
        assert (areas > 0).all()
        assert float(areas.sum()) == 10.0


@given(st.lists(st.integers(0, 359), min_size=3, max_size=12, unique=True), st.integers(2, 5))
def test_star_shaped_polygons_keep_their_area(degrees: list[int], factor: int) -> None:
    """A polygon around the origin is cut into triangles of the same total area, none turned over."""
    angles = np.radians(sorted(degrees))
    if np.max(np.diff([*angles, angles[0] + 2 * np.pi])) >= np.pi - 0.01:
        return
    radii = np.where(np.arange(len(angles)) % 2, 1.0, factor)
    points = np.stack([radii * np.cos(angles), radii * np.sin(angles)], axis=1)
    text = "".join(f"v {x!r} {y!r} 0\n" for x, y in points.tolist())
    data = read_mesh((text + "f " + " ".join(str(k + 1) for k in range(len(points)))).encode(), "a.obj")
    a, b, c = (data.positions[data.faces[:, k]] for k in range(3))
    areas = np.cross(b - a, c - a)[:, 2] / 2
    x, y = points.T
    assert float(areas.sum()) == pytest.approx(float(np.sum(x * np.roll(y, -1) - y * np.roll(x, -1)) / 2))
    # A corner on a straight line gives a triangle of no area, whose sign is rounding.
    assert (areas > -1e-12).all()


def test_degenerate_faces_and_unused_vertices_are_dropped() -> None:
    text = "v 9 9 9\nv 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 0\nf 2 3 4\nf 2 2 3\nf 2 5 3\n"
    data = read_mesh(text.encode(), "a.obj")
    assert (data.face_count, data.vertex_count) == (1, 3)
    assert data.notes == ("2 degenerate faces left out",)


# --- glTF ----------------------------------------------------------------------------------------------------------


def test_gltf_names_materials_and_transforms() -> None:
    half = 0.5**0.5
    document, blob = gltf_parts(translation=[10, 0, 0], rotation=[0, half, 0, half], scale=[1, 2, 3])
    (group,) = read_mesh(glb(document, blob), "a.glb").groups
    assert (group.path, group.name, group.material) == (("outer", "tetra"), "tetra", "red")
    # Linear to sRGB is right within rounding alone.
    assert group.color == pytest.approx((1.0, 0.0, 0.0), abs=1e-15)
    # Scaled to (x, 2y, 3z), then a quarter about y: (x, y, z) → (z, y, −x), then moved.
    np.testing.assert_allclose(group.positions, [(10, 0, 0), (10, 0, -1), (10, 2, 0), (13, 0, 0)], atol=1e-15)


@pytest.mark.parametrize(
    "mirror", [{"scale": [-1, 1, 1]}, {"matrix": [-1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1]}]
)
def test_a_mirroring_node_keeps_the_outside_outside(mirror: dict[str, Any]) -> None:
    data = read_mesh(glb(*gltf_parts(**mirror)), "a.glb")
    a, b, c = (data.positions[data.faces[:, k]] for k in range(3))
    assert float(np.sum(np.cross(a, b) * c)) / 6 == pytest.approx(1 / 6)
    assert data.positions.min(axis=0).tolist() == [-1.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("mode", "expected"),
    [(5, [(0, 2, 1), (2, 0, 1), (1, 0, 3)]), (6, [(0, 2, 1), (0, 1, 3)])],
    ids=["strip", "fan"],
)
def test_strips_and_fans(mode: int, expected: list[tuple[int, int, int]]) -> None:
    document, blob = gltf_parts()
    document["meshes"][0]["primitives"][0]["mode"] = mode
    document["accessors"][1]["count"] = 5 if mode == 5 else 4
    order = [0, 2, 1, 0, 3] if mode == 5 else [0, 2, 1, 3]
    blob = blob[:48] + struct.pack(f"<{len(order)}H", *order) + bytes(24 - 2 * len(order))
    data = read_mesh(glb(document, blob), "a.glb")
    made = [tuple(TETRA.index(tuple(point)) for point in t) for t in data.positions[data.faces].tolist()]
    turned = {tuple(f[f.index(min(f)) :] + f[: f.index(min(f))]) for f in made}
    # 0 2 1 · 2 0 1 (turned over, since it is the odd one) · 1 0 3.
    assert turned == {tuple(f[f.index(min(f)) :] + f[: f.index(min(f))]) for f in expected}


def test_sparse_accessors_replace_values() -> None:
    document, blob = gltf_parts()
    blob += struct.pack("<H2x3f", 3, 0, 0, 5)
    document["buffers"][0]["byteLength"] = len(blob)
    document["bufferViews"] += [
        {"buffer": 0, "byteOffset": 72, "byteLength": 4},
        {"buffer": 0, "byteOffset": 76, "byteLength": 12},
    ]
    document["accessors"][0]["sparse"] = {
        "count": 1,
        "indices": {"bufferView": 2, "componentType": 5123},
        "values": {"bufferView": 3},
    }
    assert read_mesh(glb(document, blob), "a.glb").positions.max(axis=0).tolist() == [1.0, 1.0, 5.0]


def test_a_buffer_in_the_same_folder_and_nowhere_else(tmp_path: Path) -> None:
    document, blob = gltf_parts()
    inner = tmp_path / "inner"
    inner.mkdir()
    for folder in (tmp_path, inner):
        (folder / "a b.bin").write_bytes(blob)
    (inner / "link.bin").symlink_to(tmp_path / "a b.bin")
    for uri, good in {
        "a%20b.bin": True, "../a%20b.bin": False, "%2e%2e/a b.bin": False, "link.bin": False, "none.bin": False,
        f"file://{tmp_path}/a b.bin": False, f"{tmp_path}/a b.bin": False, "http://localhost/a.bin": False,
        "data:text/plain,abc": False,
    }.items():  # fmt: skip
        document["buffers"][0]["uri"] = uri
        (inner / "a.gltf").write_text(json.dumps(document))
        if good:
            assert read_mesh(inner / "a.gltf").face_count == 4
        else:
            with pytest.raises(MeshError) as caught:
                read_mesh(inner / "a.gltf")
            assert (caught.value.code, caught.value.place) == ("M109", "buffers[0].uri")


# --- 3MF -----------------------------------------------------------------------------------------------------------


def test_3mf_components_materials_and_transforms() -> None:
    body = (
        '<basematerials id="9"><base name="red" displaycolor="#FF0000FF"/></basematerials>'
        + mesh_xml().replace('type="model"', 'pid="9" pindex="0"')
        + '<object id="2" name="pair"><components><component objectid="1"/>'
        '<component objectid="1" transform="-1 0 0 0 1 0 0 0 1 0 0 7"/></components></object>'
    )
    data = read_mesh(threemf(model(body, '<item objectid="2" transform="2 0 0 0 2 0 0 0 2 0 0 0"/>')), "a.3mf")
    assert [(g.path, g.material, g.color) for g in data.groups] == [(("pair", "tetra"), "red", (1.0, 0.0, 0.0))] * 2
    assert data.groups[1].positions.min(axis=0).tolist() == [-2.0, 0.0, 14.0]
    for group in data.groups:
        a, b, c = (group.positions[group.faces[:, k]] for k in range(3))
        assert float(np.sum(np.cross(a, b) * c)) / 6 == pytest.approx(8 / 6)


# --- Welding ----------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(*[st.sampled_from([0.0, -0.0, 1.0, 1e-300, 2.5, -1.0])] * 3), max_size=40))
def test_welding_joins_equal_points_alone(points: list[tuple[float, float, float]]) -> None:
    array = np.array(points, np.float64).reshape(-1, 3)
    distinct, which = welded(array)
    assert np.array_equal(distinct[which], array)
    assert len(np.unique(distinct, axis=0)) == len(distinct) == len(set(points))
    # In order of appearance.
    assert which.tolist() == [list(dict.fromkeys(p for p in points)).index(p) for p in points]
