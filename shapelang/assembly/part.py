"""Parts: what a program's run is made of. A part that stands several times is one object with several placements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, final

from shapelang.assembly.material import Material
from shapelang.assembly.relation import Relation
from shapelang.diagnostics import Text
from shapelang.frozen import frozen_object
from shapelang.geometry.box import Box
from shapelang.geometry.pose import Pose, Real, Vec3
from shapelang.primitives.protocol import Primitive

Value: TypeAlias = Any
"""A value of the language: number, int, bool, str, vector, colour."""


@final
@dataclass(frozen=True, slots=True)
class Operand:
    """One operand of a solid, posed in the solid's own frame."""

    geometry: Geometry
    pose: Pose


@final
@dataclass(frozen=True, slots=True)
class Solid:
    """A boolean of operands, in order; `blend` is the radius of a smooth one in metres, 0 for a sharp one."""

    operator: Literal["union", "difference", "intersection", "hull"]
    blend: Real
    operands: tuple[Operand, ...]


Geometry: TypeAlias = Primitive | Solid


@final
@frozen_object
class Part:
    """One node: a leaf with a geometry, or a body with placed children. Shared by all its instances.

    `box` is the axis-aligned box of the geometry or of the children, in the part's own frame. `material` is the one
    written on this part; leaves without one inherit (`innermost wins`). `anchors` are the vector `let`s of its body.
    """

    name: str
    kind: str
    box: Box
    geometry: Geometry | None = None
    children: tuple[Placed, ...] = ()
    relations: tuple[Relation, ...] = ()
    arguments: Mapping[str, Value] | None = None
    anchors: Mapping[str, Vec3] | None = None
    material: Material | None = None
    tags: tuple[str, ...] = ()
    meta: Mapping[str, Value] | None = None
    names: Mapping[str, Reference] | None = None
    """What a dot after the part reaches: its shapes and groups, in its own frame."""
    count: int = 1
    """Leaf instances below and including this part."""
    span: tuple[int, int] = (0, 0)
    source: Text | None = None
    """Of a solid, the text that its span lies in: some of its errors show only when its surface is made."""


@final
@frozen_object
class Placed:
    """A part in the frame of the body it stands in. `label` is its name with indices: `leg[1]`."""

    part: Part
    pose: Pose
    label: str


@final
@frozen_object
class Group:
    """The instances that one name made in a control block, by index."""

    members: Mapping[int, Reference]


Reference: TypeAlias = Placed | Group
