"""Bodies of an assembly: its parts without their order, copies gathered into mirrors, rows and rings."""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np

from grammars.learning.shapes.bodies import Body, Item, Mirrored, Operator, Repeats, Row, Vector
from grammars.learning.shapes.contacts import together
from grammars.learning.shapes.copies import gathered
from shapelang.assembly.assembly import Assembly
from shapelang.assembly.part import Geometry, Placed, Solid
from shapelang.geometry.pose import EYE, IDENTITY, Pose
from shapelang.io.turns import angles_about
from shapelang.numbers import FLOAT

_TURN: Final = 1.0
"""Degrees: a smaller turn is none."""

_NAMELESS: Final = re.compile(r"(cube|program|box|part|block|shape|group|solid|union|difference|intersection|hull)\d*")
"""Names that say nothing of what a part is."""

_APART: Final = 0.02
"""Of the diagonal of the whole: beyond which parts do not touch."""

_ALIKE: Final = 2e-3
"""Of the body's longest extent: to which sizes are equal."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Standing:
    """A geometry or body with its rotation (3, 3), and the middle (3,) and extents (3,) of its own box."""

    name: str
    kind: str
    arguments: tuple[float, ...]
    fixed: Hashable
    body: Body | None
    size: Vector
    centre: Vector
    frame: np.ndarray

    @property
    def reach(self) -> Vector:
        """Half extents of the box about it in its body's frame."""
        return 0.5 * (np.abs(self.frame) @ self.size)


def body_of(assembly: Assembly) -> Body | None:
    """The body of a whole assembly, about the middle of its box and above its lowest point; None of an empty one."""
    box = assembly.root.box
    apart = _APART * float(np.linalg.norm(np.array(box.size, np.float64)))
    inside = [s for child in assembly.root.children for s in _standing(child, IDENTITY, apart)]
    return _body(inside) if inside else None


def _standing(placed: Placed, outer: Pose, apart: float) -> list[_Standing]:
    """A geometry, a block, or what is in a block that does not hang together."""
    pose = placed.pose.then(outer)
    name = re.sub(r"(\[\d+\])+$", "", placed.label)
    if placed.part.geometry is not None:
        return [_geometry(name, placed.part.geometry, pose)]
    inside = [s for child in placed.part.children for s in _standing(child, IDENTITY, apart)]
    if len(inside) == 1 or not together(placed, apart):
        # A body of one part is that part; parts that stand apart touch other things than one another.
        return [s for child in placed.part.children for s in _standing(child, pose, apart)]
    return [_block(name, inside, pose, "", 0.0)] if inside else []


def _geometry(name: str, geometry: Geometry, pose: Pose) -> _Standing:
    if isinstance(geometry, Solid):
        inside = [_geometry("part", operand.geometry, operand.pose) for operand in geometry.operands]
        plain = geometry.operator == "union" and not geometry.blend
        return _block(name, inside, pose, "" if plain else geometry.operator, float(geometry.blend))
    scale = float(pose.scale)
    arguments: list[float] = []
    fixed: list[Hashable] = []
    for slot in geometry.slots:
        value = getattr(geometry, slot.name)
        match slot.type:
            case "points":
                fixed.append(tuple((round(float(x) * scale, 6), round(float(y) * scale, 6)) for x, y in value or ()))
            case "int":
                fixed.append(int(value))
            case "length":
                arguments.append(float(value) * scale)
            case _:
                arguments.append(float(value))
    size = scale * np.array(geometry.size(FLOAT), np.float64)
    centre = np.array(pose.offset, np.float64)
    frame = _frame(pose)
    if all(geometry.mirror_symmetric()):
        frame = _least(frame)
    return _Standing(name, geometry.kind, tuple(arguments), tuple(fixed), None, size, centre, frame)


def _least(frame: np.ndarray) -> np.ndarray:
    """Of the rotations that differ by the signs of two axes, the least: one that turns what is its own image alike."""
    signs = ((1.0, 1.0, 1.0), (1.0, -1.0, -1.0), (-1.0, 1.0, -1.0), (-1.0, -1.0, 1.0))
    whole = 1.0 if np.linalg.det(frame) > 0.0 else -1.0
    return max((frame * (whole * np.array(sign)) for sign in signs), key=lambda turned: float(np.trace(turned)))


def _block(name: str, inside: Sequence[_Standing], pose: Pose, operator: Operator, blend: float) -> _Standing:
    body = _body(inside, operator, blend)
    low, high = _box(inside)
    frame, scale = _frame(pose), float(pose.scale)
    centre = scale * (frame @ (0.5 * (low + high))) + np.array(pose.offset, np.float64)
    size = scale * (high - low)
    fixed = (operator, *(sorted(item.kind for item in body.items) if operator else ()))
    return _Standing(name, "block", tuple(size.tolist()), fixed, body, size, centre, frame)


def _frame(pose: Pose) -> np.ndarray:
    return np.array(pose.rotation or EYE, np.float64).reshape(3, 3)


def _box(inside: Sequence[_Standing]) -> tuple[Vector, Vector]:
    return np.min([s.centre - s.reach for s in inside], axis=0), np.max([s.centre + s.reach for s in inside], axis=0)


def _body(inside: Sequence[_Standing], operator: Operator = "", blend: float = 0.0) -> Body:
    low, high = _box(inside)
    origin = np.array([0.5 * (low[0] + high[0]), low[1], 0.5 * (low[2] + high[2])])
    size = high - low
    alike: dict[Hashable, list[_Standing]] = {}
    for standing in inside:
        alike.setdefault(_likeness(standing, _ALIKE * float(size.max())), []).append(standing)
    items: list[Item] = []
    for group in alike.values():
        centres = np.array([standing.centre - origin for standing in group])
        if operator:
            items += [_item([standing], "", None, origin) for standing in group]
            continue
        for mirrored, repeats, members in gathered(centres, [s.frame for s in group], size):
            items.append(_item([group[k] for k in members], mirrored, repeats, origin))
    return Body(tuple(items), size, operator, blend)


def _likeness(standing: _Standing, step: float) -> Hashable:
    """Equal for copies, whose numbers differ by rounding alone."""
    return standing.kind, standing.fixed, *(round(value / step) for value in (*standing.arguments, *standing.size))


def _item(members: Sequence[_Standing], mirrored: Mirrored, repeats: Repeats, origin: Vector) -> Item:
    """The item of copies; the one that is turned least stands for all."""
    one = max(members, key=lambda member: (np.linalg.det(member.frame) > 0.0, float(np.trace(member.frame))))
    if isinstance(repeats, Row) and not mirrored:
        one = members[0]
    frame, body, centre = one.frame, one.body, one.centre - origin
    for k, axis in enumerate("xyz"):
        if axis in mirrored:
            if centre[k] < 0.0:
                sign = np.array([-1.0 if j == k else 1.0 for j in range(3)])
                frame = sign[:, None] * frame * sign[None, :]
                body = None if body is None else _reflected(body, k)
            # Where images are not quite where the plane puts them, what is missing is shared.
            centre[k] = np.mean([abs(member.centre[k] - origin[k]) for member in members])
    turns = np.array(angles_about(frame, (0, 1, 2)))
    turns = np.where(np.abs(turns) < _TURN, 0.0, turns)
    size = one.size
    if isinstance(repeats, Row):
        half = [member.centre - origin for member in members[: repeats.count]]
        centre = 0.5 * (half[0] + half[-1])
        size = 2.0 * one.reach + np.abs(repeats.span)
    name = re.sub(r"_\d+$", "", one.name)
    named = "" if _NAMELESS.fullmatch(name) or name == one.kind else name
    return Item(named, one.kind, one.arguments, one.fixed, body, mirrored, repeats, size, centre, turns)


def _reflected(body: Body, k: int) -> Body:
    """The body in the plane through its middle across an axis."""
    sign = np.array([-1.0 if j == k else 1.0 for j in range(3)])
    items: list[Item] = []
    for item in body.items:
        repeats = item.repeats
        if isinstance(repeats, Row):
            repeats = Row(repeats.count, repeats.span * sign)
        inner = None if item.body is None else _reflected(item.body, k)
        if "xyz"[k] in item.mirrored:
            items.append(item)
        else:
            # Of turns about fixed axes those about the others change their sign.
            items.append(
                replace(item, body=inner, repeats=repeats, centre=item.centre * sign, turns=item.turns * -sign)
            )
    return replace(body, items=tuple(items))
