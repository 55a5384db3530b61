"""Where a program puts things, as charts read it: affine offsets, known turns, the images of symmetries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from grammars.charts.boxes import Point, own_size
from grammars.charts.errors import Unreadable
from grammars.charts.expressions import Names, constant, fixed_vector, own_anchor, vector
from grammars.charts.forms import ZERO, Form, combined
from grammars.charts.model import Item, Place
from shapelang.execution.placement import axis_rotation
from shapelang.execution.repetition import REFLECTIONS
from shapelang.geometry.pose import EYE, Mat3, product
from shapelang.numbers import FLOAT
from shapelang.syntax import tree

_HERE: Final = Place()


def place_of(modifiers: Sequence[tree.Modifier], names: Names, items: Sequence[Item]) -> Place:
    """The pose that modifiers give to items; `attach` of one primitive whose box is affine to a point that is.

    Raises Unreadable for other relations, and for scales.
    """
    linear, offset = EYE, (ZERO, ZERO, ZERO)
    attached: tree.Attach | None = None
    for modifier in modifiers:
        match modifier:
            case tree.At(point=point):
                offset = vector(point, names)
            case tree.Rotate(turns=turns):
                for turn in turns:
                    linear = product(axis_rotation(FLOAT, turn.axis, constant(turn.angle, names)), linear)
            case tree.With() | tree.Tagged():
                pass
            case tree.Attach():
                attached = modifier
            case tree.Align() | tree.Between() | tree.Scale():
                raise Unreadable(
                    f"'{type(modifier).__name__.lower()}': places are read from 'at', 'attach' and 'rotate' alone"
                )
    return Place(linear, offset if attached is None else _attached(attached, linear, names, items))


def _attached(modifier: tree.Attach, linear: Mat3, names: Names, items: Sequence[Item]) -> Point:
    """Where the own anchor, turned, comes to the point."""
    size = own_size(items)
    if size is None:
        raise Unreadable("'attach' of a part: the box of a single primitive is read, if it is affine")
    target, own = vector(modifier.target, names), own_anchor(modifier.anchor, size, names)
    x, y, z = (
        combined([(1.0, target[row]), *((-linear[3 * row + column], own[column]) for column in range(3))])
        for row in range(3)
    )
    return x, y, z


def images(core: tree.Mirror | tree.Array | tree.Ring, names: Names) -> tuple[Place, ...]:
    """The places of all images of a symmetry, the original first."""
    match core:
        case tree.Mirror(axes=axes):
            turns: list[Mat3] = [EYE]
            for axis in axes:
                turns += [product(REFLECTIONS[axis], turn) for turn in turns]
            return tuple(Place(turn) for turn in turns)
        case tree.Array(count=count, step=step):
            x, y, z = fixed_vector(step, names)
            copies = range(round(constant(count, names)))
            return tuple(Place(EYE, (Form(k * x), Form(k * y), Form(k * z))) for k in copies)
        case tree.Ring(count=count, axis=axis):
            total = round(constant(count, names))
            return tuple(Place(axis_rotation(FLOAT, axis, 360.0 * k / total)) for k in range(total))


def moved(items: Sequence[Item], places: Sequence[Place]) -> tuple[Item, ...]:
    """Items once at each place of the frame around."""
    if list(places) == [_HERE]:
        return tuple(items)
    return tuple(replace(i, places=tuple(_then(own, outer) for outer in places for own in i.places)) for i in items)


def _then(own: Place, outer: Place) -> Place:
    """A place in a frame that itself stands somewhere."""
    m = outer.linear
    x, y, z = (combined([(m[3 * r + c], own.offset[c]) for c in range(3)] + [(1.0, outer.offset[r])]) for r in range(3))
    return Place(product(m, own.linear), (x, y, z))
