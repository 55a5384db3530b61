"""Pieces of a mesh that are there in great number at even steps: bricks, studs, seats. One of them is looked at.

What is closed, and equal up to a shift with its faces in the same order, as copies of a modeller are, is put into full
lattices of one to three axes before bodies are looked for, so that thousands of pieces cost as much as one. What is
open may be a part of what it touches, and what looks inward a hole of it: these stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import prod
from typing import Final, TypeAlias, final

import numpy as np

from shapelang.inference.sampling.rims import signed_volume
from shapelang.metrics.connected import connected
from shapelang.metrics.inside import is_closed
from shapelang.metrics.triangles import Triangles, triangles

_MANY: Final = 80
"""Equal pieces from which on they are no longer looked at one by one; fewer are searched for patterns of all kinds."""

_FACES: Final = 4
"""Of a piece."""

_KINDS: Final = 16
"""Sets of equal pieces that are looked for among those of as many faces."""

_IMAGES: Final = 100_000
"""Of all lattices: a program may make twice as many."""

_LEAST: Final = 8
"""Pieces of a lattice."""

_ALONE: Final = 64
"""Pieces that begin no lattice, after which no more are tried: what lies at random has none."""

_SAME: Final = 1e-4
"""Of a piece's diagonal: how far corners of equal ones may differ."""

_EVEN: Final = 1e-3
"""Of a piece's diagonal: how far one may stand off its place in a lattice."""

_EQUAL: Final = 1e-9
"""Of the diagonal: corners that are one."""

Cell: TypeAlias = tuple[int, int, int]


@final
@dataclass(frozen=True, slots=True)
class Lattice:
    """`counts` of images along each of one to three `steps`; the first stands where the piece itself does."""

    counts: tuple[int, ...]
    steps: tuple[tuple[float, float, float], ...]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Thinned:
    """Groups of a mesh in which one piece of each lattice is left, a group of its own at the end; `lattices`: for each
    of those the number of the group that it was of, and how it is repeated.
    """

    groups: list[Triangles]
    lattices: tuple[tuple[int, Lattice], ...] = ()


def without_lattices(groups: Sequence[Triangles], diagonal: float, late: Callable[[], bool]) -> Thinned:
    """The groups of a mesh, of which lattices of pieces are one piece each; when it is `late`, as they are."""
    rest: list[Triangles] = []
    seeds: list[Triangles] = []
    lattices: list[tuple[int, Lattice]] = []
    for number, group in enumerate(groups):
        kept = np.ones(len(group.faces), bool)
        for faces, members, lattice in _lattices(group, diagonal, late):
            if sum(prod(one.counts) for _, one in lattices) + prod(lattice.counts) > _IMAGES:
                break
            kept[members.reshape(-1)] = False
            seeds.append(_only(group, group.faces[faces]))
            lattices.append((number, lattice))
        rest.append(group if kept.all() else _only(group, group.faces[kept]))
    return Thinned([*rest, *seeds], tuple(lattices))


def _only(mesh: Triangles, faces: np.ndarray) -> Triangles:
    used, local = np.unique(faces, return_inverse=True)
    return triangles(mesh.positions[used], local.reshape(-1, 3))


def _lattices(
    mesh: Triangles, diagonal: float, late: Callable[[], bool]
) -> Iterator[tuple[np.ndarray, np.ndarray, Lattice]]:
    """Of each lattice the faces (f,) of its first piece, those of all (k, f), and how it is repeated."""
    if len(mesh.faces) < _MANY * _FACES:
        return
    for pieces in _sets(mesh, diagonal, late):
        corners = mesh.corners[pieces].reshape(len(pieces), -1, 3)
        low = corners.min(axis=1)
        extent = float(np.linalg.norm(corners[0].max(axis=0) - low[0]))
        for members, lattice in _boxes(low, _EVEN * extent, late):
            yield pieces[members[0]], pieces[members], lattice


def _sets(mesh: Triangles, diagonal: float, late: Callable[[], bool]) -> Iterator[np.ndarray]:
    """(k, f) the faces of many pieces each that are equal up to a shift."""
    piece = _pieces(mesh, diagonal)
    count = np.bincount(piece)
    order = np.argsort(piece, kind="stable")
    starts = np.cumsum(count) - count
    for size, many in zip(*np.unique(count, return_counts=True), strict=True):
        if size < _FACES or many <= _MANY:
            continue
        faces = order[starts[count == size][:, None] + np.arange(size)]
        shape = mesh.corners[faces].reshape(len(faces), -1, 3)
        shape = shape - shape.min(axis=1, keepdims=True)
        left = np.arange(len(faces))
        for _ in range(_KINDS):
            if len(left) <= _MANY or late():
                break
            head = shape[left[0]]
            equal = np.abs(shape[left] - head).max(axis=(1, 2)) < _SAME * float(np.linalg.norm(head.max(axis=0)))
            if int(equal.sum()) > _MANY and _is_solid(_only(mesh, mesh.faces[faces[left[0]]])):
                yield faces[left[equal]]
            left = left[~equal]


def _is_solid(piece: Triangles) -> bool:
    """Whether a piece is closed and turned outward."""
    return is_closed(piece) and signed_volume(piece) > 0.0


def _pieces(mesh: Triangles, diagonal: float) -> np.ndarray:
    """(f,) the number of the connected piece that each face is of, by equal corners."""
    lattice = np.round(mesh.positions / (_EQUAL * diagonal)).astype(np.int64)
    rows = np.ascontiguousarray(lattice).view(np.dtype((np.void, lattice.dtype.itemsize * 3))).reshape(-1)
    point = np.unique(rows, return_inverse=True)[1].reshape(-1)
    a, b, c = point[mesh.faces].T
    return np.unique(connected(len(point), np.r_[a, a], np.r_[b, c])[a], return_inverse=True)[1].reshape(-1)


def _boxes(places: np.ndarray, near: float, late: Callable[[], bool]) -> Iterator[tuple[np.ndarray, Lattice]]:
    """Full lattices among places (n, 3), the members (k,) of each from its low corner on."""
    levels = [_levels(places[:, axis], near) for axis in range(3)]
    cells = [tuple(cell) for cell in np.stack([number for number, _ in levels], axis=1).tolist()]
    free: dict[Cell, int] = {(i, j, k): number for number, (i, j, k) in enumerate(cells)}
    values = [value for _, value in levels]
    alone = 0
    for start in sorted(free):
        if start not in free:
            continue
        if alone > _ALONE or late():
            return
        grown = max(
            (_grown(start, axes, free, values, near) for axes in permutations(range(3))), key=lambda g: len(g[0])
        )
        if len(grown[0]) < _LEAST or not _is_even(places[[free[cell] for cell in grown[0]]], grown[1], near):
            alone += 1
            continue
        yield np.array([free.pop(cell) for cell in grown[0]]), grown[1]


def _is_even(places: np.ndarray, lattice: Lattice, near: float) -> bool:
    """Whether members (n, 3), in the order in which they were found, stand where their lattice has them."""
    wanted = places[:1]
    for count, step in zip(lattice.counts, lattice.steps, strict=True):
        wanted = np.concatenate([wanted + k * np.array(step) for k in range(count)])
    return float(np.abs(places - wanted).max()) < near


def _levels(values: np.ndarray, near: float) -> tuple[np.ndarray, np.ndarray]:
    """Which level each value (n,) is of, and the levels (m,) from below."""
    order = np.argsort(values, kind="stable")
    number = np.zeros(len(values), np.int64)
    number[order] = np.cumsum(np.diff(values[order], prepend=values[order[0]]) > near)
    return number, np.bincount(number, values) / np.bincount(number)


def _grown(
    start: Cell, axes: Sequence[int], free: dict[Cell, int], values: Sequence[np.ndarray], near: float
) -> tuple[list[Cell], Lattice]:
    """The lattice from a cell on that goes as far as it can along each axis in turn, all of whose cells are free."""
    cells, counts, steps = [start], list[int](), list[tuple[float, float, float]]()
    for axis in axes:
        row = _row(start, axis, free, values[axis], near)
        layers = [cells]
        for level in row[1:]:
            layer = [_moved(cell, axis, level) for cell in cells]
            if not all(cell in free for cell in layer):
                break
            layers.append(layer)
        if len(layers) > 1:
            along = (values[axis][row[len(layers) - 1]] - values[axis][row[0]]) / (len(layers) - 1)
            x, y, z = (np.eye(3)[axis] * along).tolist()
            counts.append(len(layers))
            steps.append((x, y, z))
            cells = [cell for layer in layers for cell in layer]
    return cells, Lattice(tuple(counts), tuple(steps))


def _moved(cell: Cell, axis: int, level: int) -> Cell:
    i, j, k = (level if a == axis else own for a, own in enumerate(cell))
    return i, j, k


def _row(start: Cell, axis: int, free: dict[Cell, int], values: np.ndarray, near: float) -> list[int]:
    """The levels at even steps of the free cells from a cell along an axis."""

    def is_free(level: int) -> bool:
        return _moved(start, axis, level) in free

    row = [start[axis]]
    following = next((level for level in range(start[axis] + 1, len(values)) if is_free(level)), None)
    while following is not None:
        row.append(following)
        step = (values[row[-1]] - values[row[0]]) / (len(row) - 1)
        level = int(np.abs(values - (values[row[-1]] + step)).argmin())
        following = level if abs(values[level] - values[row[-1]] - step) < near and is_free(level) else None
    return row
