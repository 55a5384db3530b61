"""Smaller faces of the same surface, for damage that is to hit a part of a face."""

from __future__ import annotations

from typing import Final

import numpy as np

from benchmarks.infer.files import welded
from shapelang.arrays import Bool, Int64
from shapelang.metrics.triangles import Triangles, triangles

_ROUNDS: Final = 12
"""Halvings at most: edges of 4,096 times the length that is wanted."""


def refined(mesh: Triangles, length: float) -> Triangles:
    """The same surface over its distinct points, no edge longer than `length` metres; neighbours stay neighbours."""
    mesh = welded(mesh)
    for _ in range(_ROUNDS):
        start, end = mesh.faces, np.roll(mesh.faces, -1, axis=1)
        spans = mesh.positions[start] - mesh.positions[end]
        long = (spans * spans).sum(axis=2) > length * length
        if not long.any():
            break
        mesh = _halved(mesh, long)
    return mesh


def _halved(mesh: Triangles, long: Bool[np.ndarray, "f 3"]) -> Triangles:
    """Cut each long edge in its middle, and its faces with it."""
    start, end = mesh.faces, np.roll(mesh.faces, -1, axis=1)
    low, high = np.minimum(start, end)[long], np.maximum(start, end)[long]
    key, number = np.unique(low * len(mesh.positions) + high, return_inverse=True)
    ends = np.stack([key // len(mesh.positions), key % len(mesh.positions)], axis=1)
    middle = np.full(start.shape, -1)
    middle[long] = len(mesh.positions) + number.reshape(-1)
    points = np.vstack([mesh.positions, mesh.positions[ends].mean(axis=1)])
    return triangles(points, np.concatenate([_cut(mesh.faces, middle, k) for k in range(4)]))


def _cut(faces: Int64[np.ndarray, "f 3"], middle: Int64[np.ndarray, "f 3"], count: int) -> Int64[np.ndarray, "g 3"]:
    """The faces of which `count` edges have a middle (else −1), as the smaller ones that they are cut into."""
    split = middle >= 0
    some = split.sum(axis=1) == count
    # Turned so that the first edge is cut and, of two, the last is not.
    turn = np.where(count == 2, (split[some] & np.roll(split[some], -1, axis=1)).argmax(axis=1), split[some].argmax(1))
    order = (turn[:, None] + np.arange(3)) % 3
    a, b, c = np.take_along_axis(faces[some], order, axis=1).T
    ab, bc, ca = np.take_along_axis(middle[some], order, axis=1).T
    pieces = {
        0: [(a, b, c)],
        1: [(a, ab, c), (ab, b, c)],
        2: [(ab, b, bc), (a, ab, bc), (a, bc, c)],
        3: [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)],
    }[count]
    return np.concatenate([np.stack(piece, axis=1) for piece in pieces])
