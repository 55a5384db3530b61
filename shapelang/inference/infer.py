"""The pipeline: a mesh becomes a program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from time import monotonic
from typing import Any, Final, TypeAlias, final

import numpy as np

from shapelang.deadline import Deadline
from shapelang.diagnostics import counted
from shapelang.inference.attached import attached
from shapelang.inference.bodies import Body, bodies_of
from shapelang.inference.copies import Copy, families
from shapelang.inference.cut_short import Cut, Cuts
from shapelang.inference.errors import InferenceError
from shapelang.inference.evidence import Evidence, verify
from shapelang.inference.frames import body_frame
from shapelang.inference.joining import BODIES, JOINED, joined_bodies
from shapelang.inference.kinds import Cuboid, Fit
from shapelang.inference.lift.lift import with_parameters
from shapelang.inference.own_frame import in_frame, own_frame
from shapelang.inference.pace import winding_pace
from shapelang.inference.palette import guessed_color
from shapelang.inference.parts import Effort, explain
from shapelang.inference.plain import Solid, grid_of, plain
from shapelang.inference.program import Source, program_of
from shapelang.inference.reading import reading
from shapelang.inference.repetition import repetitions
from shapelang.inference.sheets import THICKNESS, sheet_fits
from shapelang.io.read.mesh_data import MeshData
from shapelang.metrics.chamfer import SAMPLES
from shapelang.metrics.inside import closed_faces
from shapelang.metrics.triangles import Triangles, joined, triangles
from shapelang.outcome import Outcome
from shapelang.syntax.printer import print_module

Progress: TypeAlias = Callable[[str, float], None]
"""Told what is being done, and how much of the work is behind, in [0, 1]."""

MAX_PARTS: Final = 64
"""Solids that are fitted; their copies come on top."""

MAX_LEAVES: Final = 1000
"""Solids with their copies."""

_SOLIDS: Final = 40
"""Solids that a body may become where it need not be one part."""

_THIN: Final = (0.0004, 0.0001)
"""Of the diagonal: average thickness below which an open body and a closed one are sheets."""

_CELLS: Final = 64**3
"""Where the solid IoU looks."""

_MEASURING: Final = (0.12, 0.5)
"""Least and largest part of the time limit that is kept for the measuring."""

_PRINTING: Final = 0.08
"""Part of the time limit that is kept for symmetries and text."""

_PARTING: Final = 0.3
"""Part of the time limit in which bodies and their copies must be found."""

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
    cuts: Cuts


@final
@dataclass(frozen=True, slots=True)
class Inferred:
    """A program for a mesh. `evidence` was measured on `text` as parsed and run again."""

    text: str
    evidence: Evidence
    outcome: Outcome
    notes: tuple[str, ...]

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
        }


def infer(
    mesh: MeshData,
    *,
    name: str,
    time_limit: float = 30.0,
    max_parts: int = MAX_PARTS,
    seed: int = 0,
    progress: Progress | None = None,
) -> Inferred:
    """A program that stands where the mesh stands, in its frame and units.

    `name`: the model's name, as a file stem. `time_limit`: seconds of wall clock for everything; what was found until
    then is kept. `seed`: for the points that the distances are measured at. Raises InferenceError for a mesh without
    extent or without surface.
    """
    started = monotonic()
    groups = [triangles(group.positions, group.faces) for group in mesh.groups]
    whole = _checked(joined(groups), mesh.name)
    frame = own_frame(whole)
    if frame is not None:
        groups = [in_frame(group, frame) for group in groups]
        whole = in_frame(whole, frame)
    budget = _budget(whole, started + time_limit, time_limit, max_parts)
    tell = progress or _silent
    tell("finding parts", 0.0)
    found, outcome = _solids(groups, whole, budget, tell)
    if not found:
        raise InferenceError(
            f"{mesh.name}: no part was found that has an extent; the mesh may be a few stray triangles"
        )
    tell("finding symmetries", 0.9)
    text = _text(mesh, name, whole, found, budget, frame)
    tell("measuring", 0.95)
    evidence = verify(text, mesh, seed=seed, deadline=budget.whole)
    if evidence.samples < SAMPLES:
        budget.cuts.add(Cut.DISTANCES, SAMPLES - evidence.samples)
    notes = (
        *mesh.notes,
        *(() if outcome is Outcome.FINISHED else (outcome.value,)),
        *budget.cuts.notes(),
        *reading(evidence),
    )
    header = _header(mesh.name, evidence)
    tell("done", 1.0)
    return Inferred(header + text, replace(evidence, seconds=monotonic() - started), outcome, notes)


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


def _budget(whole: Triangles, ends: float, limit: float, parts: int) -> _Budget:
    """The time limit divided: measuring gets what it needs, as tried on some points."""
    closed = closed_faces(whole)
    open_part = Triangles(whole.positions, whole.faces[~closed])
    needed = 0.0 if closed.all() else winding_pace(open_part).seconds(_CELLS)
    least, most = _MEASURING
    final_part = Deadline(ends)
    printing = final_part.before(min(most * limit, least * limit + needed))
    return _Budget(final_part, printing, printing.before(_PRINTING * limit), parts, Cuts())


def _solids(
    groups: Sequence[Triangles], whole: Triangles, budget: _Budget, tell: Progress
) -> tuple[list[Solid], Outcome]:
    """The solids of all bodies, the largest bodies first, and why the search ended."""
    diagonal = whole.diagonal
    grid = grid_of(diagonal)
    low, high = whole.bounds
    room = float(np.prod(np.maximum(high - low, THICKNESS * diagonal)))
    kinds = _families(groups, diagonal, budget)
    total = sum(_volume(f[0], diagonal) for f in kinds)
    most = JOINED if sum(map(len, kinds)) >= BODIES else _SOLIDS
    bodies: list[list[Solid]] = []
    shells: list[Body] = []
    outcome, left, done = Outcome.FINISHED, budget.parts, 0.0
    for number, family in enumerate(kinds):
        if left <= 0 or sum(map(len, bodies)) >= MAX_LEAVES:
            outcome = Outcome.PART_LIMIT
            break
        volume = _volume(family[0], diagonal)
        share = min(1.0, max(_BODY, 2.0 * volume / max(total - done, 1e-300)))
        deadline = budget.fitting.share(share)
        thin = _THIN[family[0].body.closed] * diagonal
        room_left = max(1, left - (len(kinds) - number - 1))
        effort = Effort(min(room_left, most), 0.00002 * room, thin, deadline, budget.cuts)
        fits = _fits(family[0], effort, diagonal)[:room_left]
        left -= len(fits)
        for copy in family:
            solids = [plain(copy.place(fit), group, grid) for fit, group in fits]
            made = [solids] if copy.body.closed else [[solid] for solid in solids]
            bodies += made
            shells += [copy.body] * len(made)
        done += volume
        tell("fitting parts", 0.9 * done / max(total, 1e-300))
    found = joined_bodies(bodies, attached(shells, diagonal, budget.fitting.late), grid)
    return found[:MAX_LEAVES], Outcome.TIME_LIMIT if budget.fitting.late() or budget.cuts.counts else outcome


def _families(groups: Sequence[Triangles], diagonal: float, budget: _Budget) -> list[list[Copy]]:
    """The bodies with their copies, the most telling first."""
    splitting = budget.fitting.share(_PARTING)
    bodies = bodies_of(groups, diagonal, splitting.late)
    if splitting.late():
        budget.cuts.add(Cut.SPLITTING, len(groups))
    comparing = budget.fitting.share(_PARTING)
    found = families(bodies, diagonal, comparing.late)
    if comparing.late():
        budget.cuts.add(Cut.COPIES, len(bodies))
    return sorted(found, key=lambda f: -_volume(f[0], diagonal) * len(f) ** 0.5)


def _volume(copy: Copy, diagonal: float) -> float:
    low, high = copy.body.shell.bounds
    return float(np.prod(np.maximum(high - low, THICKNESS * diagonal)))


def _fits(copy: Copy, effort: Effort, diagonal: float) -> list[tuple[Fit, int]]:
    """The fits of a body with their mesh groups, the largest first."""
    body = copy.body
    if effort.late():
        effort.cuts.add(Cut.BOXES)
        return [(_box(body.shell, diagonal), body.group)]
    nodes = explain(body, effort)
    if effort.late():
        effort.cuts.add(Cut.UNFINISHED)
    if nodes is None:
        return [(fit, body.group) for fit in sheet_fits(body.shell, diagonal, min(effort.parts, 16))]
    order = sorted(nodes, key=lambda n: -float(np.prod(n.fit.kind.size)))
    return [(node.fit, node.group) for node in order]


def _box(shell: Triangles, diagonal: float) -> Fit:
    """The box of a body that there was no time for."""
    frame = body_frame(shell)
    local = shell.positions @ frame
    low, high = local.min(axis=0), local.max(axis=0)
    x, y, z = np.maximum(high - low, THICKNESS * diagonal).tolist()
    return Fit(Cuboid((x, y, z)), frame, frame @ (0.5 * (low + high)), 0.0, 0.0)


def _text(
    mesh: MeshData, name: str, whole: Triangles, found: Sequence[Solid], budget: _Budget, frame: np.ndarray | None
) -> str:
    """The program of the solids, which stand in a frame of the mesh's."""
    diagonal = whole.diagonal
    low, high = whole.bounds
    sources = [
        Source(tuple(reversed(g.path)), g.material, g.color or guessed_color(g.material or "")) for g in mesh.groups
    ]
    seen: dict[tuple[str | None, object], int] = {}
    looks = [seen.setdefault((s.material, s.color), len(seen)) for s in sources]
    repeated, middle = repetitions(found, looks, diagonal, 0.5 * (low + high), budget.printing, budget.cuts)
    grid = grid_of(diagonal)
    flat = program_of(repeated, sources, name, (low, high), middle, grid, frame)
    return print_module(flat if budget.printing.late() else with_parameters(flat, grid))


def _header(name: str, evidence: Evidence) -> str:
    plain_name = "".join(c if c.isprintable() else "?" for c in name.rsplit("/", 1)[-1])
    return (
        f"// {plain_name}, read back into a program by `shapelang infer`.\n"
        f"// Solid IoU {evidence.iou64:.3f} at 64 cells, Chamfer {evidence.chamfer:.2f} % of the diagonal, "
        f"{counted(evidence.primitives, 'primitive')}.\n\n"
    )
