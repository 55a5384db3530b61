"""One statement that mends an assembly that does not stand, when many have not: found by trying a short list.

Wherever the walk is then, what leads to such a statement is no fault and all else is the worst one. Programs that
people wrote are seldom there, so that this says little about them, but the walk finds its way out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

import numpy as np

from grammars.programs.program import BOX, SHARE, Attach, Reflect, Triple
from grammars.programs.stage import Stage
from grammars.programs.standing import LOOSE, misfit
from grammars.programs.walk import ATTACH, NO_STATEMENT, REFLECT, Kind, Slot

_PATIENCE: Final = 1.5
"""Statements for each part, and one besides, after which an assembly that does not stand is mended."""

_MOST: Final = 400
"""Statements that are tried."""

Mend: TypeAlias = Attach | Reflect

Unsound: TypeAlias = tuple[int, int, int]
"""What hangs or stands apart, what tips over, and how much its box is missed (in halves of what is loose)."""


def unsound(stage: Stage) -> Unsound:
    """How far from sound an assembly would be, did it end here; all 0 where it is."""
    look, off = stage.look(), misfit(stage.own(), np.array(stage.size) / SHARE)
    hangs = len(look.parts) + look.around + look.apart + len(stage.parts) - len(stage.posed)
    return hangs, look.tips, 0 if off < LOOSE else int(2.0 * min(off, 10.0) / LOOSE)


def mends(stage: Stage) -> Sequence[Mend] | None:
    """The statements that mend most; none where nothing does, None where nothing is to be mended (yet)."""
    told = len(stage.statements)
    if stage.mended is None or stage.mended[0] != told:
        late = len(stage.posed) == len(stage.parts) and told > _PATIENCE * len(stage.parts)
        stage.mended = (told, _best(stage) if late else None)
    return stage.mended[1]


def _best(stage: Stage) -> Sequence[Mend] | None:
    settled = stage.after(None)
    now = unsound(settled)
    if now[:2] == (0, 0):
        return None
    least, found = now, list[Mend]()
    for _, mend in zip(range(_MOST), _tried(stage), strict=False):
        then = unsound(stage.after(mend) if isinstance(mend, Attach) else settled.repeating(mend))
        if then < least:
            least, found = then, []
        if then == least < now:
            found.append(mend)
    return found


def _tried(stage: Stage) -> Iterator[Mend]:
    """The middle of each face of a part to the same face of the box, each mirror, and to the other parts' faces."""
    parts = range(len(stage.parts))
    for part in parts:
        for axis in range(3):
            for end in (0, SHARE):
                yield Attach(part, BOX, _middle(axis, end), _across(stage, part, axis, end))
            if Reflect(part, axis) not in stage.statements:
                yield Reflect(part, axis)
    for part, other in ((a, b) for a in parts for b in parts if a != b):
        for axis in range(3):
            for end in (0, SHARE):
                yield Attach(part, other, _middle(axis, end), _middle(axis, SHARE - end))


def _middle(axis: int, end: int) -> Triple:
    """Of the face of a cuboid at an end of an axis."""
    x, y, z = (end if k == axis else SHARE // 2 for k in range(3))
    return x, y, z


def _across(stage: Stage, part: int, axis: int, end: int) -> Triple:
    """Where in the box that middle is, were it at the end of the box too."""
    x, y, z = (share / SHARE for share in _middle(axis, end))
    at = stage.cuboids[part].at((x, y, z)) * SHARE / np.array(stage.size)
    shares = np.clip(np.round(SHARE * (at + 0.5)), 0, SHARE)
    i, j, k = (end if d == axis else int(shares[d]) for d in range(3))
    return i, j, k


def mending_options(kind: Kind, options: Sequence[int], stage: Stage) -> set[int] | None:
    """The options that lead to a statement that mends; None where nothing is to be mended, or it does not begin so."""
    if kind in (Kind.PART, Kind.ALIGNED):
        return None
    found = mends(stage)
    if found is None:
        return None
    match kind:
        case Kind.VERB:
            return {_verb(mend) for mend in found} or {NO_STATEMENT}
        case Kind.MOVED:
            leads = {mend.moved for mend in found if _verb(mend) == stage.verb}
        case Kind.TARGET if stage.verb == ATTACH:
            leads = {mend.target for mend in found if isinstance(mend, Attach) and mend.moved == stage.moved}
        case Kind.AXIS if stage.verb == REFLECT:
            leads = {mend.axis for mend in found if isinstance(mend, Reflect) and mend.moved == stage.moved}
        case _:
            return None
    return leads & set(options) or None


def mending_values(slot: Slot, stage: Stage) -> set[int] | None:
    """The same of the values of a number."""
    if stage.verb != ATTACH or not Slot.POINT_X <= slot <= Slot.PLACE_Z:
        return None
    place, axis = divmod(slot - Slot.POINT_X, 3)
    begun = [
        mend.place if place else mend.point
        for mend in mends(stage) or ()
        if isinstance(mend, Attach)
        and (mend.moved, mend.target) == (stage.moved, stage.target)
        and (not place or mend.point == stage.point)
    ]
    return {triple[axis] for triple in begun if list(triple[:axis]) == stage.pending} or None


def _verb(mend: Mend) -> int:
    return ATTACH if isinstance(mend, Attach) else REFLECT
