"""OFF (Geomview): text, polygons, with or without colours and normals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Final

import numpy as np

from shapelang.io.read.mesh_data import MeshData, RawGroup, finished
from shapelang.io.read.polygons import short_faces, triangulated
from shapelang.io.read.source import MeshSource, shown

_HEAD: Final = re.compile(rb"(ST|C|N|CN|STC|STN|STCN)?OFF(?![A-Za-z])")
MAGIC: Final = re.compile(rb"\s*(?:#[^\n]*\n\s*)*(ST|C|N|CN|STC|STN|STCN|4|n|4n)?OFF(?![A-Za-z])")
"""How a file begins."""

Line = tuple[int, list[bytes]]
"""Number from 1, words; comments and empty lines are left out."""


def read_off(source: MeshSource) -> MeshData:
    """One group without a name. Raises MeshError."""
    lines = _lines(source.data)
    vertices, faces = _counts(source, lines)
    # Every vertex and every face needs a line of at least two bytes: what is promised must fit in the file.
    source.check_counts(vertices, faces)
    if vertices + faces > len(source.data) // 2:
        raise source.broken(
            f"{vertices:,} vertices and {faces:,} faces are promised, more than the file can hold", "line 1"
        )
    positions, places = _vertices(source, lines, vertices)
    source.check_points(positions, lambda row: f"line {places[row]}")
    corners, counts = _faces(source, lines, vertices, faces)
    cut = triangulated(source, positions, np.array(corners, np.int64), np.array(counts, np.int64))
    short = sum(count < 3 for count in counts)
    return finished(source, "off", [RawGroup((), None, None, positions, cut.faces)], short_faces(short))


def _lines(data: bytes) -> Iterator[Line]:
    for number, line in enumerate(data.splitlines(), 1):
        words = line.partition(b"#")[0].split()
        if words:
            yield number, words


def _counts(source: MeshSource, lines: Iterator[Line]) -> tuple[int, int]:
    """Numbers of vertices and faces; they may follow the keyword at once, or in the next line."""
    number, words = next(lines, (1, [b""]))
    head = _HEAD.match(words[0])
    if head is None:
        raise source.broken(f"the file begins with {shown(words[0])} in place of OFF", f"line {number}")
    rest = [word for word in (words[0][head.end() :], *words[1:]) if word]
    if rest[:1] == [b"BINARY"]:
        raise source.unsupported("binary OFF", f"line {number}", "convert it to text, or to PLY")
    if not rest:
        number, rest = next(lines, (number, []))
    counts = _integers(source, number, rest[:3])
    if len(counts) < 2 or min(counts) < 0:
        raise source.broken("the numbers of vertices and faces are missing", f"line {number}")
    return counts[0], counts[1]


def _integers(source: MeshSource, number: int, words: list[bytes]) -> list[int]:
    try:
        return [int(word) for word in words]
    except ValueError:
        raise source.broken(f"found {shown(b' '.join(words))} in place of whole numbers", f"line {number}") from None


def _vertices(source: MeshSource, lines: Iterator[Line], count: int) -> tuple[np.ndarray, list[int]]:
    rows: list[tuple[float, float, float]] = []
    places: list[int] = []
    for number, words in islice(lines, count):
        try:
            rows.append((float(words[0]), float(words[1]), float(words[2])))
        except (ValueError, IndexError):
            found = shown(b" ".join(words))
            raise source.broken(f"a vertex needs three numbers, found {found}", f"line {number}") from None
        places.append(number)
    if len(rows) < count:
        raise source.broken(f"{count:,} vertices are promised, {len(rows):,} are there", "end of file")
    return np.array(rows, np.float64).reshape(-1, 3), places


def _faces(source: MeshSource, lines: Iterator[Line], vertices: int, count: int) -> tuple[list[int], list[int]]:
    corners: list[int] = []
    counts: list[int] = []
    for number, words in islice(lines, count):
        (size,) = _integers(source, number, words[:1])
        if size < 0 or size > len(words) - 1:
            raise source.broken(f"{size} corners are promised, {len(words) - 1} are there", f"line {number}")
        face = _integers(source, number, words[1 : size + 1])
        if face and (min(face) < 0 or max(face) >= vertices):
            raise source.bad_index(min(face) if min(face) < 0 else max(face), vertices, f"line {number}")
        corners.extend(face)
        counts.append(size)
    if len(counts) < count:
        raise source.broken(f"{count:,} faces are promised, {len(counts):,} are there", "end of file")
    return corners, counts
