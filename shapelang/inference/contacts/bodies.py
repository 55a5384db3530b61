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
    """`bodies` · `cut`: whether any is a part that was cut off · `seamed`: whether seams say that it was fused."""

    bodies: list[Body]
    cut: bool
    seamed: bool


def with_parts(bodies: Sequence[Body], late: Callable[[], bool]) -> Parts:
    """The bodies of a mesh; where they are no assembly, the closed ones of one material cut where parts end."""
    volumes = np.array([abs(signed_volume(body.shell)) for body in bodies])
    if int((volumes >= _SLIVER * volumes.sum()).sum()) >= BODIES:
        return Parts(list(bodies), False, False)
    partings = [_parting(body, late) for body in bodies]
    found = [part for body, parting in zip(bodies, partings, strict=True) for part in _parts(body, parting)]
    return Parts(found, len(found) > len(bodies), any(parting.seamed for parting in partings))


def _parting(body: Body, late: Callable[[], bool]) -> Parting:
    if not body.closed or late() or (body.groups != body.groups[0]).any():
        return Parting([body.shell], False)
    return parted(body.exact, late)


def _parts(body: Body, parting: Parting) -> list[Body]:
    if len(parting.pieces) == 1:
        return [body]
    return [Body(piece, np.full(len(piece.faces), body.groups[0]), True, piece) for piece in parting.pieces]
