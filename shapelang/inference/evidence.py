"""What a program is worth as an explanation of a mesh: recomputed from its text alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from time import perf_counter
from typing import final

import numpy as np

from shapelang.execution.simulate import simulate
from shapelang.geometry.mesh import Mesh
from shapelang.inference.deadline import NEVER, Deadline
from shapelang.io.read.mesh_data import MeshData
from shapelang.metrics.chamfer import SAMPLES, surface_distances
from shapelang.metrics.fscore import fscore_of
from shapelang.metrics.iou import solid_iou
from shapelang.metrics.triangles import Triangles, joined, triangles
from shapelang.representations.surface import flattened
from shapelang.semantics.check import check_text
from shapelang.syntax.lexical import END, NEWLINE, SOFT_NEWLINE, scan
from shapelang.syntax.source import Source


@final
@dataclass(frozen=True, slots=True)
class Evidence:
    """Measured on the mesh of the parsed and executed text, never on what the inference believed.

    iou64: solid IoU at 64³ cells (`metrics.iou`) · chamfer: % of the mesh's diagonal (`metrics.chamfer`) · fscore: at
    1 % of the diagonal · primitives: leaves of the assembly · tokens: of the text, without comments and newlines ·
    samples: points on each surface that the distances are measured from · seconds: of the inference, or of the
    measuring where only that was done.
    """

    iou64: float
    chamfer: float
    fscore: float
    primitives: int
    tokens: int
    samples: int
    seconds: float

    def timed(self, seconds: float) -> Evidence:
        """The same evidence with the time that the inference took."""
        return replace(self, seconds=seconds)


def verify(text: str, mesh: MeshData, samples: int = SAMPLES, seed: int = 0, deadline: Deadline = NEVER) -> Evidence:
    """Parse the text again, run it, mesh it, measure it. Raises ProgramError where the text is no program.

    Near the deadline the distances are measured from fewer points, at least a tenth of `samples`.
    """
    started = perf_counter()
    assembly = simulate(check_text(text, "<inferred>")).assembly
    flat = flattened(assembly)
    made = _welded(flat.mesh)
    given = mesh_triangles(mesh)
    iou = solid_iou(given, made)
    distances = surface_distances(given, made, samples, seed, deadline.left())
    return Evidence(
        iou64=iou,
        chamfer=distances.chamfer,
        fscore=fscore_of(distances),
        primitives=len(flat.leaves),
        tokens=token_count(text),
        samples=len(distances.of_reference),
        seconds=perf_counter() - started,
    )


def _welded(mesh: Mesh) -> Triangles:
    """A mesh over the points of its surface, so that it is closed by its indices whatever the rounding did."""
    point, first = np.unique(mesh.weld, return_index=True)
    number = np.zeros(int(point.max(initial=-1)) + 1, np.int64)
    number[point] = np.arange(len(point))
    return triangles(mesh.positions[first], number[mesh.welded_faces])


def mesh_triangles(mesh: MeshData) -> Triangles:
    """All groups of a mesh as one set of triangles."""
    return joined(triangles(group.positions, group.faces) for group in mesh.groups)


def token_count(text: str) -> int:
    """Tokens of a program; comments and newlines are none."""
    return sum(kind not in (NEWLINE, SOFT_NEWLINE, END) for kind in scan(Source("<inferred>", text)).tokens.kinds)
