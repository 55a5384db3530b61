"""A mesh explained by a prior alone: the most probable of the shapes that it makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from typing import Final

from shapelang.deadline import within
from shapelang.inference.alternatives.ranking import Alternative
from shapelang.inference.alternatives.structure import structure_of
from shapelang.inference.evidence import Evidence, evidence_of, mesh_triangles
from shapelang.inference.infer import Inferred
from shapelang.inference.prior import Derived, Prior
from shapelang.io.read.mesh_data import MeshData
from shapelang.outcome import Outcome

_SEARCH: Final = 0.85
"""Of the time limit; the rest is for measuring."""

_MEET: Final = 0.1
"""Solid IoU below which two shapes stand apart."""

_FEW: Final = 4
"""Names in a note."""


def infer_by(
    prior: Prior, mesh: MeshData, *, time_limit: float, alternatives: int = 1, seed: int = 0,
    tell: Callable[[str, float], None] | None = None,
) -> Inferred:  # fmt: skip
    """The most probable derivation of a prior that explains a mesh, in the prior's own frame, metres.

    `alternatives` derivations at most, by ln p of choices and mesh. Raises what the prior raises.
    """
    started, deadline = monotonic(), within(time_limit)
    say = tell or _silent
    say("searching derivations", 0.05)
    found = prior.derivations(mesh_triangles(mesh), alternatives, seed, deadline.before((1.0 - _SEARCH) * time_limit))
    say("measuring", 0.9)
    late = deadline.before((1.0 - _SEARCH) * time_limit).late()
    programs = tuple(
        Alternative(one.text, structure_of(one.text), evidence_of(one.assembly, one.text, mesh, seed=seed), one)
        for one in found
    )
    best = programs[0]
    return Inferred(
        best.text,
        replace(best.evidence, seconds=monotonic() - started),
        Outcome.TIME_LIMIT if late else Outcome.FINISHED,
        (*mesh.notes, *_notes(found[0]), *_elsewhere(mesh, best.evidence)),
        programs if alternatives > 1 else (),
        found[0],
    )


def _notes(found: Derived) -> tuple[str, ...]:
    """What the text cannot say: choices inside parts and blocks."""
    if not found.left:
        return ()
    more = f" and {len(found.left) - _FEW} more" if len(found.left) > _FEW else ""
    return (f"Chosen, but without a place of their own in the text: {', '.join(found.left[:_FEW])}{more}.",)


def _elsewhere(mesh: MeshData, evidence: Evidence) -> tuple[str, ...]:
    """That a mesh stands where the prior makes nothing, or in other units."""
    if evidence.iou64 >= _MEET:
        return ()
    low, high = mesh_triangles(mesh).bounds
    spans = ", ".join(f"{axis} {a:.3g} to {b:.3g}" for axis, a, b in zip("xyz", low, high, strict=True))
    return (
        f"The mesh ({spans}) and what the grammar makes hardly meet: it is not moved or scaled to the mesh. "
        "Bring the mesh to the grammar's place and units, which are metres.",
    )


def _silent(what: str, done: float) -> None:
    del what, done
