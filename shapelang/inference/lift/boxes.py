"""How large shapes are and where they stand, for several values of the parameters at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Final, final

import numpy as np

from shapelang.inference.lift.pieces import turn_of
from shapelang.primitives.table import PRIMITIVE_BY_KIND
from shapelang.syntax import tree


@final
@dataclass(frozen=True, slots=True, eq=False)
class Box:
    """The box of a shape in the frame of its body: `low` and `high` (k, 3), metres, one row for each of k settings.

    `turned`: its faces are not called by where they look.
    """

    low: np.ndarray
    high: np.ndarray
    turned: bool = False

    def moved(self, by: np.ndarray) -> Box:
        """By (k, 3) metres."""
        return Box(self.low + by, self.high + by, self.turned)

    def reflected(self, axis: int) -> Box:
        """Its image in the plane through the origin across an axis."""
        low, high = self.low.copy(), self.high.copy()
        low[:, axis], high[:, axis] = -self.high[:, axis], -self.low[:, axis]
        return Box(low, high)

    @property
    def sides(self) -> np.ndarray:
        """(3, k, 3) its low corner, its middle, its high corner."""
        return np.stack([self.low, 0.5 * (self.low + self.high), self.high])


@final
@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """What expressions are worth: `known` names, (k,) values each for `count` settings."""

    known: Mapping[str, np.ndarray]
    count: int

    def number(self, expr: tree.Expr) -> np.ndarray | None:
        """(k,) of sums, products and quotients of numbers and known names; None of others."""
        match expr:
            case tree.Number(value):
                return np.full(self.count, float(value))
            case tree.Name(name):
                return self.known.get(name)
            case tree.Unary("-", operand):
                inner = self.number(operand)
                return None if inner is None else -inner
            case tree.Binary("+" | "-" | "*" | "/" as operator, left, right):
                return _combined(operator, self.number(left), self.number(right))
            case _:
                return None

    def vector(self, expr: tree.Expr) -> np.ndarray | None:
        """(k, 3) of a vector written by its components."""
        match expr:
            case tree.Tuple((_, _, _) as items):
                found = [self.number(item) for item in items]
                known = [one for one in found if one is not None]
                return np.stack(known, axis=1) if len(known) == len(items) else None
            case _:
                return None

    def place(self, modifiers: Sequence[tree.Modifier]) -> np.ndarray | None:
        """(k, 3) where a shape is placed; None where it is placed by others or scaled."""
        found: np.ndarray | None = np.zeros((self.count, 3))
        for modifier in modifiers:
            match modifier:
                case tree.At(point):
                    found = self.vector(point)
                case tree.With() | tree.Tagged() | tree.Rotate():
                    pass
                case _:
                    return None
        return found

    def terminal(self, core: tree.Instance, modifiers: tuple[tree.Modifier, ...]) -> Box | None:
        """The box of a terminal about its own origin, turned; None where its size is not read off its arguments."""
        turn = turn_of(modifiers)
        half = self._half(core)
        if turn is None or half is None:
            return None
        half = half @ np.abs(turn).T
        return Box(-half, half, not np.array_equal(turn, np.eye(3)))

    def _half(self, core: tree.Instance) -> np.ndarray | None:
        kind = core.callee[-1]
        order = [slot.name for slot in PRIMITIVE_BY_KIND[kind].slots] if kind in PRIMITIVE_BY_KIND else []
        sizes: dict[object, np.ndarray] = {}
        for argument, name in zip(core.arguments, [*order, *(None for _ in core.arguments)], strict=False):
            value = self.number(argument.value)
            if value is not None:
                sizes[argument.label or name] = value
        wanted = _HALVES.get(kind, ())
        if not wanted or any(name not in sizes for name, _ in wanted) or not _BENDING.isdisjoint(sizes):
            return None
        return np.stack([sizes[name] * factor for name, factor in wanted], axis=1)


_HALVES: Final[Mapping[str, tuple[tuple[str, float], ...]]] = {
    **dict.fromkeys(("cuboid", "ellipsoid", "superquadric", "wedge"),
                    (("width", 0.5), ("height", 0.5), ("depth", 0.5))),
    "sphere": (("radius", 1.0),) * 3,
    **dict.fromkeys(("cylinder", "capsule"), (("radius", 1.0), ("height", 0.5), ("radius", 1.0))),
}  # fmt: skip
"""Of the sizes that make half of the extents along x, y, z."""

_BENDING: Final[frozenset[object]] = frozenset(("taper_x", "taper_z", "bend"))
"""Arguments that make a terminal's box another one."""


def around(boxes: Iterable[Box | None]) -> Box | None:
    """The box around boxes; None where one of them is not known, or there is none."""
    found = [*boxes]
    known = [box for box in found if box is not None]
    if len(known) < len(found) or not known:
        return None
    return reduce(lambda a, b: Box(np.minimum(a.low, b.low), np.maximum(a.high, b.high)), known[1:], known[0])


def _combined(operator: str, left: np.ndarray | None, right: np.ndarray | None) -> np.ndarray | None:
    if left is None or right is None:
        return None
    match operator:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            return left / right
