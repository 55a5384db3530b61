"""`union`, `difference`, `intersection`, `hull`: one leaf made of operands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapelang.assembly.material import Material
from shapelang.assembly.part import Geometry, Operand, Part, Placed, Solid
from shapelang.execution.budget import SOLID
from shapelang.execution.cores import Core
from shapelang.execution.placement import rejected_at
from shapelang.execution.references import hull_box, turned_box
from shapelang.execution.run import Frame
from shapelang.geometry.box import Box
from shapelang.geometry.pose import IDENTITY, UNIT, Pose, scaled
from shapelang.numbers import Numbers
from shapelang.syntax import tree

if TYPE_CHECKING:
    from shapelang.execution.compiler import Body


def compile_solid(body: Body, node: tree.SolidBlock) -> Core:
    """A core that runs the block in a name space of its own and keeps the shapes as operands."""
    statements = body.statements(node.body.statements)
    blend = None if node.blend is None else body.of.compile(node.blend)
    source, span, operator = body.of.program.source, node.span, node.operator

    def make(f: Frame, name: str, fill: Any, material: Material | None, tags: tuple[str, ...]) -> Placed:
        del fill
        inner = f.named_block(name)
        groups: list[list[Placed]] = []
        for statement in statements:
            before = len(inner.layer.children)
            statement(inner)
            if len(inner.layer.children) > before:
                groups.append(inner.layer.children[before:])
        f.run.spend(SOLID * max(1, len(inner.layer.children)), source, span)
        radius = 0.0 if blend is None else blend(f) * 1.0
        if f.run.truth(radius < 0):
            raise rejected_at(body.of, span, "E401", "the radius of 'blend' is not negative")
        if not groups:
            raise rejected_at(body.of, span, "E411", f"'{operator}' holds no shape in this run")
        back = IDENTITY if f.origin is None else Pose(None, UNIT, scaled(f.origin, -1.0))
        operands = tuple(_operand(g, back) for g in groups)
        solid = Solid(operator, radius, operands)
        box = _box(f.run.n, operator, [_extent(f.run.n, g, back) for g in groups])
        if box is None:
            raise rejected_at(body.of, span, "E411", "the operands of this intersection do not meet")
        part = Part(
            name, operator, box, solid, material=material, meta=inner.layer.meta or None,
            tags=(*inner.layer.tags, *tags), anchors=inner.layer.anchors or None, span=(span.start, span.end),
            source=source,
        )  # fmt: skip
        return Placed(part, IDENTITY, name + f.tail)

    return make


def _operand(group: list[Placed], back: Pose) -> Operand:
    """One statement is one operand: a mirrored flange is the union of its images."""
    leaves = [leaf for placed in group for leaf in _leaves(placed.part, placed.pose.then(back))]
    if len(leaves) == 1:
        return leaves[0]
    return Operand(Solid("union", 0.0, tuple(leaves)), IDENTITY)


def _leaves(part: Part, pose: Pose) -> list[Operand]:
    geometry: Geometry | None = part.geometry
    found = [] if geometry is None else [Operand(geometry, pose)]
    for child in part.children:
        found += _leaves(child.part, child.pose.then(pose))
    return found


def _extent(n: Numbers, group: list[Placed], back: Pose) -> Box:
    box = hull_box(n, (turned_box(n, p.part.box, p.pose.then(back)) for p in group))
    assert box is not None
    return box


def _box(n: Numbers, operator: tree.SolidOperator, boxes: list[Box]) -> Box | None:
    """The box of the operands: of the first for a difference, of the common part for an intersection."""
    if operator == "difference":
        return boxes[0]
    if operator != "intersection":
        return hull_box(n, iter(boxes))
    low, high = boxes[0].low, boxes[0].high
    for box in boxes[1:]:
        low = tuple(n.maximum(a, b) for a, b in zip(low, box.low, strict=True))
        high = tuple(n.minimum(a, b) for a, b in zip(high, box.high, strict=True))
    met = all(n.all(a < b) for a, b in zip(low, high, strict=True))
    return Box(low, high) if met else None  # pyright: ignore[reportArgumentType]
