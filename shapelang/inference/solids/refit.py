"""An outline that was found on pixels, moved onto the surface that it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np

_REACH: Final = 1.6
"""Pixels within which points of a surface belong to an edge."""

_FACING: Final = 0.7
"""Cosine between the normals of a point and of its edge."""

_FEWEST: Final = 8
_NEAR: Final = 2.5
"""Pixels by which a corner moves at most."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """Points (n, 2) of a surface in the plane of an outline, and the surface's outward normals there (n, 2)."""

    points: np.ndarray
    normals: np.ndarray


def refitted(outline: np.ndarray, marks: Marks, pixel: float) -> np.ndarray:
    """A counter-clockwise outline (k, 2) whose edges are the lines nearest to the marks beside them; edges on x = 0 and
    short ones stay.
    """
    ahead = np.roll(outline, -1, axis=0)
    lines = [_line(a, b, marks, pixel) for a, b in zip(outline, ahead, strict=True)]
    made = [
        _corner(corner, lines[k - 1], lines[k], pixel)
        if corner[0] > 0.0
        else _foot(corner, lines[k - 1], lines[k], pixel)
        for k, corner in enumerate(outline)
    ]
    return np.array(made)


def _line(a: np.ndarray, b: np.ndarray, marks: Marks, pixel: float) -> tuple[np.ndarray, float, bool]:
    """(normal, offset, on the axis) of the line of an edge: normal · x = offset."""
    along = b - a
    length = float(np.sqrt((along**2).sum()))
    along = along / max(length, 1e-300)
    normal = np.array([along[1], -along[0]])
    plain = normal, float(normal @ a), bool(a[0] == 0.0 and b[0] == 0.0)
    if length < 2.0 * pixel or plain[2]:
        return plain
    at = (marks.points - a) @ along
    off = (marks.points - a) @ normal
    facing = marks.normals @ normal > _FACING
    beside = (at > 0.5 * pixel) & (at < length - 0.5 * pixel) & (np.abs(off) < _REACH * pixel) & facing
    if beside.sum() < _FEWEST or np.ptp(at[beside]) < 0.5 * length:
        return normal, float(normal @ a) + (float(np.median(off[beside])) if beside.any() else 0.0), False
    slope, base = np.polyfit(at[beside], off[beside], 1)
    turned = normal - slope * along
    turned = turned / np.sqrt((turned**2).sum())
    return turned, float(turned @ (a + base * normal)), False


def _corner(
    corner: np.ndarray, before: tuple[np.ndarray, float, bool], after: tuple[np.ndarray, float, bool], pixel: float
) -> np.ndarray:
    """Where two lines meet, if that is near the corner, else the corner moved onto both as far as it goes."""
    system = np.stack([before[0], after[0]])
    wanted = np.array([before[1], after[1]]) - system @ corner
    step = np.linalg.lstsq(system, wanted, rcond=0.1)[0]
    return corner + step if np.sqrt((step**2).sum()) < _NEAR * pixel and corner[0] + step[0] > 0.0 else corner


def _foot(
    corner: np.ndarray, before: tuple[np.ndarray, float, bool], after: tuple[np.ndarray, float, bool], pixel: float
) -> np.ndarray:
    """A corner on the axis moved along it onto the line that leaves it there."""
    for normal, offset, on_axis in (before, after):
        if not on_axis and abs(normal[1]) > 0.3 and abs(offset / normal[1] - corner[1]) < _NEAR * pixel:
            return np.array([0.0, offset / normal[1]])
    return corner
