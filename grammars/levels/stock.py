"""The models of one level, each made when it is first asked for: its box, its meshes by material, and coarser ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from grammars.levels.kit import BUILDING, Kit, Maker
from grammars.levels.standing import Model
from shapelang.assembly.assembly import Leaf
from shapelang.assembly.material import Material
from shapelang.assembly.part import Solid
from shapelang.geometry.box import Box, centred
from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import Pose
from shapelang.numbers import FLOAT
from shapelang.primitives.cuboid import Cuboid
from shapelang.representations.surface import flattened_leaves

SEGMENTS: Final = (12, 6)
"""Edges of a full circle, near and at some distance."""

SMALL: Final = 0.12
"""What is left out at some distance: leaves of a smaller share of the model's diagonal."""

THINNEST: Final = 1e-4
"""Metres; no box is thinner."""

FAR: Final = 0.85
"""How much of the surface of all boxes the boxes have that are left far away."""

Look = tuple[tuple[Material, Mesh], ...]
"""A surface by material, in the order in which a program names them."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """A model: its leaves with the pivot at their origin, the box around its surface, and the surface."""

    maker: Maker
    leaves: tuple[Leaf, ...]
    box: Box
    look: Look


@final
class Stock:
    """What has been made for one seed. Nothing that it gives depends on the order in which it is asked."""

    def __init__(self, kit: Kit, seed: int) -> None:
        self.kit, self.seed = kit, seed
        self._made: dict[Model, Made] = {}

    def made(self, model: Model) -> Made:
        """The model, made or remembered."""
        found = self._made.get(model)
        if found is None:
            found = self._made[model] = _made(self.kit.makers[model.name], model, self.seed)
        return found


def _made(maker: Maker, model: Model, seed: int) -> Made:
    leaves = tuple(maker.made(model, seed).leaves())
    look = look_of(leaves, SEGMENTS[0])
    low, high = _extent(look)
    # The pivot: the middle of the foot; of what hangs on a wall, of its back's lower edge. Parts of the building have
    # it where their programs say.
    if maker.piece in BUILDING:
        return Made(maker, leaves, Box(low, high), look)
    back = low[2] if maker.place == "mounted" else (low[2] + high[2]) / 2
    shift = (-(low[0] + high[0]) / 2, -low[1], -back)
    moved = Pose(offset=shift)
    centred = tuple(Leaf(x.path, x.part, x.geometry, x.pose.then(moved), x.material) for x in leaves)
    return Made(maker, centred, _moved(Box(low, high), shift), _shifted(look, shift))


def look_of(leaves: Sequence[Leaf], segments: int) -> Look:
    """The surfaces of leaves, joined by material."""
    by_material: dict[Material, list[Leaf]] = {}
    for leaf in leaves:
        by_material.setdefault(leaf.material, []).append(leaf)
    meshes = [(material, flattened_leaves(some, segments).mesh) for material, some in by_material.items()]
    return tuple((material, mesh) for material, mesh in meshes if len(mesh.faces) > 0)


def coarser(made: Made) -> tuple[Look, ...]:
    """The model at some distance, and far away; what would hardly have fewer triangles than the one before is left out.

    At some distance round things have fewer edges and small ones are gone; far away boxes stand for the largest leaves.
    """
    diagonal = _diagonal(made.box.size)
    large = [leaf for leaf in made.leaves if _diagonal(_extents(leaf)) >= SMALL * diagonal]
    boxes = _largest(large or list(made.leaves))
    found: list[Look] = []
    least = triangles(made.look)
    # The mesh of a solid is there already, and has few round parts; making another takes longer than it saves.
    edges = SEGMENTS[0] if any(isinstance(leaf.geometry, Solid) for leaf in large) else SEGMENTS[1]
    for look in (look_of(large, edges), look_of(boxes, edges)):
        if look and triangles(look) < 0.7 * least:
            found.append(look)
            least = triangles(look)
    return tuple(found)


def _largest(leaves: list[Leaf]) -> list[Leaf]:
    """The boxes that make up FAR of the surface of all, from the largest, in the order of the program."""
    areas = [_surface(_extents(leaf)) for leaf in leaves]
    left, kept = FAR * sum(areas), set[int]()
    for number in sorted(range(len(leaves)), key=lambda k: (-areas[k], k)):
        if left <= 0.0:
            break
        kept.add(number)
        left -= areas[number]
    return [_boxed(leaf) for number, leaf in enumerate(leaves) if number in kept]


def _boxed(leaf: Leaf) -> Leaf:
    box = _own_box(leaf)
    x, y, z = (max(extent, THINNEST) for extent in box.size)
    return Leaf(leaf.path, leaf.part, Cuboid(x, y, z), Pose(offset=box.centre).then(leaf.pose), leaf.material)


def _own_box(leaf: Leaf) -> Box:
    """The box of a leaf's geometry, in its own frame; that of a solid is the one its part has."""
    return leaf.part.box if isinstance(leaf.geometry, Solid) else centred(leaf.geometry.size(FLOAT))


def _extents(leaf: Leaf) -> tuple[float, float, float]:
    x, y, z = _own_box(leaf).size
    scale = float(leaf.pose.scale)
    return (x * scale, y * scale, z * scale)


def _surface(size: tuple[float, float, float]) -> float:
    x, y, z = size
    return x * y + y * z + z * x


def _diagonal(size: tuple[float, float, float]) -> float:
    x, y, z = size
    return float(np.sqrt(x * x + y * y + z * z))


def triangles(look: Look) -> int:
    """How many."""
    return sum(len(mesh.faces) for _, mesh in look)


def _extent(look: Look) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    points = [mesh.positions for _, mesh in look]
    x0, y0, z0 = np.min([p.min(axis=0) for p in points], axis=0).tolist()
    x1, y1, z1 = np.max([p.max(axis=0) for p in points], axis=0).tolist()
    return (x0, y0, z0), (x1, y1, z1)


def _moved(box: Box, by: tuple[float, float, float]) -> Box:
    (a, b, c), (d, e, f), (x, y, z) = box.low, box.high, by
    return Box((a + x, b + y, c + z), (d + x, e + y, f + z))


def _shifted(look: Look, by: tuple[float, float, float]) -> Look:
    shift = np.array(by)
    return tuple(
        (material, Mesh(mesh.positions + shift, mesh.faces, mesh.normals, mesh.uvs, mesh.weld))
        for material, mesh in look
    )
