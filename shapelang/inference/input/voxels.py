"""Voxels as a mesh: the faces between full and empty cells, closed and turned outward."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from scipy.ndimage import find_objects

from shapelang.arrays import AnyArray, OccupancyArray
from shapelang.io.read.mesh_data import MeshData, MeshGroup
from shapelang.io.read.sampled_data import VoxelData

MOST_CELLS: Final = 160
"""Cells along the longest side; of a finer grid each block of cells becomes one, since details below that are noise."""

_QUAD: Final = np.array([[0, 1, 2], [0, 2, 3]])
_ROUND: Final = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
"""The corners of a face, counter-clockwise about the axis that it stands across."""


def mesh_of_voxels(grid: VoxelData) -> MeshData:
    """A closed boundary for each label, or of all full cells, as one group with welded corners.

    Cells of two labels that touch have a face each, so that every group is closed alone and the winding number is 1 in
    every full cell. Cells that touch along an edge share its ends. At most `MOST_CELLS` along a side: see `notes`.
    """
    labels, pitch, notes = _coarsened(grid)
    origin = np.array(grid.origin)
    groups: list[MeshGroup] = []
    for label, low, full in _labelled(labels):
        nodes, faces = _boundary(full)
        positions = origin + (nodes + low) * pitch + 0.0
        path = tuple(grid.label_names[label - 1].split("/")) if grid.label_names else ()
        groups.append(MeshGroup(path, None, None, positions, faces.astype(np.int32)))
    return MeshData(grid.name, grid.format, tuple(groups), (*grid.notes, *notes))


def _coarsened(grid: VoxelData) -> tuple[AnyArray, AnyArray, tuple[str, ...]]:
    """Labels (1 where there are none), the sizes of a cell, and what was done to a fine grid."""
    labels = grid.occupied.astype(np.int32)
    if grid.labels is not None:
        # A full cell without a label is given the first: the file promised none without.
        labels = np.where(grid.occupied, np.maximum(grid.labels, 1), 0)
    pitch = np.array(grid.pitch)
    longest = max(labels.shape)
    step = -(-longest // MOST_CELLS)
    if step == 1:
        return labels, pitch, ()
    padded = np.pad(labels, [(0, -n % step) for n in labels.shape])
    x, y, z = (n // step for n in padded.shape)
    blocks = padded.reshape(x, step, y, step, z, step).transpose(0, 2, 4, 1, 3, 5).reshape(x, y, z, -1)
    full = (blocks > 0).mean(axis=-1) >= 0.5
    # The label in the middle of a block's full cells stands for it.
    order = np.sort(blocks, axis=-1)
    chosen = order[..., (blocks.shape[-1] * 3) // 4]
    note = f"{longest} cells along the longest side are more than {MOST_CELLS}: each {step} were taken as one"
    return np.where(full, chosen, 0), pitch * step, (note,)


def _labelled(labels: AnyArray) -> Iterator[tuple[int, AnyArray, OccupancyArray]]:
    """Each label with the low corner of its box and its full cells there."""
    for label, box in enumerate(find_objects(labels), 1):
        if box is not None:
            yield label, np.array([side.start for side in box]), labels[box] == label


def _boundary(full: OccupancyArray) -> tuple[AnyArray, AnyArray]:
    """Nodes (v, 3) of the grid and triangles (f, 3) over them, turned outward."""
    padded = np.pad(full, 1)
    counts = np.array(full.shape) + 1
    quads: list[AnyArray] = []
    for axis in range(3):
        behind, ahead = np.moveaxis(padded, axis, 0)[:-1], np.moveaxis(padded, axis, 0)[1:]
        for leaving, mask in ((True, behind & ~ahead), (False, ahead & ~behind)):
            at = np.argwhere(mask)
            first, second = (axis + 1) % 3, (axis + 2) % 3
            # `moveaxis` leaves the other two axes in order.
            rest = [k for k in range(3) if k != axis]
            corner = np.zeros((len(at), 3), np.int64)
            corner[:, axis] = at[:, 0]
            corner[:, rest[0]], corner[:, rest[1]] = at[:, 1] - 1, at[:, 2] - 1
            quad = np.repeat(corner[:, None, :], 4, axis=1)
            quad[:, :, first] += _ROUND[:, 0]
            quad[:, :, second] += _ROUND[:, 1]
            quads.append(quad if leaving else quad[:, ::-1])
    corners = np.concatenate(quads)
    keys = (corners[..., 0] * counts[1] + corners[..., 1]) * counts[2] + corners[..., 2]
    used, which = np.unique(keys, return_inverse=True)
    nodes = np.stack([used // (counts[1] * counts[2]), used // counts[2] % counts[1], used % counts[2]], axis=1)
    return nodes, which.reshape(-1, 4)[:, _QUAD].reshape(-1, 3)
