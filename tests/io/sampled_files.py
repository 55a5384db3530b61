"""The corners of a tetrahedron as points, and two cells of a grid, in every format that is read, made by hand."""

from __future__ import annotations

import io
import struct
import zipfile

import numpy as np

from tests.io.mesh_files import TETRA

NORMALS = [(0.0, 0.0, -1.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)]
ROWS = [(*p, *n) for p, n in zip(TETRA, NORMALS, strict=True)]


def npy(values: object, dtype: str = "<f8", order: str = "False", shape: str | None = None) -> bytes:
    """Version 1.0 of the format, written from its description; `order` and `shape` may lie."""
    array = np.array(values, dtype)
    head = f"{{'descr': '{dtype}', 'fortran_order': {order}, 'shape': {shape or array.shape}, }}"
    head += " " * (-(len(head) + 11) % 64) + "\n"
    stored = array.T if order == "True" else array
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head.encode() + stored.tobytes()


def npz(entries: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive with these entries."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, data in entries.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return packed.getvalue()


def cells() -> np.ndarray:
    """2 x 3 x 4 cells, of which [0, 1, 2] and [1, 2, 3] are full."""
    full = np.zeros((2, 3, 4), np.bool_)
    full[0, 1, 2] = full[1, 2, 3] = True
    return full


def built() -> dict[str, bytes]:
    """The entries that `shapelang build` writes."""
    labels = np.where(cells(), 1, 0)
    labels[1, 2, 3] = 2
    return {
        "label_names.npy": npy(["leg", "seat"], "<U4"),
        "labels.npy": npy(labels, "<i4"),
        "occupancy.npy": npy(cells(), "|b1"),
        "origin.npy": npy([1.0, 2.0, 3.0]),
        "pitch.npy": npy(0.5),
    }


def binvox() -> bytes:
    """Runs over x, z, y, the last the fastest."""
    head = b"#binvox 1\ndim 2 4 3\ntranslate 1 2 3\nscale 2\ndata\n"
    order = cells().transpose(0, 2, 1).reshape(-1)
    return head + b"".join(bytes((int(full), 1)) for full in order)


def cloud_ply(encoding: str) -> bytes:
    """Normals before a colour; an element `face` without faces."""
    names = "".join(f"property float {name}\n" for name in ("x", "y", "z", "nx", "ny", "nz"))
    head = f"ply\nformat {encoding} 1.0\nelement vertex 4\n{names}property uchar red\n"
    head += "element face 0\nproperty list uchar int vertex_indices\nend_header\n"
    if encoding == "ascii":
        return (head + "".join(" ".join(map(str, row)) + " 7\n" for row in ROWS)).encode()
    order = "<" if "little" in encoding else ">"
    return head.encode() + b"".join(struct.pack(f"{order}6fB", *row, 7) for row in ROWS)


def text(rows: list[tuple[float, ...]], between: str = " ") -> bytes:
    return "".join(between.join(map(str, row)) + "\n" for row in rows).encode()


WITH_NORMALS: dict[str, bytes] = {
    "text.xyz": b"# x y z nx ny nz\n" + text(ROWS),
    "commas.xyz": text(ROWS, ", "),
    "ascii_cloud.ply": cloud_ply("ascii"),
    "little_cloud.ply": cloud_ply("binary_little_endian"),
    "big_cloud.ply": cloud_ply("binary_big_endian"),
    "rows.npy": npy(ROWS),
    "single.npy": npy(ROWS, ">f4"),
    "columns.npy": npy(ROWS, order="True"),
    "rows.npz": npz({"points.npy": npy(TETRA), "normals.npy": npy(NORMALS, "<f4")}),
    "wide.npz": npz({"points.npy": npy(ROWS)}, zipfile.ZIP_STORED),
}
WITHOUT_NORMALS: dict[str, bytes] = {
    "plain.xyz": text(TETRA),
    "counted.pts": b"4\n" + text([(*p, 90, 255, 128, 0) for p in TETRA]),
    "plain.npy": npy(np.array(TETRA, int), "<i4"),
    "plain.npz": npz({"points.npy": npy(TETRA, "<f2")}),
}
CELLS: dict[str, bytes] = {
    "built.npz": npz(built()),
    "framed.npz": npz(
        {"voxels.npy": npy(cells(), "|u1"), "origin.npy": npy([1, 2, 3], "<i8"), "pitch.npy": npy([0.5] * 3)}
    ),
    "runs.binvox": binvox(),
}
BARE_CELLS: dict[str, bytes] = {
    "bare.npy": npy(cells() * 0.75, "<f4"),
    "bare.npz": npz({"voxels.npy": npy(cells(), "|b1", "True")}),
}
SAMPLED: dict[str, bytes] = WITH_NORMALS | WITHOUT_NORMALS | CELLS | BARE_CELLS
