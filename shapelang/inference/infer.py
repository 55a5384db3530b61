"""The pipeline: a mesh becomes a program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import chain, islice
from time import monotonic
from typing import Any, Final, final

import numpy as np

from shapelang.assembly.assembly import Assembly
from shapelang.deadline import Clock, Deadline, Progress, Searching, silent, untold
from shapelang.execution.simulate import simulate
from shapelang.inference.alternatives.families import Explanations, Variant, variants
from shapelang.inference.alternatives.kept_groups import with_all_groups
from shapelang.inference.alternatives.ranking import Alternative, fewer, ranked
from shapelang.inference.bodies.lattices import Thinned, without_lattices
from shapelang.inference.bodies.mending import mended
from shapelang.inference.bodies.stand import stand_of
from shapelang.inference.composing import Writing, header, written
from shapelang.inference.cut_short import Cut, Cuts
from shapelang.inference.errors import InferenceError
from shapelang.inference.measuring.evidence import Evidence, verify
from shapelang.inference.measuring.notes import notes_on
from shapelang.inference.prior import Derived
from shapelang.inference.proposals.proposer import Proposer
from shapelang.inference.refine.descent import BLOCKS, Descent
from shapelang.inference.rewrites.search import Step
from shapelang.inference.rounding.grid import written_grid
from shapelang.inference.sampling.pace import winding_pace
from shapelang.inference.searching import MAX_LEAVES, Budget, explained_bodies
from shapelang.inference.solids.sheets import thickness_notes
from shapelang.io.read.mesh_data import MeshData
from shapelang.metrics.chamfer import SAMPLES
from shapelang.metrics.inside import closed_faces
from shapelang.metrics.triangles import Triangles, joined, triangles
from shapelang.outcome import Outcome
from shapelang.semantics.check import check_text
from shapelang.syntax.printer import print_module

MAX_PARTS: Final = 256
"""Solids that are fitted; their copies come on top."""

_SMALLEST: Final = 1e-5
"""Metres of diagonal: what is smaller has no numbers on a grid that the language could write."""

_FARTHEST: Final = 4e5
"""Metres from the origin: what the language can place, with room for sizes and steps."""

_REMOTE: Final = 1e6
"""Diagonals from the origin: farther, the corners of a mesh have no digits left."""

_LOST: Final = 0.005
"""The IoU that may be lost when parts are written."""

_CELLS: Final = 64**3
"""Where the solid IoU looks."""

_MEASURING: Final = (0.12, 0.5)
"""Least and largest part of the time limit that is kept for the measuring."""

_AGAIN: Final = 2.0
"""Times as long as the mending of a mesh takes the measuring on it, on the same machine and as busy."""

_PRINTING: Final = 0.08
"""Part of the time limit that is kept for symmetries and text."""


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
    flat: tuple[str, float] | None = None
    """The program before that, and the grid in metres that its numbers are on: `composing.replayed` takes these."""

    def assembly(self) -> Assembly:
        """What the text makes when it is run again."""
        if self.derived is not None:
            return self.derived.assembly
        return simulate(check_text(self.text, "<inferred>")).assembly

    def interrupted(self, ahead: float) -> Inferred:
        """The same, found by a clock that was put so many seconds `ahead`: no time limit ended the search."""
        notes = tuple(note for note in self.notes if note != Outcome.TIME_LIMIT.value)
        evidence = self.evidence.timed(self.evidence.seconds - ahead)
        return replace(self, evidence=evidence, outcome=Outcome.INTERRUPTED, notes=(*notes, Outcome.INTERRUPTED.value))

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
            **({} if self.flat is None else {"flat": {"program": self.flat[0], "grid": self.flat[1]}}),
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
    sampled: bool = False,
    clock: Clock = monotonic,
    searching: Searching = untold,
) -> Inferred:
    """A program that stands where the mesh stands, in its frame and units.

    `name`: the model's name, as a file stem. `time_limit`: seconds of wall clock for everything; what was found until
    then is kept. `alternatives`: programs of different structure to look for. `keep_groups`: each group
    of the mesh is a block of its own. `seed`: for the points that the distances are measured at. `proposers`: sources
    of solids that compete with those of the search. `descent`: what moves all solids of a body at once. `sampled`:
    whether the surface was laid through samples, so that its triangles show no parts. Raises InferenceError for a mesh
    without extent or without surface.
    """
    started = clock()
    groups = [triangles(group.positions, group.faces) for group in mesh.groups]
    whole = _checked(joined(groups), mesh.name)
    stand = stand_of(whole)
    groups, whole = [stand.seen(group) for group in groups], stand.seen(whole)
    clean = mended(groups, whole.diagonal)
    ends = Deadline(started + time_limit, clock)
    budget = _budget(whole, ends, time_limit, clock() - started, max_parts, alternatives)
    budget = replace(budget, proposers=proposers, descent=descent, sampled=sampled)
    searching(budget.fitting)
    keep_groups = (
        keep_groups and len(mesh.groups) > 1
    )  # one group is the whole, and what it is called says nothing more
    tell = progress or silent
    tell("finding parts", 0.0)
    thinned = (
        Thinned(clean.groups) if keep_groups else without_lattices(clean.groups, whole.diagonal, budget.fitting.late)
    )
    explanations, outcome = explained_bodies(thinned.groups, whole, budget, tell)
    if keep_groups:
        explanations = [with_all_groups(one, clean.groups, whole.diagonal, budget.fitting.late) for one in explanations]
    writing = Writing(mesh, name, whole, stand, written_grid(whole), keep_groups, thinned.lattices)
    explained = _lasting(explanations, writing, budget)
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
    notes = (
        *mesh.notes,
        *clean.notes,
        *_cut_notes(outcome, evidence, budget),
        *thickness_notes(explained.fits(), whole.diagonal, writing.grid),
        *fewer(len(programs), alternatives),
        *notes_on(evidence),
    )
    tell("done", 1.0)
    own = programs[0].text == print_module(first.module)
    steps = first.steps if own else ()
    flat = (print_module(first.flat), writing.grid) if own and first.flat is not None else None
    programs = [replace(one, text=header(mesh.name, one.evidence) + one.text) for one in programs]
    shown = tuple(programs) if alternatives > 1 else ()
    evidence = evidence.timed(clock() - started)
    return Inferred(programs[0].text, evidence, outcome, notes, shown, rewrites=steps, flat=flat)


def _lasting(explanations: Sequence[Explanations], writing: Writing, budget: Budget) -> Explanations:
    """The first of the explanations that have solids, unless the second one is nearer to the mesh when both are written
    down.
    """
    told = [one for one in explanations if one.told(writing.grid)]
    if len(told) < 2 or budget.printing.late():
        return (*told, *explanations)[0]
    texts = [_first_text(one, writing, budget) for one in told]
    agreed = [verify(text, writing.mesh, deadline=budget.printing).iou64 for text in texts]
    return told[0] if agreed[0] >= agreed[1] - _LOST else told[1]


def _cut_notes(outcome: Outcome, evidence: Evidence, budget: Budget) -> tuple[str, ...]:
    """Why the search ended, and what was cut short for lack of time, the measuring included."""
    if evidence.samples < SAMPLES:
        budget.cuts.add(Cut.DISTANCES, SAMPLES - evidence.samples)
    return (*(() if outcome is Outcome.FINISHED else (outcome.value,)), *budget.cuts.notes())


def _first_text(explained: Explanations, writing: Writing, budget: Budget) -> str:
    found = explained.solids(Variant(), writing.grid)[:MAX_LEAVES]
    return print_module(written(writing, found, budget.printing, Cuts()).module)


def _checked(whole: Triangles, name: str) -> Triangles:
    if len(whole.faces) == 0:
        raise InferenceError(f"{name}: the mesh has no triangles")
    low, high = whole.bounds
    largest, diagonal = float(np.abs([low, high]).max()), whole.diagonal
    if not np.isfinite(largest) or diagonal <= _SMALLEST:
        raise InferenceError(f"{name}: the mesh has no extent; scale it up, sizes are metres")
    if largest > _FARTHEST:
        raise InferenceError(
            f"{name}: the mesh reaches {largest:g} m from the origin; scale it down or move it to the origin"
        )
    if largest > _REMOTE * diagonal:
        raise InferenceError(f"{name}: the mesh is too far from the origin for its size; move it to the origin")
    return whole


def _budget(whole: Triangles, ends: Deadline, limit: float, looked: float, parts: int, alternatives: int) -> Budget:
    """The time limit divided: measuring gets what it needs, as tried on some points, and by how long the mesh was
    `looked` at so far, seconds.
    """
    closed = closed_faces(whole)
    open_part = Triangles(whole.positions, whole.faces[~closed])
    needed = 0.0 if closed.all() else winding_pace(open_part).seconds(_CELLS)
    least, most = _MEASURING
    printing = ends.before(min(most * limit, least * limit + needed + _AGAIN * looked))
    return Budget(ends, printing, printing.before(_PRINTING * limit), parts, alternatives, Cuts())


def _other_texts(writing: Writing, explained: Explanations, budget: Budget) -> Iterator[str]:
    """The programs of all variants but the first, made as they are asked for."""
    for variant in islice(variants(explained.families), 1, None):
        found = explained.solids(variant, writing.grid)
        if 0 < len(found) <= MAX_LEAVES and not budget.whole.late():
            yield print_module(written(writing, found, budget.whole, Cuts(), variant.symmetric).module)
