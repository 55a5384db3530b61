"""Solids that somebody else made, as the cells of a file of NumPy.

`voxels` (n, r, r, r), of bool or uint8, inside where it is not 0, axes x, y (up), z; or `bits` (n, r³ / 8), uint8, the
same eight a byte, with `shape` (n, r, r, r). `object_id` (n,), integers, where several rows are of one object.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, final

import numpy as np

from learners.bounds import Cells
from learners.data.packed import PackedGrids
from shapelang.arrays import AnyArray, OccupancyArray
from shapelang.diagnostics import UsageError, closest
from shapelang.io.limits import Limits
from shapelang.io.read.archive import Archive
from shapelang.io.read.npy import stored_array
from shapelang.io.read.source import MeshSource

LARGEST: Final = 128
"""Cells along a side."""
MOST: Final = 1 << 31
"""Cells of all solids together, a byte each while they are read."""
HELD_OUT: Final = 10
"""One object of so many is held out."""

_NAMES: Final = ("voxels", "bits", "images")
_WANTED: Final = "`voxels` (n, r, r, r), or `bits` (n, r³ / 8) and `shape`"


@final
@dataclass(frozen=True, slots=True)
class VoxelSet:
    """The solids of a file, in the middle of `resolution` cells along each side. One object of ten is held out, by the
    digest of its number, so that rows of one object stay together.

    sha256: of the file, so that a run goes on with nothing else.
    """

    file: str
    sha256: str
    resolution: Cells


def voxel_set(file: Path) -> VoxelSet:
    """The set of a file, on the least grid of 8, 16, 32 … cells that holds it. Raises UsageError, or MeshError."""
    content = read_whole(file)
    solids, _ = _arrays(file, content)
    resolution = max(8, 1 << (solids.shape[1] - 1).bit_length())
    return VoxelSet(str(file), sha256(content).hexdigest(), resolution)


def voxel_grids(config: VoxelSet, held_out: bool) -> PackedGrids:
    """The solids to learn from, or those held out. Raises UsageError where the file has changed."""
    content = read_whole(Path(config.file))
    if sha256(content).hexdigest() != config.sha256:
        raise UsageError(f"{config.file}: not the solids that the run began with")
    solids, objects = _arrays(Path(config.file), content)
    before = (config.resolution - solids.shape[1]) // 2
    after = config.resolution - solids.shape[1] - before
    if before < 0:
        raise UsageError(f"{config.file}: solids of {solids.shape[1]}³ cells do not fit into {config.resolution}³")
    chosen = solids[np.isin(objects, np.array(_away(objects), objects.dtype)) == held_out]
    rows = [np.packbits(np.pad(solid, (before, after)).reshape(-1)) for solid in chosen]
    return PackedGrids(np.stack(rows), config.resolution, 3)


def read_whole(file: Path) -> bytes:
    """The bytes of a file of data. Raises UsageError where it is too large, or cannot be read."""
    try:
        if file.stat().st_size > Limits().file_bytes:
            raise UsageError(f"{file}: more than {Limits().file_bytes:,} bytes")
        return file.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {file}: {error.strerror or error}") from None


def holds_voxels(file: Path) -> bool:
    """Whether a file has voxels, and no pictures. Raises UsageError where it has neither."""
    names = [name.removesuffix(".npy") for name in _archive(file, read_whole(file))[1].names()]
    for name in _NAMES:
        if name in names:
            return name != "images"
    meant = next((told for name in names if (told := closest(name, _NAMES))), None)
    held = ", ".join(f"`{name}`" for name in names[:8]) or "nothing"
    raise UsageError(
        f"{file} holds {held}: digits are `images` and `labels`, solids {_WANTED}; {meant or 'rename one'}"
    )


def _away(objects: AnyArray) -> list[int]:
    """The objects that are held out."""
    known = sorted({int(one) for one in objects}, key=lambda one: sha256(str(one).encode()).digest())
    return known[: max(1, len(known) // HELD_OUT)]


def _archive(file: Path, content: bytes) -> tuple[MeshSource, Archive]:
    source = MeshSource(str(file), content, Limits())
    return source, Archive(source, source.limits.array_ratio)


def _arrays(file: Path, content: bytes) -> tuple[OccupancyArray, AnyArray]:
    """Solids (n, r, r, r) and the number of the object that each is of."""
    source, archive = _archive(file, content)

    def read(name: str) -> AnyArray | None:
        data = archive.read(f"{name}.npy")
        return None if data is None else stored_array(source, data, name)

    solids, bits, shape = read("voxels"), read("bits"), read("shape")
    if solids is None and bits is not None and shape is not None:
        solids = _unpacked(file, bits, shape)
    if solids is None:
        raise UsageError(f"{file}: has no 'voxels', and solids are {_WANTED}")
    if str(solids.dtype) not in ("bool", "uint8") or solids.ndim != 4 or len(set(solids.shape[1:])) != 1:
        raise UsageError(f"{file}: `voxels` {solids.shape} of {solids.dtype}, not (n, r, r, r) of bool or uint8")
    if not 4 <= solids.shape[1] <= LARGEST:
        raise UsageError(f"{file}: solids of {solids.shape[1]}³ cells, and 4 to {LARGEST} along a side are taken")
    if solids.size > MOST:
        raise UsageError(f"{file}: {solids.size:,} cells, and at most {MOST:,} are taken: split it, or take fewer")
    inside = solids != 0
    objects = read("object_id")
    objects = np.arange(len(inside)) if objects is None else objects
    if objects.shape != (len(inside),) or objects.dtype.kind not in "iu":
        raise UsageError(f"{file}: `object_id` {objects.shape} of {objects.dtype}, not {len(inside):,} integers")
    there = inside.any(axis=(1, 2, 3))
    if len(np.unique(objects[there])) < 2:
        raise UsageError(f"{file}: fewer than two objects have a cell inside: one is held out, and one learned from")
    return inside[there], objects[there]


def _unpacked(file: Path, bits: AnyArray, shape: AnyArray) -> AnyArray:
    sides = tuple(int(side) for side in shape.reshape(-1)) if shape.dtype.kind in "iu" else ()
    if len(sides) != 4 or not all(1 <= side <= LARGEST for side in sides[1:]):
        raise UsageError(f"{file}: `shape` is {shape.tolist()}, not n, r, r, r with at most {LARGEST} cells")
    cells = sides[1] * sides[2] * sides[3]
    if sides[0] * cells > MOST:
        raise UsageError(f"{file}: {sides[0] * cells:,} cells, and at most {MOST:,} are taken: split it, or take fewer")
    if bits.dtype != np.uint8 or bits.shape != (sides[0], -(-cells // 8)):
        raise UsageError(f"{file}: `bits` {bits.shape} of {bits.dtype} are not those of `shape` {sides}")
    return np.unpackbits(np.ascontiguousarray(bits), axis=1, count=cells).reshape(sides)
