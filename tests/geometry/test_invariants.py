"""Each fault of a mesh, planted by hand in a good one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from shapelang.geometry.invariants import Fault, FaultKind, area, faults, signed_volume
from shapelang.geometry.mesh import Mesh

CORNERS = np.array([(0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)])
FACES = np.array([(0, 2, 1), (0, 1, 3), (0, 3, 2), (1, 2, 3)], dtype=np.int32)


def mesh_of(positions: np.ndarray, faces: np.ndarray, weld: np.ndarray | None = None) -> Mesh:
    centre = positions.mean(axis=0)
    outward = positions - centre
    outward /= np.sqrt((outward * outward).sum(axis=1, keepdims=True))
    own = np.arange(len(positions)) if weld is None else weld
    return Mesh(positions, faces.astype(np.int32), outward, np.zeros((len(positions), 2)), own.astype(np.int32))


def tetrahedron() -> Mesh:
    return mesh_of(CORNERS, FACES)


def tetrahedra(weld: list[int]) -> Mesh:
    """Two, the second turned about the origin to the other side."""
    first, second = tetrahedron(), mesh_of(-CORNERS, FACES[:, ::-1])
    return Mesh(
        np.concatenate([first.positions, second.positions]),
        np.concatenate([first.faces, second.faces + 4]).astype(np.int32),
        np.concatenate([first.normals, second.normals]),
        np.zeros((8, 2)),
        np.array(weld, dtype=np.int32),
    )


def changed(array: np.ndarray, index: int, value: object) -> np.ndarray:
    copy = array.copy()
    copy[index] = value
    return copy


def kinds(mesh: Mesh) -> list[FaultKind]:
    return [fault.kind for fault in faults(mesh)]


def test_a_good_mesh_has_no_faults() -> None:
    assert faults(tetrahedron()) == ()
    assert faults(tetrahedra([0, 1, 2, 3, 4, 5, 6, 7])) == ()


def test_volume_and_area_by_hand() -> None:
    assert signed_volume(tetrahedron()) == pytest.approx(1 / 6, rel=1e-15)
    assert area(tetrahedron()) == pytest.approx(1.5 + 3**0.5 / 2, rel=1e-15)


GOOD = tetrahedron()
OPEN = replace(GOOD, faces=FACES[1:])
FLAT_FACE = np.concatenate([FACES, [(0, 1, 1)]]).astype(np.int32)
THREE_ON_AN_EDGE = np.concatenate([FACES, [(0, 2, 1), (1, 2, 0)]]).astype(np.int32)
PLANTED = [
    (replace(GOOD, faces=changed(FACES, 2, (0, 4, 2))), FaultKind.INDEX_OUT_OF_RANGE, 1, 2),
    (replace(GOOD, faces=changed(FACES, 3, (1, 2, -1))), FaultKind.INDEX_OUT_OF_RANGE, 1, 3),
    (replace(GOOD, positions=changed(CORNERS, 1, np.nan)), FaultKind.NON_FINITE, 1, 1),
    (replace(GOOD, normals=changed(GOOD.normals, 2, np.inf)), FaultKind.NON_FINITE, 1, 2),
    (replace(GOOD, uvs=changed(GOOD.uvs, 3, np.nan)), FaultKind.NON_FINITE, 1, 3),
    (replace(GOOD, faces=FLAT_FACE), FaultKind.DEGENERATE_FACE, 1, 4),
    (replace(GOOD, positions=changed(CORNERS, 3, (0.5, 0.5, 0.0))), FaultKind.DEGENERATE_FACE, 1, 3),
    (OPEN, FaultKind.OPEN_EDGE, 3, 0),
    (replace(GOOD, faces=THREE_ON_AN_EDGE), FaultKind.NON_MANIFOLD_EDGE, 3, 0),
    (replace(GOOD, faces=changed(FACES, 0, (0, 1, 2))), FaultKind.MISORIENTED, 3, 0),
    (tetrahedra([0, 1, 2, 3, 0, 4, 5, 6]), FaultKind.NON_MANIFOLD_VERTEX, 1, 0),
    (replace(GOOD, faces=FACES[:, ::-1].copy(), normals=-GOOD.normals), FaultKind.INSIDE_OUT, 1, 0),
    (mesh_of(np.concatenate([CORNERS, [(5.0, 5.0, 5.0)]]), FACES), FaultKind.UNREFERENCED_VERTEX, 1, 4),
    (tetrahedra([0, 1, 2, 3, 4, 5, 6, 3]), FaultKind.WELD_APART, 1, 7),
    (replace(GOOD, normals=changed(GOOD.normals, 1, (0.0, 2.0, 0.0))), FaultKind.NORMAL_NOT_UNIT, 1, 1),
    (replace(GOOD, normals=-GOOD.normals), FaultKind.NORMAL_INWARD, 4, 0),
]


@pytest.mark.parametrize(("mesh", "kind", "count", "first"), PLANTED)
def test_a_planted_fault_is_found(mesh: Mesh, kind: FaultKind, count: int, first: int) -> None:
    assert Fault(kind, count, first) in faults(mesh)


def test_every_kind_is_planted() -> None:
    assert {kind for _, kind, _, _ in PLANTED} == set(FaultKind)


def test_a_fault_is_one_readable_line() -> None:
    assert str(faults(OPEN)[0]) == "edges have one face: the surface is not closed (3, first at 0)"


def test_many_fans_are_told_apart_in_a_large_mesh() -> None:
    count = 200
    weld = np.concatenate([np.arange(4) + 4 * k for k in range(count)])
    weld[4::4] = 0  # all first corners are one point
    single = tetrahedron()
    mesh = Mesh(
        np.tile(single.positions, (count, 1)),
        np.concatenate([single.faces + 4 * k for k in range(count)]).astype(np.int32),
        np.tile(single.normals, (count, 1)),
        np.zeros((4 * count, 2)),
        weld.astype(np.int32),
    )
    assert faults(mesh) == (Fault(FaultKind.NON_MANIFOLD_VERTEX, 1, 0),)
    assert kinds(replace(mesh, weld=np.arange(4 * count, dtype=np.int32))) == []
