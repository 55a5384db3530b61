"""Arrays as NumPy stores them (.npy), from files that nobody trusts: numbers and texts only, nothing is unpickled."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.io.read.sampled_data import (
    PointData,
    VoxelData,
    check_cells,
    finished_voxels,
    full_cells,
    points_of_table,
    unit_frame,
)
from shapelang.io.read.source import MeshSource, shown, widened

MAGIC: Final = b"\x93NUMPY"
_HEADER: Final = re.compile(
    r"\s*\{\s*'descr'\s*:\s*'([<>|=]?)([a-zA-Z])(\d{1,6})'\s*,\s*'fortran_order'\s*:\s*(True|False)\s*,"
    r"\s*'shape'\s*:\s*\(([\d\s,L]*)\)\s*,?\s*\}\s*"
)
_SIZES: Final = {"b": (1,), "i": (1, 2, 4, 8), "u": (1, 2, 4, 8), "f": (2, 4, 8)}
_LONGEST: Final = 2**16
"""Bytes of a header."""
_SIDES: Final = 8
"""Dimensions of an array."""


def read_npy(source: MeshSource) -> PointData | VoxelData:
    """Points from an array (n, 3) or (n, 6), with normals; cells from one of three dimensions. Raises MeshError."""
    array = stored_array(source, source.data)
    match array.ndim:
        case 2:
            check_values(source, array)
            return points_of_table(source, "npy", widened(array), lambda row: f"row {row}")
        case 3:
            check_cells(source, array.shape)
            return finished_voxels(source, "npy", full_cells(array), *unit_frame(array.shape))
        case _:
            wanted = "points have the shape (n, 3) or (n, 6), cells (x, y, z)"
            raise source.broken(f"the array has the shape {array.shape}", "header", wanted)


def check_values(source: MeshSource, array: AnyArray) -> None:
    """Raises M107 where a table is longer or wider than points need, before it is widened."""
    source.check_counts(array.size // 3, 0)


def stored_array(source: MeshSource, data: bytes, entry: str = "") -> AnyArray:
    """The numbers of a .npy; read-only. `entry`: where it stands in an archive. Raises MeshError M103, M108."""
    (order, kind, size), fortran, shape, start = _header(source, data, entry)
    if size not in _SIZES.get(kind, ()):
        raise source.unsupported(f"an array of type {kind}{size}", _place("header", entry), "store plain numbers")
    count = _count(source, shape, size, len(data) - start, entry)
    values = np.frombuffer(data, np.dtype(f"{order or '='}{kind}{size}"), count, start)
    return values.reshape(shape[::-1]).T if fortran else values.reshape(shape)


def stored_texts(source: MeshSource, data: bytes, entry: str = "") -> tuple[str, ...]:
    """The texts of a .npy of type U in one dimension. Raises MeshError M103, M108."""
    (order, kind, size), _, shape, start = _header(source, data, entry)
    if kind != "U" or len(shape) != 1 or size == 0:
        raise source.unsupported(f"names of type {kind}{size} and shape {shape}", _place("header", entry))
    count = _count(source, shape, 4 * size, len(data) - start, entry)
    if count > source.limits.groups:
        raise source.too_large("names", count, source.limits.groups, _place("header", entry))
    code = "utf-32-be" if order == ">" else "utf-32-le"
    width = 4 * size
    texts = (data[start + k * width : start + (k + 1) * width].decode(code, "replace") for k in range(count))
    return tuple(text.rstrip("\0") for text in texts)


def _header(source: MeshSource, data: bytes, entry: str) -> tuple[tuple[str, str, int], bool, tuple[int, ...], int]:
    """Byte order, kind and size of the type; whether the first index is the fastest; the shape; where numbers begin."""
    if not data.startswith(MAGIC) or len(data) < 12:
        raise source.broken(
            "an array begins otherwise", _place("byte 0", entry), "NumPy's `save` and `savez` make them"
        )
    wide = 2 if data[6] == 1 else 4
    start = 8 + wide + int.from_bytes(data[8 : 8 + wide], "little")
    if data[6] not in (1, 2, 3) or start > min(len(data), _LONGEST):
        raise source.broken("the header of the array has no end", _place("byte 8", entry), "the file was cut off")
    text = data[8 + wide : start].decode("latin-1")
    found = _HEADER.fullmatch(text)
    if found is None:
        raise source.unsupported(
            f"the header of the array is {shown(text)}", _place("header", entry), "store plain numbers, no objects"
        )
    shape = tuple(int(side.strip().rstrip("L")) for side in found[5].split(",") if side.strip().rstrip("L").isdigit())
    if len(shape) > _SIDES or len(found[5]) > 200:
        raise source.unsupported(f"an array of {len(shape)} dimensions", _place("header", entry))
    return (found[1].replace("|", ""), found[2], int(found[3])), found[4] == "True", shape, start


def _count(source: MeshSource, shape: tuple[int, ...], size: int, room: int, entry: str) -> int:
    """How many values there are: what the shape promises must fit in the file."""
    count = 1
    for side in shape:
        count *= side
    if count * size > room or max(shape, default=0) > 2**62:
        raise source.broken(
            f"an array of {'x'.join(map(str, shape))} is promised, more than the file holds",
            _place("header", entry),
            "the file was cut off",
        )
    return count


def _place(place: str, entry: str) -> str:
    return f"{entry}, {place}" if entry else place
