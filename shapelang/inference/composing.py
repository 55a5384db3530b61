"""The text of a program of solids: their symmetries, names and materials, and what holds between their numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np

from shapelang.deadline import NEVER, Deadline
from shapelang.diagnostics import ProgramError, counted
from shapelang.execution.simulate import simulate
from shapelang.inference.bodies.lattices import Lattice
from shapelang.inference.bodies.stand import Stand
from shapelang.inference.cut_short import Cuts
from shapelang.inference.description.tokens import token_count
from shapelang.inference.generalizing.parts import with_parts
from shapelang.inference.lift.lift import with_parameters
from shapelang.inference.lift.room import room
from shapelang.inference.measuring.evidence import Evidence
from shapelang.inference.rewrites.crossed import with_crossed_mirrors
from shapelang.inference.rewrites.inlined import without_single_calls
from shapelang.inference.rewrites.restructured import Restructured, restructured
from shapelang.inference.solids.plain import Solid
from shapelang.inference.symmetry.patterns import Gridded, Once, Repeated
from shapelang.inference.symmetry.repetition import repetitions
from shapelang.inference.writing.inner_names import without_inner_names
from shapelang.inference.writing.looks import looks_inward, looks_outward
from shapelang.inference.writing.palette import guessed_color
from shapelang.inference.writing.program import Source, program_of
from shapelang.inference.writing.titles import titled
from shapelang.io.read.mesh_data import MeshData
from shapelang.metrics.triangles import Triangles
from shapelang.semantics.check import check_text
from shapelang.syntax import tree
from shapelang.syntax.printer import print_module

_REWRITING: Final = 0.6
"""Part of the time that is left in which the program is written shorter."""


_COMPARED: Final = 2000
"""Images from which on a program is not written shorter: it is run before and after, and all images are compared."""

_TRIED: Final = 1500
"""Tokens of a program whose parts with arguments are made once to know what they save, and again."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Writing:
    """What programs are written for: a mesh, and `whole`, seen as its model stands, on a grid.

    With `keep_groups` each group of the mesh is a block of its own, and no symmetry goes beyond it.
    """

    mesh: MeshData
    name: str
    whole: Triangles
    stand: Stand
    grid: float
    keep_groups: bool
    lattices: tuple[tuple[int, Lattice], ...] = ()
    """Of each group after those of the mesh: which of these it was part of, and how it is repeated."""

    def sources(self) -> list[Source]:
        """What the mesh says of each group."""
        own = [
            Source(tuple(reversed(g.path)), g.material, g.color or guessed_color(g.material or ""))
            for g in self.mesh.groups
        ]
        return [*own, *(own[group] for group, _ in self.lattices)]

    def lattice(self, solid: Solid) -> Lattice | None:
        """How a solid is repeated that stands for many."""
        number = solid.group - len(self.mesh.groups)
        return self.lattices[number][1] if number >= 0 else None


def written(
    writing: Writing, found: Sequence[Solid], deadline: Deadline, cuts: Cuts, symmetric: bool = True
) -> Restructured:
    """The program of the solids, seen as the model stands, and the rewrites that made it short; what is late is left
    out.
    """
    flat, images = _flat(writing, found, deadline, cuts, symmetric)
    # A rewrite would join groups that are to be kept, and give symmetries to what shall have none.
    free = symmetric and not writing.keep_groups
    made = _shortened(flat, writing.grid, deadline, free, images <= _COMPARED)
    return replace(made, flat=flat) if free else made


def replayed(flat: str, grid: float) -> Restructured:
    """The program that a report's flat one becomes on its grid, by the same steps; no mesh is needed.

    It is the one of the report where no time limit cut these short.
    """
    program = check_text(flat, "<flat>")
    images = sum(1 for _ in simulate(program).assembly.leaves())
    return _shortened(program.module, grid, NEVER, True, images <= _COMPARED)


def _shortened(flat: tree.Module, grid: float, deadline: Deadline, free: bool, few: bool) -> Restructured:
    """A flat program written shorter, named, with parameters and parts; `few`: whether its images can be compared."""
    made = _lifted_where(flat, grid, deadline, free, few)
    plainer = without_inner_names(made.module)
    return made if plainer == made.module else _sound(replace(made, module=plainer), made)


def _flat(
    writing: Writing, found: Sequence[Solid], deadline: Deadline, cuts: Cuts, symmetric: bool
) -> tuple[tree.Module, int]:
    """The solids with the symmetries that are found among them, as statements, and how many images they have."""
    diagonal = writing.whole.diagonal
    low, high = writing.whole.bounds
    sources = writing.sources()
    many = [(solid, lattice) for solid in found if (lattice := writing.lattice(solid)) is not None]
    single = [solid for solid in found if writing.lattice(solid) is None]
    repeated, middle = (
        repetitions(single, _looks(writing, sources), diagonal, 0.5 * (low + high), deadline, cuts)
        if symmetric
        else ([Repeated(solid, Once(), 1) for solid in single], np.zeros(3))
    )
    repeated += [Repeated(s, Gridded(of.counts, of.steps), math.prod(of.counts)) for s, of in many]
    grid = writing.grid
    sections = _by_group(repeated) if writing.keep_groups else [repeated]
    flat = program_of(sections, sources, writing.name, (low, high), middle, grid, writing.stand)
    return flat, sum(one.count for one in repeated)


def _lifted_where(flat: tree.Module, grid: float, deadline: Deadline, free: bool, few: bool) -> Restructured:
    short = restructured(flat, grid, deadline.share(_REWRITING)) if free and few else Restructured(flat, ())
    plain = without_single_calls(short.module, grid)
    dressed = titled(plain) if free else looks_outward(looks_inward(plain))
    named = replace(short, module=with_crossed_mirrors(dressed))
    sound = _sound(named, replace(short, module=plain), short, Restructured(flat, ()))
    if deadline.late() or not few:
        return sound
    if not free:
        return _sound(replace(sound, module=with_parameters(sound.module, grid, 0, deadline)), sound)
    # What parts with arguments save there is room for parameters for, if they still do with these.
    now = _tokens(sound.module)
    spare = now - _tokens(with_parts(sound.module, grid, deadline)) if now <= _TRIED else 0
    made = _lifted(sound, grid, spare, deadline)
    fits = spare == 0 or _tokens(made.module) <= room(sound.module, grid)
    return made if fits else _lifted(sound, grid, 0, deadline)


def _lifted(program: Restructured, grid: float, spare: int, deadline: Deadline) -> Restructured:
    lifted = _sound(replace(program, module=with_parameters(program.module, grid, spare, deadline)), program)
    return replace(lifted, module=with_parts(lifted.module, grid, deadline))


def _tokens(module: tree.Module) -> int:
    return token_count(print_module(module))


def _sound(*programs: Restructured) -> Restructured:
    """The first of several programs that is one; the last if none is, so that its fault is told.

    Names and numbers are put in by many steps, and what one of them gets wrong shall not cost the whole program.
    """
    for program in programs[:-1]:
        try:
            check_text(print_module(program.module))
        except ProgramError:
            continue
        return program
    return programs[-1]


def _looks(writing: Writing, sources: Sequence[Source]) -> list[int]:
    """A number for each group: what looks alike may be one under a symmetry."""
    if writing.keep_groups:
        return list(range(len(sources)))
    seen: dict[tuple[str | None, object], int] = {}
    return [seen.setdefault((s.material, s.color), len(seen)) for s in sources]


def _by_group(repeated: Sequence[Repeated]) -> list[list[Repeated]]:
    groups = sorted({r.solid.group for r in repeated})
    return [[r for r in repeated if r.solid.group == group] for group in groups]


def header(name: str, evidence: Evidence) -> str:
    """The comments above the program of a mesh of this name: what it is, and how good."""
    plain_name = "".join(c if c.isprintable() else "?" for c in name.rsplit("/", 1)[-1])
    return (
        f"// {plain_name}, read back into a program by `shapelang infer`.\n"
        f"// Solid IoU {evidence.iou64:.3f} at 64 cells, Chamfer {evidence.chamfer:.2f} % of the diagonal, "
        f"{counted(evidence.primitives, 'primitive')}.\n\n"
    )
