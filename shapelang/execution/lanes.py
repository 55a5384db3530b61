"""One variant taken out of a batch: arrays of lanes become floats."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np

from shapelang.assembly.assembly import Assembly
from shapelang.assembly.material import Material
from shapelang.assembly.part import Geometry, Group, Operand, Part, Placed, Reference, Solid
from shapelang.assembly.relation import Adjacency, Alignment, Attachment, Relation, Spanning, Symmetry
from shapelang.geometry.box import Box
from shapelang.geometry.pose import IDENTITY, Pose


def lane_value(value: Any, lane: int) -> Any:
    """A value of the language (or a tuple of them) at one lane."""
    if isinstance(value, np.ndarray):
        return value[lane].item()
    if isinstance(value, tuple):
        return tuple([lane_value(v, lane) for v in value])  # pyright: ignore[reportUnknownVariableType]
    return value


def lane_assembly(assembly: Assembly, seed: int, lane: int) -> Assembly:
    """The assembly of one lane."""
    view = _View(lane)
    parameters = {k: lane_value(v, lane) for k, v in assembly.parameters.items()}
    return Assembly(view.part(assembly.root), assembly.program, seed, parameters)


class _View:
    """Shared parts stay shared."""

    def __init__(self, lane: int) -> None:
        self.lane = lane
        self.parts: dict[int, Part] = {}
        self.materials: dict[int, Material] = {}

    def part(self, part: Part) -> Part:
        found = self.parts.get(id(part))
        if found is None:
            found = self._part(part)
            self.parts[id(part)] = found
        return found

    def _part(self, part: Part) -> Part:
        lane = self.lane
        return Part(
            part.name,
            part.kind,
            self._box(part.box),
            None if part.geometry is None else self._geometry(part.geometry),
            tuple([self._placed(c) for c in part.children]),
            tuple([_relation(r, lane) for r in part.relations]),
            None if part.arguments is None else {k: lane_value(v, lane) for k, v in part.arguments.items()},
            None if part.anchors is None else {k: lane_value(v, lane) for k, v in part.anchors.items()},
            None if part.material is None else self._material(part.material),
            part.tags,
            None if part.meta is None else {k: lane_value(v, lane) for k, v in part.meta.items()},
            None if part.names is None else {k: self._reference(r) for k, r in part.names.items()},
            part.count,
            part.span,
            part.source,
        )

    def _placed(self, placed: Placed) -> Placed:
        return Placed(self.part(placed.part), self._pose(placed.pose), placed.label)

    def _reference(self, reference: Reference) -> Reference:
        if isinstance(reference, Group):
            return Group({k: self._reference(m) for k, m in reference.members.items()})
        return self._placed(reference)

    def _pose(self, pose: Pose) -> Pose:
        if pose is IDENTITY:
            return pose
        lane = self.lane
        scale = pose.scale if isinstance(pose.scale, float) else lane_value(pose.scale, lane)
        rotation = None if pose.rotation is None else lane_value(pose.rotation, lane)
        return Pose(rotation, scale, lane_value(pose.offset, lane), pose.mirrored)

    def _box(self, box: Box) -> Box:
        return Box(lane_value(box.low, self.lane), lane_value(box.high, self.lane))

    def _material(self, material: Material) -> Material:
        found = self.materials.get(id(material))
        if found is None:
            given = {f.name: lane_value(getattr(material, f.name), self.lane) for f in fields(Material)}
            found = Material(**given)
            self.materials[id(material)] = found
        return found

    def _geometry(self, geometry: Geometry) -> Geometry:
        if isinstance(geometry, Solid):
            operands = tuple(Operand(self._geometry(o.geometry), self._pose(o.pose)) for o in geometry.operands)
            return Solid(geometry.operator, lane_value(geometry.blend, self.lane), operands)
        cls = type(geometry)
        return cls(*[lane_value(getattr(geometry, s.name), self.lane) for s in cls.slots])


def _relation(relation: Relation, lane: int) -> Relation:
    match relation:
        case Attachment(point=point) | Alignment(point=point):
            return replace(relation, point=lane_value(point, lane))
        case Spanning(start=start, end=end):
            return replace(relation, start=lane_value(start, lane), end=lane_value(end, lane))
        case Symmetry(step=step):
            return replace(relation, step=lane_value(step, lane))
        case Adjacency():
            return relation
