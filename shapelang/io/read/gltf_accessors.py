"""The numbers of a glTF: buffers, views, accessors, sparse ones too, every range checked before it is touched."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import Any, Final, final
from urllib.parse import unquote

import numpy as np

from shapelang.io.read.beside import beside
from shapelang.io.read.json_tree import Field
from shapelang.io.read.source import MeshSource, widened

_COMPONENTS: Final = {5120: "i1", 5121: "u1", 5122: "i2", 5123: "u2", 5125: "u4", 5126: "f4"}
_WIDTHS: Final = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT2": 4, "MAT3": 9, "MAT4": 16}
_SCALES: Final = {"i1": 127.0, "u1": 255.0, "i2": 32767.0, "u2": 65535.0}
_DATA_URI: Final = re.compile(r"data:[\w.+/-]*(?:;[\w.=+-]+)*;base64,", re.ASCII)
_SPARSE_ROOM: Final = 65_536
"""Elements of a sparse accessor without a view: they take no room in the file, so the file does not bound them."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Accessors:
    """Reads each accessor and each buffer once. `binary` is the second chunk of a GLB."""

    source: MeshSource
    accessors: list[Field]
    views: list[Field]
    buffers: list[Field]
    binary: bytes | None
    _loaded: dict[int, bytes] = field(default_factory=dict[int, bytes])
    _points: dict[int, Any] = field(default_factory=dict[int, Any])
    _indices: dict[int, Any] = field(default_factory=dict[int, Any])

    @staticmethod
    def of(source: MeshSource, document: Field, binary: bytes | None) -> Accessors:
        """Of a whole document."""
        accessors, views, buffers = (document.list(name) for name in ("accessors", "bufferViews", "buffers"))
        return Accessors(source, accessors, views, buffers, binary)

    def points(self, reference: Field) -> np.ndarray:
        """(n, 3) float64 of a VEC3; normalised integers as glTF maps them. Every value finite."""
        number = self._number(reference)
        if number not in self._points:
            accessor = self._accessor(number, "VEC3")
            values = self._values(accessor)
            points = widened(values)
            scale = _SCALES.get(values.dtype.str[1:])
            if scale is not None and _flag(accessor, "normalized"):
                points = np.maximum(points / scale, -1.0)
            self.source.check_points(points, lambda row: f"{accessor.place}, element {row}")
            self._points[number] = points
        return self._points[number]

    def indices(self, reference: Field) -> np.ndarray:
        """(n,) int64 of a SCALAR of unsigned integers."""
        number = self._number(reference)
        if number not in self._indices:
            accessor = self._accessor(number, "SCALAR")
            values = self._values(accessor)
            if values.dtype.kind != "u":
                raise self.source.broken("indices must be unsigned integers", accessor.place)
            self._indices[number] = values.reshape(-1).astype(np.int64)
        return self._indices[number]

    def count(self, reference: Field) -> int:
        """How many elements an accessor promises, within what a scene may have at all."""
        accessor = self.accessors[self._number(reference)]
        count = accessor.need("count").integer(1)
        if count > 3 * self.source.limits.faces:
            raise self.source.too_large("elements", count, 3 * self.source.limits.faces, accessor.place)
        return count

    def _number(self, reference: Field) -> int:
        return reference.index(len(self.accessors), "accessor")

    def _accessor(self, number: int, kind: str) -> Field:
        accessor = self.accessors[number]
        found = accessor.need("type").text()
        if found != kind:
            raise self.source.broken(f"a {kind} is needed, found {found[:20]}", accessor.place)
        return accessor

    def _values(self, accessor: Field) -> np.ndarray:
        count = accessor.need("count").integer(1)
        kind = accessor.need("componentType").integer()
        if kind not in _COMPONENTS:
            raise self.source.broken(f"component type {kind} does not exist", accessor.place)
        width = _WIDTHS[accessor.need("type").text()]
        sparse, view = accessor.get("sparse"), accessor.get("bufferView")
        if view is not None:
            offset = _integer(accessor, "byteOffset", 0)
            values = self._viewed(view, offset, count, width, _COMPONENTS[kind])
        elif sparse is None:
            raise self.source.broken("the accessor has neither a view nor sparse values", accessor.place)
        elif count > max(_SPARSE_ROOM, len(self.source.data)):
            raise self.source.too_large("sparse elements without a view", count, _SPARSE_ROOM, accessor.place)
        else:
            values = np.zeros((count, width), f"<{_COMPONENTS[kind]}")
        return values if sparse is None else self._replaced(values, sparse)

    def _viewed(self, view: Field, offset: int, count: int, width: int, kind: str) -> np.ndarray:
        """(count, width) of a view, without a copy."""
        here = self.views[view.index(len(self.views), "buffer view")]
        data = self._buffer(here.need("buffer"))
        begin, length = _integer(here, "byteOffset", 0), here.need("byteLength").integer()
        if begin + length > len(data):
            raise self.source.broken(f"ends at byte {begin + length} of {len(data)}", here.place)
        size = width * int(kind[1])
        stride = _integer(here, "byteStride", size)
        if not size <= stride <= 65536:
            raise self.source.broken(f"a stride of {stride} for elements of {size} bytes", here.place)
        end = offset + stride * (count - 1) + size
        if end > length:
            message = f"{count:,} elements end at byte {end:,} of a view of {length:,}"
            raise self.source.broken(message, view.place, "the file was cut off, or is damaged")
        return np.ndarray((count, width), f"<{kind}", data, begin + offset, (stride, int(kind[1])))

    def _replaced(self, values: np.ndarray, sparse: Field) -> np.ndarray:
        count = sparse.need("count").integer(1, len(values))
        places, news = sparse.need("indices"), sparse.need("values")
        kind = places.need("componentType").integer()
        if kind not in (5121, 5123, 5125):
            raise self.source.broken("sparse indices must be unsigned integers", places.place)
        where = self._viewed(
            places.need("bufferView"), _integer(places, "byteOffset", 0), count, 1, _COMPONENTS[kind]
        ).reshape(-1)
        if int(where.max()) >= len(values):
            raise self.source.broken(f"element {int(where.max())} of {len(values)} is replaced", places.place)
        changed = values.copy()
        changed[where] = self._viewed(
            news.need("bufferView"), _integer(news, "byteOffset", 0), count, values.shape[1], values.dtype.str[1:]
        )
        return changed

    def _buffer(self, reference: Field) -> bytes:
        number = reference.index(len(self.buffers), "buffer")
        if number not in self._loaded:
            self._loaded[number] = self._load(self.buffers[number], number)
        return self._loaded[number]

    def _load(self, buffer: Field, number: int) -> bytes:
        uri = buffer.get("uri")
        if uri is None:
            if number != 0 or self.binary is None:
                raise self.source.broken("the buffer has no data", buffer.place)
            data = self.binary
        else:
            data = self._fetched(uri)
        length = buffer.need("byteLength").integer()
        if length > len(data):
            raise self.source.broken(f"{length:,} bytes are promised, {len(data):,} are there", buffer.place)
        return data[:length]

    def _fetched(self, uri: Field) -> bytes:
        text = uri.text()
        match = _DATA_URI.match(text[:200])
        if match is None:
            data = None if text.startswith("data:") else beside(self.source, unquote(text))
            if data is None:
                raise self.source.outside(text, uri.place)
            return data
        try:
            return base64.b64decode(text[match.end() :], validate=True)
        except (binascii.Error, ValueError):
            raise self.source.broken("the data URI is no base64", uri.place) from None


def _integer(parent: Field, key: str, default: int) -> int:
    found = parent.get(key)
    return default if found is None else found.integer()


def _flag(parent: Field, key: str) -> bool:
    found = parent.get(key)
    return found is not None and found.value is True
