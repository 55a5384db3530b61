"""What touches, by the boxes of leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from grammars.learning.shapes.bodies import Item, Mirrored, Ring, Row, Vector, rotation
from shapelang.assembly.part import Placed
from shapelang.geometry.oriented import Oriented, oriented
from shapelang.geometry.pose import IDENTITY, Pose
from shapelang.metrics.rooted import box_distance

_SQUARE: Final = 1e-6
"""Sine of an angle under which a box is not turned."""


def near(one: Sequence[Oriented], other: Sequence[Oriented], apart: float) -> np.ndarray:
    """(n, m): which boxes of one are nearer than `apart` to which of the other."""
    (a, b), (c, d) = _ends(one), _ends(other)
    gap = np.maximum(np.maximum(a[:, None] - d[None], c[None] - b[:, None]), 0.0)
    found = (gap**2).sum(axis=2) < apart**2
    for i, j in np.argwhere(found).tolist():
        if one[i].turned or other[j].turned:
            found[i, j] = box_distance(one[i], other[j], apart) < apart
    return found


def contact(one: Sequence[Oriented], other: Sequence[Oriented]) -> Vector:
    """(3,): the middle of where the nearest boxes of both meet, or of the gap between them; of equals the largest."""
    (a, b), (c, d) = _ends(one), _ends(other)
    low, high = np.maximum(a[:, None], c[None]), np.minimum(b[:, None], d[None])
    gap = np.linalg.norm(np.maximum(low - high, 0.0), axis=2)
    common = np.prod(np.maximum(high - low, 1e-6), axis=2)
    i, j = divmod(int(np.lexsort((-common.ravel(), np.round(gap, 6).ravel()))[0]), len(other))
    return 0.5 * (low[i, j] + high[i, j])


def distances(points: np.ndarray, boxes: Sequence[Oriented]) -> np.ndarray:
    """(n,): from points (n, 3) to the nearest of some boxes; 0 within one."""
    centres, axes, half = (np.array([getattr(b, name) for b in boxes]) for name in ("centre", "axes", "half"))
    local = np.einsum("bij,nbj->nbi", axes, points[:, None] - centres[None])
    return np.linalg.norm(np.maximum(np.abs(local) - half[None], 0.0), axis=2).min(axis=1)


def together(placed: Placed, apart: float) -> bool:
    """Whether all leaves of a part hang together by boxes that are nearer than `apart`."""
    left = list(_boxes(placed, IDENTITY))
    edge = left[:1]
    left = left[1:]
    while edge and left:
        met = near([edge.pop()], left, apart)[0].tolist()
        edge += [box for box, touches in zip(left, met, strict=True) if touches]
        left = [box for box, touches in zip(left, met, strict=True) if not touches]
    return not left


def leaves_of(item: Item) -> list[Oriented]:
    """The boxes of all leaves of an item and of its copies, in the frame of its body."""
    frame = rotation(item.turns)
    size = item.size
    if isinstance(item.repeats, Row):
        # The item's box is that about all of the row.
        about = item.size - np.abs(item.repeats.span)
        size = np.array(item.arguments[:3]) if item.boxed else np.abs(frame.T) @ about
    own = [_moved(box, frame, np.zeros(3)) for box in _own(item, size)]
    found = [_moved(box, turn, centre) for centre, turn in _stands(item) for box in own]
    for axis in item.mirrored:
        found += [_reflected(box, "xyz".index(axis)) for box in found]
    return found


def image_of(item: Item, planes: Mirrored) -> list[Oriented]:
    """The leaves of an item's image in some planes."""
    found = leaves_of(item)
    for axis in planes:
        found = [_reflected(box, "xyz".index(axis)) for box in found]
    return found


def _boxes(placed: Placed, outer: Pose) -> Iterator[Oriented]:
    pose = placed.pose.then(outer)
    if placed.part.geometry is not None:
        yield oriented((pose, placed.part.box))
    for child in placed.part.children:
        yield from _boxes(child, pose)


def _own(item: Item, size: Vector) -> list[Oriented]:
    """Of one instance, about the middle of its box."""
    if item.body is None or item.body.operator:
        return [_box(np.zeros(3), np.eye(3), 0.5 * size)]
    middle = np.array([0.0, 0.5 * item.body.size[1], 0.0])
    return [_moved(box, np.eye(3), -middle) for inner in item.body.items for box in leaves_of(inner)]


def _stands(item: Item) -> list[tuple[Vector, np.ndarray]]:
    """The middle of each copy but for mirrors, with what it is turned by."""
    match item.repeats:
        case None:
            return [(item.centre, np.eye(3))]
        case Row(count, span):
            return [(item.centre + (k / (count - 1) - 0.5) * span, np.eye(3)) for k in range(count)]
        case Ring(count):
            turns = [_about_y(2.0 * np.pi * k / count) for k in range(count)]
            return [(turn @ item.centre, turn) for turn in turns]


def _about_y(angle: float) -> np.ndarray:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])


def _moved(box: Oriented, turn: np.ndarray, by: Vector) -> Oriented:
    """A box that is turned about the origin, then moved."""
    return _box(turn @ np.array(box.centre) + by, turn @ np.array(box.axes).T, np.array(box.half))


def _reflected(box: Oriented, k: int) -> Oriented:
    sign = np.array([-1.0 if j == k else 1.0 for j in range(3)])
    return _box(np.array(box.centre) * sign, np.array(box.axes).T * sign[:, None], np.array(box.half))


def _box(centre: Vector, axes: np.ndarray, half: Vector) -> Oriented:
    """With its axes as columns (3, 3)."""
    x, y, z = ((a, b, c) for a, b, c in axes.T.tolist())
    off = (x[1], x[2], y[0], y[2], z[0], z[1])
    return Oriented(_vector(centre), (x, y, z), _vector(half), any(abs(sine) > _SQUARE for sine in off))


def _vector(value: np.ndarray) -> tuple[float, float, float]:
    x, y, z = value.tolist()
    return x, y, z


def _ends(boxes: Sequence[Oriented]) -> tuple[np.ndarray, np.ndarray]:
    middles = np.array([box.centre for box in boxes], np.float64)
    reach = np.array([box.reach() for box in boxes], np.float64)
    return middles - reach, middles + reach
