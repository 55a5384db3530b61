"""Rooms before they are furnished, what stands in them, and who furnishes them.

Metres on the ground: x to the right as seen from above with +Z towards the viewer, +Y up. A heading is the turn about
+Y, in degrees, of a thing whose front looks to +Z: 0 looks to +Z, 90 to +X, 180 to −Z, 270 to −X.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, final


@final
@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle on the ground."""

    low_x: float
    low_z: float
    high_x: float
    high_z: float

    @property
    def centre(self) -> tuple[float, float]:
        """Its middle (x, z)."""
        return (self.low_x + self.high_x) / 2, (self.low_z + self.high_z) / 2

    @property
    def size(self) -> tuple[float, float]:
        """Its extents along x and z."""
        return self.high_x - self.low_x, self.high_z - self.low_z


@final
@dataclass(frozen=True, slots=True)
class Space:
    """A room: what it is for, the rectangles of its floor, and its doors and windows as rectangles in or at a wall.

    An opening is longer along its wall than across it. On what is to stay `clear` nothing stands.
    """

    purpose: str
    floor: tuple[Rect, ...]
    doors: tuple[Rect, ...] = ()
    windows: tuple[Rect, ...] = ()
    clear: tuple[Rect, ...] = ()


@final
@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of thing: extents of its box with its front to +Z. What is `flat` lies under other things: a carpet."""

    name: str
    width: float
    depth: float
    height: float
    flat: bool = False


@final
@dataclass(frozen=True, slots=True)
class Prop:
    """A thing that stands in a room: its kind, the centre of its footprint, its heading in degrees."""

    kind: str
    x: float
    z: float
    heading: int


Sizes: TypeAlias = Mapping[str, tuple[float, float, float]]
"""Width, depth and height of things by kind, metres."""


class Furnisher(Protocol):
    """Puts things into rooms."""

    def furnish(
        self, space: Space, seed: int, standing: Sequence[Prop] = (), sizes: Sizes | None = None
    ) -> tuple[Prop, ...]:
        """The things for a room, those that are `standing` first, as they are; the same for the same seed.

        `sizes` are the kinds that are at hand; without it all that the furnisher knows, in sizes of its own.
        No two overlap, all are within the floor, off what stays clear and off the space before doors, and from each
        door one can walk to every other door and up to every thing. Raises ArrangementError where that cannot be.
        """
        ...
