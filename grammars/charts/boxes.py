"""Boxes of what stands in a body, as affine forms: what a dot after its name reaches, and where `attach` puts others.

A shape's box is kept among the names of its body, as the six forms `seat.0.low` … `seat.2.high`; no program has these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

from grammars.charts.errors import Unreadable
from grammars.charts.forms import Form, combined
from grammars.charts.model import Item, Place, Terminal
from shapelang.geometry.pose import Mat3
from shapelang.semantics.builtins import ANCHORS

Names: TypeAlias = Mapping[str, Form]

Point: TypeAlias = tuple[Form, Form, Form]

_SIZES: Final = frozenset({"cuboid", "ellipsoid", "superquadric", "wedge"})
_COLUMNS: Final = frozenset({"cylinder", "capsule"})


def with_box(names: Names, name: str | None, items: Sequence[Item], place: Place) -> dict[str, Form]:
    """The names of a body and the box of one more shape that stands in it, where that is one whose box is known."""
    own = None if name is None else own_size(items)
    if name is None or own is None:
        return dict(names)
    half = _turned(place.linear, [combined([(0.5, side)]) for side in own])
    found = dict(names)
    for axis in range(3):
        for side, word in ((-1.0, "low"), (1.0, "high")):
            found[f"{name}.{axis}.{word}"] = combined([(1.0, place.offset[axis]), (side, half[axis])])
    return found


def own_size(items: Sequence[Item]) -> Point | None:
    """The extents of one primitive that was not moved yet; None of anything else, and of what is no affine number."""
    match items:
        case [Terminal(kind, numbers, [_])]:
            return _size(kind, numbers)
        case _:
            return None


def _size(kind: str, numbers: Sequence[Form]) -> Point | None:
    if kind in _SIZES:
        bent = kind == "superquadric" and numbers[7] != Form(0.0)
        return None if bent else (numbers[0], numbers[1], numbers[2])
    across = combined([(2.0, numbers[0])])
    if kind in _COLUMNS:
        return across, numbers[1], across
    if kind == "sphere":
        return across, across, across
    if kind == "cone" and numbers[2] == Form(0.0):
        return across, numbers[1], across
    return None


def _turned(m: Mat3, half: Sequence[Form]) -> list[Form]:
    """Half extents of the box around a turned one."""
    return [combined([(abs(m[3 * row + column]), half[column]) for column in range(3)]) for row in range(3)]


def face(centre: Point, size: Point, word: str, u: float, v: float) -> Point:
    """A point of a box: its middle, or one on a face, (u, v) along the two remaining axes, each in [-1, 1]."""
    shares = [0.0, 0.0, 0.0]
    if word != "center":
        axis, side = ANCHORS[word]
        rest = [k for k in range(3) if k != axis]
        shares[axis], shares[rest[0]], shares[rest[1]] = float(side), u, v
    x, y, z = (combined([(1.0, c), (0.5 * share, s)]) for c, s, share in zip(centre, size, shares, strict=True))
    return x, y, z


def box_of(names: Names, name: str) -> tuple[Point, Point]:
    """Middle and extents of a shape by its name. Raises Unreadable where they are not known."""
    if f"{name}.0.low" not in names:
        raise Unreadable(f"the box of '{name}': only those of single primitives are read")
    ends = [(names[f"{name}.{axis}.low"], names[f"{name}.{axis}.high"]) for axis in range(3)]
    a, b, c = (combined([(0.5, low), (0.5, high)]) for low, high in ends)
    x, y, z = (combined([(1.0, high), (-1.0, low)]) for low, high in ends)
    return (a, b, c), (x, y, z)
