from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from benchmarks.infer.closing import boundary_loops, closed_union, with_closed_holes
from benchmarks.infer.ikea import IncompleteError, as_delivered, fused, ikea_truth, rotation
from shapelang.metrics.inside import is_closed
from shapelang.metrics.triangles import Triangles, face_areas, joined, triangles
from tests.benchmarks.boxes import box

XML = """<mujoco model="bench">
  <asset>
    <mesh file="bench/board.stl" name="board" scale="2 1 1" />
    <mesh file="bench/leg.stl" name="leg" />
  </asset>
  <equality><weld body1="left" body2="right" /></equality>
  <worldbody>
    <body name="top" pos="0 0 1" quat="1 0 0 0">
      <geom mesh="board" pos="0 0 0.05" type="mesh" />
      <geom name="noviz" size="1 1 1" type="box" />
    </body>
    <body name="left" pos="-0.9 0 0.5"><geom mesh="leg" pos="0 0 0" type="mesh" /></body>
    <body name="right" pos="0.9 0 0.5" quat="0 0 0 5"><geom mesh="leg" pos="0 0 0" type="mesh" /></body>
  </worldbody>
</mujoco>
"""


def stl(mesh: Triangles) -> bytes:
    records = b"".join(struct.pack("<12fH", 0, 0, 0, *corners.reshape(-1), 0) for corners in mesh.corners)
    return b"\0" * 80 + struct.pack("<I", len(mesh.faces)) + records


@pytest.fixture
def bench(tmp_path: Path) -> Path:
    """A board of 2 × 1 × 0.1 on two legs of a metre that are 0.2 wide, +Z up."""
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench/board.stl").write_bytes(stl(box((-0.5, -0.5, -0.05), (0.5, 0.5, 0.05))))
    (tmp_path / "bench/leg.stl").write_bytes(stl(box((-0.1, -0.5, -0.5), (0.1, 0.5, 0.5))))
    (tmp_path / "bench.xml").write_text(XML)
    return tmp_path / "bench.xml"


def test_parts_are_the_bodies_where_they_stand(bench: Path):
    product = ikea_truth(bench)
    assert product.bodies == ("top", "left", "right")
    for part, low, high in zip(
        product.parts,
        [(-1, -0.5, 1), (-1, -0.5, 0), (0.8, -0.5, 0)],
        [(1, 0.5, 1.1), (-0.8, 0.5, 1), (1, 0.5, 1)],
        strict=True,
    ):
        # The STL has single precision.
        assert np.allclose(part.bounds, (low, high), atol=1e-6)


def test_connections_come_from_the_surfaces_and_not_from_the_welds(bench: Path):
    assert ikea_truth(bench).connections == {(0, 1), (0, 2)}


def test_a_missing_mesh_is_told(bench: Path):
    (bench.parent / "bench/leg.stl").unlink()
    with pytest.raises(IncompleteError, match=r"leg\.stl is missing"):
        ikea_truth(bench)


def test_the_list_as_delivered_has_all_triangles_in_an_order_of_the_seed(bench: Path):
    product = ikea_truth(bench)
    ordered, mixed = joined(product.parts).corners, as_delivered(product, seed=1).corners
    assert len(mixed) == 36
    assert not np.array_equal(ordered, mixed)
    assert np.array_equal(np.sort(ordered.reshape(36, 9), axis=0), np.sort(mixed.reshape(36, 9), axis=0))
    assert np.array_equal(mixed, as_delivered(product, seed=1).corners)
    assert not np.array_equal(mixed, as_delivered(product, seed=2).corners)


def test_the_fused_bench_is_one_surface_without_the_faces_in_contact(bench: Path):
    whole = fused(ikea_truth(bench))
    assert is_closed(whole)
    # The lattice moves every face by up to half of 1e-5 diagonals: 1.3e-5 m on faces of 9.4 m² and 44 m of edges.
    assert volume(whole) == pytest.approx(0.2 + 2 * 0.2, abs=1.3e-4)
    # Board 4.6, legs 2.8 each, less two faces of 0.2 at each of two contacts.
    assert float(face_areas(whole).sum()) == pytest.approx(4.6 + 5.6 - 0.8, abs=6e-4)


def test_a_quaternion_turns_as_in_its_textbook():
    # A quarter about z, not of unit length: x becomes y.
    assert np.allclose(rotation([2, 0, 0, 2]) @ [1, 0, 0], [0, 1, 0], atol=1e-15)


def test_a_hole_is_closed_by_a_fan():
    lidless = box((0, 0, 0), (1, 1, 1))
    lidless = triangles(lidless.positions, lidless.faces[2:])
    assert not is_closed(lidless)
    closed = with_closed_holes(lidless)
    assert is_closed(closed)
    assert volume(closed) == pytest.approx(1.0, abs=1e-12)
    # The lattice moves six faces of 1 m² by up to 0.9e-5 m.
    assert volume(closed_union([lidless])) == pytest.approx(1.0, abs=6e-5)


def test_two_holes_that_share_a_corner_are_two_loops():
    # A square pyramid's base cut away, twice, tip to tip: the loops meet nowhere else.
    one = np.array([(0, 1, 2), (0, 2, 3), (0, 3, 4)])
    loops = sorted(len(loop) for loop in boundary_loops(np.concatenate([one, one[:, ::-1] + 4 * (one[:, ::-1] > 0)])))
    assert sum(loops) == 10
    assert all(len(set(loop.tolist())) == len(loop) for loop in boundary_loops(one))


def volume(mesh: Triangles) -> float:
    a, b, c = mesh.corners.transpose(1, 0, 2)
    return float((a * np.cross(b, c)).sum() / 6.0)
