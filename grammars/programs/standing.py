"""What of a shape reaches the ground while its program is told: boxes where the world has them, and what links them.

Assemblies that are not told yet are solid. So whether one may end as it stands is known when it ends, and a shape is
rooted if each of its assemblies left it so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from grammars.programs.program import Reflect, Statement, Translate
from shapelang.arrays import AnyArray
from shapelang.io.read.shapeassembly_posed import Posed

NEAR: Final = 0.02
"""Of the diagonal of the shape's box: boxes that are nearer are adjacent (Jones et al., 2020, section 7.3)."""

FEET: Final = 0.01
"""Of the diagonal of the shape's box: how far within the outline of its feet the centre of mass of a body has to be."""

LOOSE: Final = 0.05
"""Of the diagonal: what the parts of an assembly may stick out of its box, or leave of it, and still fill it."""

MOST_COPIES: Final = 128
"""Of one assembly that are looked at."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """(n, 3, 3) axes as columns (a mirrored one is left-handed) and (n, 3) origins: the copies of an assembly."""

    axes: AnyArray
    origins: AnyArray

    def within(self, other: Frames) -> Frames:
        """These frames of each of the others, in the world."""
        if other is WORLD:
            return Frames(self.axes[:MOST_COPIES], self.origins[:MOST_COPIES])
        axes = np.einsum("mij,njk->mnik", other.axes, self.axes).reshape(-1, 3, 3)
        origins = np.einsum("mij,nj->mni", other.axes, self.origins) + other.origins[:, None]
        return Frames(axes[:MOST_COPIES], origins.reshape(-1, 3)[:MOST_COPIES])


@final
@dataclass(frozen=True, slots=True, eq=False)
class Boxes:
    """(n, 3) centres, (n, 3, 3) axes as rows, (n, 3) half extents, metres, in the world."""

    centres: AnyArray
    axes: AnyArray
    halves: AnyArray


@final
@dataclass(frozen=True, slots=True, eq=False)
class Cuboids:
    """Those of an assembly that are posed (`parts`), and the statements that copy them."""

    posed: Mapping[int, Posed]
    parts: Sequence[int]
    statements: Sequence[Statement]


_FAR: Final = 1e6
"""Metres."""

_UPRIGHT: Final = 0.99

WORLD: Final = Frames(np.eye(3)[None], np.zeros((1, 3)))

NOTHING: Final = Boxes(np.zeros((0, 3)), np.zeros((0, 3, 3)), np.zeros((0, 3)))


def joined(some: Iterable[Boxes]) -> Boxes:
    """All of them, one after the other."""
    found = list(some)
    if not found:
        return NOTHING
    return Boxes(
        np.concatenate([b.centres for b in found]),
        np.concatenate([b.axes for b in found]),
        np.concatenate([b.halves for b in found]),
    )


def copies(cuboid: Posed, stretch: AnyArray, box: AnyArray, statements: Sequence[Statement], part: int) -> Frames:
    """Where a part and its copies are in its assembly, whose box has extents `box`, stretched by `stretch`."""
    axes, origins = cuboid.frame[None], (cuboid.centre * stretch)[None]
    for statement in statements:
        match statement:
            case Reflect(moved, axis) if moved == part:
                mirror = np.ones(3)
                mirror[axis] = -1.0
                axes = np.concatenate([axes, mirror[:, None] * axes])
                origins = np.concatenate([origins, mirror * origins])[:MOST_COPIES]
                axes = axes[:MOST_COPIES]
            case Translate(moved, axis, count, share) if moved == part:
                steps = np.zeros((count + 1, 1, 3))
                steps[:, 0, axis] = np.arange(count + 1) * (box[axis] * share / 1000 / max(count, 1))
                origins = (origins + steps).reshape(-1, 3)[:MOST_COPIES]
                axes = np.tile(axes, (count + 1, 1, 1))[:MOST_COPIES]
            case _:
                pass
    return Frames(axes, origins)


def solid(frames: Frames, size: AnyArray) -> Boxes:
    """A cuboid of that size in each frame."""
    half = np.broadcast_to(0.5 * size, frames.origins.shape)
    return Boxes(frames.origins, np.swapaxes(frames.axes, 1, 2), half)


def misfit(own: Cuboids, size: AnyArray) -> float:
    """How far the box about the posed parts and their copies is from an assembly's own box of that size, at the face
    where it is furthest off, as a share of the diagonal.
    """
    frames = [copies(own.posed[k], np.ones(3), size, own.statements, k) for k in own.parts]
    if not frames:
        return 1.0
    halves = np.concatenate([0.5 * np.abs(f.axes) @ own.posed[k].size for k, f in zip(own.parts, frames, strict=True)])
    centres = np.concatenate([f.origins for f in frames])
    low, high = (centres - halves).min(axis=0), (centres + halves).max(axis=0)
    return float(max(np.abs(low + 0.5 * size).max(), np.abs(high - 0.5 * size).max()) / np.linalg.norm(size))


@final
@dataclass(frozen=True, slots=True)
class Look:
    """What does not reach the ground: parts that are posed, and how many groups of what is around, beyond those that
    would not if the assembly were solid. `apart`: how many more bodies there are, linked by more than the ground;
    `tips`: how many more of them tip over.
    """

    parts: frozenset[int]
    around: int
    apart: int
    tips: int


SOLID: Final = Look(frozenset(), 0, 0, 0)
"""Of an assembly that stands as it would were it solid."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """Which of some boxes do not reach the ground, how many groups of what is around, how many bodies there are in all,
    and how many of these tip over.
    """

    hung: AnyArray
    around: int
    bodies: int
    tips: int


@final
@dataclass(frozen=True, slots=True, eq=False)
class Things:
    """(n, 3) corners of boxes about what there is, along the axes of an assembly, metres; of which kind each is (1
    reaches the ground, 2 hangs, 4 is the ground), and which part each belongs to (`owners`), -2 for what is not of the
    assembly.
    """

    low: AnyArray
    high: AnyArray
    kinds: AnyArray
    owners: AnyArray


@final
class Standing:
    """An assembly that is being told, in the world: its copies, and what is around it."""

    __slots__ = ("_box", "_frames", "_ground", "_outside", "_solid", "_stretch", "_told")

    def __init__(self, size: AnyArray, above: Standing | None, own: Cuboids | None, index: int) -> None:
        """`size`: of its box as it is told, metres; `own`: the cuboids of the one `above`, in which it is `index`."""
        self._told: dict[int, Boxes] = {}
        if above is None or own is None:
            self._frames, self._stretch, self._outside = WORLD, np.ones(3), NOTHING
        else:
            self._frames = above.frames(own, index)
            self._stretch = own.posed[index].size * above._stretch / size
            others = (above.world(own, k) for k in own.parts if k != index)
            self._outside = joined([above._outside, *others])
        self._box = size * self._stretch
        self._ground = self._ground_box()
        self._solid = self._seen(solid(self._frames, self._box))

    def _seen(self, boxes: Boxes) -> _Seen:
        """What there is of some boxes of the assembly with what is around."""
        from grammars.programs.balance import tipping
        from grammars.programs.contact import linked

        all_boxes = joined([self._outside, boxes])
        bodies, groups = linked(all_boxes.centres, all_boxes.axes, all_boxes.halves, NEAR)
        outside = len(self._outside.centres)
        hung = groups[:-1] != groups[-1]
        tips = tipping(bodies, all_boxes.centres, all_boxes.axes, all_boxes.halves, FEET)
        around = len(np.unique(groups[:outside][hung[:outside]]))
        return _Seen(hung[outside:], around, len(np.unique(bodies)), tips)

    def frames(self, own: Cuboids, part: int) -> Frames:
        """Where a part and its copies are in the world."""
        return copies(own.posed[part], self._stretch, self._box, own.statements, part).within(self._frames)

    def world(self, own: Cuboids, part: int) -> Boxes:
        """What a part takes, with its copies: its own parts where they are told."""
        told = self._told.get(part)
        return solid(self.frames(own, part), own.posed[part].size * self._stretch) if told is None else told

    def fill(self, part: int, boxes: Boxes) -> None:
        """A part is told wholly."""
        self._told[part] = boxes

    def things(self, own: Cuboids) -> Things:
        """What there is, around the first copy of the assembly; the ground too, where that is upright."""
        from grammars.programs.contact import linked

        each = [self.world(own, k) for k in own.parts]
        boxes = joined([self._outside, *each])
        _, groups = linked(boxes.centres, boxes.axes, boxes.halves, NEAR)
        owners = [-2] * len(self._outside.centres)
        for k, part in zip(own.parts, each, strict=True):
            owners += [k] * len(part.centres)
        turn = self._frames.axes[0]
        centres = (boxes.centres - self._frames.origins[0]) @ turn / self._stretch
        reach = np.einsum("nkd,nk->nd", np.abs(boxes.axes @ turn), boxes.halves) / self._stretch
        low, high = np.vstack([centres - reach, self._ground[0]]), np.vstack([centres + reach, self._ground[1]])
        kinds = np.append(np.where(groups[:-1] == groups[-1], 1, 2), 4)
        return Things(low, high, kinds, np.array([*owners, -2]))

    def _ground_box(self) -> tuple[AnyArray, AnyArray]:
        """Corners of the ground along the axes of the first copy; far away where that is not upright."""
        boxes = joined([self._outside, solid(self._frames, self._box)])
        lowest = (boxes.centres[:, 1] - np.einsum("nk,nk->n", np.abs(boxes.axes[:, :, 1]), boxes.halves)).min()
        up = self._frames.axes[0][1, 1]
        level = (lowest - self._frames.origins[0][1]) / self._stretch[1]
        low, high = np.full(3, -_FAR), np.full(3, _FAR)
        if up > _UPRIGHT:
            high[1] = level
        elif up < -_UPRIGHT:
            low[1] = -level
        else:
            low[:] = _FAR
        return low, high

    def look(self, own: Cuboids) -> Look:
        """What hangs as the statements stand. Where even the solid assembly would, its parts are not told of."""
        each = [self.world(own, k) for k in own.parts]
        owner = np.repeat(np.array(own.parts, dtype=np.int64), [len(b.centres) for b in each])
        seen, alone = self._seen(joined(each)), self._solid
        parts = frozenset[int]() if alone.hung.any() else frozenset[int](owner[seen.hung].tolist())
        more = max(seen.around - alone.around, 0), max(seen.bodies - alone.bodies, 0), max(seen.tips - alone.tips, 0)
        return Look(parts, *more)
