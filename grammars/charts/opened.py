"""A part that stands for a nonterminal while a program is read: what it is called with, and no box that is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Final, final

from grammars.charts.amounts import Amount
from grammars.charts.forms import Form
from grammars.charts.symbols import Settling, symbol
from shapelang.assembly.part import Part, Placed
from shapelang.geometry.box import Box
from shapelang.geometry.pose import IDENTITY


@final
@dataclass(frozen=True, eq=False)
class Opened:
    """A call of a nonterminal, once for each object of this kind."""

    target: str
    arguments: tuple[Amount, ...]

    kind: ClassVar[str] = "a call"


UNKNOWN: Final = -1
"""The variable in the box of a part that is left open: a rule that it comes into is refused."""


def standing(by: Settling, opened: Opened, name: str, label: str) -> Placed:
    """It as a part of a run. Its box is not known, and nobody should ask."""
    geometry: Any = opened
    unknown = symbol(by, Form(0.0, ((UNKNOWN, 1.0),)))
    corner = (unknown, unknown, unknown)
    return Placed(Part(name, "call", Box(corner, corner), geometry), IDENTITY, label)


def opened_of(part: Part) -> Opened | None:
    """The call that a part stands for."""
    geometry: Any = part.geometry
    return geometry if isinstance(geometry, Opened) else None
