"""What an executed program says of its instances: which are made alike, and which a repetition made of one another.

Nothing is read from the text: a mirror, an array and a loop that make the same instances give the same pairs.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import combinations
from typing import Any, Final, final

import numpy as np

from benchmarks.infer.matching import Counts, Pair
from shapelang.arrays import Float64
from shapelang.assembly.assembly import Leaf
from shapelang.assembly.part import Geometry, Solid
from shapelang.geometry.point_sets import coincident
from shapelang.geometry.pose import EYE, Pose
from shapelang.numbers import FLOAT
from shapelang.primitives.cuboid import Cuboid
from shapelang.representations.labels import label_of

_DIGITS: Final = 6
"""Decimals of metres to which sizes are equal."""

_NEAR: Final = 2e-3
"""Of the diagonal: how near the image of a part must come to another, to be that one."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """Pairs of leaves, smaller number first.

    `alike` have one geometry; of those, `stated` are images of one statement under what repeats it, and `symmetric` are
    mirror images in the plane between them, or half a turn apart about an axis that is parallel to their own.
    """

    alike: frozenset[Pair]
    stated: frozenset[Pair]
    symmetric: frozenset[Pair]


@final
@dataclass(frozen=True, slots=True)
class Related:
    """`said` pairs, `right` ones among them; `true` pairs, `found` ones among them."""

    said: int
    right: int
    true: int
    found: int

    @property
    def f1(self) -> float:
        """Of precision (right of said) and recall (found of true); 1 where there was nothing to say."""
        precision = self.right / self.said if self.said else float(self.true == 0)
        recall = self.found / self.true if self.true else 1.0
        return 2.0 * precision * recall / (precision + recall) if precision + recall else 0.0


def graph_of(leaves: Sequence[Leaf], diagonal: float) -> Graph:
    """The graph of an executed program; `diagonal` in metres."""
    classes: dict[Hashable, list[int]] = {}
    for number, leaf in enumerate(leaves):
        classes.setdefault(_geometry(leaf.geometry, leaf.pose.scale), []).append(number)
    alike = frozenset(pair for members in classes.values() for pair in combinations(members, 2))
    corners = [corners_of(leaf) for leaf in leaves]
    return Graph(
        alike,
        frozenset((i, j) for i, j in alike if label_of(leaves[i].path) == label_of(leaves[j].path)),
        frozenset((i, j) for i, j in alike if _symmetric(corners[i], corners[j], _NEAR * diagonal)),
    )


def alike_counts(true: Graph, said: Graph, matched: Sequence[Pair]) -> Counts:
    """Pairs with one definition: true, said, and both."""
    ours = _translated(said.alike, matched)
    return Counts(len(true.alike), len(said.alike), len(ours & true.alike))


def related_counts(true: Graph, said: Graph, matched: Sequence[Pair]) -> Related:
    """Pairs made by a repetition. What is said is right where the true instances are symmetric, whoever repeats them;
    what is true must be said by a repetition.
    """
    ours = _translated(said.stated, matched)
    right = len(ours & (true.stated | true.symmetric))
    return Related(len(said.stated), right, len(true.stated), len(ours & true.stated))


def corners_of(leaf: Leaf) -> Float64[np.ndarray, "8 3"]:
    """Of the box about its geometry, in the world."""
    low, high = (np.array(v, np.float64) for v in _box(leaf.geometry))
    unit = np.array([(i, j, k) for i in (0, 1) for j in (0, 1) for k in (0, 1)])
    return moved(low + unit * (high - low), leaf.pose)


def moved(points: Float64[np.ndarray, "n 3"], pose: Pose) -> Float64[np.ndarray, "n 3"]:
    """Points after a pose."""
    return pose.scale * points @ np.array(pose.rotation or EYE).reshape(3, 3).T + np.array(pose.offset)


def _box(geometry: Geometry) -> tuple[Float64[np.ndarray, "3"], Float64[np.ndarray, "3"]]:
    if not isinstance(geometry, Solid):
        size = np.array(geometry.size(FLOAT), np.float64)
        return -0.5 * size, 0.5 * size
    unit = np.array([(i, j, k) for i in (0, 1) for j in (0, 1) for k in (0, 1)])
    operands = geometry.operands[:1] if geometry.operator in ("difference", "intersection") else geometry.operands
    found: list[np.ndarray] = []
    for operand in operands:
        low, high = _box(operand.geometry)
        found.append(moved(low + unit * (high - low), operand.pose))
    points = np.concatenate(found)
    return points.min(axis=0), points.max(axis=0)


def _geometry(geometry: Geometry, scale: float) -> Hashable:
    """Equal for geometries that are one but for rounding; a box may lie on any side."""
    match geometry:
        case Solid(operator, blend, operands):
            inner = tuple((_geometry(o.geometry, 1.0), _value(o.pose)) for o in operands)
            return operator, _value(blend * scale), _value(scale), inner
        case Cuboid():
            return "Cuboid", tuple(sorted(round(float(s) * scale, _DIGITS) for s in geometry.size(FLOAT)))
        case _:
            return type(geometry).__name__, _value(scale), _fields(geometry)


def _fields(value: Any) -> tuple[Hashable, ...]:
    return tuple(_value(getattr(value, field.name)) for field in fields(value))


def _value(value: Any) -> Hashable:
    match value:
        case float() | int():
            return round(float(value), _DIGITS) + 0.0
        case tuple() | list():
            return tuple(_value(v) for v in value)
        case Pose():
            return _value(value.rotation or EYE), _value(value.offset), _value(value.scale)
        case _:
            return value


def _translated(pairs: frozenset[Pair], matched: Sequence[Pair]) -> frozenset[Pair]:
    """Pairs of said parts by the numbers of the true parts that they are matched with; others are left out."""
    true: Mapping[int, int] = {j: i for i, j in matched}
    known = [(true[a], true[b]) for a, b in pairs if a in true and b in true]
    return frozenset((min(pair), max(pair)) for pair in known)


def _symmetric(a: np.ndarray, b: np.ndarray, near: float) -> bool:
    """Whether one box is the image of the other in the plane between them, or half a turn about their middle."""
    middle_a, middle_b = a.mean(axis=0), b.mean(axis=0)
    apart = middle_b - middle_a
    length = float(np.sqrt((apart**2).sum()))
    if length < near:
        return True
    middle = 0.5 * (middle_a + middle_b)
    normal = apart / length
    if coincident(a - 2.0 * ((a - middle) @ normal)[:, None] * normal, b, near):
        return True
    edges = [a[4] - a[0], a[2] - a[0], a[1] - a[0]]
    axes = [e / max(float(np.sqrt((e**2).sum())), 1e-300) for e in edges]
    return any(coincident(2.0 * middle - a + 2.0 * ((a - middle) @ u)[:, None] * u, b, near) for u in axes)
