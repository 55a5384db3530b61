"""What a solid is made of, told once however it was written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shapelang.assembly.assembly import Leaf
from shapelang.assembly.part import Geometry, Operand, Solid


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


def primitive_count(leaves: Iterable[Leaf]) -> int:
    """How many primitives instances are made of: every operand of a solid counts, however deep, and no solid itself."""
    return sum(_terminals(leaf.geometry) for leaf in leaves)


def _terminals(geometry: Geometry) -> int:
    match geometry:
        case Solid():
            return sum(_terminals(operand.geometry) for operand in geometry.operands)
        case _:
            return 1
