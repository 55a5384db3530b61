"""A part that stands for a nonterminal while a program is read: what it is called with, and no box that is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, final

from grammars.charts.amounts import Amount
from shapelang.assembly.part import Part, Placed
from shapelang.geometry.box import Box
from shapelang.geometry.pose import IDENTITY, ZERO


@final
@dataclass(frozen=True, eq=False)
class Opened:
    """A call of a nonterminal, once for each object of this kind."""

    target: str
    arguments: tuple[Amount, ...]

    kind: ClassVar[str] = "a call"


def standing(opened: Opened, name: str, label: str) -> Placed:
    """It as a part of a run."""
    geometry: Any = opened
    return Placed(Part(name, "call", Box(ZERO, ZERO), geometry), IDENTITY, label)


def opened_of(part: Part) -> Opened | None:
    """The call that a part stands for."""
    geometry: Any = part.geometry
    return geometry if isinstance(geometry, Opened) else None
