"""The bodies of a mesh, each with the solids that it may be, in the time that there is."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np

from shapelang.deadline import Deadline, Progress
from shapelang.inference.alternatives.families import Explanations, Family
from shapelang.inference.bodies.attached import attached
from shapelang.inference.bodies.bodies import Body, bodies_of
from shapelang.inference.bodies.copies import Copy, families
from shapelang.inference.bodies.touching import doubled, touching
from shapelang.inference.contacts.bodies import with_parts
from shapelang.inference.contacts.choosing import better_by_parts
from shapelang.inference.cut_short import Cut, Cuts
from shapelang.inference.parting.explained import Effort, Explained
from shapelang.inference.parting.parts import explanations
from shapelang.inference.parting.telling import Model, assembly_of, telling
from shapelang.inference.proposals.proposer import Proposer
from shapelang.inference.refine.descent import BLOCKS, Descent
from shapelang.inference.sampling.frames import body_frame
from shapelang.inference.solids.kinds import Cuboid, Fit
from shapelang.inference.solids.sheets import THICKNESS, sheet_fits
from shapelang.metrics.triangles import Triangles
from shapelang.outcome import Outcome

_SOLIDS: Final = 64
"""Solids that bodies may become in search of what they are; what is more of them is one solid each."""

_THIN: Final = (0.0004, 0.0001)
"""Of the diagonal: average thickness below which an open body and a closed one are sheets."""

_PARTING: Final = 0.3
"""Part of the time limit in which bodies and their copies must be found."""

_HURRIED: Final = 1.0
"""Seconds for fitting below which nobody looks for contacts, which may take as long: the whole comes first."""

_CONTESTED: Final = 8
"""Bodies of which more than one explanation is kept."""

_HALF: Final = 0.5
"""Of the time for fitting, what the whole of something fused may take."""

_MOST: Final = 0.75
"""The same of its parts, where seams tell of them."""

_BODY: Final = 0.3
"""A body may use this part of the time that is left at least, and more when it is most of the rest."""

_PRICE: Final = 0.00002
"""Of the box of the mesh: volume that one more number to write must explain."""

_ALIKE: Final = 1e-3
"""Of the larger: sizes of one solid that are nearer count as equal where solids are counted."""

MAX_LEAVES: Final = 1000
"""Solids with their copies."""


@final
@dataclass(frozen=True, slots=True)
class Budget:
    """What a search may take. `fitting` ends before `printing`, and that before `whole`."""

    whole: Deadline
    printing: Deadline
    fitting: Deadline
    parts: int
    alternatives: int
    cuts: Cuts
    proposers: tuple[Proposer, ...] = ()
    descent: Descent = BLOCKS
    sampled: bool = False
    """Whether the surface was laid through samples: its triangles are those of a grid, and show no parts."""


def explained_bodies(
    groups: Sequence[Triangles], whole: Triangles, budget: Budget, tell: Progress
) -> tuple[list[Explanations], Outcome]:
    """All bodies with what they may be, the most telling first, and why the search ended.

    What is fused is looked at as a whole and by the parts that its contacts show, and where these are no worse they
    come first of the two.
    """
    bodies = _bodies(groups, whole.diagonal, budget)
    if budget.sampled:
        found, outcome = _searched(bodies, whole, budget, tell)
        return [_explanations(found, whole, budget, False)], outcome
    parting = budget.fitting.share(_PARTING if budget.fitting.left() > _HURRIED else 0.0)
    parts = with_parts(bodies, parting.late)
    if parts.left:
        budget.cuts.add(Cut.CONTACTS, parts.left)
    if not parts.cut:
        found, outcome = _searched(parts.whole, whole, budget, tell)
        return [_explanations(found, whole, budget, False)], outcome
    first, second = replace(budget, cuts=Cuts()), replace(budget, cuts=Cuts())
    if parts.seamed and not parts.told:
        # What most probably is the answer has the time first.
        second = replace(second, fitting=budget.fitting.share(_MOST))
        others, other = _searched(parts.bodies, whole, second, tell, cut=True)
        found, outcome = _searched(parts.whole, whole, first, tell)
        short = bool(first.cuts.counts)
    else:
        first = replace(first, fitting=budget.fitting.share(_HALF))
        found, outcome = _searched(parts.whole, whole, first, tell)
        others, other = _searched(parts.bodies, whole, second, tell, cut=True)
        short = Cut.BOXES in first.cuts.counts
    if better_by_parts(others, found, whole, parts.seamed, short, budget.printing.late):
        told = [_explanations(others, whole, budget, True), _explanations(found, whole, budget, False)]
        return told, _ended(other, budget.cuts, second.cuts)
    if budget.printing.late():
        budget.cuts.add(Cut.CONTACTS, parts.cut)
    return [_explanations(found, whole, budget, False)], _ended(outcome, budget.cuts, first.cuts)


def _ended(outcome: Outcome, cuts: Cuts, more: Cuts) -> Outcome:
    """Why a search ended, by all that was cut short, to which that of the part that is kept is added."""
    cuts.counts.update(more.counts)
    return Outcome.TIME_LIMIT if cuts.counts else outcome


def _explanations(found: Sequence[Family], whole: Triangles, budget: Budget, fused: bool) -> Explanations:
    return Explanations(found, lambda shells: attached(shells, whole.diagonal, budget.fitting.late), fused)


def _searched(
    bodies: Sequence[Body], whole: Triangles, budget: Budget, tell: Progress, cut: bool = False
) -> tuple[list[Family], Outcome]:
    """What bodies may be, the most telling first, and why the search ended.

    Those that were `cut` from something fused may be several parts still.
    """
    diagonal = whole.diagonal
    low, high = whole.bounds
    room = float(np.prod(np.maximum(high - low, THICKNESS * diagonal)))
    kinds = _families(bodies, diagonal, budget)
    total = sum(_volume(f[0], diagonal) for f in kinds)
    # Bodies that touch are parts themselves, and what is in them is none.
    fused = cut or not (
        budget.sampled
        or doubled(whole)
        or touching([one.body for family in kinds for one in family], diagonal, budget.fitting.late)
    )
    model = None if cut else assembly_of([one.body for family in kinds for one in family], diagonal)
    found: list[Family] = []
    outcome, left, leaves, done = Outcome.FINISHED, budget.parts, 0, 0.0
    reserved = max(0, budget.parts - _SOLIDS)
    for number, family in enumerate(kinds):
        if left <= 0 or leaves >= MAX_LEAVES:
            outcome = Outcome.PART_LIMIT
            break
        volume = _volume(family[0], diagonal)
        share = min(1.0, max(_BODY, 2.0 * volume / max(total - done, 1e-300)))
        deadline = budget.fitting.share(share)
        thin = _THIN[family[0].body.closed] * diagonal
        room_left = max(1, left - reserved - (len(kinds) - number - 1))
        effort = Effort(
            min(room_left, _SOLIDS),
            _PRICE * room,
            thin,
            deadline,
            budget.cuts,
            budget.proposers,
            budget.descent,
            fused,
            THICKNESS * diagonal,
        )
        every = budget.alternatives > 1 and len(found) < _CONTESTED
        readings = [_first(one, room_left) for one in _readings(family, effort, diagonal, every, model)]
        left -= _distinct(readings[0])
        leaves += len(readings[0]) * len(family)
        found.append(Family(family, readings))
        done += volume
        tell("fitting parts", 0.9 * done / max(total, 1e-300))
    late = budget.fitting.late() or bool(budget.cuts.counts)
    return found, Outcome.TIME_LIMIT if late else outcome


def _distinct(reading: Sequence[tuple[Fit, int]]) -> int:
    """How many of its solids differ."""
    return len({_look(fit) for fit, _ in reading})


def _look(fit: Fit) -> Hashable:
    size = fit.kind.size
    near = _ALIKE * max(size)
    return type(fit.kind), *(round(s / near) for s in sorted(size)), round(float(np.log(max(size))), 2)


def _first(reading: Sequence[tuple[Fit, int]], most: int) -> list[tuple[Fit, int]]:
    """The first solids, until so many differ; copies of those come on top."""
    seen: set[Hashable] = set()
    kept: list[tuple[Fit, int]] = []
    for fit, group in reading:
        look = _look(fit) if fit.part is not None else len(kept)
        if look in seen or len(seen) < most:
            seen.add(look)
            kept.append((fit, group))
    return kept


def _bodies(groups: Sequence[Triangles], diagonal: float, budget: Budget) -> list[Body]:
    splitting = budget.fitting.share(_PARTING)
    bodies = bodies_of(groups, diagonal, splitting.late)
    if splitting.late():
        budget.cuts.add(Cut.SPLITTING, len(groups))
    return bodies


def _families(bodies: Sequence[Body], diagonal: float, budget: Budget) -> list[list[Copy]]:
    """The bodies with their copies, the most telling first."""
    comparing = budget.fitting.share(_PARTING)
    found = families(bodies, diagonal, comparing.late)
    if comparing.late():
        budget.cuts.add(Cut.COPIES, len(bodies))
    return sorted(found, key=lambda f: -_volume(f[0], diagonal) * len(f) ** 0.5)


def _volume(copy: Copy, diagonal: float) -> float:
    low, high = copy.body.shell.bounds
    return float(np.prod(np.maximum(high - low, THICKNESS * diagonal)))


def _readings(
    family: Sequence[Copy], effort: Effort, diagonal: float, every: bool, model: Model | None
) -> list[list[tuple[Fit, int]]]:
    """What a body may be, the best first: fits with their mesh groups, the largest first.

    Of a body of a `model` without what tells nothing of that.
    """
    body = family[0].body
    if effort.late():
        effort.cuts.add(Cut.BOXES)
        return [[(_box(body.shell, diagonal), body.group)]]
    options = explanations(body, effort, every)
    if effort.late():
        effort.cuts.add(Cut.UNFINISHED)
    if not options:
        return [[(fit, body.group) for fit in sheet_fits(body.shell, diagonal, min(effort.parts, 16), effort.late)]]
    if model is not None and not effort.late():
        options = telling(body, len(family), options, model)
    chosen = options if every else options[:1]
    return [[(one.fit, one.group) for one in sorted(nodes, key=_extent, reverse=True)] for nodes in chosen]


def _extent(one: Explained) -> float:
    return float(np.prod(one.fit.kind.size))


def _box(shell: Triangles, diagonal: float) -> Fit:
    """The box of a body that there was no time for."""
    frame = body_frame(shell)
    local = shell.positions @ frame
    low, high = local.min(axis=0), local.max(axis=0)
    x, y, z = np.maximum(high - low, THICKNESS * diagonal).tolist()
    return Fit(Cuboid((x, y, z)), frame, frame @ (0.5 * (low + high)), 0.0, 0.0)
