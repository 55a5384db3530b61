"""PLY (Stanford): text and binary of both byte orders; vertices and polygons, whatever else stands between.

Without faces the vertices are a cloud of points, with normals where `nx ny nz` stand with them.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, final

import numpy as np

from shapelang.arrays import Float64, Int64
from shapelang.io.read.mesh_data import MeshData, RawGroup, finished
from shapelang.io.read.ply_header import Element, Header, Property, read_header
from shapelang.io.read.polygons import short_faces, triangulated
from shapelang.io.read.sampled_data import PointData, finished_points
from shapelang.io.read.source import MeshSource, shown, widened

_FACE_LISTS: Final = ("vertex_indices", "vertex_index")
_NORMALS: Final = ("nx", "ny", "nz")
_CODES: Final = {"i1": "b", "u1": "B", "i2": "h", "u2": "H", "i4": "i", "u4": "I", "f4": "f", "f8": "d"}
"""The codes of `struct`."""

Lists: TypeAlias = tuple[Int64[np.ndarray, " c"], Int64[np.ndarray, " p"]]
"""All values of a list property, one list after the other, and the length of each."""


def read_ply(source: MeshSource) -> MeshData | PointData:
    """One group without a name, or points. Raises MeshError."""
    header = read_header(source)
    body = _Text(source, header) if header.encoding == "ascii" else _Binary(source, header)
    vertices: Float64[np.ndarray, "v k"] | None = None
    lists: Lists | None = None
    for element in header.elements:
        _check_room(source, header, element)
        names = {p.name: p for p in element.properties}
        wanted = next(
            (names[name] for name in _FACE_LISTS if name in names and _is_list_of_integers(names[name])), None
        )
        match element.name:
            case "vertex" if vertices is None:
                if not {"x", "y", "z"} <= {name for name, p in names.items() if p.length is None}:
                    raise source.broken("the vertices have no x, y, z", "header")
                vertices = body.vertices(element, _columns(names))
            case "face" if lists is None and wanted is not None:
                lists = body.lists(element, wanted)
            case "tristrips":
                raise source.unsupported("triangle strips", "header", "export it with faces")
            case _:
                body.skip(element)
    if vertices is None:
        raise source.empty("there are no vertices")
    positions = vertices[:, :3]
    if lists is None or len(lists[1]) == 0:
        normals = vertices[:, 3:] if vertices.shape[1] == 6 else None
        return finished_points(source, "ply", positions, normals, lambda row: f"vertex {row}")
    corners, counts = lists
    if len(corners) and (int(corners.min()) < 0 or int(corners.max()) >= len(positions)):
        bad = (corners < 0) | (corners >= len(positions))
        face = int(np.searchsorted(np.cumsum(counts), int(np.argmax(bad)), side="right"))
        raise source.bad_index(int(corners[np.argmax(bad)]), len(positions), f"face {face}")
    cut = triangulated(source, positions, corners, counts)
    short = int(np.count_nonzero(counts < 3))
    return finished(source, "ply", [RawGroup((), None, None, positions, cut.faces)], short_faces(short))


def _columns(names: dict[str, Property]) -> tuple[str, ...]:
    """The numbers of a vertex that are read."""
    plain = {name for name, prop in names.items() if prop.length is None}
    return (*"xyz", *_NORMALS) if plain.issuperset(_NORMALS) else tuple("xyz")


def _is_list_of_integers(prop: Property) -> bool:
    return prop.length is not None and prop.type[0] != "f"


def _check_room(source: MeshSource, header: Header, element: Element) -> None:
    """What an element promises must fit in the file, before anything of that size is made."""
    source.check_counts(
        element.count if element.name == "vertex" else 0, element.count if element.name == "face" else 0, "header"
    )
    smallest = [int((p.length or p.type)[1]) if header.encoding != "ascii" else 2 for p in element.properties]
    if element.count * sum(smallest) > len(source.data) - header.size + 2:
        raise source.broken(
            f"{element.count:,} elements {shown(element.name)} are promised, more than the file can hold", "header"
        )


@final
class _Text:
    """The body as text: a record a line. Empty lines are passed over."""

    __slots__ = ("at", "lines", "source")

    def __init__(self, source: MeshSource, header: Header) -> None:
        self.source = source
        texts = enumerate(source.data[header.size :].splitlines(), header.lines + 1)
        self.lines = [(number, line) for number, line in texts if line.strip()]
        self.at = 0

    def _take(self, element: Element) -> list[tuple[int, bytes]]:
        # Records without properties have no lines.
        count = element.count if element.properties else 0
        taken = self.lines[self.at : self.at + count]
        if len(taken) < count:
            message = f"{count:,} elements {shown(element.name)} are promised, {len(taken):,} are there"
            raise self.source.broken(message, "end of file")
        self.at += count
        return taken

    def skip(self, element: Element) -> None:
        """Pass over all records."""
        self._take(element)

    def vertices(self, element: Element, wanted: tuple[str, ...]) -> Float64[np.ndarray, "v k"]:
        """The wanted numbers of all records, x, y, z first."""
        lines = self._take(element)
        rows: list[list[float]] = []
        simple = all(p.length is None for p in element.properties)
        columns = [next(k for k, p in enumerate(element.properties) if p.name == name) for name in wanted]
        for number, line in lines:
            words = line.split()
            try:
                places = columns if simple else self._starts(element, words, columns)
                rows.append([float(words[place]) for place in places])
            except (ValueError, IndexError):
                raise self.source.broken(f"no vertex: {shown(line)}", f"line {number}") from None
        found = np.array(rows, np.float64).reshape(-1, len(wanted))
        self.source.check_points(found[:, :3], lambda row: f"line {lines[row][0]}")
        return found

    def lists(self, element: Element, wanted: Property) -> Lists:
        """One list property of all records."""
        corners: list[int] = []
        counts: list[int] = []
        column = element.properties.index(wanted)
        for number, line in self._take(element):
            words = line.split()
            try:
                (start,) = self._starts(element, words, [column])
                size = int(words[start])
                values = [int(word) for word in words[start + 1 : start + 1 + size]]
            except (ValueError, IndexError):
                raise self.source.broken(f"no list of vertices: {shown(line)}", f"line {number}") from None
            if size < 0 or len(values) < size or any(abs(value) > 2**32 for value in values):
                raise self.source.broken(f"no list of {size} vertices: {shown(line)}", f"line {number}")
            corners.extend(values)
            counts.append(size)
        return np.array(corners, np.int64), np.array(counts, np.int64)

    @staticmethod
    def _starts(element: Element, words: list[bytes], columns: list[int]) -> list[int]:
        """The word that each of some properties begins at; raises ValueError and IndexError."""
        starts = [0]
        for prop in element.properties[: max(columns)]:
            step = 1
            if prop.length is not None:
                step += int(words[starts[-1]])
                if step < 1:
                    raise ValueError
            starts.append(starts[-1] + step)
        return [starts[column] for column in columns]


@final
@dataclass(frozen=True, slots=True)
class _Layout:
    """Records of one size: their type, and how long each list in them is."""

    dtype: np.dtype[np.void]
    lengths: dict[str, int]


@final
class _Binary:
    """The body as bytes, of either order."""

    __slots__ = ("at", "order", "source")

    def __init__(self, source: MeshSource, header: Header) -> None:
        self.source, self.at = source, header.size
        self.order = "<" if header.encoding == "binary_little_endian" else ">"

    def _short(self, element: Element) -> Exception:
        message = f"{element.count:,} elements {shown(element.name)} are promised, the file ends before them"
        return self.source.broken(message, f"byte {self.at}", "the file was cut off")

    def _records(self, element: Element) -> np.ndarray[Any, np.dtype[Any]] | None:
        """All records at once, where they all have the lengths of the first; None where they do not."""
        layout = self._layout(element)
        size = layout.dtype.itemsize
        if self.at + size * element.count > len(self.source.data):
            if layout.lengths:
                return None
            raise self._short(element)
        records = np.frombuffer(self.source.data, layout.dtype, element.count, self.at)
        if any((records[f"{name} length"] != length).any() for name, length in layout.lengths.items()):
            return None
        self.at += size * element.count
        return records

    def _layout(self, element: Element) -> _Layout:
        """The layout of the first record."""
        fields: list[tuple[str, str, tuple[int, ...]]] = []
        lengths: dict[str, int] = {}
        at = self.at
        for prop in element.properties:
            if prop.length is None:
                fields.append((prop.name, self.order + prop.type, ()))
                at += int(prop.type[1])
                continue
            size = self._number(element, prop.length, at)
            fields.append((f"{prop.name} length", self.order + prop.length, ()))
            fields.append((prop.name, self.order + prop.type, (size,)))
            lengths[prop.name] = size
            at += int(prop.length[1]) + size * int(prop.type[1])
            if at > len(self.source.data):
                raise self._short(element)
        return _Layout(np.dtype(fields), lengths)

    def _number(self, element: Element, kind: str, at: int) -> int:
        """The length of a list."""
        if at + int(kind[1]) > len(self.source.data):
            raise self._short(element)
        (size,) = struct.unpack_from(self.order + _CODES[kind], self.source.data, at)
        if size < 0:
            raise self.source.broken(f"a list of {size} values", f"byte {at}")
        return size

    def vertices(self, element: Element, wanted: tuple[str, ...]) -> Float64[np.ndarray, "v k"]:
        """The wanted numbers of all records, x, y, z first."""
        if any(p.length is not None for p in element.properties):
            raise self.source.unsupported("vertices with lists", "header", "export it without them")
        start = self.at
        records = self._records(element) if element.count else None
        if records is None:
            return np.zeros((0, len(wanted)))
        found = np.stack([widened(records[name]) for name in wanted], axis=1)
        self.source.check_points(found[:, :3], lambda row: f"byte {start + row * records.dtype.itemsize}")
        return found

    def lists(self, element: Element, wanted: Property) -> Lists:
        """One list property of all records."""
        if element.count == 0:
            return np.zeros(0, np.int64), np.zeros(0, np.int64)
        records = self._records(element)
        if records is None:
            return self._walk(element, wanted)
        values = records[wanted.name].astype(np.int64)
        return values.reshape(-1), np.full(element.count, values.shape[1], np.int64)

    def skip(self, element: Element) -> None:
        """Pass over all records."""
        if element.count and element.properties and self._records(element) is None:
            self._walk(element, None)

    def _walk(self, element: Element, wanted: Property | None) -> Lists:
        """Record by record, where lists differ in length."""
        pieces: list[bytes] = []
        counts: list[int] = []
        for _ in range(element.count):
            for prop in element.properties:
                if prop.length is None:
                    self.at += int(prop.type[1])
                    continue
                size = self._number(element, prop.length, self.at)
                start = self.at + int(prop.length[1])
                self.at = start + size * int(prop.type[1])
                if prop is wanted:
                    pieces.append(self.source.data[start : self.at])
                    counts.append(size)
            if self.at > len(self.source.data):
                raise self._short(element)
        kind = "i4" if wanted is None else wanted.type
        return np.frombuffer(b"".join(pieces), self.order + kind).astype(np.int64), np.array(counts, np.int64)
