"""What a program is worth as an explanation of a mesh: recomputed from its text alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter
from typing import Final, final

import numpy as np

from shapelang.assembly.assembly import Assembly
from shapelang.deadline import NEVER, Deadline
from shapelang.diagnostics import EmptyError
from shapelang.execution.simulate import simulate
from shapelang.inference.description.description import Description
from shapelang.inference.description.program import program_bits
from shapelang.inference.description.residual import surface_bits, volume_bits
from shapelang.inference.description.tokens import token_count
from shapelang.inference.measuring.missing import Missing, missing_parts
from shapelang.inference.symmetry.operands import primitive_count
from shapelang.io.read.mesh_data import MeshData
from shapelang.metrics.chamfer import SAMPLES, surface_distances
from shapelang.metrics.fscore import fscore_of
from shapelang.metrics.inside import closed_faces
from shapelang.metrics.iou import Overlap, overlap
from shapelang.metrics.triangles import Triangles, face_areas, joined, triangles, welded_surface
from shapelang.representations.surface import flattened
from shapelang.semantics.check import check_text

_CELLS: Final = 64
"""Along each axis."""


@final
@dataclass(frozen=True, slots=True)
class Evidence:
    """Measured on the mesh of the parsed and executed text, never on what the inference believed.

    iou64: solid IoU at 64³ cells (`metrics.iou`) · chamfer: % of the mesh's diagonal (`metrics.chamfer`) · fscore: at
    1 % of the diagonal · primitives: leaves of the assembly, every operand of a solid counting · tokens: of the text,
    without comments and newlines · samples: points on each surface that the distances are measured from ·
    thickness: of the mesh's walls on average, 2 · volume / area, in cells of the 64³; 0 when no cell is inside ·
    open_share: of the mesh's area, in [0, 1], on connected pieces that have holes · seconds: of the inference, or of
    the measuring where only that was done ·
    description: bits of the text and of what it leaves unsaid, at 64³ cells and 1 % of the diagonal ·
    missing: parts of the mesh where the program has nothing, the largest first.
    """

    iou64: float
    chamfer: float
    fscore: float
    primitives: int
    tokens: int
    samples: int
    thickness: float
    open_share: float
    seconds: float
    description: Description
    missing: tuple[Missing, ...] = ()

    @property
    def bits(self) -> float:
        """The description length."""
        return self.description.total

    def timed(self, seconds: float) -> Evidence:
        """The same evidence with the time that the inference took."""
        return replace(self, seconds=seconds)


def verify(text: str, mesh: MeshData, samples: int = SAMPLES, seed: int = 0, deadline: Deadline = NEVER) -> Evidence:
    """Parse the text again, run it, mesh it, measure it. Raises ProgramError where the text is no program,
    EmptyError where it makes nothing.

    Near the deadline the distances are measured from fewer points, at least a tenth of `samples`.
    """
    started = perf_counter()
    assembly = simulate(check_text(text, "<inferred>")).assembly
    return evidence_of(assembly, text, mesh, samples, seed, deadline).timed(perf_counter() - started)


def evidence_of(
    assembly: Assembly, text: str, mesh: MeshData, samples: int = SAMPLES, seed: int = 0, deadline: Deadline = NEVER
) -> Evidence:
    """`verify` for what a run of the text has made. Raises EmptyError where that has no surface."""
    started = perf_counter()
    flat = flattened(assembly)
    if not len(flat.faces):
        raise EmptyError(f"{assembly.program}: the program makes no shape, so there is nothing to measure")
    made = welded_surface(flat.mesh)
    given = mesh_triangles(mesh)
    solids = overlap(given, made, _CELLS)
    distances = surface_distances(given, made, samples, seed, deadline.left())
    return Evidence(
        iou64=solids.iou,
        chamfer=distances.chamfer,
        fscore=fscore_of(distances),
        primitives=primitive_count(flat.leaves),
        tokens=token_count(text),
        samples=len(distances.of_reference),
        thickness=_thickness(given, made, solids),
        open_share=_open_share(given),
        seconds=perf_counter() - started,
        description=Description(
            *program_bits(text),
            volume=volume_bits(solids, _CELLS**3),
            surface=surface_bits(given, made, distances, samples, seed),
        ),
        missing=missing_parts(given, made, distances, samples, seed),
    )


def _thickness(given: Triangles, made: Triangles, solids: Overlap) -> float:
    area = float(face_areas(given).sum())
    (low, high), (low_made, high_made) = given.bounds, made.bounds
    longest = float((np.maximum(high, high_made) - np.minimum(low, low_made)).max()) / _CELLS
    return 2.0 * solids.first * solids.cell / max(area * longest, 1e-300)


def _open_share(given: Triangles) -> float:
    areas = face_areas(given)
    return float(areas[~closed_faces(given)].sum()) / max(float(areas.sum()), 1e-300)


def mesh_triangles(mesh: MeshData) -> Triangles:
    """All groups of a mesh as one set of triangles."""
    return joined(triangles(group.positions, group.faces) for group in mesh.groups)
