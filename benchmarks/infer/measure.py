"""The figures of one answer: pieces against the mesh they were made for, and what the mesh itself is like."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from shapelang.arrays import Bool
from shapelang.inference.description.residual import surface_bits, volume_bits
from shapelang.metrics.chamfer import SAMPLES, surface_distances
from shapelang.metrics.inside import centres, closed_faces, winding_numbers
from shapelang.metrics.iou import overlap, solid_iou
from shapelang.metrics.triangles import Triangles, face_areas, joined

CELLS: Final = 64
"""Of the grid that a mesh is judged on, along each axis."""

_UNDECIDED: Final = (0.1, 0.9)
"""Between these winding numbers a cell is neither inside nor outside."""


def fit(given: Triangles, pieces: Sequence[Triangles]) -> dict[str, float]:
    """iou64, iou128: solid IoU at 64³ and 128³ · chamfer: 100,000 points of each, in % of the mesh's diagonal ·
    residual_bits: of the description length, what the pieces leave unsaid.
    """
    made = joined(pieces)
    solids, distances = overlap(given, made, 64), surface_distances(given, made)
    return {
        "iou64": solids.iou,
        "iou128": solid_iou(given, made, 128),
        "chamfer": distances.chamfer,
        "residual_bits": volume_bits(solids, 64**3) + surface_bits(given, made, distances, SAMPLES, 0),
    }


def facts(mesh: Triangles) -> dict[str, float]:
    """What a mesh is like, on the centres of 64³ cells of its bounds.

    undecided, filled: shares of all cells with |winding| between 0.1 and 0.9, and above 0.5 · cavity: of the cells
    that are filled or hollow, the share of the hollow ones (`hollows`) · thickness: of the walls on average, twice the
    volume by the area, in cells · open: share of the area on pieces with holes · faces.
    """
    low, high = mesh.bounds
    x, y, z = centres(low, high, CELLS)
    points = np.stack(np.meshgrid(x, y, z, indexing="ij"), axis=-1).reshape(-1, 3)
    numbers = np.abs(winding_numbers(mesh, points)).reshape(CELLS, CELLS, CELLS)
    inside = numbers > 0.5
    areas = face_areas(mesh)
    area = max(float(areas.sum()), 1e-300)
    hollow = float(hollows(inside).sum())
    volume = float(inside.mean() * np.prod(high - low))
    return {
        "undecided": float(((numbers > _UNDECIDED[0]) & (numbers < _UNDECIDED[1])).mean()),
        "filled": float(inside.mean()),
        "cavity": hollow / max(float(inside.sum()) + hollow, 1.0),
        "thickness": 2.0 * volume / area / max(float((high - low).max()) / CELLS, 1e-300),
        "open": float(areas[~closed_faces(mesh)].sum()) / area,
        "faces": float(len(mesh.faces)),
    }


def hollows(inside: Bool[np.ndarray, "x y z"]) -> Bool[np.ndarray, "x y z"]:
    """Empty cells that stand between filled ones along at least two axes: shelves, tubs, frames; not under a table."""
    between = np.zeros(inside.shape, np.int64)
    for axis in range(3):
        before = np.maximum.accumulate(inside, axis=axis)
        after = np.flip(np.maximum.accumulate(np.flip(inside, axis), axis=axis), axis)
        between += before & after
    return ~inside & (between >= 2)
