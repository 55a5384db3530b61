"""What a run made, as the items of a rule: leaves, calls that were left open, and bodies as rules of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias, final

from grammars.charts.amounts import Amount
from grammars.charts.errors import Unreadable
from grammars.charts.model import Call, Item, Place, Terminal
from grammars.charts.observing import kind_of, numbers_of
from grammars.charts.opened import Opened, opened_of
from grammars.charts.symbols import amount_of
from shapelang.assembly.part import Part, Placed
from shapelang.geometry.pose import EYE, IDENTITY, Pose, Real

Named: TypeAlias = Callable[[str, tuple[Item, ...]], Call]
"""A rule of its own for the items of a body, by its name; its variables are handed to it."""

_STRAIGHT: Final = 1e-12


@final
@dataclass(slots=True)
class Collector:
    """Reads the tree of one run; `named` makes rules of bodies."""

    named: Named
    _met: dict[Opened, Sequence[Pose]] = field(default_factory=dict[Opened, Sequence[Pose]])
    """The places of each call in the body that it stands in, held: another's might have the same number later."""

    def items(self, part: Part) -> tuple[Item, ...]:
        """The items of a body, in its frame."""
        if part.geometry is not None:
            return (self._item(part, (IDENTITY,), 1.0),)
        return tuple(self._children(part, 1.0))

    def _children(self, part: Part, scale: Real) -> Iterator[Item]:
        """One item for each part that stands in a body, with all its places there."""
        size = Pose(None, scale)
        groups: dict[Opened | Part, list[Placed]] = {}
        for child in part.children:
            if child.part.count > 0:
                groups.setdefault(opened_of(child.part) or child.part, []).append(child)
        for together in groups.values():
            poses = tuple(child.pose.then(size) for child in together)
            yield self._item(together[0].part, poses, poses[0].scale)

    def _item(self, part: Part, poses: Sequence[Pose], scale: Real) -> Item:
        """A part as an item; a body with one child is that child."""
        places = tuple(_place(pose) for pose in poses)
        opened = opened_of(part)
        if opened is not None:
            if not (isinstance(scale, float) and scale == 1.0):
                raise Unreadable("'scale' of what is drawn by itself")
            if self._met.setdefault(opened, poses) is not poses:
                raise Unreadable("a part that is drawn once and stands in two bodies")
            return Call(opened.target, opened.arguments, places)
        if part.geometry is not None:
            numbers = tuple(amount_of(number) for number in numbers_of(part.geometry, scale))
            return Terminal(kind_of(part.geometry), numbers, places)
        alive = [child for child in part.children if child.part.count > 0]
        if len(alive) == 1:
            (child,) = alive
            return self._item(child.part, [child.pose.then(pose) for pose in poses], child.pose.then(poses[0]).scale)
        call = self.named(part.name, tuple(self._children(part, scale)))
        return Call(call.target, call.arguments, places)


def _place(pose: Pose) -> Place:
    x, y, z = (amount_of(value) for value in pose.offset)
    linear: Any = EYE if pose.rotation is None else tuple(_entry(value) for value in pose.rotation)
    return Place(linear, (x, y, z))


def _entry(value: Real) -> float | Amount:
    """A number of a matrix; what is 0 or 1 but for rounding is that."""
    if not isinstance(value, int | float):
        return amount_of(value)
    return float(round(value)) if abs(value - round(value)) < _STRAIGHT else float(value)
