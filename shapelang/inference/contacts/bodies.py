"""Bodies of a fused mesh, as the parts that they were fused from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.inference.bodies import Body
from shapelang.inference.contacts.parting import Parting, parted
from shapelang.inference.pieces import signed_volume

BODIES: Final = 3
"""Bodies from which on a mesh counts as an assembly, whose bodies are its parts."""

_SLIVER: Final = 0.005
"""Of all volume: a body with less does not make an assembly. A union of parts leaves some."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """`bodies` · `cut`: how many of the mesh were cut · `seamed`: whether seams say that it was fused · `left`: how
    many there was no time for.
    """

    bodies: list[Body]
    cut: int = 0
    seamed: bool = False
    left: int = 0


def with_parts(bodies: Sequence[Body], late: Callable[[], bool]) -> Parts:
    """The bodies of a mesh; where they are no assembly, the closed ones of one material cut where parts end."""
    volumes = np.array([abs(signed_volume(body.shell)) for body in bodies])
    if int((volumes >= _SLIVER * volumes.sum()).sum()) >= BODIES:
        return Parts(list(bodies))
    partings = [_parting(body, late) for body in bodies]
    found = [part for body, parting in zip(bodies, partings, strict=True) for part in _parts(body, parting)]
    cut = [parting for parting in partings if parting is not None and len(parting.pieces) > 1]
    return Parts(found, len(cut), any(parting.seamed for parting in cut), partings.count(None))


def _parting(body: Body, late: Callable[[], bool]) -> Parting | None:
    """The parts of a body; None where there was no time for it."""
    if not body.closed or (body.groups != body.groups[0]).any():
        return Parting([body.shell], False)
    parting = None if late() else parted(body.exact, late)
    return None if parting is None or (len(parting.pieces) == 1 and late()) else parting


def _parts(body: Body, parting: Parting | None) -> list[Body]:
    if parting is None or len(parting.pieces) == 1:
        return [body]
    return [Body(piece, np.full(len(piece.faces), body.groups[0]), True, piece) for piece in parting.pieces]
