"""The arguments that primitives share: extents along the axes and radii."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Protocol

from shapelang.geometry.pose import Real, Vec3
from shapelang.numbers import Numbers
from shapelang.primitives.limits import length
from shapelang.primitives.protocol import Refusal, Slot

WIDTH: Final = Slot("width", "length", "extent in x, metres", low=0.0, low_open=True, axis="x")
HEIGHT: Final = Slot("height", "length", "extent in y, metres", low=0.0, low_open=True, axis="y")
DEPTH: Final = Slot("depth", "length", "extent in z, metres", low=0.0, low_open=True, axis="z")
RADIUS: Final = Slot("radius", "length", "radius, metres", low=0.0, low_open=True)


def told(slot: Slot, doc: str) -> Slot:
    """A shared slot with words of its own."""
    return replace(slot, doc=doc)


def refuse_extents(width: Real, height: Real, depth: Real) -> tuple[Refusal, ...]:
    """Every extent of a box above 0."""
    return (*length("width", width), *length("height", height), *length("depth", depth))


class Boxed(Protocol):
    """Solids that fill the box which their arguments say: extents in metres."""

    # Without slots of its own a solid, which is a value with slots, would have a dictionary all the same.
    __slots__ = ()

    width: Real
    height: Real
    depth: Real

    def size(self, n: Numbers) -> Vec3:
        """Its extents."""
        del n
        return (self.width, self.height, self.depth)

    def refusals(self, n: Numbers) -> tuple[Refusal, ...]:
        """Every extent above 0."""
        del n
        return refuse_extents(self.width, self.height, self.depth)
