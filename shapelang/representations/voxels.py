"""Occupancy of a grid of cubic cells, with the label of what fills each cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, final

import numpy as np

from shapelang.arrays import LabelGrid, OccupancyArray, PointArray
from shapelang.assembly.assembly import Assembly, Leaf
from shapelang.assembly.part import Geometry, Solid
from shapelang.diagnostics import UsageError
from shapelang.geometry.oriented import oriented
from shapelang.representations.field import posed_field
from shapelang.representations.labels import labels_of

MAX_CELLS: Final = 1 << 27
"""512³: half a GiB of labels."""

_BLOCK: Final = 1 << 18
"""Cells evaluated at once, so that memory does not grow with the grid."""

Corners: TypeAlias = tuple[tuple[float, float, float], tuple[float, float, float]]
Ranges: TypeAlias = tuple[range, range, range]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Voxels:
    """A cell [i, j, k] has its centre at `origin` + (i + ½, j + ½, k + ½) · `pitch`, in the assembly's frame, metres.

    `occupied` (x, y, z): the field is negative at the cell's centre. `labels` (x, y, z): 0 where empty, else 1 + the
    number in `label_names` of the leaf with the lowest field there (the first of equal ones).
    """

    occupied: OccupancyArray
    labels: LabelGrid
    origin: tuple[float, float, float]
    pitch: float
    label_names: tuple[str, ...]

    def centres(self) -> PointArray:
        """(x · y · z, 3) all centres, z fastest."""
        axes = [_centres(self.origin[axis], self.pitch, range(n)) for axis, n in enumerate(self.occupied.shape)]
        return np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)

    @property
    def volume(self) -> float:
        """Of the occupied cells, cubic metres."""
        return int(self.occupied.sum()) * self.pitch * self.pitch * self.pitch


def voxelise(assembly: Assembly, resolution: int | None = None, pitch: float | None = None) -> Voxels:
    """The cells of an assembly: `resolution` of them along the longest side of its box, or cells of a given `pitch`.

    The grid stands centred on the box of the leaves. Raises UsageError unless exactly one of the two is given and
    positive, when the grid would have more than `MAX_CELLS`, and for an assembly without leaves.
    """
    leaves = tuple(assembly.leaves())
    if not leaves:
        raise UsageError("nothing to voxelise: the assembly has no leaves")
    boxes = [leaf_corners(leaf) for leaf in leaves]
    low = [min(box[0][axis] for box in boxes) for axis in range(3)]
    size = [max(box[1][axis] for box in boxes) - low[axis] for axis in range(3)]
    pitch = _pitch(max(size), resolution, pitch)
    # A cell is not added for what rounding leaves over.
    counts = [max(1.0, float(np.ceil(extent / pitch - 1e-6))) for extent in size]
    if not counts[0] * counts[1] * counts[2] <= MAX_CELLS:
        raise UsageError(f"a grid of {' x '.join(f'{n:.0f}' for n in counts)} cells is above the limit of {MAX_CELLS}")
    shape = (int(counts[0]), int(counts[1]), int(counts[2]))
    start = [low[axis] + 0.5 * (size[axis] - shape[axis] * pitch) for axis in range(3)]
    origin = (start[0], start[1], start[2])
    labels = labels_of(leaves)
    filled = np.zeros(shape, np.int32)
    step = max(1, _BLOCK // (shape[1] * shape[2]))
    numbers = [int(number) + 1 for number in labels.of_leaf]
    for first in range(0, shape[0], step):
        _fill(filled, range(first, min(first + step, shape[0])), leaves, boxes, numbers, origin, pitch)
    return Voxels(filled > 0, filled, origin, pitch, labels.names)


def leaf_corners(leaf: Leaf) -> Corners:
    """The lowest and highest corner of a leaf's axis-aligned box in the world, blends included."""
    box = oriented((leaf.pose, leaf.part.box))
    grown = bulge(leaf.geometry) * leaf.pose.scale
    (x, y, z), (a, b, c) = box.centre, box.reach()
    a, b, c = a + grown, b + grown, c + grown
    return (x - a, y - b, z - c), (x + a, y + b, z + c)


def bulge(geometry: Geometry) -> float:
    """How far a blend of distance fields can stand out from the box of its operands: blend / 4 for each joint."""
    if not isinstance(geometry, Solid):
        return 0.0
    inner = max((bulge(operand.geometry) * operand.pose.scale for operand in geometry.operands), default=0.0)
    joints = len(geometry.operands) - 1 if geometry.operator == "union" else 0
    return inner + 0.25 * geometry.blend * joints


def _pitch(longest: float, resolution: int | None, pitch: float | None) -> float:
    if (resolution is None) == (pitch is None):
        raise UsageError("voxels need either a resolution or a pitch")
    if resolution is not None:
        if resolution < 1:
            raise UsageError(f"the resolution must be at least 1, not {resolution}")
        return longest / resolution
    assert pitch is not None
    if not 0.0 < pitch < np.inf:
        raise UsageError(f"the pitch must be a positive length, not {pitch}")
    return pitch


def _fill(
    filled: LabelGrid,
    slab: range,
    leaves: Sequence[Leaf],
    boxes: Sequence[Corners],
    numbers: Sequence[int],
    origin: tuple[float, float, float],
    pitch: float,
) -> None:
    """Write the labels of some planes of cells."""
    lowest = np.zeros((len(slab), *filled.shape[1:]))
    for leaf, box, number in zip(leaves, boxes, numbers, strict=True):
        xs, ys, zs = _reached(box, origin, pitch, filled.shape)
        xs = range(max(xs.start, slab.start), min(xs.stop, slab.stop))
        if not (xs and ys and zs):
            continue
        columns = np.meshgrid(
            *(_centres(origin[axis], pitch, cells) for axis, cells in enumerate((xs, ys, zs))), indexing="ij"
        )
        x, y, z = (column.reshape(-1) for column in columns)
        value = posed_field(leaf.geometry, leaf.pose, (x, y, z)).reshape(columns[0].shape)
        rows = slice(xs.start - slab.start, xs.stop - slab.start)
        best = lowest[rows, ys.start : ys.stop, zs.start : zs.stop]
        cells = filled[xs.start : xs.stop, ys.start : ys.stop, zs.start : zs.stop]
        closer = value < best
        best[closer], cells[closer] = value[closer], number


def _reached(box: Corners, origin: tuple[float, float, float], pitch: float, shape: tuple[int, ...]) -> Ranges:
    """The cells that a box can reach, one more on each side against rounding."""
    first = [int(max(0.0, np.floor((box[0][axis] - origin[axis]) / pitch) - 1.0)) for axis in range(3)]
    last = [int(min(shape[axis], np.ceil((box[1][axis] - origin[axis]) / pitch) + 1.0)) for axis in range(3)]
    return range(first[0], last[0]), range(first[1], last[1]), range(first[2], last[2])


def _centres(origin: float, pitch: float, cells: range) -> np.ndarray:
    return origin + (np.arange(cells.start, cells.stop) + 0.5) * pitch
