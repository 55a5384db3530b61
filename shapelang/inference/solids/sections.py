"""How the section of a body changes along an axis: exactly, for nothing happens between two heights of its corners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.inference.solids.kinds import in_polygon
from shapelang.inference.solids.outline import polygon_area

_LINE: Final = 1e-4
"""Of the outline's extent: how far a corner may leave the line of its neighbours and still be none."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Loop:
    """An outline whose corners go straight from `foot` (k, 2) to `top` (k, 2)."""

    foot: np.ndarray
    top: np.ndarray

    @property
    def middle(self) -> np.ndarray:
        """(k, 2) the outline half way up."""
        return 0.5 * (self.foot + self.top)


@final
@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """What stands between two heights: an outline, and the holes in it."""

    low: float
    high: float
    outer: Loop
    holes: tuple[Loop, ...]


def levels(heights: np.ndarray, near: float) -> np.ndarray:
    """(k,) the distinct heights of corners, lowest first."""
    found = np.sort(heights)
    starts = np.concatenate([[True], np.diff(found) > near])
    return found[starts]


def pieces_between(points: np.ndarray, faces: np.ndarray, low: float, high: float) -> list[Piece] | None:
    """The section of a closed body between two neighbouring heights of corners (n, 3), y up; None of a torn one."""
    loops = _loops(points, faces, low, high)
    if not loops:
        return None
    inside = [[j for j, other in enumerate(loops) if j != k and _within(loop, other)] for k, loop in enumerate(loops)]
    holes = {k: max(within, key=lambda j: len(inside[j])) for k, within in enumerate(inside) if len(within) % 2}
    return [
        Piece(low, high, loop, tuple(loops[h] for h, outer in holes.items() if outer == k))
        for k, loop in enumerate(loops)
        if k not in holes
    ]


def chains_between(points: np.ndarray, faces: np.ndarray) -> list[np.ndarray] | None:
    """The open paths (k, 2) as (x, z) in which the plane y = 0 cuts a surface; None where there are closed ones."""
    above = points[:, 1] > 0.0
    beside = _beside(faces, above)
    found: list[np.ndarray] = []
    for end in [edge for edge, others in beside.items() if len(others) == 1]:
        if end not in beside:
            continue
        edges = [end]
        while onward := [edge for edge in beside.pop(edges[-1]) if edge in beside]:
            edges.append(onward[0])
        a, b = (points[[e[k] for e in edges]] for k in (0, 1))
        found.append(_at(a, b, 0.0))
    return None if beside else found


def _within(loop: Loop, other: Loop) -> bool:
    return bool(in_polygon(other.middle, loop.middle[:1])[0])


def _loops(points: np.ndarray, faces: np.ndarray, low: float, high: float) -> list[Loop] | None:
    """The outlines of the section: which edges cross it, chained by the faces that they share."""
    above = points[:, 1] > 0.5 * (low + high)
    beside = _beside(faces, above)
    if any(len(others) != 2 for others in beside.values()):
        return None
    found: list[Loop] = []
    while beside:
        edges = _walk(beside)
        a, b = (points[[e[k] for e in edges]] for k in (0, 1))
        ends = [_at(a, b, height) for height in (low, high)]
        loop = _straightened(Loop(ends[0], ends[1]))
        if loop is not None:
            found.append(loop)
    return found


def _beside(faces: np.ndarray, above: np.ndarray) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """Of each edge with one end `above` (n,), the edges that a face leads on to."""
    beside: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for face in faces[(above[faces].sum(axis=1) % 3) != 0].tolist():
        first, second = _crossing(face, above)
        beside.setdefault(first, []).append(second)
        beside.setdefault(second, []).append(first)
    return beside


def _crossing(face: Sequence[int], above: np.ndarray) -> list[tuple[int, int]]:
    pairs = ((face[0], face[1]), (face[1], face[2]), (face[2], face[0]))
    return [(min(p), max(p)) for p in pairs if above[p[0]] != above[p[1]]]


def _walk(beside: dict[tuple[int, int], list[tuple[int, int]]]) -> list[tuple[int, int]]:
    """One loop of edges, taken out of those that are left."""
    start = next(iter(beside))
    loop, at = [start], beside[start][0]
    while at != start:
        a, b = beside[at]
        onward = b if a == loop[-1] else a
        loop.append(at)
        at = onward
    for edge in loop:
        del beside[edge]
    return loop


def _at(a: np.ndarray, b: np.ndarray, height: float) -> np.ndarray:
    """(k, 2) where the lines through points (k, 3) are at a height."""
    share = (height - a[:, 1]) / (b[:, 1] - a[:, 1])
    return (a + share[:, None] * (b - a))[:, [0, 2]]


def _straightened(loop: Loop) -> Loop | None:
    """Without corners that are none, counter-clockwise; None of a line.

    The diagonal of a flat side starts at one corner and ends at the next: half way up it is none.
    """
    turning = _turning(loop.middle)
    foot, top = loop.foot[turning], loop.top[turning]
    if len(foot) < 3:
        return None
    order = slice(None) if polygon_area(0.5 * (foot + top)) >= 0.0 else slice(None, None, -1)
    return Loop(foot[order], top[order])


def _turning(outline: np.ndarray) -> np.ndarray:
    """(k,) where an outline turns; of corners that are one, the first."""
    near = _LINE * max(float(np.ptp(outline, axis=0).max()), 1e-300)
    own = np.sqrt(((outline - np.roll(outline, 1, axis=0)) ** 2).sum(axis=1)) > near
    kept = np.flatnonzero(own)
    found = np.zeros(len(outline), bool)
    if len(kept) < 3:
        return found
    at = outline[kept]
    before, ahead = np.roll(at, 1, axis=0), np.roll(at, -1, axis=0)
    chord = ahead - before
    off = np.abs(chord[:, 0] * (at - before)[:, 1] - chord[:, 1] * (at - before)[:, 0])
    found[kept[off > near * np.sqrt((chord * chord).sum(axis=1))]] = True
    return found
