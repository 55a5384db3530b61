"""Wavefront OBJ: objects, groups, materials, polygons, indices from the front and from the back."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Final, final

import numpy as np

from shapelang.arrays import Int64
from shapelang.diagnostics import counted
from shapelang.geometry.pose import Vec3
from shapelang.io.read.beside import beside
from shapelang.io.read.mesh_data import MeshData, RawGroup, finished
from shapelang.io.read.polygons import short_faces, triangulated
from shapelang.io.read.source import MeshSource, shown

Key = tuple[str, str, str]
"""Object, group, material."""

_OTHER: Final = frozenset(
    b"vt vn vp s deg bmat step cstype con mg bevel c_interp d_interp lod maplib usemap shadow_obj trace_obj ctech stech"
    b" parm trim hole scrv sp end call csh".split()
)
"""Keywords that say nothing of polygons."""
_LEFT_OUT: Final = frozenset(b"l p curv curv2 surf".split())
_LARGEST: Final = 2**31


def read_obj(source: MeshSource) -> MeshData:
    """Faces by (object, group, material), in the order of their first appearance. Raises MeshError."""
    scan = _Scan(source)
    scan.run()
    positions = np.frombuffer(scan.positions, np.float64).reshape(-1, 3)
    source.check_points(positions, lambda row: f"line {scan.vertex_lines[row]}")
    source.check_counts(len(positions), 0)
    corners = np.frombuffer(scan.corners, np.int64)
    counts = np.frombuffer(scan.counts, np.int64)
    _check_corners(source, scan, corners, counts)
    cut = triangulated(source, positions, corners, counts)
    owner = np.frombuffer(scan.owners, np.int64)[cut.polygon]
    order = np.argsort(owner, kind="stable")
    faces = np.split(cut.faces[order], np.searchsorted(owner[order], np.arange(1, len(scan.keys))))
    colors = _colors(source, scan)
    # Without a face there are no keys, and `split` still gives one (empty) piece.
    pairs = zip(scan.keys, faces[: len(scan.keys)], strict=True)
    groups = (_group(key, part, positions, colors) for key, part in pairs)
    return finished(source, "obj", groups, scan.notes())


def _check_corners(
    source: MeshSource, scan: _Scan, corners: Int64[np.ndarray, " c"], counts: Int64[np.ndarray, " p"]
) -> None:
    bad = corners >= len(scan.vertex_lines)
    if bad.any():
        corner = int(np.argmax(bad))
        face = int(np.searchsorted(np.cumsum(counts), corner, side="right"))
        raise source.bad_index(int(corners[corner]) + 1, len(scan.vertex_lines), f"line {scan.face_lines[face]}")


def _group(
    key: Key,
    faces: Int64[np.ndarray, "f 3"],
    positions: np.ndarray,
    colors: dict[str, Vec3],
) -> RawGroup:
    # Only what the group uses: a file of many groups would else cost (vertices × groups).
    used, local = np.unique(faces, return_inverse=True)
    path = tuple(name for name in key[:2] if name)
    return RawGroup(path, key[2] or None, colors.get(key[2]), positions[used], local.reshape(-1, 3).astype(np.int64))


@final
class _Scan:
    """One pass over the lines; `corners` are vertex numbers from 0, `owners` the numbers in `keys` of each polygon."""

    __slots__ = (
        "corners", "counts", "face_lines", "key", "keys", "left_out", "libraries", "owner", "owners", "positions",
        "source", "unknown", "vertex_lines",
    )  # fmt: skip

    def __init__(self, source: MeshSource) -> None:
        self.source = source
        self.positions, self.vertex_lines = array("d"), array("q")
        self.corners, self.counts, self.owners, self.face_lines = array("q"), array("q"), array("q"), array("q")
        self.key: Key = ("", "", "")
        self.keys: dict[Key, int] = {}
        self.owner = -1
        self.libraries: list[str] = []
        self.left_out = 0
        self.unknown: list[str] = []

    def run(self) -> None:
        """Read all lines."""
        for number, line in _joined(self.source.data.splitlines()):
            words = line.split()
            if not words or words[0].startswith(b"#"):
                continue
            match words[0]:
                case b"v":
                    self._vertex(number, words)
                case b"f":
                    self._face(number, words)
                case b"vn" | b"vt":
                    pass
                case b"o":
                    self._enter((_rest(line), "", self.key[2]))
                case b"g":
                    self._enter((self.key[0], _rest(line), self.key[2]))
                case b"usemtl":
                    self._enter((*self.key[:2], _rest(line)))
                case b"mtllib":
                    self.libraries.append(_rest(line))
                case other if other in _LEFT_OUT:
                    self.left_out += 1
                case other if other not in _OTHER:
                    self.unknown.append(f"line {number}")
                case _:
                    pass

    def _vertex(self, number: int, words: list[bytes]) -> None:
        try:
            x, y, z = float(words[1]), float(words[2]), float(words[3])
        except (ValueError, IndexError):
            raise self.source.broken(
                f"a vertex needs three numbers, found {shown(b' '.join(words))}", f"line {number}"
            ) from None
        self.positions.extend((x, y, z))
        self.vertex_lines.append(number)

    def _face(self, number: int, words: list[bytes]) -> None:
        known = len(self.vertex_lines)
        if self.owner < 0:
            self.owner = self.keys.setdefault(self.key, len(self.keys))
        try:
            indices = [int(word.partition(b"/")[0]) for word in words[1:]]
        except ValueError:
            raise self.source.broken(
                f"a face needs vertex numbers, found {shown(b' '.join(words))}", f"line {number}"
            ) from None
        for index in indices:
            if index > _LARGEST or index == 0 or index < -known:
                raise self.source.bad_index(index, known, f"line {number}")
            self.corners.append(index - 1 if index > 0 else known + index)
        self.counts.append(len(indices))
        self.owners.append(self.owner)
        self.face_lines.append(number)

    def _enter(self, key: Key) -> None:
        self.key, self.owner = key, -1

    def notes(self) -> list[str]:
        """What was passed over."""
        short = sum(count < 3 for count in self.counts)
        notes = short_faces(short)
        if self.left_out:
            notes.append(f"{counted(self.left_out, 'element')} left out: points, lines, curves, free-form surfaces")
        if self.unknown:
            notes.append(f"{counted(len(self.unknown), 'line')} not understood, the first is {self.unknown[0]}")
        return notes


def _joined(lines: list[bytes]) -> Iterator[tuple[int, bytes]]:
    """Lines with their numbers from 1; one that ends in a backslash goes on in the next."""
    pieces: list[bytes] = []
    first = 1
    for number, line in enumerate(lines, 1):
        if line.endswith(b"\\"):
            first = number if not pieces else first
            pieces.append(line[:-1])
        elif pieces:
            yield first, b" ".join((*pieces, line))
            pieces = []
        else:
            yield number, line
    if pieces:
        yield first, b" ".join(pieces)


def _rest(line: bytes) -> str:
    """What follows the keyword."""
    words = line.split(None, 1)
    return words[1].decode("utf-8", errors="replace").strip() if len(words) > 1 else ""


def _colors(source: MeshSource, scan: _Scan) -> dict[str, Vec3]:
    """Diffuse colours of the material libraries that lie beside the file; one that is missing or odd has none."""
    colors: dict[str, Vec3] = {}
    for name in dict.fromkeys(scan.libraries):
        text = beside(source, name)
        material = ""
        for line in (text or b"").splitlines():
            words = line.split()
            if words[:1] == [b"newmtl"]:
                material = _rest(line)
            elif words[:1] == [b"Kd"]:
                color = _color(words[1:4])
                if color is not None:
                    colors[material] = color
    return colors


def _color(words: list[bytes]) -> Vec3 | None:
    try:
        red, green, blue = (float(word) for word in words)
    except ValueError:
        return None
    return (red, green, blue) if all(0.0 <= channel <= 1.0 for channel in (red, green, blue)) else None
