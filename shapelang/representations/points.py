"""Point clouds: uniform on the surface, drawn by number, so that a longer cloud begins with the shorter one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.arrays import AnyArray, LabelArray, NormalArray, PointArray, ValueArray
from shapelang.assembly.assembly import Assembly
from shapelang.chance.draw import hash64, uniform
from shapelang.diagnostics import UsageError
from shapelang.geometry.mesh import face_vectors
from shapelang.numbers import NUMPY
from shapelang.representations.field import posed_field
from shapelang.representations.surface import SEGMENTS, Flat, flattened

MAX_POINTS: Final = 50_000_000
"""Points of one cloud."""

_STREAM: Final = 0x706F696E7473
"""The key of the draws for points (`points` in ASCII), apart from every choice of a program."""

_TRIANGLE, _FIRST, _SECOND = 0, 1, 2

_HIDDEN: Final = 1e-7
"""Metres inside another leaf from which a point is hidden; parts that only touch do not hide each other."""

_ROUNDS: Final = 64
"""Clouds drawn, at most, until enough points are found that no leaf hides."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """Points on the surface in the assembly's frame: positions and unit normals (n, 3).

    `labels` (n,) counts in `label_names`, `leaf` (n,) in `assembly.leaves()`.
    """

    positions: PointArray
    normals: NormalArray
    labels: LabelArray
    leaf: LabelArray
    label_names: tuple[str, ...]


def sample_points(assembly: Assembly, count: int, seed: int = 0, segments: int = SEGMENTS) -> Points:
    """Points uniform by area on the surfaces of all leaves, also where one leaf stands inside another.

    Point k is a function of the seed and k. Raises UsageError for a count that is negative or above `MAX_POINTS`, and
    for an assembly without leaves when points are asked for.
    """
    flat = _checked(assembly, count, segments)
    return _cloud(flat, _drawn(flat, seed, 0, count))


def sample_outer_points(assembly: Assembly, count: int, seed: int = 0, segments: int = SEGMENTS) -> Points:
    """Points uniform by area on the surface of the union: those of `sample_points` that no other leaf hides.

    Raises UsageError as `sample_points` does, and when hardly anything of the surface is not hidden.
    """
    flat = _checked(assembly, count, segments)
    found = _Drawn(*(np.concatenate(parts) for parts in zip(*_rounds(flat, count, seed), strict=True)))
    if len(found.face) < count:
        raise UsageError(f"found {len(found.face)} of {count} points: other parts hide nearly all of the surface")
    return _cloud(flat, _Drawn(found.face[:count], found.weights[:count]))


def _rounds(flat: Flat, count: int, seed: int) -> Iterator[tuple[AnyArray, AnyArray]]:
    missing = count
    for turn in range(_ROUNDS):
        drawn = _drawn(flat, seed, turn * count, count)
        cloud = _cloud(flat, drawn)
        seen = ~_hidden(flat, cloud)
        yield drawn.face[seen], drawn.weights[seen]
        missing -= int(seen.sum())
        if missing <= 0:
            return


def _hidden(flat: Flat, cloud: Points) -> AnyArray:
    hidden = np.zeros(len(cloud.leaf), np.bool_)
    x, y, z = cloud.positions[:, 0], cloud.positions[:, 1], cloud.positions[:, 2]
    for number, leaf in enumerate(flat.leaves):
        asked = np.flatnonzero(~hidden & (cloud.leaf != number))
        value = posed_field(leaf.geometry, leaf.pose, (x[asked], y[asked], z[asked]))
        hidden[asked[value < -_HIDDEN]] = True
    return hidden


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Drawn:
    """Faces (n,) and barycentric weights (n, 3) of points."""

    face: AnyArray
    weights: AnyArray


def _checked(assembly: Assembly, count: int, segments: int) -> Flat:
    if not 0 <= count <= MAX_POINTS:
        raise UsageError(f"the number of points must be from 0 to {MAX_POINTS}, not {count}")
    flat = flattened(assembly, segments)
    if count > 0 and not len(flat.faces):
        raise UsageError("no points to draw: the assembly has no leaves")
    return flat


def _drawn(flat: Flat, seed: int, first: int, count: int) -> _Drawn:
    """The points with the numbers from `first` on."""
    base = hash64(seed, _STREAM)
    assert isinstance(base, int)
    lanes = np.arange(first, first + count, dtype=np.uint64) + np.uint64(base)
    reach = _face_areas(flat).cumsum()
    total = reach[-1] if len(reach) else 0.0
    face = np.searchsorted(reach, uniform(NUMPY, lanes, _TRIANGLE) * total, side="right")
    # Turk, "Generating random points in triangles", Graphics Gems (1990): the root makes the density even.
    root, second = np.sqrt(uniform(NUMPY, lanes, _FIRST)), uniform(NUMPY, lanes, _SECOND)
    weights = np.stack([1.0 - root, root * (1.0 - second), root * second], axis=1)
    return _Drawn(np.minimum(face, max(0, len(reach) - 1)), weights)


def _face_areas(flat: Flat) -> ValueArray:
    across = face_vectors(flat.positions, flat.faces)
    x, y, z = across[:, 0], across[:, 1], across[:, 2]
    return 0.5 * np.sqrt(x * x + y * y + z * z)


def _cloud(flat: Flat, drawn: _Drawn) -> Points:
    corners = flat.faces[drawn.face]
    a, b, c = (drawn.weights[:, k, None] for k in range(3))

    def mixed(values: AnyArray) -> AnyArray:
        return a * values[corners[:, 0]] + b * values[corners[:, 1]] + c * values[corners[:, 2]]

    normals = mixed(flat.normals)
    x, y, z = normals[:, 0], normals[:, 1], normals[:, 2]
    length = np.sqrt(x * x + y * y + z * z)
    leaf = flat.face_leaf[drawn.face]
    labels = flat.face_labels[drawn.face]
    return Points(mixed(flat.positions), normals / length[:, None], labels, leaf, flat.labels)
