"""What stands so far while a program is told: the parts, the statements, and where the cuboids are."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from typing import Final, final

import numpy as np

from grammars.programs.program import BOX, FACES, SHARE, Attach, Part, Reflect, Squeeze, Statement, Translate, Triple
from grammars.programs.standing import LOOSE, SOLID, Cuboids, Look, Standing, Things, joined, misfit
from shapelang.io.read.shapeassembly_aligned import settle
from shapelang.io.read.shapeassembly_poses import Posed, attach
from shapelang.io.read.shapeassembly_text import Attach as Meeting
from shapelang.io.read.shapeassembly_text import Point, squeezed

REACHES: Final = 0.02
"""Of the diagonal of an assembly's box: what is nearer to a face of it reaches that face."""

NEAR: Final = 0.01
"""Boxes that are no further apart than this touch, metres."""


@final
class Stage:
    """One assembly that is being told, within the one `above` as its part `index`.

    `pending`: numbers of the triple or statement that is being told. `verb`, `moved`, `target`, `second`, `face`,
    `axis`, `point` are of the statement that is being told, as far as it is. `low` and `high`: the corners of what
    the cuboids take, along the axes of the assembly, metres; `near`: pairs of posed parts that touch, and are not
    attached to one another.
    """

    __slots__ = (
        "above", "around", "axis", "children", "cuboids", "depth", "face", "faces", "high", "index", "inner",
        "looked", "low", "meetings", "mended", "moved", "near", "parts", "pending", "point", "posed", "repeated",
        "second", "size", "standing", "statements", "target", "touched", "verb",
    )  # fmt: skip

    def __init__(self, size: Triple, above: Stage | None, index: int) -> None:
        self.size, self.above, self.index = size, above, index
        self.depth: int = 0 if above is None else above.depth + 1
        self.parts: list[Part] = []
        self.inner: list[bool] = []
        self.statements: list[Statement] = []
        self.pending: list[int] = []
        self.cuboids: dict[int, Posed] = {BOX: Posed(np.array(size, dtype=np.float64) / SHARE, True, fixed=True)}
        self.posed: list[int] = []
        self.touched: list[tuple[int, int]] = []
        self.verb = self.moved = self.target = self.second = self.face = self.axis = 0
        self.point: Triple = (0, 0, 0)
        self.children: list[Stage] = []
        self.repeated: list[int] = []
        self.meetings: list[Meeting] = []
        self.standing: Standing | None = None
        self.looked: tuple[int, Look] | None = None
        self.around: tuple[int, Things] | None = None
        self.faces: tuple[int, tuple[int, int, int]] | None = None
        self.mended: tuple[int, Sequence[Attach | Reflect] | None] | None = None
        self.near: set[tuple[int, int]] = set()
        self.low: dict[int, list[float]] = {BOX: [-0.5 * s / SHARE for s in size]}
        self.high: dict[int, list[float]] = {BOX: [0.5 * s / SHARE for s in size]}
        if above is not None:
            above.children.append(self)

    def withdraw(self) -> None:
        """It is told again: forget it."""
        if self.above is not None:
            self.above.children.remove(self)

    def begin(self, inner: bool) -> None:
        """Another part is being told."""
        self.inner.append(inner)

    def add(self, part: Part) -> None:
        """It is told."""
        self.cuboids[len(self.parts)] = _standing(part.size, part.aligned)
        self.parts.append(part)

    def open(self, verb: int) -> None:
        """Another statement is being told."""
        self.verb = verb
        self.moved = self.target = self.second = BOX
        self.face = self.axis = 0
        self.point = (0, 0, 0)

    def state(self, statement: Statement) -> None:
        """It is told: what it moves is moved."""
        self.statements.append(statement)
        match statement:
            case Attach(moved, target, point, place):
                self._attach(moved, target, _shares(point), _shares(place))
            case Squeeze(moved, first, second, face, u, v):
                names = ("m", "bbox" if first == BOX else "1", "bbox" if second == BOX else "2")
                ends = squeezed(*names, FACES[face], u / SHARE, v / SHARE)
                for end, target in zip(ends, (first, second), strict=True):
                    self._attach(moved, target, end.point, end.place)
            case Reflect() | Translate():
                self.repeated.append(statement.moved)

    def after(self, statement: Statement | None) -> Stage:
        """As it would be were the assembly told with one more statement, or as it is. This one stays."""
        then = self._copy()
        if statement is not None:
            then.state(statement)
        then.settle()
        return then

    def repeating(self, statement: Reflect | Translate) -> Stage:
        """As it would be with one more copy, its cuboids where they are: what is settled stays so."""
        then = self._copy()
        then.state(statement)
        return then

    def _copy(self) -> Stage:
        then = copy(self)
        for name in ("parts", "statements", "posed", "touched", "repeated", "meetings", "near", "low", "high"):
            setattr(then, name, copy(getattr(self, name)))
        then.looked = then.around = then.faces = then.mended = None
        then.cuboids = {k: _copied(cuboid) for k, cuboid in self.cuboids.items()}
        return then

    def settle(self) -> None:
        """All statements are told: what attachments of aligned cuboids miss is shared."""
        settle({str(k): c for k, c in self.cuboids.items()}, self.meetings, float(np.linalg.norm(self.size)) / SHARE)
        self.looked = None

    def finish(self) -> None:
        """All within is told too."""
        if self.above is not None:
            here, own = self.in_world(), self.own()
            self.above.in_world().fill(self.index, joined(here.world(own, k) for k in own.parts))

    def stands(self) -> bool:
        """Whether all parts are posed and reach the ground, and so does what is around, as it would were this solid;
        and whether all hang together as they would then, the ground aside, and no more of it tips over.
        """
        return len(self.posed) == len(self.parts) and self.look() == SOLID

    def fills(self) -> bool:
        """Whether the box about the parts is that of the assembly, nearly."""
        return misfit(self.own(), np.array(self.size) / SHARE) < LOOSE

    def look(self) -> Look:
        """What hangs as the statements stand."""
        if self.looked is None or self.looked[0] != len(self.statements):
            self.looked = (len(self.statements), self.in_world().look(self.own()))
        return self.looked[1]

    def things(self) -> Things:
        """What a part may come to touch as the statements stand."""
        if self.around is None or self.around[0] != len(self.statements):
            self.around = (len(self.statements), self.in_world().things(self.own()))
        return self.around[1]

    def whole(self) -> float:
        """The diagonal of the outermost box, metres."""
        return float(np.linalg.norm(self.size)) / SHARE if self.above is None else self.above.whole()

    def taken(self) -> tuple[list[float], list[float]]:
        """The corners of what the posed parts and their copies take, along the axes of the assembly, metres."""
        low, high = [np.inf] * 3, [-np.inf] * 3
        for part in self.posed:
            below, above = list(self.low[part]), list(self.high[part])
            for statement in self.statements:
                match statement:
                    case Reflect(moved, axis) if moved == part:
                        below[axis], above[axis] = min(below[axis], -above[axis]), max(above[axis], -below[axis])
                    case Translate(moved, axis, _, share) if moved == part:
                        above[axis] += self.size[axis] * share / SHARE**2
                    case _:
                        pass
            low, high = list(map(min, low, below)), list(map(max, high, above))
        return low, high

    def loose(self) -> float:
        """How far from a face of the box still reaches it, metres."""
        return REACHES * float(np.linalg.norm(self.size)) / SHARE

    def reaching(self) -> tuple[int, int, int]:
        """Which faces of the box are reached by posed parts and copies, by axis: 0 none, 1 lower, 2 upper, 3 both."""
        if self.faces is None or self.faces[0] != len(self.statements):
            (low, high), off = self.taken(), self.loose()
            half = [0.5 * s / SHARE for s in self.size]
            x, y, z = (int(low[k] < off - half[k]) + 2 * int(high[k] > half[k] - off) for k in range(3))
            self.faces = (len(self.statements), (x, y, z))
        return self.faces[1]

    def own(self) -> Cuboids:
        """The cuboids that are posed."""
        return Cuboids(self.cuboids, self.posed, self.statements)

    def in_world(self) -> Standing:
        """Where this is in the world; the assembly above is told."""
        if self.standing is None:
            above = self.above
            size = np.array(self.size) / SHARE
            self.standing = (
                Standing(size, None, None, 0)
                if above is None
                else Standing(size, above.in_world(), above.own(), self.index)
            )
        return self.standing

    def _attach(self, moved: int, target: int, point: Point, place: Point) -> None:
        attach(self.cuboids[moved], self.cuboids[target], point, place)
        self.meetings.append(Meeting(str(moved), str(target), point, place))
        self._met(moved, target)

    def _met(self, moved: int, target: int) -> None:
        if moved not in self.posed:
            self.posed.append(moved)
        self.touched.append((moved, target))
        cuboid = self.cuboids[moved]
        reach = 0.5 * (np.abs(cuboid.frame) * cuboid.size).sum(axis=1)
        self.low[moved] = (cuboid.centre - reach).tolist()
        self.high[moved] = (cuboid.centre + reach).tolist()
        self.near = {pair for pair in self.near if moved not in pair}
        for other in self.posed:
            pair = (min(moved, other), max(moved, other))
            if other != moved and self.gap(moved, other) < NEAR and not self._attached(*pair):
                self.near.add(pair)

    def _attached(self, a: int, b: int) -> bool:
        return (a, b) in self.touched or (b, a) in self.touched

    def gap(self, a: int, b: int) -> float:
        """Metres between the boxes of two posed parts along the axis that parts them most; negative where they meet."""
        low, high = self.low, self.high
        return max(max(low[a][k] - high[b][k], low[b][k] - high[a][k]) for k in range(3))


def _standing(size: Triple, aligned: bool) -> Posed:
    return Posed(np.array(size, dtype=np.float64) / SHARE, aligned)


def _copied(cuboid: Posed) -> Posed:
    return replace(cuboid, size=cuboid.size.copy(), centre=cuboid.centre.copy(), meets=list(cuboid.meets))


def _shares(triple: Triple) -> tuple[float, float, float]:
    return triple[0] / SHARE, triple[1] / SHARE, triple[2] / SHARE
