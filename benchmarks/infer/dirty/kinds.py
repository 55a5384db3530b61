"""All kinds of damage, and what may be expected of a program for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias, final

from numpy.random import Generator

from benchmarks.infer.dirty import corners, faces, solids
from shapelang.metrics.triangles import Triangles

Change: TypeAlias = Callable[[Triangles, Generator], Triangles]


@final
class Truth(Enum):
    """What a program is compared with."""

    BEFORE = "the solid before the damage"
    AFTER = "the solid after it: it has become another, or another place, and is no worse for that"
    SHEET = "what is left, which has no inside"
    NOTHING = "there is nothing to read, and a refusal is right"

    @property
    def solid(self) -> bool:
        """Whether the solid IoU counts."""
        return self in (Truth.BEFORE, Truth.AFTER)


@final
@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of damage under a name."""

    name: str
    change: Change
    truth: Truth = Truth.BEFORE


def _nothing(mesh: Triangles, dice: Generator) -> Triangles:
    del dice
    return mesh


UNDAMAGED: Final = Kind("undamaged", _nothing)
"""What the others are to be compared with."""

KINDS: Final = (
    UNDAMAGED,
    Kind("soup", faces.soup),
    Kind("holes", faces.holes),
    Kind("gap", faces.gap),
    Kind("doubled faces", faces.doubled),
    Kind("two-sided", faces.two_sided),
    Kind("flipped faces", faces.flipped),
    Kind("inside out", faces.inside_out),
    Kind("mixed winding", faces.mixed_winding),
    Kind("z-fighting", faces.z_fighting),
    Kind("T-junctions", faces.t_junctions),
    Kind("fins", faces.fins),
    Kind("slivers", faces.slivers),
    Kind("crumbs", faces.confetti),
    Kind("inner walls", solids.inner_walls),
    Kind("self-intersection", solids.overlapping),
    Kind("noise", corners.noise),
    Kind("decimated", corners.decimated),
    Kind("too fine", corners.fine),
    Kind("torn corners", corners.torn_corners),
    Kind("stray corners", corners.strays),
    Kind("tiny", corners.shrunk, Truth.AFTER),
    Kind("huge", corners.grown, Truth.AFTER),
    Kind("far away", corners.moved, Truth.AFTER),
    Kind("thin", corners.thinned, Truth.AFTER),
    Kind("sheet", faces.sheet, Truth.SHEET),
    Kind("not a number", corners.not_numbers, Truth.NOTHING),
    Kind("empty", corners.empty, Truth.NOTHING),
    Kind("one triangle", corners.one_face, Truth.NOTHING),
    Kind("flat", corners.flat, Truth.NOTHING),
)
"""No damage, 25 kinds of damage, and four of nothing."""
