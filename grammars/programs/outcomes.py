"""What comes of a number before it is told: its values are divided into runs, each with an outcome.

A model decides the outcome first and then a value that has it. So the walk knows its box: that a part would stick out
of it, reach a face that nothing reaches, touch what stands, or contradict an earlier attachment is a choice of its
own, with contexts of its own, however the numbers that lead there are distributed.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Final, TypeAlias, final

import numpy as np

from grammars.programs.contexts import Tuple, looks, proportions, role, spanned
from grammars.programs.faults import FAULTS
from grammars.programs.mending import mending_values
from grammars.programs.program import BOX, FACES, LONGEST, SHARE
from grammars.programs.stage import Stage
from grammars.programs.standing import NEAR
from grammars.programs.walk import RANGES, SQUEEZE, Slot
from shapelang.arrays import AnyArray
from shapelang.io.read.shapeassembly_text import Point, squeezed

STUCK_OUT: Final = (0.004, 0.02, 0.05, 0.15)
"""Of the diagonal: limits of classes of what a part sticks out of its box."""


_COVERS: Final = 2048
"""Of a code: 1 + the faces of the box that are reached then, where the last part is posed."""

MENDS: Final = 1 << 20
"""The code of a number that leads to a statement that mends; one more is that of all others then."""


@final
@dataclass(frozen=True, slots=True)
class Outcomes:
    """Runs of values begin at `starts` and have the outcome `codes` (one of `classes`, sorted); `contexts` of which."""

    starts: Sequence[int]
    codes: Sequence[int]
    contexts: Sequence[Tuple]

    @property
    def classes(self) -> list[int]:
        """Each outcome that can be, once."""
        return sorted(set(self.codes))


def one(slot: Slot) -> Outcomes:
    """Nothing is to be decided: all values have one outcome."""
    return Outcomes((RANGES[slot][0],), (0,), ())


def descriptors(code: int) -> tuple[Tuple, ...]:
    """What is told of an outcome: all, what sticks out or is missed, what is reached, and what is touched."""
    covers, rest = divmod(code, _COVERS)
    rest, missed = divmod(rest, 8)
    rest, touched = divmod(rest, 8)
    stuck, reaches = divmod(rest, 4)
    return (60, code), (61, stuck), (62, missed), (63, reaches), (64, touched), (65, covers)


def fault(code: int, slot: Slot) -> int:
    """How bad an outcome is, whatever led to it: 0 where all fits, to faults.FAULTS - 1."""
    if code >= MENDS:
        return (FAULTS - 1) * (code - MENDS)
    covers, rest = divmod(code, _COVERS)
    rest, missed = divmod(rest, 8)
    rest, touched = divmod(rest, 8)
    stuck = rest // 4
    if slot <= Slot.SIZE_Z:
        return 2 * max(0, min(stuck - 3, 2))
    worst = max(stuck, missed)
    lost = int(Slot.PLACE_X <= slot <= Slot.V and (touched == 0 or covers == 1))
    return min(2 * max(0, min(worst - 1, 2)) + lost, FAULTS - 2)


def number_outcomes(slot: Slot, stage: Stage) -> Outcomes:
    """The outcomes that the values of a slot have as the program stands."""
    if slot <= Slot.BOX_Z or slot == Slot.COUNT:
        return one(slot)
    if slot <= Slot.SIZE_Z:
        return _size(slot, stage)
    if slot == Slot.SHIFT:
        return _shift(stage)
    mending = mending_values(slot, stage)
    if mending is not None:
        return _mending(mending)
    if slot <= Slot.POINT_Z:
        return _point(slot, stage)
    return _place(slot, stage)


def _mending(values: Set[int]) -> Outcomes:
    """The values mend what does not stand, and all others do not."""
    starts = sorted({0, *values, *(value + 1 for value in values if value < SHARE)})
    return Outcomes(starts, [MENDS + (start not in values) for start in starts], ())


def _size(slot: Slot, stage: Stage) -> Outcomes:
    """Whether a part spans the box, within what is loose, or is longer."""
    axis = slot - Slot.SIZE_X
    whole, diagonal = stage.size[axis], float(np.linalg.norm(stage.size))
    starts, codes = [1], [0]
    limits = [-STUCK_OUT[2], -STUCK_OUT[0], *STUCK_OUT]
    for code, limit in enumerate(limits, 1):
        at = int(whole + limit * diagonal) + 1
        if 1 < at <= LONGEST:
            starts.append(at)
            codes.append(code)
        elif at <= 1:
            codes[0] = code
    # In a small box two limits may fall on one value, and an outcome without values could be decided, but not told.
    kept = [k for k in range(len(starts)) if k + 1 == len(starts) or starts[k] < starts[k + 1]]
    starts, codes = [starts[k] for k in kept], [coded(codes[k], 0, 0, 0) for k in kept]
    n, inner = len(stage.parts), int(stage.inner[-1])
    told = tuple(_of(stage.pending[k] - stage.size[k], diagonal) for k in range(axis))
    last = looks(stage.parts[-1].size, stage.size) if n else -1
    kind = (slot, inner)
    is_role = role(stage)
    contexts = [
        (slot,), kind, (*kind, spanned(stage, axis), min(n, 3)), (*kind, *is_role), (*kind, *told), (*kind, last),
        (*kind, n, *is_role, *told), (*kind, *(spanned(stage, k) for k in range(3)), *told, min(n, 3)),
    ]  # fmt: skip
    return Outcomes(starts, codes, contexts)


def _of(over: float, diagonal: float) -> int:
    return sum(over > limit * diagonal for limit in (-STUCK_OUT[2], -STUCK_OUT[0], *STUCK_OUT))


def coded(stuck: int, reaches: int, touched: int, missed: int) -> int:
    """An outcome: classes of what sticks out and is missed, bits of the faces (lower 1, upper 2) and of what is touched
    (1 what reaches the ground, 2 what does not, 4 the ground).
    """
    return ((stuck * 4 + reaches) * 8 + touched) * 8 + missed


def _runs(codes: AnyArray) -> tuple[list[int], list[int]]:
    starts = np.concatenate([[0], np.flatnonzero(np.diff(codes)) + 1])
    return starts.tolist(), codes[starts].tolist()


def _shift(stage: Stage) -> Outcomes:
    """Where the last copy of a row comes to be."""
    from grammars.programs.outcome_loops import shift_codes

    axis, moved = stage.axis, stage.moved
    if moved not in stage.posed:
        return one(Slot.SHIFT)
    size = np.array(stage.size) / SHARE
    codes = shift_codes(stage.high[moved][axis], size[axis], float(np.linalg.norm(size)), np.array(STUCK_OUT))
    starts, found = _runs(codes)
    kind = (Slot.SHIFT, axis)
    faces = stage.reaching()[axis]
    low = int(stage.low[moved][axis] < -0.45 * size[axis])
    contexts = [(Slot.SHIFT,), kind, (*kind, faces, low), (*kind, min(stage.pending[0], 3), low), (*kind, *role(stage))]
    return Outcomes(starts, found, contexts)


_Line: TypeAlias = tuple[AnyArray, AnyArray, AnyArray]
"""Along one axis: points of a cuboid (shares), and where they shall be: offset, and slope by the number, in metres."""


def _goal(stage: Stage, target: int, axis: int, share: Sequence[float | None], along: int) -> tuple[float, float]:
    """Where a place of a target is along an axis, as offset and slope by the share `along`; None: the middle."""
    base = stage.cuboids[target]
    row = base.frame[axis] * base.size
    offset = float(base.centre[axis])
    for k in range(3):
        value = share[k]
        offset += float(row[k]) * ((0.0 if k == along else 0.5 if value is None else value) - 0.5)
    return offset, float(row[along])


def _line(stage: Stage, axis: int, new: Sequence[tuple[float, float, float]]) -> _Line:
    old = stage.cuboids[stage.moved].meets
    points = [p[axis] for p, _ in old] + [p for p, _, _ in new]
    offsets = [float(g[axis]) for _, g in old] + [offset for _, offset, _ in new]
    slopes = [0.0] * len(old) + [slope for _, _, slope in new]
    return np.array(points), np.array(offsets), np.array(slopes)


def _lines(slot: Slot, stage: Stage) -> tuple[_Line, int, list[tuple[int, _Line]]]:
    """What the number decides, its axis, and the axes that are decided already."""
    told = [p / SHARE for p in stage.pending]
    if slot < Slot.U:
        axis = slot - Slot.PLACE_X
        share: list[float | None] = [told[k] if k < axis else None for k in range(3)]
        point = [p / SHARE for p in stage.point]
        lines = [
            (k, _line(stage, k, [(point[k], *_goal(stage, stage.target, k, share, axis))])) for k in range(axis + 1)
        ]
        return lines[-1][1], axis, lines[:-1]
    across = stage.face // 2
    free = [k for k in range(3) if k != across]
    axis = free[slot - Slot.U]
    names = ("m", "bbox" if stage.target == BOX else "1", "bbox" if stage.second == BOX else "2")
    ends = squeezed(*names, FACES[stage.face], told[0] if told else 0.5, 0.5)
    pairs: list[tuple[int, Point, Point]] = [
        (target, end.point, end.place) for target, end in zip((stage.target, stage.second), ends, strict=True)
    ]
    order = [across, *free[: slot - Slot.U], axis]
    lines = [
        (k, _line(stage, k, [(point[k], *_goal(stage, target, k, place, axis)) for target, point, place in pairs]))
        for k in order
    ]
    return lines[-1][1], axis, lines[:-1]


def _place(slot: Slot, stage: Stage) -> Outcomes:
    """Where a part comes to be along an axis."""
    from grammars.programs.outcome_loops import place_codes, spot

    moved = stage.moved
    cuboid, things = stage.cuboids[moved], stage.things()
    line, axis, before = _lines(slot, stage)
    size = np.array(stage.size) / SHARE
    near = NEAR * stage.whole()
    stays = moved in stage.posed and not cuboid.aligned
    alive = things.owners != moved
    for k, told in before:
        low, high = (stage.low[moved][k], stage.high[moved][k]) if stays else spot(*told, cuboid.size[k], 0.0)[:2]
        alive &= np.maximum(things.low[:, k] - high, low - things.high[:, k]) < near
    codes = place_codes(
        *line, float(cuboid.size[axis]), float(cuboid.centre[axis]), stays, float(size[axis]),
        float(np.linalg.norm(size)), np.array(STUCK_OUT), things.low[alive, axis], things.high[alive, axis],
        things.kinds[alive], near,
    )  # fmt: skip
    if moved not in stage.posed and len(stage.posed) == len(stage.parts) - 1:
        codes += _COVERS * (1 + (stage.reaching()[axis] | codes // 64 % 4))
    starts, found = _runs(codes)
    return Outcomes(starts, found, _contexts(slot, axis, stage, found))


def _point(slot: Slot, stage: Stage) -> Outcomes:
    """Whether a point of a part can come to its target along an axis, the part staying in the box."""
    from grammars.programs.outcome_loops import point_codes

    axis, moved, target = slot - Slot.POINT_X, stage.moved, stage.target
    cuboid = stage.cuboids[moved]
    if target not in stage.low:
        return one(slot)
    size = np.array(stage.size) / SHARE
    points, offsets, _ = _line(stage, axis, [(0.0, 0.0, 0.0)])
    codes = point_codes(
        points, offsets, float(cuboid.centre[axis]), float(cuboid.size[axis]), not cuboid.aligned,
        stage.low[target][axis], stage.high[target][axis], float(size[axis]), float(np.linalg.norm(size)),
        np.array(STUCK_OUT),
    )  # fmt: skip
    starts, found = _runs(codes)
    return Outcomes(starts, found, _contexts(slot, axis, stage, found))


def _contexts(slot: Slot, axis: int, stage: Stage, codes: Sequence[int]) -> list[Tuple]:
    moved, target = stage.moved, stage.target
    hung = stage.look().parts
    inner, aligned = int(stage.inner[moved]), int(stage.parts[moved].aligned)
    goal = 3 if target == BOX else 2 if target not in stage.posed else 1 if target in hung else 0
    own = 0 if moved not in stage.posed else 1 if moved in hung else 2
    kind = (slot, goal, own, min(len(stage.cuboids[moved].meets), 2), int(stage.verb == SQUEEZE))
    there = hash(tuple(sorted(set(codes))))
    point = stage.point[axis] if Slot.PLACE_X <= slot <= Slot.PLACE_Z else -1
    ends = 0 if point < 0 else 1 if point == 0 else 2 if point == SHARE else 3 if point == 500 else 4
    left, faces, is_role = min(len(stage.parts) - len(stage.posed), 3), stage.reaching()[axis], role(stage)
    spans = _of(stage.parts[moved].size[axis] - stage.size[axis], float(np.linalg.norm(stage.size)))
    around = min(stage.look().around, 2)
    return [
        (slot,), kind, (*kind, aligned, inner), (*kind, faces, left, spans), (*kind, *is_role),
        (*kind, proportions(stage.parts[moved].size), inner), (*kind, ends, spans), (*kind, there),
        (*kind[:-1], there, faces, left), (*kind, ends, faces, *is_role), (*kind, around, len(hung), left),
        (there, ends, aligned),
    ]  # fmt: skip
