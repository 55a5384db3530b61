"""Reading points and voxels: small files written by hand, in every format, and what must be refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from shapelang.diagnostics import MeshError
from shapelang.execution.simulate import simulate
from shapelang.io.limits import Limits
from shapelang.io.read import PointData, VoxelData, read_mesh, read_shape
from shapelang.io.voxels import voxel_bytes
from shapelang.representations.voxels import voxelise
from shapelang.semantics.check import check_text
from tests.io.mesh_files import FILES, TETRA, mesh_xml, model, threemf
from tests.io.sampled_files import (
    BARE_CELLS,
    CELLS,
    NORMALS,
    ROWS,
    SAMPLED,
    WITH_NORMALS,
    WITHOUT_NORMALS,
    binvox,
    built,
    cells,
    npy,
    npz,
    text,
)


def points_of(data: bytes, name: str) -> PointData:
    found = read_shape(data, name)
    assert isinstance(found, PointData)
    return found


def cells_of(data: bytes, name: str) -> VoxelData:
    found = read_shape(data, name)
    assert isinstance(found, VoxelData)
    return found


@pytest.mark.parametrize("name", WITH_NORMALS)
def test_points_with_normals_in_every_format(name: str) -> None:
    found = points_of(SAMPLED[name], name)
    assert found.points.tolist() == [list(p) for p in TETRA]
    assert found.normals is not None and found.normals.tolist() == [list(n) for n in NORMALS]


@pytest.mark.parametrize("name", WITHOUT_NORMALS)
def test_points_without_normals_in_every_format(name: str) -> None:
    found = points_of(SAMPLED[name], name)
    assert (found.points.tolist(), found.normals) == ([list(p) for p in TETRA], None)


@pytest.mark.parametrize("name", CELLS)
def test_cells_with_a_frame_in_every_format(name: str) -> None:
    found = cells_of(SAMPLED[name], name)
    assert np.array_equal(found.occupied, cells())
    assert (found.origin, found.pitch, found.notes) == ((1.0, 2.0, 3.0), (0.5, 0.5, 0.5), ())


def test_comments_in_the_header_of_a_binvox() -> None:
    """As tools write them: a line of its own, and behind a value."""
    said = binvox().replace(b"dim", b"# by hand\ndim").replace(b"scale 2", b"scale 2 # metres")
    assert np.array_equal(cells_of(said, "a.binvox").occupied, cells())
    assert cells_of(said, "a.binvox").pitch == (0.5, 0.5, 0.5)


@pytest.mark.parametrize("name", BARE_CELLS)
def test_cells_without_a_frame_fill_a_unit(name: str) -> None:
    found = cells_of(SAMPLED[name], name)
    assert np.array_equal(found.occupied, cells())
    assert (found.origin, found.pitch) == ((0.0, 0.0, 0.0), (0.25, 0.25, 0.25))
    assert "longest side of the grid was taken as 1" in found.notes[0]


@pytest.mark.parametrize("name", SAMPLED)
def test_the_content_decides_where_there_is_no_extension(name: str) -> None:
    kind = name.rpartition(".")[2].replace("pts", "xyz")
    assert read_shape(SAMPLED[name]).format == kind
    assert read_shape(SAMPLED[name], "a.txt").format == kind


@pytest.mark.parametrize("name", SAMPLED)
def test_every_cut_is_refused_or_whole(name: str) -> None:
    """A file cut anywhere gives an error or points that are its own; never another kind of exception."""
    whole = SAMPLED[name]
    for end in range(0, len(whole), max(1, len(whole) // 100)):
        try:
            found = read_shape(whole[:end], name)
        except MeshError as error:
            assert error.code in {f"M10{k}" for k in range(1, 10)}
        else:
            # A text that ends within a line has fewer points, or lacks what is not read.
            assert (
                isinstance(found, PointData)
                and len(found.points) <= 4
                and name.endswith(("xyz", "pts", "ascii_cloud.ply"))
            )


@pytest.mark.parametrize("name", SAMPLED)
def test_a_mesh_is_not_made_of_samples(name: str) -> None:
    what = "grid of voxels" if name in CELLS | BARE_CELLS else "cloud of points"
    with pytest.raises(MeshError, match=f"no faces: it is a {what}") as caught:
        read_mesh(SAMPLED[name], name)
    assert caught.value.code == "M106"


def test_a_mesh_stays_a_mesh() -> None:
    for name, data in FILES.items():
        assert read_shape(data, name).format == name.rpartition(".")[2]
    assert read_shape(threemf(model(mesh_xml()))).format == "3mf"


def test_what_build_writes_is_read_back() -> None:
    text = "a = cuboid(1, 0.2, 0.5)\nb = sphere(0.4) at (0, 0.5, 0)\n"
    voxels = voxelise(simulate(check_text(text, "a.shape")).assembly, resolution=24)
    found = cells_of(voxel_bytes(voxels), "table.npz")
    assert np.array_equal(found.occupied, voxels.occupied)
    assert found.labels is not None and np.array_equal(found.labels, voxels.labels)
    assert (found.label_names, found.origin, found.pitch) == (voxels.label_names, voxels.origin, (voxels.pitch,) * 3)


def test_a_path_and_any_length_of_normals(tmp_path: Path) -> None:
    (tmp_path / "a.xyz").write_bytes(text([(*p, *(3.0 * v for v in n)) for p, n in zip(TETRA, NORMALS, strict=True)]))
    found = read_shape(tmp_path / "a.xyz")
    assert isinstance(found, PointData) and found.normals is not None
    assert found.normals.tolist() == [list(n) for n in NORMALS]


def test_points_without_a_direction_are_left_out_and_colours_are_no_normals() -> None:
    found = points_of(text([*ROWS[:3], (0, 0, 1, 0, 0, 0)]), "a.xyz")
    assert len(found.points) == 3 and "1 point whose normal has no direction" in found.notes[0]
    found = points_of(text([(*ROWS[0][:3], 0, 0, -1.0), *((*p, 0, 0, 0) for p in TETRA)]), "a.xyz")
    assert found.normals is None and "4 of 5 normals" in found.notes[0]
    found = points_of(text([(*p, 200, 10, 0) for p in TETRA]), "a.xyz")
    assert found.normals is None and found.notes == ("3 columns beside the points left unread",)


def test_a_grid_that_is_mostly_empty_packs_well_and_is_read() -> None:
    full = np.zeros((128, 128, 128), np.bool_)
    full[0, 0, 0] = True
    data = npz({"voxels.npy": npy(full, "|b1")})
    assert full.size / len(data) > 400
    assert cells_of(data, "a.npz").occupied.sum() == 1
    with pytest.raises(MeshError, match="times the packed size"):
        read_shape(data, "a.npz", Limits(array_ratio=400))
    with pytest.raises(MeshError, match="bytes unpacked"):
        read_shape(data, "a.npz", Limits(unzipped_bytes=full.size))


def entry(name: str, data: bytes) -> bytes:
    return npz(built() | {f"{name}.npy": data})


REFUSALS: dict[str, tuple[str, bytes, str, str | None, str]] = {
    "text empty": ("a.xyz", b"# nothing\n", "M106", None, "no points"),
    "text word": ("a.xyz", b"0 0 0\n0 a 0\n", "M103", "line 2", "needs numbers"),
    "text short": ("a.xyz", b"0 0 0\n0 0\n", "M103", "line 2", "2 numbers stand here, 3"),
    "text two": ("a.xyz", b"0 0\n", "M103", "line 1", "x, y and z"),
    "text count": ("a.pts", b"5\n" + text(TETRA), "M103", "end of file", "5 points are promised, 4"),
    "text nan": ("a.xyz", b"0 0 0\n\n0 nan 0\n", "M104", "line 3", "finite"),
    "text huge": ("a.txt", b"0 0 0\n0 1e308 0\n", "M104", "line 2", "1e+12"),
    "molecule": ("a.xyz", b"2\nwater\nO 0 0 0\n", "M103", "line 2", "water"),
    "npy magic": ("a.npy", b"hello", "M103", "byte 0", "begins otherwise"),
    "npy cut": ("a.npy", npy(TETRA)[:-1], "M103", "header", "4x3 is promised"),
    "npy shape": ("a.npy", npy(TETRA, shape="(99999999999, 3)"), "M103", "header", "more than the file holds"),
    "npy flat": ("a.npy", npy([1.0, 2.0]), "M103", "header", "(2,)"),
    "npy object": ("a.npy", npy(TETRA).replace(b"'<f8'", b"'|O8'"), "M108", "header", "type O8"),
    "npy fields": ("a.npy", npy(TETRA).replace(b"'<f8'", b"['f8]"), "M108", "header", "header of the array"),
    "npy nan": ("a.npy", npy([(0, 0, 0), (0, np.inf, 0)]), "M104", "row 1", "inf"),
    "npy no cell": ("a.npy", npy(np.zeros((2, 2, 2))), "M106", None, "no cell"),
    "npz names": ("a.npz", npz({"x.npy": npy(TETRA)}), "M103", None, "holds 'x'"),
    "npz normals": (
        "a.npz", npz({"points.npy": npy(TETRA), "normals.npy": npy(NORMALS[:3])}), "M103", "normals", "(3, 3)",
    ),
    "npz points": ("a.npz", npz({"points.npy": npy([1.0, 2.0])}), "M103", "points", "(2,)"),
    "npz voxels": ("a.npz", npz({"voxels.npy": npy(TETRA)}), "M103", "voxels", "(4, 3)"),
    "npz pitch": ("a.npz", entry("pitch", npy(-1.0)), "M104", "pitch", "positive"),
    "npz pitch nan": ("a.npz", entry("pitch", npy(np.nan)), "M104", "origin and pitch", "finite"),
    "npz origin": ("a.npz", entry("origin", npy([1.0, 2.0])), "M103", "origin", "2 numbers"),
    "npz labels": ("a.npz", entry("labels", npy(cells() * 9, "<i4")), "M103", "labels", "label 9, and there are 2"),
    "npz shape": ("a.npz", entry("labels", npy([1], "<i4")), "M103", "labels", "(1,)"),
    "npz damaged": ("a.npz", npz(built())[:-30], "M103", "end of file", "damaged"),
    "binvox end": ("a.binvox", binvox()[:30], "M103", "header", "no end"),
    "binvox dim": ("a.binvox", binvox().replace(b"dim 2 4 3", b"dim 2 4 x"), "M103", "line 2", "in place of numbers"),
    "binvox word": ("a.binvox", binvox().replace(b"scale", b"stale"), "M103", "line 4", "stale"),
    "binvox cut": ("a.binvox", binvox()[:-4], "M103", "end of file", "24 cells are promised, 22"),
    "binvox scale": ("a.binvox", binvox().replace(b"scale 2", b"scale 0"), "M104", "pitch", "positive"),
    "binvox cells": (
        "a.binvox", binvox().replace(b"dim 2 4 3", b"dim 999999999 4 3"), "M107", "header", "11,999,999,988 cells",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSALS)
def test_what_is_refused(name: str) -> None:
    file, data, code, place, words = REFUSALS[name]
    with pytest.raises(MeshError) as caught:
        read_shape(data, file)
    assert (caught.value.code, caught.value.place) == (code, place)
    assert words in str(caught.value) and file in str(caught.value)


def test_limits() -> None:
    for name, limits in {
        "text.xyz": Limits(vertices=3), "plain.npy": Limits(vertices=3), "rows.npz": Limits(vertices=3),
        "built.npz": Limits(cells=23), "runs.binvox": Limits(cells=23), "bare.npy": Limits(cells=23),
        "ascii_cloud.ply": Limits(vertices=3), "wide.npz": Limits(file_bytes=20),
    }.items():  # fmt: skip
        with pytest.raises(MeshError, match="more than the limit") as caught:
            read_shape(SAMPLED[name], name, limits)
        assert caught.value.code == "M107"
