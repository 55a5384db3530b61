"""What a number may be equal to, or nearly: earlier numbers, what is left of an extent, and where things would meet.

Each candidate is a relation with its value in steps of the grid, and how far rounding alone takes it off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import final

import numpy as np

from grammars.programs.contexts import Tuple, bucket, looks, place, proportions, reached, role, spanned
from grammars.programs.program import BOX, SHARE, Attach, Reflect, Squeeze, Statement, Translate
from grammars.programs.stage import Stage
from grammars.programs.walk import SQUEEZE, Slot

FEATURES = 8
"""Reals that tell how alike two places in programs are."""


@final
@dataclass(frozen=True, slots=True)
class Candidate:
    """`relation` tells how the value came about; `spread` is in steps."""

    relation: Tuple
    value: float
    spread: float


@final
@dataclass(frozen=True, slots=True)
class Place:
    """What a number may depend on: `keys` from general to special pick examples, `features` weigh them, `base` is
    the extent that it may be a share of, in steps.
    """

    contexts: Sequence[Tuple]
    candidates: Sequence[Candidate]
    keys: Sequence[Tuple]
    features: Sequence[float]
    base: int


def number_place(slot: Slot, stage: Stage) -> Place:
    """All that is told of a number before it is known."""
    if slot <= Slot.BOX_Z:
        return _box(slot, stage)
    if slot <= Slot.SIZE_Z:
        return _size(slot, stage)
    if slot <= Slot.POINT_Z:
        return _point(slot, stage)
    if slot <= Slot.V:
        return _place(slot, stage)
    return _copies(slot, stage)


def _padded(*features: float) -> list[float]:
    return [*features, *(0.0,) * (FEATURES - len(features))]


def _box(slot: Slot, stage: Stage) -> Place:
    axis = slot - Slot.BOX_X
    found = [Candidate((1, k), stage.pending[k], 0.5) for k in range(axis)]
    return Place([(slot,)], found, [(slot,)] * 3, _padded(*(log(p / SHARE) for p in stage.pending)), SHARE)


def _size(slot: Slot, stage: Stage) -> Place:
    axis = slot - Slot.SIZE_X
    whole, n, inner = stage.size[axis], len(stage.parts), int(stage.inner[-1])
    found = [Candidate((1,), whole, 0.5)]
    for rank, part in enumerate(reversed(stage.parts)):
        if rank < 4:
            at, same = min(rank, 2), int(stage.inner[n - 1 - rank] == stage.inner[-1])
            extent = part.size[axis]
            alike = sum(1 for k in range(len(stage.pending)) if part.size[k] == stage.pending[k])
            found.append(Candidate((2, at, same, alike), extent, 0.5))
            if 0 < extent < whole - 4:
                found.append(Candidate((3, at, same), whole - extent, 0.7))
                if whole > 2 * extent + 4:
                    found.append(Candidate((4, at, same), whole - 2 * extent, 1.0))
                found.append(Candidate((5, at, same), (whole - extent) / 2, 0.7))
            if rank < 2:
                found += [Candidate((6, at, (k - axis) % 3), part.size[k], 0.5) for k in range(3) if k != axis]
    found += [Candidate((7, k), stage.pending[k], 0.5) for k in range(axis)]
    if n > 1:
        rest = whole - stage.parts[-1].size[axis] - stage.parts[-2].size[axis]
        found += [Candidate((10,), rest, 1.0)] if rest > 4 else []
    above = stage.above
    if above is not None:
        for child in above.children[:-1][-2:]:
            found += [Candidate((8, len(p.size)), p.size[axis], 0.5) for p in child.parts[:3]]
        found += [
            Candidate((9, k == stage.index), p.size[axis], 0.5) for k, p in enumerate(above.parts) if k != stage.index
        ]
    prior = stage.parts[-1].size[axis] / stage.size[axis] if n else -1.0
    shares = [stage.pending[k] / stage.size[k] for k in range(axis)]
    is_role, span = role(stage), spanned(stage, axis)
    form = looks((*stage.pending, *stage.size[axis:])[:3], stage.size) if axis else 0  # type: ignore[arg-type]
    contexts = [
        (slot,), (slot, stage.depth, inner), (slot, *is_role), (slot, form, inner), (slot, n, *is_role),
        (slot, n, *place(stage)), (slot, form, n, *(looks(p.size, stage.size) for p in stage.parts[-1:])),
        (slot, span, n, stage.depth), (slot, span, form, inner), (slot, span, *is_role),
    ]  # fmt: skip
    keys = [(slot,), (slot, stage.depth, inner, *is_role[:2]), (slot, *is_role, n, inner)]
    sizes = [log(s / SHARE) for s in stage.size]
    return Place(contexts, found, keys, _padded(*sizes, prior, *(2 * s for s in shares)), whole)


def _axis_of(slot: Slot, stage: Stage) -> int:
    if slot >= Slot.U:
        across = (0, 0, 1, 1, 2, 2)[stage.face]
        return [k for k in range(3) if k != across][slot - Slot.U]
    return (slot - Slot.POINT_X) % 3


def _kind_of_share(steps: int) -> int:
    return 0 if steps == 0 else 1 if steps == 500 else 2 if steps == SHARE else 3 if steps < 500 else 4


def _numbers_of(statement: Statement, slot: Slot) -> int | None:
    """The number in the same slot of an earlier statement."""
    match statement:
        case Attach(_, _, point, put) if slot < Slot.U:
            return (*point, *put)[slot - Slot.POINT_X]
        case Squeeze(_, _, _, _, u, v) if slot >= Slot.U:
            return (u, v)[slot - Slot.U]
        case _:
            return None


def _first_target(statement: Statement) -> int:
    match statement:
        case Attach(_, target):
            return target
        case Squeeze(_, first):
            return first
        case Reflect() | Translate():
            return BOX


def _repeats(slot: Slot, stage: Stage) -> list[Candidate]:
    found: list[Candidate] = []
    rank = 0
    for statement in reversed(stage.statements):
        value = _numbers_of(statement, slot)
        if value is not None and rank < 3:
            told = statement.moved == stage.moved, _first_target(statement) == stage.target
            found.append(Candidate((20, rank, *map(int, told)), value, 0.5))
            found.append(Candidate((21, rank, *map(int, told)), SHARE - value, 0.7))
            rank += 1
    return found


def _point(slot: Slot, stage: Stage) -> Place:
    axis, moved, target = slot - Slot.POINT_X, stage.moved, stage.target
    posed = moved in stage.posed
    found = [Candidate((30, k), v, 0.1) for k, v in enumerate((0, 500, SHARE))]
    guess = 0.5
    other = BOX if target == BOX else target
    apart = -1
    if posed and (other == BOX or other in stage.posed):
        low, high = _meeting(stage, moved, other, axis)
        apart = 0 if low <= high - 0.002 else 1
        middle = 0.5 * (low + high)
        guess = _local(stage, moved, axis, middle)
        spread = 0.6 / max(float(stage.cuboids[moved].size[axis]), 0.01)
        found.append(Candidate((31, apart), SHARE * guess, spread))
        if apart == 0:
            found.append(Candidate((32, 0), SHARE * _local(stage, moved, axis, low), spread))
            found.append(Candidate((32, 1), SHARE * _local(stage, moved, axis, high), spread))
    found += _repeats(slot, stage)
    meets = stage.cuboids[moved].meets
    found += [Candidate((33, min(k, 2)), SHARE * m[0][axis], 0.5) for k, m in enumerate(reversed(meets)) if k < 2]
    found += [
        Candidate((34, min(k, 2)), SHARE - SHARE * m[0][axis], 0.7) for k, m in enumerate(reversed(meets)) if k < 2
    ]
    return _share(slot, axis, stage, found, guess, apart)


def _place(slot: Slot, stage: Stage) -> Place:
    axis, moved, target = _axis_of(slot, stage), stage.moved, stage.target
    squeeze = stage.verb == SQUEEZE
    point = SHARE // 2 if squeeze else stage.point[axis]
    posed = moved in stage.posed
    base = stage.cuboids[target]
    extent = max(float(base.size[axis]), 0.01)
    found = [Candidate((40, k), v, 0.1) for k, v in enumerate((0, 500, SHARE))]
    guess, told = 0.5, 0
    if posed:
        cuboid = stage.cuboids[moved]
        share = np.full(3, 0.5) if squeeze else np.array(stage.point) / SHARE
        world = cuboid.at((float(share[0]), float(share[1]), float(share[2])))
        guess = float((base.frame.T @ (world - base.centre))[axis]) / extent + 0.5
        found.append(Candidate((41, int(cuboid.aligned)), SHARE * guess, 0.6 / extent))
        told = 1 if -0.01 <= guess <= 1.01 else 2
    else:
        found.append(Candidate((42,), SHARE - point, 0.1))
        found.append(Candidate((43,), point, 0.1))
        found += _flush(stage, axis, point, extent)
    found += _repeats(slot, stage)
    return _share(slot, axis, stage, found, guess, told)


def _flush(stage: Stage, axis: int, point: int, extent: float) -> list[Candidate]:
    """Where the place would be if the cuboid stood flush with, beside, or across from another."""
    moved, target = stage.moved, stage.target
    size = stage.parts[moved].size[axis] / SHARE
    shift = (point / SHARE - 0.5) * size
    middle = float(stage.cuboids[target].centre[axis])
    found: list[Candidate] = []
    others = [(0, BOX), *([(1, target)] if target in stage.posed else [])]
    others += [(2 + min(r, 1), k) for r, k in enumerate(k for k in reversed(stage.posed) if k not in (moved, target))][
        :3
    ]
    for what, other in others:
        low, high = stage.low[other][axis], stage.high[other][axis]
        centres = [low + 0.5 * size, high - 0.5 * size]
        if what:
            centres += [0.5 * (low + high), low - 0.5 * size, high + 0.5 * size, -0.5 * (low + high)]
        for how, centre in enumerate(centres):
            value = SHARE * ((centre + shift - middle) / extent + 0.5)
            if -2.0 <= value <= SHARE + 2.0:
                found.append(Candidate((44, what, how), value, 0.6 / extent))
    return found


def _meeting(stage: Stage, a: int, b: int, axis: int) -> tuple[float, float]:
    """Where two boxes overlap along an axis; crossed where they do not."""
    return max(stage.low[a][axis], stage.low[b][axis]), min(stage.high[a][axis], stage.high[b][axis])


def _local(stage: Stage, part: int, axis: int, world: float) -> float:
    cuboid = stage.cuboids[part]
    return (world - float(cuboid.centre[axis])) / max(float(cuboid.size[axis]), 0.01) + 0.5


def _share(slot: Slot, axis: int, stage: Stage, found: list[Candidate], guess: float, told: int) -> Place:
    moved, target = stage.moved, stage.target
    box, posed = int(target == BOX), min(len(stage.cuboids[moved].meets), 2)
    inner, aligned = int(stage.inner[moved]), int(stage.parts[moved].aligned)
    ahead = tuple(map(_kind_of_share, stage.pending))
    own = _kind_of_share(stage.point[axis]) if Slot.PLACE_X <= slot <= Slot.PLACE_Z else -1
    points = tuple(map(_kind_of_share, stage.point)) if Slot.PLACE_X <= slot <= Slot.PLACE_Z else ()
    second = int(stage.second == BOX) if stage.verb == SQUEEZE else -1
    whole = stage.size if target == BOX else stage.parts[target].size
    share = stage.parts[moved].size[axis] / whole[axis]
    is_role = role(stage)
    size = stage.parts[moved].size
    span = (
        5
        if share > 1.02
        else 4
        if share > 0.98
        else 3
        if share > 0.9
        else 2
        if share > 0.5
        else 1
        if share > 0.15
        else 0
    )
    last = next((v for s in reversed(stage.statements) if (v := _numbers_of(s, slot)) is not None), -1)
    kind = (slot, box, posed, second)
    faces, left = reached(stage, axis), min(len(stage.parts) - len(stage.posed), 3)
    contexts = [
        (slot,), kind, (*kind, told, aligned, own), (*kind, *ahead, own), (*kind, span, own, told),
        (*kind, *is_role, told), (*kind, proportions(size), inner, *points), (*kind, moved, len(stage.parts), *is_role),
        (*kind, *points, *ahead, told),
        (*kind, bucket(1 / max(share, 0.01)), *ahead[-1:], own, aligned),
        (*kind, faces, own, span), (*kind, faces, left, *is_role), (*kind, faces, *points, *ahead[-1:]),
    ]  # fmt: skip
    keys = [
        (slot, box, min(posed, 1), own),
        (slot, box, min(posed, 1), second, own, stage.depth, inner, *ahead[-1:]),
        (slot, box, min(posed, 1), own, *is_role, moved, len(stage.parts)),
    ]
    before = (last if last >= 0 else 500) / SHARE
    pending = [p / SHARE for p in stage.pending]
    features = _padded(min(share, 2.0), guess, before, log(whole[axis] / SHARE), stage.point[axis] / SHARE, *pending)
    return Place(contexts, found, keys, features, SHARE)


def _copies(slot: Slot, stage: Stage) -> Place:
    axis, moved = stage.axis, stage.moved
    cuboid = stage.cuboids[moved]
    centre, whole = float(cuboid.centre[axis]), stage.size[axis] / SHARE
    extent = float(cuboid.size[axis])
    found: list[Candidate] = []
    if slot == Slot.SHIFT:
        found.append(Candidate((50,), SHARE * abs(2 * centre) / whole, 0.6 / whole))
        found.append(Candidate((51,), SHARE * (0.5 * whole - centre - 0.5 * extent) / whole, 0.6 / whole))
        count = stage.pending[0]
        found.append(Candidate((52, min(count, 4)), SHARE * extent * count / whole, 0.6 / whole))
    count = stage.pending[0] if stage.pending else 0
    kind = (slot, axis)
    contexts = [
        (slot,),
        kind,
        (*kind, min(count, 4)),
        (*kind, *role(stage)),
        (*kind, looks(stage.parts[moved].size, stage.size)),
    ]
    features = _padded(centre / whole, extent / whole, log(whole), count / 4, float(cuboid.size[1]))
    return Place(contexts, found, [(slot,), kind, (*kind, stage.depth, min(count, 4))], features, SHARE)
