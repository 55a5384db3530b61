"""From where to where a number of a configuration may be, beside its type."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final, TypeAlias, final

LARGEST: Final = 1 << 24
"""No count of a configuration may be larger: a file cannot ask for a layer of a terabyte."""


@final
@dataclass(frozen=True, slots=True)
class Bounds:
    """A number from low to high, both included."""

    low: float
    high: float


Axes: TypeAlias = Annotated[int, Bounds(2, 3)]
"""2 for pictures, 3 for solids."""
Cells: TypeAlias = Annotated[int, Bounds(8, 256)]
"""Cells of a grid along each axis."""
Width: TypeAlias = Annotated[int, Bounds(1, 1 << 16)]
"""Numbers of a code or a layer, channels of a convolution."""
Divisor: TypeAlias = Annotated[int, Bounds(1, 128)]
"""What the widths of a published net are divided by, of which the least is 128."""
Count: TypeAlias = Annotated[int, Bounds(1, LARGEST)]
"""How many of something that is made one after the other, or of which some are taken."""
Times: TypeAlias = Annotated[int, Bounds(1, 1000)]
"""How often something is done within a step."""
Batch: TypeAlias = Annotated[int, Bounds(1, 4096)]
"""Examples of an update."""
Seed: TypeAlias = Annotated[int, Bounds(0, 2**64 - 1)]
Rate: TypeAlias = Annotated[float, Bounds(1e-12, 10.0)]
"""How far an optimiser goes in a step."""
Share: TypeAlias = Annotated[float, Bounds(0.0, 1.0)]
Decay: TypeAlias = Annotated[float, Bounds(0.0, 1.0 - 1e-9)]
"""How much of a mean that moves stays at each step: never all."""
Weight: TypeAlias = Annotated[float, Bounds(0.0, LARGEST)]
"""Of a term of a loss."""
Deviation: TypeAlias = Annotated[float, Bounds(1e-6, 1e3)]
"""Of a normal distribution."""
Views: TypeAlias = Annotated[int, Bounds(1, 3)]
"""Fixed cameras."""
Patch: TypeAlias = Annotated[int, Bounds(1, 64)]
"""Cells of a part of a volume along each axis."""
