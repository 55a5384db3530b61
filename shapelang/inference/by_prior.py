"""A mesh explained by a prior alone: the most probable of the shapes that it makes."""

from __future__ import annotations

from time import monotonic
from typing import Final

import numpy as np

from shapelang.deadline import Clock, Progress, Searching, silent, untold, within
from shapelang.inference.alternatives.ranking import Alternative, fewer
from shapelang.inference.alternatives.structure import structure_of
from shapelang.inference.infer import Inferred
from shapelang.inference.measuring.evidence import Evidence, evidence_of, mesh_triangles
from shapelang.inference.measuring.notes import notes_on
from shapelang.inference.prior import Derived, Prior
from shapelang.io.read.mesh_data import MeshData
from shapelang.outcome import Outcome

_SEARCH: Final = 0.85
"""Of the time limit; the rest is for measuring."""

_EXPLAINED: Final = 1.0
"""A Chamfer distance up to this, in % of the diagonal, is a mesh that is explained: as near as F-score and `explained`
ask of single points."""

_NOISE: Final = 1e-6
"""Of the diagonal."""

_FEW: Final = 4
"""Names in a note."""


def infer_by(
    prior: Prior, mesh: MeshData, *, time_limit: float, alternatives: int = 1, seed: int = 0,
    tell: Progress | None = None, clock: Clock = monotonic, searching: Searching = untold,
) -> Inferred:  # fmt: skip
    """The most probable derivation of a prior that explains a mesh, standing where the mesh stands.

    `alternatives` derivations at most, by ln p of choices and mesh. Raises what the prior raises.
    """
    started, deadline = clock(), within(time_limit, clock)
    say = tell or silent
    say("searching derivations", 0.05)
    until = deadline.before((1.0 - _SEARCH) * time_limit)
    searching(until)
    found = prior.derivations(mesh_triangles(mesh), alternatives, seed, until)
    say("measuring", 0.9)
    late = until.late()
    programs = tuple(
        Alternative(
            one.text,
            structure_of(one.text),
            evidence_of(one.assembly, one.text, mesh, seed=seed, deadline=deadline),
            one,
        )
        for one in found
    )
    best = programs[0]
    return Inferred(
        best.text,
        best.evidence.timed(clock() - started),
        Outcome.TIME_LIMIT if late else Outcome.FINISHED,
        (
            *mesh.notes,
            *fewer(len(found), alternatives),
            *_unexplained(mesh, prior.scaled, best.evidence),
            *_notes(found[0]),
            *_put(found[0]),
            *notes_on(best.evidence),
        ),
        programs if alternatives > 1 else (),
        found[0],
    )


def _notes(found: Derived) -> tuple[str, ...]:
    """What the text cannot say: choices inside parts and blocks."""
    if not found.left:
        return ()
    more = f" and {len(found.left) - _FEW} more" if len(found.left) > _FEW else ""
    return (f"Chosen, but without a place of their own in the text: {', '.join(found.left[:_FEW])}{more}.",)


def _unexplained(mesh: MeshData, scaled: bool, evidence: Evidence) -> tuple[str, ...]:
    """That the grammar makes something else than the mesh, and where the mesh is."""
    if evidence.chamfer <= _EXPLAINED:
        return ()
    whole = mesh_triangles(mesh)
    # What is no length of this mesh is the noise of its file: 9e-16 is the ground.
    low, high = (np.where(np.abs(corner) < _NOISE * whole.diagonal, 0.0, corner) for corner in whole.bounds)
    spans = ", ".join(f"{axis} {a:.3g} to {b:.3g}" for axis, a, b in zip("xyz", low, high, strict=True))
    sizes = "" if scaled else " Sizes are metres: --any-size lets the grammar be scaled."
    return (
        f"The grammar does not explain the mesh ({spans}): what it makes, also turned by quarters about y and moved, "
        f"has a Chamfer distance of {evidence.chamfer:.2f} % of the diagonal; up to {_EXPLAINED:g} % is explained."
        f"{sizes}",
    )


def _put(found: Derived) -> tuple[str, ...]:
    """How the whole was moved, if it was."""
    x, y, z = (round(float(value), 4) + 0.0 for value in found.place["at"])
    turn, scale = found.place["rotate_y"], found.place["scale"]
    if (x, y, z, turn, scale) == (0.0, 0.0, 0.0, 0, 1.0):
        return ()
    turned = f", turned by {turn}° about y" if turn else ""
    scaled = f", scaled by {scale:.4g}" if scale != 1.0 else ""
    return (f"What the grammar makes was put at ({x:.4g}, {y:.4g}, {z:.4g}){turned}{scaled}: the mesh stands there.",)
