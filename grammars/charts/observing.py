"""An assembly as it is seen: names dropped, bodies of one part dissolved, numbers on a grid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from grammars.charts.forms import nearest
from grammars.charts.observed import Leaf, Standing, body, leaf_turn, turn_of
from shapelang.assembly.assembly import Assembly
from shapelang.assembly.part import Geometry, Part, Solid
from shapelang.geometry.pose import EYE, IDENTITY, Mat3, Pose, Real, Vec3, scaled
from shapelang.primitives.protocol import Primitive, Slot


def observed(assembly: Assembly, grid: float = 0.001) -> Standing | None:
    """What is seen of an assembly, in steps of the grid (of metres, ratios and degrees alike); None of nothing.

    Scales are in the sizes, materials and symmetries are not told.
    """
    return _seen(assembly.root, IDENTITY, grid)


def _seen(part: Part, pose: Pose, grid: float) -> Standing | None:
    """A part that stands somewhere; where it has one child alone, that child."""
    if part.geometry is not None:
        numbers = tuple(nearest(float(number) / grid) for number in numbers_of(part.geometry, pose.scale))
        kind = kind_of(part.geometry)
        return Standing(leaf_turn(kind, _linear(pose)), _steps(pose.offset, grid), Leaf(kind, numbers))
    alone = [child for child in part.children if child.part.count > 0]
    if len(alone) == 1:
        return _seen(alone[0].part, alone[0].pose.then(pose), grid)
    # Children are told in the frame of the body: of its pose they keep the scale alone.
    size = Pose(None, pose.scale)
    children = [s for child in alone if (s := _seen(child.part, child.pose.then(size), grid)) is not None]
    if not children:
        return None
    return Standing(turn_of(_linear(pose)), _steps(pose.offset, grid), body(children))


def _linear(pose: Pose) -> Mat3:
    return EYE if pose.rotation is None else pose.rotation


def _steps(offset: Vec3, grid: float) -> tuple[int, int, int]:
    return nearest(offset[0] / grid), nearest(offset[1] / grid), nearest(offset[2] / grid)


def kind_of(geometry: Geometry) -> str:
    """The name of a primitive; of a solid its operator and the kinds of its operands, in order."""
    match geometry:
        case Solid(operator, _, operands):
            return f"{operator}({', '.join(kind_of(operand.geometry) for operand in operands)})"
        case _:
            return geometry.kind


def numbers_of(geometry: Geometry, scale: Real) -> Iterator[Real]:
    """All numbers of a geometry, at a scale; of a solid also the places of its operands."""
    match geometry:
        case Solid(_, blend, operands):
            yield blend * scale
            for operand in operands:
                yield from _linear(operand.pose)
                yield from scaled(operand.pose.offset, scale)
                yield from numbers_of(operand.geometry, scale * operand.pose.scale)
        case _:
            for slot in geometry.slots:
                yield from _slot(geometry, slot, scale)


def _slot(geometry: Primitive, slot: Slot, scale: Real) -> Iterator[Real]:
    value = getattr(geometry, slot.name)
    if slot.in_metres:
        yield value * scale
        return
    match slot.type:
        case "points":
            for point in value:
                yield from (x * scale for x in point)
        case "curvature":
            yield value / scale
        case "length" | "exponent" | "number" | "angle" | "int":
            yield value
        case _:
            assert_never(slot.type)
