"""Edges of the part graph: what a placement meant, kept after it was carried out."""

from __future__ import annotations

from typing import Literal, TypeAlias, final

from shapelang.frozen import frozen
from shapelang.geometry.pose import Vec3

Path: TypeAlias = str
"""A part by names and indices from the body the relation stands in: `leg[1]`, `desk.pedestal.drawer[0]`."""


@final
@frozen
class Attachment:
    """`part` was moved so that its `anchor` came to `point` on `target` (None: a free point)."""

    part: Path
    anchor: str
    target: Path | None
    target_anchor: str | None
    point: Vec3


@final
@frozen
class Spanning:
    """`part` was stretched from one point to another."""

    part: Path
    first: Path | None
    second: Path | None
    start: Vec3
    end: Vec3


@final
@frozen
class Alignment:
    """`part` was moved along one axis so that its anchor came level with `point`."""

    part: Path
    axis: Literal["x", "y", "z"]
    anchor: str
    target: Path | None
    point: Vec3


@final
@frozen
class Symmetry:
    """`parts` are images of the first under a mirror, an array or a ring."""

    kind: Literal["mirror", "array", "ring"]
    axes: tuple[str, ...]
    count: int
    step: Vec3 | None
    parts: tuple[Path, ...]


@final
@frozen
class Adjacency:
    """Two neighbouring slices of a `split` share a face."""

    first: Path
    second: Path
    axis: Literal["x", "y", "z"]


Relation: TypeAlias = Attachment | Spanning | Alignment | Symmetry | Adjacency
