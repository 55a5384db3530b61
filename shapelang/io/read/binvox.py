"""Binvox (Min, "binvox", 2004): a header in text, then runs of full and empty cells."""

from __future__ import annotations

from typing import Final

import numpy as np

from shapelang.io.read.sampled_data import VoxelData, check_cells, finished_voxels
from shapelang.io.read.source import MeshSource, shown

MAGIC: Final = b"#binvox"
_LINES: Final = 64
"""Lines of a header; each ends within the first `_LONGEST` bytes."""
_LONGEST: Final = 2**14


def read_binvox(source: MeshSource) -> VoxelData:
    """Cells with the header's `translate` as origin and its `scale` over the longest side. Raises MeshError."""
    (nx, nz, ny), origin, scale, start = _header(source)
    check_cells(source, (nx, ny, nz), "header")
    runs = np.frombuffer(source.data, np.uint8, (len(source.data) - start) // 2 * 2, start).reshape(-1, 2)
    ends = np.cumsum(runs[:, 1], dtype=np.int64)
    promised, there = nx * ny * nz, int(ends[-1]) if len(ends) else 0
    if there < promised:
        raise source.broken(f"{promised:,} cells are promised, {there:,} are there", "end of file", "it was cut off")
    used = int(np.searchsorted(ends, promised)) + 1
    full = np.repeat(runs[:used, 0] != 0, runs[:used, 1])[:promised]
    pitch = scale / max(nx, ny, nz)
    # y is the fastest index, then z.
    return finished_voxels(source, "binvox", full.reshape(nx, nz, ny).transpose(0, 2, 1), origin, (pitch, pitch, pitch))


def _header(source: MeshSource) -> tuple[tuple[int, int, int], tuple[float, float, float], float, int]:
    """The numbers of cells as they stand (x, z, y), the origin, the size of the longest side, where the runs begin."""
    at, dim, origin, scale = 0, (0, 0, 0), (0.0, 0.0, 0.0), 1.0
    for number in range(1, _LINES):
        end = source.data.find(b"\n", at, _LONGEST)
        if end < 0:
            break
        line = source.data[at:end].strip()
        at = end + 1
        try:
            match line.partition(b"#")[0].split():
                case [b"data"]:
                    if min(dim) < 1:
                        raise source.broken("the numbers of cells are missing", f"line {number}", "dim x z y")
                    return dim, origin, scale, at
                case [b"dim", x, z, y] if max(len(x), len(y), len(z)) < 10:
                    dim = (int(x), int(z), int(y))
                case [b"translate", x, y, z]:
                    origin = (float(x), float(y), float(z))
                case [b"scale", size]:
                    scale = float(size)
                case []:
                    pass  # Nothing but a comment, as the first line is one.
                case _:
                    raise source.broken(f"a header cannot have {shown(line)}", f"line {number}")
        except ValueError:
            raise source.broken(f"found {shown(line)} in place of numbers", f"line {number}") from None
    raise source.broken("the header has no end", "header", "the file was cut off, or is no binvox")
