"""What a query is drawn from first: all derivations, a cover of them, or some that were moved to where it holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np

from grammars.conditioning.covering import Cover, cover, whole
from grammars.conditioning.drawing import Plain, Proposals
from grammars.conditioning.joint.base import Base
from grammars.conditioning.joint.lines import lines
from grammars.conditioning.joint.running import is_joint
from grammars.conditioning.parting import by_parts
from grammars.conditioning.structures import Structures
from grammars.conditioning.task import Task

_SOME: Final = 16
"""Seeds of plain derivations that are kept and looked at first."""

_PILOT: Final = 8
"""Plain derivations that are tried before anything is bounded; six times as many where they are short."""

_SHORT: Final = 60
"""Choices of a short derivation."""

_OFTEN: Final = 0.1
"""When such a share of these meets the query, bounds would cost more than they save."""

_KEPT: Final = 64
"""Sixteens of plain derivations that are looked at first where they are kept."""

_ENOUGH: Final = 0.01
"""When such a share of kept derivations meets the query, no bounds are made."""

_ENOUGH_JOINT: Final = 0.002
"""The same where derivations run together, each in a fifth of the time."""

_SELDOM: Final = 4e-4
"""When such a share of some thousand plain derivations of very many structures meets the query, no bounds are made."""

_WORTH: Final = 0.7
"""Bounds that leave more of all derivations cost more than they save where plain ones meet a query at all."""


@final
@dataclass(frozen=True, slots=True)
class Start:
    """What is drawn from: a cover, or derivations that were moved to where an equality holds.

    Where it is not `settled`, structures may be drawn first, if proposals seldom meet the query.
    """

    cover: Cover
    structures: Structures | None = None
    settled: bool = False


def start(task: Task, plain: Plain | None) -> Start:
    """Everything where plain derivations meet a query often, or where they meet it and bounds leave little out."""
    met, enough = (_plain_share(task), _OFTEN) if plain is None else _kept_share(task, plain)
    if met > enough:
        return Start(whole())
    base = plain.base if plain is not None else Base(task)
    moved = lines(task, base)
    if moved is not None:
        return Start(whole(), moved, settled=True)
    if is_joint(task) and base.is_wide and base.share(task.query) > _SELDOM:
        # Of so many structures bounds leave little out, and what meets a query is seldom among those that are drawn.
        return Start(whole(), settled=True)
    parts = by_parts(task)
    if parts is not None:
        return Start(parts)
    if not met:
        return Start(cover(task))
    found = cover(task, worth=_WORTH)
    return Start(found if found.volume() <= _WORTH else whole())


def _plain_share(task: Task) -> float:
    """Of the first plain derivations those that meet a query."""
    proposals = Proposals(task, whole())
    seeds = np.arange(_PILOT, dtype=np.uint64)
    first = proposals.draw(seeds, range(1))
    if first.choices > _SHORT * _PILOT:
        # Of so few one is many: they count half.
        return 0.5 * float(first.met.mean())
    more = proposals.draw(seeds, range(1, 6))
    return float(np.concatenate([first.met, more.met]).mean())


def _kept_share(task: Task, plain: Plain) -> tuple[float, float]:
    """Of some plain derivations that are kept those that meet a query, and which share of these is enough."""
    proposals = Proposals(task, whole(), plain)
    met = proposals.seen(np.arange(_SOME, dtype=np.uint64), range(_KEPT)).met
    return float(met.mean()), _ENOUGH_JOINT if proposals.joint else _ENOUGH
