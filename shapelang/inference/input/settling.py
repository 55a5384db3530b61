"""Noisy points brought nearer to the surface that they were taken from."""

from __future__ import annotations

from typing import Final

import numpy as np

from shapelang.arrays import NormalArray, PointArray
from shapelang.inference.input.surfels import MANY, neighbours, planes_of

_ROUNDS: Final = 3
"""Rounds after which points lie flat enough for rays between them; each rounds edges a little more."""

_AGREE: Final = 0.3
"""Cosine of two normals from which on one point counts for the other: points of other sides do not."""


def flattened(points: PointArray) -> PointArray:
    """Points moved onto the planes of their neighbours: flat sheets with rounded edges, for finding sides alone."""
    for _ in range(_ROUNDS):
        planes = planes_of(points, neighbours(points, MANY)[1])
        off = ((points - planes.centres) * planes.normals).sum(axis=1, keepdims=True)
        points = points - off * planes.normals
    return points


def settled(points: PointArray, normals: NormalArray) -> PointArray:
    """Points moved along their normals to where their neighbours with like normals lie, which keeps edges and sheets.

    Fleishman, Drori, Cohen-Or, "Bilateral mesh denoising", SIGGRAPH 2003, for points.
    """
    _, near = neighbours(points, MANY)
    like = np.maximum(np.einsum("nki,ni->nk", normals[near], normals) - _AGREE, 0.0) ** 2
    heights = np.einsum("nki,ni->nk", points[near] - points[:, None, :], normals)
    step = (like * heights).sum(axis=1) / like.sum(axis=1)
    return points + step[:, None] * normals
