"""Bodies of a fused mesh, as the parts that they were fused from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np

from shapelang.inference.bodies.bodies import Body
from shapelang.inference.contacts.parting import Parting, parted
from shapelang.inference.fused.reading import fused_reading
from shapelang.inference.parting.joining import BODIES, telling_bodies
from shapelang.inference.sampling.rims import signed_volume

_NEARLY: Final = 0.97
"""Of the surface: what patches that were cut short must have told, for them not to be looked at again."""

_MOST: Final = 0.75
"""Of the surface: what patches must tell for them to say more than seams do."""

_TOLD: Final = 2.0
"""Times as many parts as pieces, for the pieces to be no parts."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """`bodies`, of `whole` ones · `cut`: how many of the mesh were cut · `seamed`: whether seams say that it was
    fused · `left`: how many there was no time for.
    """

    whole: list[Body]
    bodies: list[Body]
    cut: int = 0
    seamed: bool = False
    left: int = 0

    @property
    def told(self) -> bool:
        """Whether patches tell of all of a whole one that was cut."""
        return any(body.told is not None and body.told.share > _NEARLY for body in self.whole)


def with_parts(bodies: Sequence[Body], late: Callable[[], bool]) -> Parts:
    """The bodies of a mesh; where they are no assembly, the closed ones of one material cut where parts end."""
    volumes = np.array([abs(signed_volume(body.shell)) for body in bodies])
    if telling_bodies(volumes) >= BODIES:
        return Parts(list(bodies), list(bodies))
    looked = [_parting(body, late) for body in bodies]
    found = [part for body, parting in looked for part in _parts(body, parting)]
    cut = [parting for _, parting in looked if parting is not None and len(parting.pieces) > 1]
    left = sum(parting is None for _, parting in looked)
    return Parts([body for body, _ in looked], found, len(cut), any(parting.seamed for parting in cut), left)


def _parting(body: Body, late: Callable[[], bool]) -> tuple[Body, Parting | None]:
    """A body and its parts, itself where its patches tell of far more solids; None where there was no time for it."""
    whole = Parting([body.shell], False)
    if not body.closed or (body.groups != body.groups[0]).any():
        return body, whole
    if late():
        return body, None
    told = fused_reading(body.exact, late)
    if late() and told.share < _NEARLY:
        return body, None
    body = replace(body, told=told)
    if late():
        return body, None
    parting = parted(body.exact, late)
    if len(parting.pieces) == 1 and late():
        return body, None
    sure = not parting.seamed or told.share > _MOST
    return body, whole if sure and told.parts > _TOLD * len(parting.pieces) else parting


def _parts(body: Body, parting: Parting | None) -> list[Body]:
    if parting is None or len(parting.pieces) == 1:
        return [body]
    return [Body(piece, np.full(len(piece.faces), body.groups[0]), True, piece) for piece in parting.pieces]
