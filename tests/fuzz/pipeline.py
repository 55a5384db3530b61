"""A program through everything that a user may do with it: check, run, mesh, write. Only typed errors may come out."""

from __future__ import annotations

from typing import Final

import numpy as np

from shapelang.assembly.assembly import Assembly
from shapelang.assembly.part import Solid
from shapelang.diagnostics import Diagnostic, ProgramError, UsageError
from shapelang.execution.budget import Limits
from shapelang.execution.score import score
from shapelang.execution.simulate import simulate
from shapelang.geometry.invariants import faults
from shapelang.io.glb import glb_bytes
from shapelang.io.glb_check import faults_of_glb
from shapelang.representations.refusals import refuse_broken_solids
from shapelang.representations.surface import geometry_mesh
from shapelang.semantics.check import check_text
from shapelang.syntax.source import Source

SMALL: Final = Limits(fuel=20_000, depth=24, instances=400, tries=8, chain_steps=40)
"""Limits under which no program takes long, so that many can be tried."""

SEGMENTS: Final = 8


class Broken(AssertionError):
    """Something came out that is no valid result."""


def through(text: str, seed: int = 1, limits: Limits = SMALL) -> str:
    """Runs a text through the pipeline; returns how it ended: `refused` or `made`. Anything else is raised.

    Raises Broken for a wrong result; whatever else is raised is a fault too.
    """
    try:
        program = check_text(text, "fuzz.shape")
    except (ProgramError, UsageError) as error:
        _told(error)
        return "refused"
    try:
        trace = simulate(program, seed, limits=limits)
        refuse_broken_solids(trace.assembly, SEGMENTS)
    except (ProgramError, UsageError) as error:
        _told(error)
        return "refused"
    if (
        not trace.conditioned
        and score(program, {a: c.value for a, c in trace.choices.items()}, limits=limits) != trace.log_prob
    ):
        raise Broken("score differs from the trace's log-probability")
    _sound(trace.assembly)
    return "made"


def _told(error: ProgramError | UsageError) -> None:
    if not str(error):
        raise Broken("an error without a message")
    if isinstance(error, ProgramError):
        for diagnostic in error.diagnostics:
            if not 0 <= diagnostic.start <= min(diagnostic.end, _length(diagnostic)):
                raise Broken(f"{diagnostic.code} lies outside its text")


def _length(diagnostic: Diagnostic) -> int:
    source = diagnostic.source
    assert isinstance(source, Source)
    return len(source.text)


def _sound(assembly: Assembly) -> None:
    """Meshes of primitives are closed; the GLB is well formed; all is finite."""
    for leaf in {id(leaf.geometry): leaf for leaf in assembly.leaves()}.values():
        if not np.isfinite([*leaf.pose.offset, leaf.pose.scale, *(leaf.pose.rotation or ())]).all():
            raise Broken(f"{'/'.join(leaf.path)} stands nowhere: {leaf.pose}")
        if not isinstance(leaf.geometry, Solid):
            found = [f for f in faults(geometry_mesh(leaf.geometry, SEGMENTS))]
            if found:
                raise Broken(f"{leaf.geometry}: {found}")
    if not any(True for _ in assembly.leaves()):
        return
    found = faults_of_glb(glb_bytes(assembly, segments=SEGMENTS))
    if found:
        raise Broken(f"GLB: {found[:3]}")
