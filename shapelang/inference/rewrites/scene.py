"""What a program makes, as points: two programs are one where these are, within a distance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from shapelang.assembly.part import Geometry, Solid
from shapelang.diagnostics import ProgramError
from shapelang.execution.simulate import simulate
from shapelang.geometry.pose import EYE, Pose
from shapelang.inference.symmetry.operands import operands
from shapelang.numbers import FLOAT
from shapelang.primitives.lathe import Lathe
from shapelang.primitives.prism import Prism
from shapelang.semantics.check import check_text
from shapelang.syntax import tree
from shapelang.syntax.printer import print_module


@final
@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """A terminal where it stands: `word` is its kind, its material and what is no length; points (k, 3), metres."""

    word: str
    points: np.ndarray


@final
@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Terminals in no order."""

    marks: tuple[Mark, ...]

    def moved(self, by: np.ndarray) -> Scene:
        """All of it moved by (3,) metres."""
        return Scene(tuple(Mark(m.word, m.points + by) for m in self.marks))

    def reflected(self, axis: int) -> Scene:
        """Its image in the plane through the origin across an axis."""
        factor = np.ones(3)
        factor[axis] = -1.0
        return Scene(tuple(Mark(m.word, m.points * factor) for m in self.marks))

    def __add__(self, other: Scene) -> Scene:
        """Both."""
        return Scene((*self.marks, *other.marks))

    @property
    def centre(self) -> np.ndarray:
        """(3,) the mean of the terminals' middles."""
        return np.mean([m.points.mean(axis=0) for m in self.marks], axis=0)

    @property
    def words(self) -> tuple[tuple[str, int], ...]:
        """How many terminals there are of each word: different in scenes that are not one, and the same if moved."""
        return tuple(sorted(Counter(f"{m.word} {len(m.points)}" for m in self.marks).items()))


def one(a: Scene, b: Scene, near: float) -> bool:
    """Whether each terminal of `a` is one of `b`, one to one, point by point within `near` metres."""
    if len(a.marks) != len(b.marks) or a.words != b.words:
        return False
    middles = np.array([m.points.mean(axis=0) for m in b.marks])
    free = np.ones(len(middles), bool)
    for mark in a.marks:
        apart = np.abs(middles - mark.points.mean(axis=0)).max(axis=1)
        close = np.flatnonzero((apart <= near) & free)
        found = next((k for k in close if _same(mark, b.marks[k], near)), None)
        if found is None:
            return False
        free[found] = False
    return True


def _same(a: Mark, b: Mark, near: float) -> bool:
    if a.word != b.word or len(a.points) != len(b.points):
        return False
    apart = np.abs(a.points[:, None] - b.points[None]).max(axis=2)
    return bool((apart.min(axis=0) <= near).all() and (apart.min(axis=1) <= near).all())


def scene_of(module: tree.Module) -> Scene | None:
    """What a program makes; None where it is no program."""
    try:
        assembly = simulate(check_text(print_module(module), "<inferred>")).assembly
    except ProgramError:
        return None
    return Scene(tuple(m for x in assembly.leaves() for m in _marks(x.geometry, [x.pose], str(x.material))))


def _marks(geometry: Geometry, poses: Sequence[Pose], word: str) -> Iterator[Mark]:
    """Poses go from the inside out; what an operand is taken for is a part of its word."""
    if isinstance(geometry, Solid):
        for number, operand in enumerate(operands(geometry)):
            role = f"{geometry.operator} {geometry.blend} {number == 0 and geometry.operator == 'difference'} {word}"
            yield from _marks(operand.geometry, [operand.pose, *poses], role)
        return
    points = _points(geometry)
    for pose in poses:
        points = pose.scale * points @ np.array(pose.rotation or EYE).reshape(3, 3).T + np.array(pose.offset)
    others = [getattr(geometry, s.name) for s in geometry.slots if s.type not in ("length", "points")]
    yield Mark(f"{geometry.kind} {others} {word}", points)


def _points(geometry: Geometry) -> np.ndarray:
    """(k, 3) points of a terminal that say what it is and how it is turned."""
    assert not isinstance(geometry, Solid), "a solid is told by its operands"
    size = np.array(geometry.size(FLOAT), np.float64)
    match geometry:
        case Prism():
            ends = ((-0.5 * size[1], 1.0), (0.5 * size[1], float(geometry.taper)))
            outline, (a, b) = geometry.section(FLOAT)
            return np.array([(a + x * s, y, b + z * s) for x, z in outline for y, s in ends])
        case Lathe():
            outline = geometry.outline(FLOAT)
            return np.array([(r * i, y, r * j) for r, y in outline for i, j in ((1, 0), (-1, 0), (0, 1), (0, -1))])
        case _:
            corners = np.array([(i, j, k) for i in (-0.5, 0.5) for j in (-0.5, 0.5) for k in (-0.5, 0.5)]) * size
            top = getattr(geometry, "top_radius", None)
            head = [] if top is None else [(top, 0.5 * size[1], 0.0), (-top, 0.5 * size[1], 0.0)]
            return np.array([*corners, *head])
