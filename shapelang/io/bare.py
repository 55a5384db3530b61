"""A mesh that no program made as GLB, OBJ or PLY: one surface with one name, metres, +Y up."""

from __future__ import annotations

from enum import Enum, unique
from typing import assert_never, final

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.assembly.material import DEFAULT
from shapelang.geometry.mesh import Mesh
from shapelang.io.float32 import as_float32
from shapelang.io.obj import safe_name
from shapelang.io.scene_glb import SceneMesh, SceneNode, scene_glb


@unique
@final
class MeshFormat(Enum):
    """What such a mesh can be written as; the value is the file's suffix."""

    GLB = "glb"
    OBJ = "obj"
    PLY = "ply"


def bare_bytes(mesh: Mesh, form: MeshFormat, name: str) -> bytes:
    """The file of a mesh. Raises UsageError for what a GLB cannot hold."""
    match form:
        case MeshFormat.GLB:
            return scene_glb(SceneNode(name, mesh=0), (SceneMesh(name, ((mesh, DEFAULT),)),), {})
        case MeshFormat.OBJ:
            return _obj(mesh, name)
        case MeshFormat.PLY:
            return _ply(mesh)
        case _:
            assert_never(form)


def _obj(mesh: Mesh, name: str) -> bytes:
    """Points once, so that it is closed by their numbers; a normal for each vertex."""
    points = np.zeros((int(mesh.weld.max()) + 1, 3))
    points[mesh.weld] = mesh.positions
    lines = [f"# shapelang: {safe_name(name)}", f"o {safe_name(name)}"]
    lines += _rows("v", points) + _rows("vn", mesh.normals)
    for corners in np.stack([mesh.welded_faces, mesh.faces], axis=2) + 1:
        lines.append("f " + " ".join(f"{a}//{b}" for a, b in corners.tolist()))
    return "\n".join((*lines, "")).encode()


def _rows(key: str, values: AnyArray) -> list[str]:
    return [f"{key} {x:.9g} {y:.9g} {z:.9g}" for x, y, z in (values + 0.0).tolist()]


def _ply(mesh: Mesh) -> bytes:
    """Binary little endian, as `ply.py` has it, without labels."""
    vertices = np.concatenate([as_float32(mesh.positions), as_float32(mesh.normals)], axis=1)
    faces = np.zeros(len(mesh.faces), np.dtype([("count", "u1"), ("corners", "<i4", (3,))]))
    faces["count"], faces["corners"] = 3, mesh.faces
    header = [
        "ply",
        "format binary_little_endian 1.0",
        f"element vertex {len(vertices)}",
        *(f"property float {axis}" for axis in ("x", "y", "z", "nx", "ny", "nz")),
        f"element face {len(faces)}",
        "property list uchar int vertex_indices",
        "end_header",
        "",
    ]
    return "\n".join(header).encode("ascii") + vertices.astype("<f4").tobytes() + faces.tobytes()
