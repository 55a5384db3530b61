"""A short run of the fuzzer, and that it sees each kind of fault."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from shapelang.io.read import MeshData, read_mesh
from tests.fuzz import mutate_mesh
from tests.io.mesh_files import FILES


def test_the_seeds_are_valid() -> None:
    formats = set()
    for name, data in mutate_mesh.seeds().items():
        assert mutate_mesh.outcome(name, data) == mutate_mesh.Outcome("read")
        formats.add(name.rpartition(".")[2])
    assert formats == {"obj", "stl", "ply", "off", "glb", "gltf", "3mf", "xyz", "pts", "npy", "npz", "binvox"}


@pytest.mark.parametrize("seed", range(4))
def test_mutated_files_give_a_valid_mesh_or_a_mesh_error(seed: int) -> None:
    found, faults, _ = mutate_mesh.run(2000, seed)
    assert faults == []
    assert sum(found.values()) == 2000
    # The mutations are worth something: most kinds of error are met, and some files survive.
    assert {"M103", "M104", "M105", "M106", "read"} <= {kind for _, kind in found}


def test_a_case_is_always_the_same() -> None:
    files = mutate_mesh.seeds()
    assert [mutate_mesh.case(n, 5, files) for n in range(50)] == [mutate_mesh.case(n, 5, files) for n in range(50)]
    assert mutate_mesh.case(3, 5, files) != mutate_mesh.case(3, 6, files)


def broken(change: Any) -> Any:
    def read(data: bytes, name: str) -> MeshData:
        return change(read_mesh(data, name))

    return read


def spoiled(mesh: MeshData, **changes: Any) -> MeshData:
    return replace(mesh, groups=tuple(replace(group, **changes) for group in mesh.groups))


FAULTY = {
    "exception": broken(lambda mesh: {}["missing"]),
    "overtime": broken(lambda mesh: time.sleep(3)),
    "no groups": broken(lambda mesh: replace(mesh, groups=())),
    "out of range": broken(lambda mesh: spoiled(mesh, faces=np.array([[0, 1, 9]], np.int32))),
    "unused": broken(lambda mesh: spoiled(mesh, faces=np.array([[0, 1, 2]], np.int32))),
    "finite": broken(lambda mesh: spoiled(mesh, positions=np.full((4, 3), np.nan))),
    "degenerate": broken(lambda mesh: spoiled(mesh, positions=np.zeros((4, 3)))),
    "types": broken(lambda mesh: spoiled(mesh, positions=mesh.positions.astype(np.float32))),
}


@pytest.mark.parametrize("kind", FAULTY)
def test_each_kind_of_fault_is_seen(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # The type checks of the test run would refuse these meshes before the fuzzer sees them.
    monkeypatch.setattr(mutate_mesh, "read_shape", FAULTY[kind])
    if kind == "overtime":
        monkeypatch.setattr(mutate_mesh, "LIMIT_SECONDS", 1)
    found = mutate_mesh.outcome("tetra.obj", FILES["tetra.obj"])
    assert found.fault is not None
    assert kind in f"{found.kind}: {found.fault}" or "TypeCheckError" in found.fault
