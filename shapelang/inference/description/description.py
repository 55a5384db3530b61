"""Description length: a program is worth as much as it makes a mesh shorter to tell.

Rissanen, "Modeling by shortest data description", Automatica 14, 1978.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from shapelang.inference.description.program import program_bits
from shapelang.inference.description.residual import surface_bits, volume_bits
from shapelang.metrics.chamfer import SurfaceDistances
from shapelang.metrics.iou import Overlap


@final
@dataclass(frozen=True, slots=True)
class Description:
    """Bits. structure, numbers: of the program · volume, surface: of what it leaves unsaid."""

    structure: float
    numbers: float
    volume: float
    surface: float

    @property
    def total(self) -> float:
        """All bits; the lower, the better a program explains its mesh."""
        return self.structure + self.numbers + self.volume + self.surface


def description_of(
    text: str, solids: Overlap, cells: int, distances: SurfaceDistances, areas: tuple[float, float]
) -> Description:
    """The bits of a program's text beside a mesh; `areas` of the mesh's surface and of the program's.

    `solids` and `distances`: the mesh first, the program second; on `cells` cells in all.
    """
    program = program_bits(text)
    return Description(
        program.structure,
        program.numbers,
        volume_bits(solids, cells),
        surface_bits(distances, *areas),
    )
