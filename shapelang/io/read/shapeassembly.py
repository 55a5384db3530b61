"""ShapeAssembly programs as programs of this language: each cuboid where that language poses it.

The bounding box is centred on the origin, its axes are the world's. `reflect` becomes a `mirror`, `translate` an
`array`, a cuboid that bounds an assembly a block of what that holds. Source: Jones et al., "ShapeAssembly", 2020.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypeAlias

import numpy as np

from shapelang.io.read import written
from shapelang.io.read.shapeassembly_posed import Vector
from shapelang.io.read.shapeassembly_poses import posed
from shapelang.io.read.shapeassembly_text import BOX, Assembly, Axis, Reflect, ShapeAssemblyError, Translate, parse
from shapelang.io.turns import AXES
from shapelang.syntax import tree
from shapelang.syntax.printer import print_module
from shapelang.syntax.tree import AxisName

_THINNEST: Final = 1e-4
"""Metres: an extent of 0 is written so."""

_DEEPEST: Final = 32
"""Assemblies within one another."""

_Copies: TypeAlias = Sequence[Reflect | Translate]


def shape_program(text: str) -> str:
    """The text of a `.shape` program for that of a ShapeAssembly program, metres, +Y up.

    Raises ShapeAssemblyError where the text is none, or an assembly holds itself.
    """
    return print_module(shape_module(text))


def shape_module(text: str) -> tree.Module:
    """The same before it is printed."""
    assemblies = parse(text)
    first = next(iter(assemblies.values()))
    return tree.Module(_body(first, np.ones(3), assemblies, (), set()))


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
                core: tree.Core = written.cuboid(np.maximum(size, _THINNEST))
            else:
                fill = np.divide(size, inner.box, out=np.ones(3), where=np.array(inner.box) > 0.0)
                core = tree.Block(_body(inner, fill, assemblies, (*around, assembly.name), names))
            part = tree.ShapeStatement(own, tree.Shape(core, written.pose(place, cuboid.frame)))
            copies = [s for s in assembly.statements if isinstance(s, Reflect | Translate) and s.name == name]
            found.append(_repeated(part, copies, cuboids[BOX].size * stretch))
    for statement in assembly.statements:
        if isinstance(statement, Reflect | Translate) and (statement.name == BOX or statement.name not in cuboids):
            raise ShapeAssemblyError(f"{assembly.name}: nothing is named {statement.name}")
    return tuple(found)


def _repeated(part: tree.ShapeStatement, copies: _Copies, box: Vector) -> tree.Statement:
    """A part with its copies; further ones than the first kind are images of what there is already. Copies that stand
    where the part stands are none.
    """
    made: tree.Statement = part
    for copy in copies:
        body = tree.Block((made,))
        match copy:
            case Reflect(_, axis):
                core: tree.Core = tree.Mirror((_small(axis),), body)
            case Translate(_, axis, count, share):
                k = "XYZ".index(axis)
                step = np.eye(3)[k] * float(box[k]) * share / max(count, 1)
                if count == 0 or written.vanishes(step):
                    continue
                core = tree.Array(tree.Number(count + 1), written.vector(step), body)
        made = tree.ShapeStatement(None, tree.Shape(core, ()))
    return made


def _fresh(name: str, names: set[str]) -> str:
    """The name, or one with a number behind it: what stands in a block may not have a name of what is around it."""
    found = next(n for k in range(1, len(names) + 2) if (n := name if k == 1 else f"{name}_{k}") not in names)
    names.add(found)
    return found


def _small(axis: Axis) -> AxisName:
    return AXES["XYZ".index(axis)]
