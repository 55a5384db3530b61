"""ShapeAssembly programs as programs of this language: each cuboid where that language poses it.

The bounding box is centred on the origin, its axes are the world's. `reflect` becomes a `mirror`, `translate` an
`array`, a cuboid that bounds an assembly a block of what that holds. Source: Jones et al., "ShapeAssembly", 2020.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import permutations
from typing import Final, TypeAlias

import numpy as np

from shapelang.io.read.shapeassembly_poses import Matrix, Vector, posed
from shapelang.io.read.shapeassembly_text import BOX, Assembly, Axis, Reflect, ShapeAssemblyError, Translate, parse
from shapelang.syntax import tree
from shapelang.syntax.printer import print_module
from shapelang.syntax.tree import AxisName

_DIGITS: Final = 6
"""Decimals of metres and degrees."""

_DEEPEST: Final = 32
"""Assemblies within one another."""

_AXES: Final[tuple[AxisName, AxisName, AxisName]] = ("x", "y", "z")

_Copies: TypeAlias = Sequence[Reflect | Translate]


def shape_program(text: str) -> str:
    """The text of a `.shape` program for that of a ShapeAssembly program, metres, +Y up.

    Raises ShapeAssemblyError where the text is none, or an assembly holds itself.
    """
    assemblies = parse(text)
    first = next(iter(assemblies.values()))
    return print_module(tree.Module(_body(first, np.ones(3), assemblies, (), set())))


def _body(
    assembly: Assembly, stretch: Vector, assemblies: Mapping[str, Assembly], around: tuple[str, ...], names: set[str]
) -> tuple[tree.Statement, ...]:
    """What an assembly holds, about the middle of its bounding box, stretched with the cuboid that it fills.

    `names`: those that are taken already, by any of the assemblies.
    """
    if assembly.name in around or len(around) > _DEEPEST:
        raise ShapeAssemblyError(f"{assembly.name} holds itself")
    found: list[tree.Statement] = []
    cuboids = posed(assembly)
    for name, cuboid in cuboids.items():
        if name != BOX:
            own = _fresh(name.lower(), names)
            place = cuboid.centre * stretch
            size = cuboid.size * stretch
            inner = assemblies.get(name)
            if inner is None or inner is assembly:
                core: tree.Core = tree.Instance(("cuboid",), tuple(tree.Argument(None, _number(s)) for s in size))
            else:
                fill = np.divide(size, inner.box, out=np.ones(3), where=np.array(inner.box) > 0.0)
                core = tree.Block(_body(inner, fill, assemblies, (*around, assembly.name), names))
            part = tree.ShapeStatement(own, tree.Shape(core, _modifiers(place, cuboid.frame)))
            copies = [s for s in assembly.statements if isinstance(s, Reflect | Translate) and s.name == name]
            found.append(_repeated(part, copies, cuboids[BOX].size * stretch))
    for statement in assembly.statements:
        if isinstance(statement, Reflect | Translate) and (statement.name == BOX or statement.name not in cuboids):
            raise ShapeAssemblyError(f"{assembly.name}: nothing is named {statement.name}")
    return tuple(found)


def _repeated(part: tree.ShapeStatement, copies: _Copies, box: Vector) -> tree.Statement:
    """A part with its copies; further ones than the first kind are images of what there is already."""
    made: tree.Statement = part
    for copy in copies:
        body = tree.Block((made,))
        match copy:
            case Reflect(_, axis):
                core: tree.Core = tree.Mirror((_small(axis),), body)
            case Translate(_, axis, count, share):
                k = "XYZ".index(axis)
                step = np.eye(3)[k] * float(box[k]) * share / max(count, 1)
                core = tree.Array(tree.Number(count + 1), _vector(step), body)
        made = tree.ShapeStatement(None, tree.Shape(core, ()))
    return made


def _fresh(name: str, names: set[str]) -> str:
    """The name, or one with a number behind it: what stands in a block may not have a name of what is around it."""
    found = next(n for k in range(1, len(names) + 2) if (n := name if k == 1 else f"{name}_{k}") not in names)
    names.add(found)
    return found


def _small(axis: Axis) -> AxisName:
    return _AXES["XYZ".index(axis)]


def _modifiers(place: Vector, frame: Matrix) -> tuple[tree.Modifier, ...]:
    found: list[tree.Modifier] = []
    if np.abs(place).max() >= 0.5 * 10.0**-_DIGITS:
        found.append(tree.At(_vector(place)))
    turns = tuple(tree.Turn(axis, _number(angle)) for axis, angle in _turns(frame) if round(angle, _DIGITS))
    return (*found, tree.Rotate(turns)) if turns else tuple(found)


def _turns(frame: Matrix) -> list[tuple[AxisName, float]]:
    """Turns about fixed axes, degrees, in the order that needs the fewest."""
    options = [_angles(frame, order) for order in permutations(range(3))]
    best = min(options, key=lambda turns: (sum(abs(a) > 1e-6 for _, a in turns), sum(abs(a) for _, a in turns)))
    return [(_AXES[axis], angle) for axis, angle in best]


def _angles(frame: Matrix, order: tuple[int, int, int] | tuple[int, ...]) -> list[tuple[int, float]]:
    """Turns about the fixed axes i, then j, then k that give a rotation."""
    i, j, k = order
    sign = 1.0 if (j - i) % 3 == 1 else -1.0
    middle = np.arcsin(np.clip(-sign * frame[k, i], -1.0, 1.0))
    if abs(frame[k, i]) > 1.0 - 1e-12:
        first, last = 0.0, np.arctan2(-sign * frame[i, j], frame[j, j])
    else:
        first = np.arctan2(sign * frame[k, j], frame[k, k])
        last = np.arctan2(sign * frame[j, i], frame[i, i])
    return [(axis, float(np.degrees(angle))) for axis, angle in zip(order, (first, middle, last), strict=True)]


def _vector(value: Vector) -> tree.Tuple:
    return tree.Tuple(tuple(_number(float(v)) for v in value))


def _number(value: float) -> tree.Expr:
    short = round(float(value), _DIGITS) + 0.0
    if short < 0.0:
        return tree.Unary("-", _number(-short))
    return tree.Number(int(short) if short == int(short) else short)
