"""To what lengths, angles and shares are equal, and in which steps they are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import Final, final

import numpy as np

from grammars.learning.shapes.bodies import Body

_NEAR: Final = 5.0
"""Tolerances between parts that touch."""


@final
@dataclass(frozen=True, slots=True)
class Precision:
    """Metres: what is exact to within `tolerance` holds; samples are told to a `step`; parts that are `near` touch.

    `dependent`: whether numbers may hang on one another; otherwise each is uniform. `framed`: whether they may hang on
    the extents of the body.
    """

    tolerance: float
    step: float
    near: float = 0.0
    dependent: bool = True
    framed: bool = True


def precision_of(bodies: Sequence[Body], tolerance: float) -> Precision:
    """A tolerance as a share of the bodies' median diagonal, and the power of ten below a thousandth of that."""
    diagonal = float(np.median([np.sqrt((body.size**2).sum()) for body in bodies]))
    return Precision(tolerance * diagonal, 10.0 ** (floor(log10(diagonal)) - 3), _NEAR * tolerance * diagonal)


ANGLE: Final = Precision(2.0, 0.5)
"""Degrees."""

SHARE: Final = Precision(0.02, 0.01)
"""Of numbers without a unit."""


def evenly(count: int, most: int) -> list[int]:
    """As many of so many things, at most, evenly."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).round().astype(int)).tolist()
