"""Every real of an assembly, in one order: what a run's geometry is, as a vector."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from shapelang.assembly.assembly import Assembly
from shapelang.assembly.part import Geometry, Part, Solid
from shapelang.geometry.pose import Pose


def reals(assembly: Assembly) -> Iterator[Any]:
    """The numbers of all leaves, and of all boxes, anchors and materials on the way to them."""
    for leaf in assembly.leaves():
        yield from _pose(leaf.pose)
        yield from _geometry(leaf.geometry)
        yield from (*leaf.material.color, leaf.material.roughness)
    yield from _part(assembly.root)


def _part(part: Part) -> Iterator[Any]:
    yield from (*part.box.low, *part.box.high)
    for point in (part.anchors or {}).values():
        yield from point
    for child in part.children:
        yield from _pose(child.pose)
        yield from _part(child.part)


def _pose(pose: Pose) -> Iterator[Any]:
    yield from pose.rotation or ()
    yield pose.scale
    yield from pose.offset


def _geometry(geometry: Geometry) -> Iterator[Any]:
    if isinstance(geometry, Solid):
        yield geometry.blend
        for operand in geometry.operands:
            yield from _pose(operand.pose)
            yield from _geometry(operand.geometry)
        return
    for slot in geometry.slots:
        yield from _flat(getattr(geometry, slot.name))


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple):
        for inner in value:
            yield from _flat(inner)
    else:
        yield value
