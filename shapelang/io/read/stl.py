"""STL, text and binary. Corners at equal places become one vertex, since the format knows no vertices."""

from __future__ import annotations

import struct
from array import array
from typing import Final

import numpy as np

from shapelang.arrays import Float64
from shapelang.diagnostics import counted
from shapelang.io.read.mesh_data import MeshData, RawGroup, finished, welded
from shapelang.io.read.source import MeshSource, shown, widened

HEADER, RECORD = 84, 50
_TRIANGLE: Final = np.dtype([("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attribute", "<u2")])
_SKIPPED: Final = frozenset((b"facet", b"outer", b"color"))


def read_stl(source: MeshSource) -> MeshData:
    """One group a solid. Raises MeshError."""
    return _read_text(source) if _is_text(source.data) else _read_binary(source)


def is_binary_stl(data: bytes) -> bool:
    """Whether the count of triangles fits the size of the file exactly."""
    return len(data) >= HEADER and len(data) == HEADER + RECORD * struct.unpack_from("<I", data, 80)[0]


def _is_text(data: bytes) -> bool:
    # Binary files may begin with `solid` too: then their size gives them away, or bytes that no text has.
    return data[:512].lstrip()[:5].lower() == b"solid" and not is_binary_stl(data) and b"\0" not in data[:512]


def _read_binary(source: MeshSource) -> MeshData:
    if len(source.data) < HEADER:
        raise source.broken(f"{len(source.data)} bytes are no STL: the header alone has {HEADER}", "byte 0")
    (count,) = struct.unpack_from("<I", source.data, 80)
    there = (len(source.data) - HEADER) // RECORD
    if count > there:
        hint = "the file was cut off, or is no STL"
        raise source.broken(f"the header promises {count:,} triangles, the file holds {there:,}", "byte 80", hint)
    source.check_counts(0, count, "byte 80")
    records = np.frombuffer(source.data, _TRIANGLE, count, HEADER)
    corners = widened(records["corners"].reshape(-1, 3))
    source.check_points(corners, lambda row: f"byte {HEADER + RECORD * (row // 3) + 12 * (row % 3 + 1)}")
    extra = len(source.data) - HEADER - RECORD * count
    notes = [f"{counted(extra, 'byte')} after the last triangle left out"] if extra else []
    return finished(source, "stl", [_group("", corners)], notes)


def _group(name: str, corners: Float64[np.ndarray, "n 3"]) -> RawGroup:
    positions, which = welded(corners)
    return RawGroup((name,) if name else (), None, None, positions, which.reshape(-1, 3))


def _read_text(source: MeshSource) -> MeshData:
    groups: list[RawGroup] = []
    name, corners, lines = "", array("d"), array("q")
    in_loop = 0
    for number, line in enumerate(source.data.splitlines(), 1):
        words = line.split()
        match words[0].lower() if words else b"":
            case b"vertex":
                corners.extend(_corner(source, words, number))
                lines.append(number)
                in_loop += 1
            case b"endloop" if in_loop != 3:
                raise source.broken(f"a loop needs three vertices, this one has {in_loop}", f"line {number}")
            case b"endloop":
                in_loop = 0
            case b"solid":
                name = b" ".join(words[1:]).decode("utf-8", errors="replace")
            case b"endsolid":
                groups.append(_text_group(source, name, corners, lines))
                corners, lines = array("d"), array("q")
            case b"" | b"endfacet":
                pass
            case other if other not in _SKIPPED:
                raise source.broken(f"unknown word {shown(words[0])}", f"line {number}")
            case _:
                pass
    if len(lines):
        groups.append(_text_group(source, name, corners, lines))
    return finished(source, "stl", groups)


def _corner(source: MeshSource, words: list[bytes], number: int) -> tuple[float, float, float]:
    try:
        x, y, z = (float(word) for word in words[1:])
    except ValueError:
        place = f"line {number}"
        raise source.broken(f"a vertex needs three numbers, found {shown(b' '.join(words))}", place) from None
    return (x, y, z)


def _text_group(source: MeshSource, name: str, corners: array[float], lines: array[int]) -> RawGroup:
    if len(lines) % 3:
        raise source.broken("the last loop has no end", f"line {lines[-1]}", "the file was cut off")
    source.check_counts(0, len(lines) // 3)
    points = np.frombuffer(corners, np.float64).reshape(-1, 3)
    source.check_points(points, lambda row: f"line {lines[row]}")
    return _group(name, points)
