"""Sets of meshes: a stable order, subsets and shards by hash, archives unpacked once."""

from __future__ import annotations

import tarfile
from pathlib import Path

import numpy as np
import pytest

from benchmarks.infer.files import read_triangles, write_obj
from benchmarks.infer.ikea import as_delivered
from benchmarks.infer.sets import Archive, Ikea, Psb, Shape, by_hash, shard
from shapelang.metrics.triangles import triangles

SHAPES = [Shape("kenney", name, Path(f"{name}.obj")) for name in ("bear", "chair", "desk", "lamp", "sofa", "table")]


def test_a_subset_is_fixed_and_larger_ones_hold_it():
    # By sha256 of "kenney/bear" and so on: another choice would make old rows of the subset worthless.
    assert [s.name for s in by_hash(SHAPES, 3)] == ["bear", "chair", "lamp"]
    for count in range(len(SHAPES)):
        assert set(by_hash(SHAPES, count)) < set(by_hash(SHAPES, count + 1))
    assert by_hash(SHAPES[::-1], 3) == by_hash(SHAPES, 3)[::-1]


def test_shards_are_disjoint_and_hold_every_shape():
    many = [Shape("s", str(k), Path()) for k in range(100)]
    shares = [shard(many, number, 3) for number in (1, 2, 3)]
    assert sorted((s.name for share in shares for s in share), key=int) == [str(k) for k in range(100)]
    assert all(20 <= len(share) <= 50 for share in shares)
    assert [s for s in many[:10] if s in shares[0]] == shard(many[:10], 1, 3)


def test_an_archive_is_unpacked_once(tmp_path: Path):
    folder = tmp_path / "source" / "kit" / "obj"
    folder.mkdir(parents=True)
    for name in ("b.obj", "a.OBJ", "license.txt"):
        (folder / name).write_text("v 0 0 0\n")
    archive = tmp_path / "data" / "kit.tar.xz"
    archive.parent.mkdir()
    with tarfile.open(archive, "w:xz") as tar:
        tar.add(folder, "kit/obj")
    kit = Archive("kit", "kit.tar.xz", (".obj",))
    found = kit.shapes(archive.parent, tmp_path / "cache")
    assert [shape.name for shape in found] == ["a", "b"]
    archive.unlink()
    assert kit.shapes(archive.parent, tmp_path / "cache") == found


def test_a_missing_archive_is_an_os_error(tmp_path: Path):
    with pytest.raises(OSError, match="none"):
        Archive("none", "none.tar.xz", (".obj",)).shapes(tmp_path, tmp_path / "cache")


def test_corners_of_the_segmentation_benchmark_are_scaled_and_moved(tmp_path: Path):
    arrays = {
        "Chair_101_v": np.array([[0, 0, 0], [65535, 0, 0], [0, 13107, 0]], np.uint16),
        "Chair_101_s": np.float32(2.0),
        "Chair_101_lo": np.array([1.0, 2.0, 3.0]),
        "Chair_101_f": np.array([[0, 1, 2]]),
    }
    cups = {key.replace("Chair", "Cup"): value for key, value in arrays.items()}
    np.savez(tmp_path / "psb.npz", allow_pickle=False, **arrays, **cups)
    (shape,) = Psb("psb", "psb.npz", ("Chair",)).shapes(tmp_path, tmp_path / "cache")
    assert shape.name == "Chair_101"
    assert read_triangles(shape.path).corners.tolist() == [[[1, 2, 3], [3, 2, 3], [1, 2.4, 3]]]


def test_a_product_that_lacks_a_mesh_is_not_in_the_set(tmp_path: Path):
    source, data = tmp_path / "source", tmp_path / "data"
    source.mkdir()
    data.mkdir()
    write_obj(source / "leg.obj", triangles([(0, 0, 0), (1, 0, 0), (0, 1, 0)], [(0, 1, 2)]))
    for name, file in (("chair", "leg.obj"), ("stool", "none.obj")):
        (source / f"{name}.xml").write_text(
            f'<mujoco><asset><mesh name="m" file="{file}"/></asset><worldbody><body name="b" pos="0 0 5">'
            '<geom type="mesh" mesh="m"/></body></worldbody></mujoco>'
        )
    with tarfile.open(data / "ikea.tar.xz", "w:xz") as tar:
        for path in sorted(source.iterdir()):
            tar.add(path, path.name)
    (shape,) = Ikea("ikea", "ikea.tar.xz", as_delivered).shapes(data, tmp_path / "cache")
    assert shape.name == "chair"
    assert read_triangles(shape.path).positions[:, 2].tolist() == [5, 5, 5]
