"""What a program stands for without loops, symmetries and names: each instance as a terminal where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from shapelang.assembly.assembly import Leaf
from shapelang.assembly.part import Geometry, Solid
from shapelang.geometry.pose import EYE, IDENTITY, Pose
from shapelang.inference.rounding.grid import rounded
from shapelang.inference.rounding.turns import AXES, Turns, exact_turns
from shapelang.inference.solids.cores import number
from shapelang.inference.symmetry.operands import operands
from shapelang.primitives.protocol import Primitive, Slot
from shapelang.syntax import tree


def flat_list(leaves: Iterable[Leaf], grid: float) -> tree.Module:
    """The instances one by one, without names and materials: `cuboid(1, 2, 3) at (4, 5, 6) rotate x 0, y 30, z 0`.

    Numbers are on a hundredth of the grid that the program's are on, so that no instance moves; a mirrored instance is
    written by what it equals, for every terminal has a plane of symmetry. Operands of solids are written alike.
    """
    return tree.Module(tuple(tree.ShapeStatement(None, _shape(x.geometry, x.pose, 0.01 * grid)) for x in leaves))


def terse(flat: tree.Module) -> tree.Module:
    """The flat list without the turns by 0."""
    return tree.Module(tuple(_terse(s) for s in flat.statements))


def _terse(statement: tree.Statement) -> tree.Statement:
    assert isinstance(statement, tree.ShapeStatement), "a flat list has shapes alone"
    modifiers: list[tree.Modifier] = []
    for modifier in statement.shape.modifiers:
        match modifier:
            case tree.Rotate(turns):
                left = tuple(t for t in turns if t.angle != tree.Number(0))
                modifiers += [tree.Rotate(left)] if left else []
            case _:
                modifiers.append(modifier)
    core = statement.shape.core
    if isinstance(core, tree.SolidBlock):
        core = replace(core, body=tree.Block(tuple(_terse(s) for s in core.body.statements)))
    return tree.ShapeStatement(None, tree.Shape(core, tuple(modifiers)))


def repeats(leaves: Sequence[Leaf], near: float) -> int:
    """How many instances are of a kind and of numbers, up to `near` metres, that an earlier one has."""
    seen: list[tuple[str, np.ndarray]] = []
    for leaf in leaves:
        word, values = _measures(leaf.geometry, leaf.pose.scale)
        known = (v for w, v in seen if w == word and len(v) == len(values))
        if not any(bool(np.abs(v - values).max(initial=0.0) <= near) for v in known):
            seen.append((word, values))
    return len(leaves) - len(seen)


def _measures(geometry: Geometry, scale: float = 1.0) -> tuple[str, np.ndarray]:
    """What an instance is up to its place: a word, and its lengths in an order that no turn or mirror changes."""
    match geometry:
        case Solid(operator, blend):
            all_of = tuple(operands(geometry))
            inner = [_measures(o.geometry, scale * o.pose.scale) for o in all_of]
            first = all_of[0].pose.offset
            apart = [sum((c - d) ** 2 for c, d in zip(o.pose.offset, first, strict=True)) for o in all_of]
            word = " ".join([operator, *(word for word, _ in inner)])
            own = [scale * blend, *(scale * float(np.sqrt(a)) for a in apart)]
            return word, np.concatenate([own, *(values for _, values in inner)])
        case _:
            named = {slot.name: getattr(geometry, slot.name) for slot in geometry.slots}
            lengths = [float(named[s.name]) for s in geometry.slots if s.in_metres and named[s.name] is not None]
            lengths += [abs(c) for s in geometry.slots if s.type == "points" for p in named[s.name] for c in p]
            others = [named[s.name] for s in geometry.slots if not s.in_metres and s.type != "points"]
            return f"{geometry.kind} {len(lengths)} {others}", scale * np.sort(lengths)


def _shape(geometry: Geometry, pose: Pose, grid: float) -> tree.Shape:
    matrix = np.array(pose.rotation or EYE, np.float64).reshape(3, 3)
    if pose.mirrored:
        matrix = matrix @ _own_mirror(geometry)
    modifiers: list[tree.Modifier] = [tree.At(tree.Tuple(tuple(_number(c, grid) for c in pose.offset)))]
    turns = exact_turns(matrix)
    left: Turns = tuple((axis, 0.0) for axis in AXES if axis not in {a for a, _ in turns})
    modifiers.append(tree.Rotate(tuple(tree.Turn(axis, number(angle)) for axis, angle in (*turns, *left))))
    if pose.scale != 1.0:
        modifiers.append(tree.Scale(number(pose.scale)))
    return tree.Shape(_core(geometry, pose.mirrored, grid), tuple(modifiers))


def _own_mirror(geometry: Geometry) -> np.ndarray:
    """(3, 3) the reflection that leaves a terminal as it is; of a solid the one that its operands are written in."""
    symmetric = (True, False, False) if isinstance(geometry, Solid) else geometry.mirror_symmetric()
    assert any(symmetric), f"{geometry} has no plane of symmetry"
    matrix = np.eye(3)
    axis = symmetric.index(True)
    matrix[axis, axis] = -1.0
    return matrix


def _core(geometry: Geometry, mirrored: bool, grid: float) -> tree.Core:
    if not isinstance(geometry, Solid):
        return tree.Instance((geometry.kind,), tuple(_arguments(geometry, grid)))
    image = Pose((-1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0), mirrored=True) if mirrored else IDENTITY
    shapes = [_shape(o.geometry, o.pose.then(image), grid) for o in operands(geometry)]
    blend = number(geometry.blend) if geometry.blend else None
    body = tree.Block(tuple(tree.ShapeStatement(None, shape) for shape in shapes))
    return tree.SolidBlock(geometry.operator, blend, body)


def _arguments(geometry: Primitive, grid: float) -> Iterator[tree.Argument]:
    """Those that differ from their defaults: by position, and after the first that is left out by name."""
    left_out = False
    for slot in geometry.slots:
        value = getattr(geometry, slot.name)
        if value == slot.default or value == ():
            left_out = True
            continue
        yield tree.Argument(slot.name if left_out else None, _value(slot, value, grid))


def _value(slot: Slot, value: Any, grid: float) -> tree.Expr:
    if slot.type == "points":
        return tree.List(tuple(tree.Tuple((_number(a, grid), _number(b, grid))) for a, b in value))
    return _number(value, grid) if slot.in_metres else number(float(f"{value:.9g}"))


def _number(value: float, grid: float) -> tree.Expr:
    return number(rounded(value, grid))
