"""A program measured against a mesh, as a whole and primitive by primitive."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, final

from shapelang.assembly.assembly import Assembly
from shapelang.inference.alternatives.ranking import Alternative
from shapelang.inference.measuring.evidence import Evidence, mesh_triangles
from shapelang.inference.measuring.notes import notes_on
from shapelang.inference.report.colors import color_error
from shapelang.inference.report.page import Page
from shapelang.inference.report.primitives import SAMPLES, PrimitiveEvidence, explained_share, primitive_evidence
from shapelang.inference.report.scene import scene_of
from shapelang.io.read.mesh_data import MeshData
from shapelang.representations.surface import Flat, flattened


@final
@dataclass(frozen=True, slots=True, eq=False)
class Measured:
    """The evidence of a program for a mesh. `flat` is the surface that the program makes."""

    mesh: MeshData
    flat: Flat
    evidence: Evidence
    primitives: tuple[PrimitiveEvidence, ...]
    color_error: float | None

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to know of the mesh as it was read, and of which figures to trust."""
        return (*self.mesh.notes, *notes_on(self.evidence))

    def row(self) -> dict[str, Any]:
        """As JSON: the fields of `Evidence`, and five more.

        `bits`: the description length; `explained`: share of the mesh's surface that lies within 1 % of the diagonal
        of any primitive; `color_error`: `colors.color_error`; `parts`: the fields of `PrimitiveEvidence` for each
        primitive, in the order of the program; `notes`: as they are here.
        """
        return {
            **asdict(self.evidence),
            "bits": self.evidence.bits,
            "explained": explained_share(self.primitives),
            "color_error": self.color_error,
            "parts": [asdict(primitive) for primitive in self.primitives],
            "notes": list(self.notes),
        }

    def page(self, text: str, notes: tuple[str, ...] = (), alternatives: tuple[Alternative, ...] = ()) -> bytes:
        """The page of the program's text, and of others that were found beside it (`page.Page`)."""
        scene = scene_of(self.flat, mesh_triangles(self.mesh))
        return Page(
            self.mesh.name, text, self.evidence, self.primitives, notes, scene, self.color_error, alternatives
        ).html()


def measured(assembly: Assembly, evidence: Evidence, mesh: MeshData, samples: int = SAMPLES, seed: int = 0) -> Measured:
    """`evidence` and that of each primitive; for an assembly with at least one leaf.

    `samples`: points on the mesh; `seed`: of these points.
    """
    flat = flattened(assembly)
    primitives = primitive_evidence(flat, mesh_triangles(mesh), samples, seed)
    return Measured(mesh, flat, evidence, primitives, color_error(flat, mesh, samples, seed))
