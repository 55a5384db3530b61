"""Binary STL: triangles alone; metres, +Y up (the format itself says neither)."""

from __future__ import annotations

import struct

import numpy as np

from shapelang.assembly.assembly import Assembly
from shapelang.geometry.mesh import face_vectors
from shapelang.io.float32 import as_float32
from shapelang.representations.surface import SEGMENTS, flattened


def stl_bytes(assembly: Assembly, *, segments: int = SEGMENTS) -> bytes:
    """All leaves as one list of triangles, each with the normal of its plane."""
    flat = flattened(assembly, segments)
    positions = as_float32(flat.positions)
    normals = face_vectors(flat.positions, flat.faces)
    lengths = np.sqrt(np.sum(normals * normals, axis=1))[:, None]
    # A triangle without area has no normal; the format has 0 0 0 for that.
    normals = np.divide(normals, lengths, out=np.zeros_like(normals), where=lengths > 0.0)
    kind = np.dtype([("normal", "<f4", (3,)), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
    records = np.zeros(len(flat.faces), kind)
    records["normal"] = as_float32(normals)
    records["corners"] = positions[flat.faces]
    name = f"shapelang {assembly.program} seed {assembly.seed}, metres, y up"
    header = name.encode("ascii", errors="replace")[:80].ljust(80, b" ")
    return header + struct.pack("<I", len(records)) + records.tobytes()
