"""Points as text (.xyz, .pts, .asc, .csv and .txt of numbers): a point a line, x y z first."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from shapelang.io.read.sampled_data import PointData, points_of_table
from shapelang.io.read.source import MeshSource, shown

_NUMBER: Final = rb"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_BREAK: Final = rb"(?:[ \t]*[,;][ \t]*|[ \t]+)"
LINES_OF_NUMBERS: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s*(?:#|//)[^\n]*\n)*\s*(?:\d+[ \t]*\r?\n\s*)?"
    + _NUMBER
    + rb"(?:"
    + _BREAK
    + _NUMBER
    + rb"){2}"
)
"""How a file begins: comments, perhaps the number of points, then a line of at least three numbers."""

_COMMENT: Final = re.compile(rb"#|//")
_BREAKS: Final = bytes.maketrans(b",;", b"  ")


def read_numbers(source: MeshSource) -> PointData:
    """Points with or without normals. Raises MeshError."""
    rows: list[list[float]] = []
    places: list[int] = []
    promised: int | None = None
    data = source.data.removeprefix(b"\xef\xbb\xbf")
    for number, line in enumerate(data.splitlines(), 1):
        words = _COMMENT.split(line, 1)[0].translate(_BREAKS).split()
        if not words:
            continue
        if promised is None and not rows and len(words) == 1 and words[0].isdigit() and len(words[0]) < 19:
            promised = int(words[0])
            continue
        rows.append(_row(source, words, number, len(rows[0]) if rows else None))
        places.append(number)
        if len(rows) > source.limits.vertices:
            raise source.too_large("points", f"over {source.limits.vertices:,}", source.limits.vertices)
    if promised is not None and promised > len(rows):
        raise source.broken(
            f"{promised:,} points are promised, {len(rows):,} are there", "end of file", "the file was cut off"
        )
    if not rows:
        raise source.empty("there are no points")
    return points_of_table(source, "xyz", np.array(rows, np.float64), lambda row: f"line {places[row]}")


def _row(source: MeshSource, words: list[bytes], number: int, columns: int | None) -> list[float]:
    try:
        row = [float(word) for word in words]
    except ValueError:
        found = shown(b" ".join(words))
        raise source.broken(f"a line needs numbers, found {found}", f"line {number}", "a point a line: x y z") from None
    if columns is not None and len(row) != columns:
        raise source.broken(f"{len(row)} numbers stand here, {columns} in the lines before", f"line {number}")
    return row
