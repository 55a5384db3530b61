"""Sheets that say nothing: a second face just over or under that of a solid, and walls inside that nobody sees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from shapelang.inference.bodies.pieces import Piece
from shapelang.inference.sampling.inside_test import closed_test
from shapelang.metrics.chamfer import distances_to
from shapelang.metrics.triangles import joined

_ON: Final = 3e-4
"""A sheet nearer to the surface of a solid than this part of the diagonal lies on it."""


def hidden(sheets: Sequence[Piece], solids: Sequence[Piece], diagonal: float) -> list[bool]:
    """Whether each sheet lies on or within closed pieces, by its corners and the middles of its faces."""
    if not sheets or not solids:
        return [False] * len(sheets)
    around = joined(piece.shell for piece in solids)
    samples = [np.concatenate([p.shell.positions, p.shell.corners.mean(axis=1)]) for p in sheets]
    number = np.repeat(np.arange(len(sheets)), [len(points) for points in samples])
    points = np.concatenate(samples)
    out = ~closed_test(around).inside(points)
    out[out] = distances_to(around, points[out]) > _ON * diagonal
    return [count == 0 for count in np.bincount(number, out, len(sheets)).tolist()]
