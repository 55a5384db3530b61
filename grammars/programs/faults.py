"""How bad an option would be, whatever makes it probable: what contradicts, sticks out, hangs, parts or leaves a gap.

How bad is decided before which: a class of faults starts from less weight than one without, and what is learned adds to
it. So faults are rare where examples do not say otherwise, also in places that no example has been in.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from grammars.programs.mending import mending_options
from grammars.programs.program import BOX, SHARE, Reflect
from grammars.programs.stage import Stage
from grammars.programs.walk import NO_STATEMENT, REFLECT, SQUEEZE, TRANSLATE, Kind, Options

FAULTS: Final = 6
"""From 0, where all fits."""

PATIENCE: Final = 8
"""Statements for each part after which an assembly that is not sound may end."""


def option_faults(kind: Kind, options: Options, stage: Stage) -> list[int]:
    """A fault of each option."""
    leads = mending_options(kind, options, stage)
    if leads is not None:
        return [0 if option in leads else FAULTS - 1 for option in options]
    match kind:
        case Kind.VERB:
            return [_verb(stage, option) for option in options]
        case Kind.MOVED if stage.verb in (REFLECT, TRANSLATE):
            return [_again(stage, stage.verb, option) for option in options]
        case Kind.AXIS if stage.verb == REFLECT:
            return [FAULTS - 1 if Reflect(stage.moved, k) in stage.statements else 0 for k in options]
        case Kind.TARGET if stage.verb == SQUEEZE:
            return [_first(stage, option) for option in options]
        case Kind.TARGET:
            return [_met(stage, option) for option in options]
        case Kind.SECOND:
            return [min(_between(stage, stage.target, option)) for option in options]
        case Kind.FACE:
            found = _between(stage, stage.target, stage.second)
            return [found[option] for option in options]
        case _:
            return [0] * len(options)


def _verb(stage: Stage, verb: int) -> int:
    if verb == NO_STATEMENT:
        return _end(stage)
    return _copied(stage, verb) if verb in (REFLECT, TRANSLATE) else 0


def _end(stage: Stage) -> int:
    """Of an assembly that stays as it is. One that does not stand is the worst fault; what many statements have not
    mended is given up, step by step.
    """
    tried = max(len(stage.statements) - PATIENCE * len(stage.parts), 0)
    if not stage.stands():
        return max(FAULTS - 1 - tried, 0)
    return max((4 if mirrors(stage) != (0, 0, 0) else 0 if stage.fills() else 2) - tried, 0)


def _again(stage: Stage, verb: int, part: int) -> int:
    """Of another copying of a part: of a row's row, or in a third mirror."""
    if part not in stage.posed:
        return 3
    mirrored = sum(isinstance(s, Reflect) and s.moved == part for s in stage.statements)
    rows = stage.repeated.count(part) - mirrored
    return min(2 * max(mirrored - 1, 0) if verb == REFLECT else 3 * rows, FAULTS - 1)


def _copied(stage: Stage, verb: int) -> int:
    return min(_again(stage, verb, part) for part in range(len(stage.parts)))


def mirrors(stage: Stage) -> tuple[int, int, int]:
    """By axis, whether the copy of a part in a mirror would reach a face of the box that nothing reaches: 0 or 1."""
    x, y, z = (int(any(mirrored(stage, part, k) for part in stage.posed)) for k in range(3))
    return x, y, z


def mirrored(stage: Stage, part: int, axis: int) -> bool:
    """Whether the copy of a part in the mirror of an axis would reach a face that nothing reaches."""
    there, off, half = stage.reaching()[axis], stage.loose(), 0.5 * stage.size[axis] / SHARE
    if there == 1:
        return stage.low[part][axis] < off - half
    return there == 2 and stage.high[part][axis] > half - off


def _met(stage: Stage, target: int) -> int:
    """Of another attachment of a part that is posed and is not to turn: how far its target is away."""
    moved = stage.moved
    if moved not in stage.posed or not stage.parts[moved].aligned or (target != BOX and target not in stage.posed):
        return 0
    apart = stage.gap(moved, target) / (float(np.linalg.norm(stage.size)) / SHARE)
    return 0 if apart < 0.02 else 1 if apart < 0.05 else 3


def _first(stage: Stage, first: int) -> int:
    if first != BOX and first not in stage.posed:
        return 0
    seconds = [BOX, *(k for k in stage.posed if k not in (first, stage.moved))]
    return min(fault for second in seconds for fault in _between(stage, first, second))


def _between(stage: Stage, first: int, second: int) -> list[int]:
    """Of each face, when a part is squeezed between two."""
    from grammars.programs.outcome_loops import squeeze_faults

    if any(k != BOX and k not in stage.posed for k in (first, second)):
        return [0] * 6
    corners = [np.array(c) for k in (first, second) for c in (stage.low[k], stage.high[k])]
    size = np.array(stage.size) / SHARE
    moved = np.array(stage.parts[stage.moved].size) / SHARE
    return squeeze_faults(moved, *corners, first == BOX, second == BOX, size, float(np.linalg.norm(size))).tolist()
