"""What a solid is made of, told once however it was written."""

from __future__ import annotations

from collections.abc import Iterator

from shapelang.assembly.part import Operand, Solid


def operands(solid: Solid) -> Iterator[Operand]:
    """Its operands, those of a plain union within it one by one: a mirror in a solid is the union of its images.

    The first of a difference, from which the others are taken, stays one, as do those of an intersection and those
    that are blended.
    """
    for number, operand in enumerate(solid.operands):
        inside = operand.geometry
        free = solid.operator in ("union", "hull") or (solid.operator == "difference" and number > 0)
        if (
            free
            and solid.blend == 0.0
            and isinstance(inside, Solid)
            and inside.operator == "union"
            and not inside.blend
        ):
            yield from (Operand(one.geometry, one.pose.then(operand.pose)) for one in operands(inside))
        else:
            yield operand
