"""What the hollow and thin shapes of the furniture set are, by words in their names: shelves, lamps, windows."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class HollowKind(StrEnum):
    """A shape is of the first kind any of whose words is in its name; `OTHER` is what has none."""

    SHELF = "shelves"
    CABINET = "cabinets"
    TUB = "bathtubs and sinks"
    FRAME = "frames, doorways and windows"
    LAMP = "lamps"
    TABLE = "tables and desks"
    RUG = "rugs"
    SEAT = "chairs, stools and racks"
    OTHER = "others"


_WORDS: Final[Mapping[HollowKind, tuple[str, ...]]] = {
    HollowKind.SHELF: ("bookcase", "shelf"),
    HollowKind.CABINET: ("cabinet", "fridge"),
    HollowKind.TUB: ("bathtub", "sink"),
    HollowKind.FRAME: ("door", "wall", "panel", "frame"),
    HollowKind.LAMP: ("lamp",),
    HollowKind.TABLE: ("table", "desk"),
    HollowKind.RUG: ("rug",),
    HollowKind.SEAT: ("chair", "stool", "rack"),
}


def kind_of(name: str) -> HollowKind:
    """The kind of a shape of this name."""
    small = name.lower()
    found = (kind for kind, words in _WORDS.items() if any(word in small for word in words))
    return next(found, HollowKind.OTHER)
