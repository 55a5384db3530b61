"""The mirror images of solids."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, assert_never, overload

import numpy as np

from shapelang.inference.solids.bows import Bent, Bow
from shapelang.inference.solids.kinds import (
    Capsule,
    Carved,
    Cone,
    Cuboid,
    Ellipsoid,
    Joined,
    Kind,
    Lathe,
    Placed,
    Plain,
    Prism,
    Superquadric,
    Tapered,
    Torus,
    Tube,
)

_MIRROR: Final = np.array([-1.0, 1.0, 1.0])
"""The image of coordinates in the plane x = 0."""


@overload
def mirrored(kind: Plain) -> Plain: ...
@overload
def mirrored(kind: Plain | Carved) -> Plain | Carved: ...
@overload
def mirrored(kind: Kind) -> Kind: ...
def mirrored(kind: Kind) -> Kind:
    """The image of a kind in the plane x = 0 of its frame."""
    match kind:
        case Prism(points, height):
            return Prism(_turned_over(points), height)
        case Tapered(points, height, taper):
            return Tapered(_turned_over(points), height, taper)
        case Bent(extents, bend):
            return Bent(extents, -bend)
        case Carved(whole, holes):
            return Carved(mirrored(whole), tuple(map(_placed, holes)))
        case Joined(parts):
            return Joined(tuple(map(_placed, parts)))
        case Bow():
            return replace(kind, side=-kind.side)
        case Cuboid() | Ellipsoid() | Cone() | Lathe() | Superquadric() | Capsule() | Torus() | Tube():
            return kind
        case _:
            assert_never(kind)


def _placed(placed: Placed) -> Placed:
    frame = placed.matrix * _MIRROR * _MIRROR[:, None]
    x, y, z = placed.centre
    return Placed(mirrored(placed.kind), tuple(frame.reshape(-1).tolist()), (-x, y, z))


def _turned_over(points: tuple[tuple[float, float], ...]) -> tuple[tuple[float, float], ...]:
    """An outline the other way round, so that it stays counter-clockwise where it was."""
    return tuple((-x, z) for x, z in reversed(points))
