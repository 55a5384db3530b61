"""The pipeline: a mesh becomes a program."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain, islice
from time import monotonic
from typing import Any, Final, TypeAlias, final

import numpy as np

from shapelang.assembly.assembly import Assembly
from shapelang.deadline import Clock, Deadline
from shapelang.execution.simulate import simulate
from shapelang.inference.alternatives.families import Explanations, Family, Variant, variants
from shapelang.inference.alternatives.ranking import Alternative, fewer, ranked
from shapelang.inference.attached import attached
from shapelang.inference.bodies import bodies_of
from shapelang.inference.copies import Copy, families
from shapelang.inference.cut_short import Cut, Cuts
from shapelang.inference.errors import InferenceError
from shapelang.inference.evidence import Evidence, verify
from shapelang.inference.explained import Effort, Explained
from shapelang.inference.frames import body_frame
from shapelang.inference.grid import written_grid
from shapelang.inference.kinds import Cuboid, Fit
from shapelang.inference.mending import mended
from shapelang.inference.pace import winding_pace
from shapelang.inference.parts import explanations
from shapelang.inference.prior import Derived
from shapelang.inference.proposals.proposer import Proposer
from shapelang.inference.reading import reading
from shapelang.inference.refine.descent import BLOCKS, Descent
from shapelang.inference.rewrites.search import Step
from shapelang.inference.sheets import THICKNESS, sheet_fits
from shapelang.inference.stand import stand_of
from shapelang.inference.touching import touching
from shapelang.inference.writing import Writing, header, written
from shapelang.io.read.mesh_data import MeshData
from shapelang.metrics.chamfer import SAMPLES
from shapelang.metrics.inside import closed_faces
from shapelang.metrics.triangles import Triangles, joined, triangles
from shapelang.outcome import Outcome
from shapelang.semantics.check import check_text
from shapelang.syntax.printer import print_module

Progress: TypeAlias = Callable[[str, float], None]
"""Told what is being done, and how much of the work is behind, in [0, 1]."""

MAX_PARTS: Final = 256
"""Solids that are fitted; their copies come on top."""

MAX_LEAVES: Final = 1000
"""Solids with their copies."""

_SOLIDS: Final = 64
"""Solids that bodies may become in search of what they are; what is more of them is one solid each."""

_THIN: Final = (0.0004, 0.0001)
"""Of the diagonal: average thickness below which an open body and a closed one are sheets."""

_CELLS: Final = 64**3
"""Where the solid IoU looks."""

_MEASURING: Final = (0.12, 0.5)
"""Least and largest part of the time limit that is kept for the measuring."""

_AGAIN: Final = 2.0
"""Times as long as the mending of a mesh takes the measuring on it, on the same machine and as busy."""

_PRINTING: Final = 0.08
"""Part of the time limit that is kept for symmetries and text."""

_PARTING: Final = 0.3
"""Part of the time limit in which bodies and their copies must be found."""

_CONTESTED: Final = 8
"""Bodies of which more than one explanation is kept."""

_BODY: Final = 0.3
"""A body may use this part of the time that is left at least, and more when it is most of the rest."""


@final
@dataclass(frozen=True, slots=True)
class _Budget:
    """`fitting` ends before `printing`, and that before `whole`."""

    whole: Deadline
    printing: Deadline
    fitting: Deadline
    parts: int
    alternatives: int
    cuts: Cuts
    proposers: tuple[Proposer, ...] = ()
    descent: Descent = BLOCKS


@final
@dataclass(frozen=True, slots=True)
class Inferred:
    """A program for a mesh. `evidence` was measured on `text` as parsed and run again.

    `alternatives` were asked for: this one and others of other structure, by description length, this one first.
    `derived`: how a prior makes it, where one was asked.
    """

    text: str
    evidence: Evidence
    outcome: Outcome
    notes: tuple[str, ...]
    alternatives: tuple[Alternative, ...] = ()
    derived: Derived | None = None
    rewrites: tuple[Step, ...] = ()
    """What made the program short."""

    def assembly(self) -> Assembly:
        """What the text makes when it is run again."""
        if self.derived is not None:
            return self.derived.assembly
        return simulate(check_text(self.text, "<inferred>")).assembly

    def report(self) -> dict[str, Any]:
        """What `R.json` has."""
        e = self.evidence
        return {
            "iou64": e.iou64,
            "chamfer": e.chamfer,
            "fscore": e.fscore,
            "primitives": e.primitives,
            "tokens": e.tokens,
            "bits": e.bits,
            "description": asdict(e.description),
            "samples": e.samples,
            "thickness": e.thickness,
            "open_share": e.open_share,
            "seconds": e.seconds,
            "outcome": self.outcome.name.lower(),
            "notes": list(self.notes),
            **({} if self.derived is None else {"derivation": self.derived.row()}),
            "rewrites": [{"rewrite": s.rewrite, "where": list(s.where)} for s in self.rewrites],
            **({"alternatives": [one.row() for one in self.alternatives]} if self.alternatives else {}),
        }


def infer(
    mesh: MeshData,
    *,
    name: str,
    time_limit: float = 30.0,
    max_parts: int = MAX_PARTS,
    alternatives: int = 1,
    keep_groups: bool = False,
    seed: int = 0,
    progress: Progress | None = None,
    proposers: tuple[Proposer, ...] = (),
    descent: Descent = BLOCKS,
    clock: Clock = monotonic,
) -> Inferred:
    """A program that stands where the mesh stands, in its frame and units.

    `name`: the model's name, as a file stem. `time_limit`: seconds of wall clock for everything; what was found until
    then is kept. `alternatives`: programs of different structure to look for. `keep_groups`: each group
    of the mesh is a block of its own. `seed`: for the points that the distances are measured at. `proposers`: sources
    of solids that compete with those of the search. `descent`: what moves all solids of a body at once. Raises
    InferenceError for a mesh without extent or without surface.
    """
    started = clock()
    groups = [triangles(group.positions, group.faces) for group in mesh.groups]
    whole = _checked(joined(groups), mesh.name)
    stand = stand_of(whole)
    groups, whole = [stand.seen(group) for group in groups], stand.seen(whole)
    clean = mended(groups, whole.diagonal)
    ends = Deadline(started + time_limit, clock)
    budget = _budget(whole, ends, time_limit, clock() - started, max_parts, alternatives)
    budget = replace(budget, proposers=proposers, descent=descent)
    tell = progress or _silent
    tell("finding parts", 0.0)
    together = _one_by_one(clean.groups) if keep_groups else [clean.groups]
    explained, outcome = _explained(together, whole, budget, tell)
    writing = Writing(mesh, name, whole, stand, written_grid(whole), keep_groups)
    found = explained.solids(Variant(), writing.grid)[:MAX_LEAVES]
    if not found:
        raise InferenceError(
            f"{mesh.name}: no part was found that has an extent; the mesh may be a few stray triangles"
        )
    tell("finding symmetries", 0.9)
    first = written(writing, found, budget.printing, budget.cuts)
    texts: Iterable[str] = [print_module(first.module)]
    if alternatives > 1:
        texts = chain(texts, _other_texts(writing, explained, budget))
    tell("measuring", 0.95)

    def measured(text: str) -> Evidence:
        return verify(text, mesh, seed=seed, deadline=budget.whole)

    programs = ranked(texts, alternatives, measured, budget.whole)
    evidence = programs[0].evidence
    if evidence.samples < SAMPLES:
        budget.cuts.add(Cut.DISTANCES, SAMPLES - evidence.samples)
    notes = (
        *mesh.notes,
        *clean.notes,
        *(() if outcome is Outcome.FINISHED else (outcome.value,)),
        *budget.cuts.notes(),
        *fewer(len(programs), alternatives),
        *reading(evidence),
    )
    tell("done", 1.0)
    seconds = clock() - started
    steps = first.steps if programs[0].text == print_module(first.module) else ()
    programs = [replace(one, text=header(mesh.name, one.evidence) + one.text) for one in programs]
    shown = tuple(programs) if alternatives > 1 else ()
    return Inferred(programs[0].text, replace(evidence, seconds=seconds), outcome, notes, shown, rewrites=steps)


def _checked(whole: Triangles, name: str) -> Triangles:
    if len(whole.faces) == 0:
        raise InferenceError(f"{name}: the mesh has no triangles")
    low, high = whole.bounds
    largest, diagonal = float(np.abs([low, high]).max()), whole.diagonal
    if not np.isfinite(largest) or diagonal <= 1e-5:
        raise InferenceError(f"{name}: the mesh has no extent; scale it up, sizes are metres")
    if largest > 4e5:
        raise InferenceError(
            f"{name}: the mesh reaches {largest:g} m from the origin; scale it down or move it to the origin"
        )
    if largest > 1e6 * diagonal:
        raise InferenceError(f"{name}: the mesh is too far from the origin for its size; move it to the origin")
    return whole


def _silent(what: str, done: float) -> None:
    del what, done


def _budget(whole: Triangles, ends: Deadline, limit: float, looked: float, parts: int, alternatives: int) -> _Budget:
    """The time limit divided: measuring gets what it needs, as tried on some points, and by how long the mesh was
    `looked` at so far, seconds.
    """
    closed = closed_faces(whole)
    open_part = Triangles(whole.positions, whole.faces[~closed])
    needed = 0.0 if closed.all() else winding_pace(open_part).seconds(_CELLS)
    least, most = _MEASURING
    printing = ends.before(min(most * limit, least * limit + needed + _AGAIN * looked))
    return _Budget(ends, printing, printing.before(_PRINTING * limit), parts, alternatives, Cuts())


def _one_by_one(groups: Sequence[Triangles]) -> list[list[Triangles]]:
    """The groups, one at a time, each under its number."""
    return [
        [g if k == number else Triangles(g.positions, g.faces[:0]) for k, g in enumerate(groups)]
        for number in range(len(groups))
    ]


def _explained(
    together: Sequence[Sequence[Triangles]], whole: Triangles, budget: _Budget, tell: Progress
) -> tuple[Explanations, Outcome]:
    """All bodies with what they may be, the most telling first, and why the search ended.

    No body is of several of the lists of groups that are looked at `together`.
    """
    diagonal = whole.diagonal
    low, high = whole.bounds
    room = float(np.prod(np.maximum(high - low, THICKNESS * diagonal)))
    kinds = _families(together, diagonal, budget)
    total = sum(_volume(f[0], diagonal) for f in kinds)
    # Bodies that touch are parts themselves, and what is in them is none.
    fused = not touching([one.body for family in kinds for one in family], diagonal, budget.fitting.late)
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
            0.00002 * room,
            thin,
            deadline,
            budget.cuts,
            budget.proposers,
            budget.descent,
            fused,
        )
        every = budget.alternatives > 1 and len(found) < _CONTESTED
        readings = [_first(reading, room_left) for reading in _readings(family[0], effort, diagonal, every)]
        left -= _distinct(readings[0])
        leaves += len(readings[0]) * len(family)
        found.append(Family(family, readings))
        done += volume
        tell("fitting parts", 0.9 * done / max(total, 1e-300))
    late = budget.fitting.late() or bool(budget.cuts.counts)
    explained = Explanations(found, lambda shells: attached(shells, diagonal, budget.fitting.late))
    return explained, Outcome.TIME_LIMIT if late else outcome


def _distinct(reading: Sequence[tuple[Fit, int]]) -> int:
    """How many of its solids differ."""
    return len({_look(fit) for fit, _ in reading})


def _look(fit: Fit) -> Hashable:
    size = fit.kind.size
    near = 1e-3 * max(size)
    return type(fit.kind), *(round(s / near) for s in sorted(size)), round(float(np.log(max(size))), 2)


def _first(reading: Sequence[tuple[Fit, int]], most: int) -> list[tuple[Fit, int]]:
    """The first solids, until so many differ; copies of those come on top."""
    seen: set[Hashable] = set()
    kept: list[tuple[Fit, int]] = []
    for fit, group in reading:
        look = _look(fit) if fit.apart else len(kept)
        if look in seen or len(seen) < most:
            seen.add(look)
            kept.append((fit, group))
    return kept


def _families(together: Sequence[Sequence[Triangles]], diagonal: float, budget: _Budget) -> list[list[Copy]]:
    """The bodies with their copies, the most telling first."""
    splitting = budget.fitting.share(_PARTING)
    bodies = [body for groups in together for body in bodies_of(groups, diagonal, splitting.late)]
    if splitting.late():
        budget.cuts.add(Cut.SPLITTING, len(together[0]))
    comparing = budget.fitting.share(_PARTING)
    found = families(bodies, diagonal, comparing.late)
    if comparing.late():
        budget.cuts.add(Cut.COPIES, len(bodies))
    return sorted(found, key=lambda f: -_volume(f[0], diagonal) * len(f) ** 0.5)


def _volume(copy: Copy, diagonal: float) -> float:
    low, high = copy.body.shell.bounds
    return float(np.prod(np.maximum(high - low, THICKNESS * diagonal)))


def _readings(copy: Copy, effort: Effort, diagonal: float, every: bool) -> list[list[tuple[Fit, int]]]:
    """What a body may be, the best first: fits with their mesh groups, the largest first."""
    body = copy.body
    if effort.late():
        effort.cuts.add(Cut.BOXES)
        return [[(_box(body.shell, diagonal), body.group)]]
    options = explanations(body, effort, every)
    if effort.late():
        effort.cuts.add(Cut.UNFINISHED)
    if not options:
        return [[(fit, body.group) for fit in sheet_fits(body.shell, diagonal, min(effort.parts, 16), effort.late)]]
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


def _other_texts(writing: Writing, explained: Explanations, budget: _Budget) -> Iterator[str]:
    """The programs of all variants but the first, made as they are asked for."""
    for variant in islice(variants(explained.families), 1, None):
        found = explained.solids(variant, writing.grid)
        if 0 < len(found) <= MAX_LEAVES and not budget.whole.late():
            yield print_module(written(writing, found, budget.whole, Cuts(), variant.symmetric).module)
