"""PLY, binary little endian: vertices with normals, and for every face the label of its part."""

from __future__ import annotations

import json

import numpy as np

from shapelang.assembly.assembly import Assembly
from shapelang.io.float32 import as_float32
from shapelang.representations.surface import SEGMENTS, flattened


def ply_bytes(assembly: Assembly, *, segments: int = SEGMENTS) -> bytes:
    """Vertices x y z nx ny nz (32-bit, metres, +Y up) and faces with an int `label`.

    What the numbers of labels mean stands in the header: `comment label 0 "seat"`, names as JSON strings.
    """
    flat = flattened(assembly, segments)
    vertices = np.concatenate([as_float32(flat.positions), as_float32(flat.normals)], axis=1)
    faces = np.zeros(len(flat.faces), np.dtype([("count", "u1"), ("corners", "<i4", (3,)), ("label", "<i4")]))
    faces["count"], faces["corners"], faces["label"] = 3, flat.faces, flat.face_labels
    header = [
        "ply",
        "format binary_little_endian 1.0",
        f"comment shapelang program {_quoted(assembly.program)} seed {assembly.seed}",
        *(f"comment label {number} {_quoted(name)}" for number, name in enumerate(flat.labels)),
        f"element vertex {len(vertices)}",
        *(f"property float {name}" for name in ("x", "y", "z", "nx", "ny", "nz")),
        f"element face {len(faces)}",
        "property list uchar int vertex_indices",
        "property int label",
        "end_header",
        "",
    ]
    return "\n".join(header).encode("ascii") + vertices.astype("<f4").tobytes() + faces.tobytes()


def _quoted(text: str) -> str:
    """A JSON string in ASCII: one line whatever the text is."""
    return json.dumps(text)
