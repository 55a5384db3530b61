"""Synthetic meshes with a known program."""

from __future__ import annotations

import numpy as np

from shapelang.execution.simulate import simulate
from shapelang.inference.rounding.turns import turn_matrix
from shapelang.io.read import MeshData, MeshGroup
from shapelang.metrics.triangles import Triangles, joined, triangles
from shapelang.primitives.table import PRIMITIVE_BY_KIND
from shapelang.representations.surface import flattened
from shapelang.semantics.check import check_text

Point = tuple[float, float, float]


def piece(kind: str, *sizes: float, at: Point = (0, 0, 0), turn: np.ndarray | None = None, name: str = "") -> MeshGroup:
    """A primitive's own mesh, turned and moved, with its corners welded as modellers' files have them."""
    mesh = PRIMITIVE_BY_KIND[kind](*sizes).mesh(24)  # type: ignore[call-arg]
    matrix = np.eye(3) if turn is None else turn
    used, first = np.unique(mesh.weld, return_index=True)
    place = np.zeros(int(mesh.weld.max()) + 1, np.int32)
    place[used] = np.arange(len(used))
    faces = place[mesh.weld][mesh.faces].astype(np.int32)
    return MeshGroup((name,) if name else (), None, None, mesh.positions[first] @ matrix.T + np.array(at, float), faces)


def data(*groups: MeshGroup) -> MeshData:
    return MeshData("synthetic.obj", "obj", tuple(groups))


def chair(at: Point = (0, 0, 0)) -> MeshData:
    """Twelve cuboids: seat, four legs, two posts, rail, four slats."""
    x, y, z = at
    groups = [piece("cuboid", 0.46, 0.04, 0.44, at=(x, y + 0.45, z))]
    groups += [
        piece("cuboid", 0.04, 0.43, 0.04, at=(x + i * 0.21, y + 0.215, z + k * 0.2)) for i in (-1, 1) for k in (-1, 1)
    ]
    groups += [piece("cuboid", 0.03, 0.4, 0.03, at=(x + i * 0.215, y + 0.67, z - 0.2)) for i in (-1, 1)]
    groups += [piece("cuboid", 0.46, 0.05, 0.03, at=(x, y + 0.895, z - 0.2))]
    groups += [piece("cuboid", 0.02, 0.4, 0.01, at=(x - 0.12 + 0.08 * i, y + 0.67, z - 0.2)) for i in range(4)]
    return data(*groups)


def colonnade(count: int, radius: float, at: Point = (0, 0, 0)) -> MeshData:
    """Tapered columns about +Y on a round slab."""
    groups = [piece("cylinder", radius + 0.4, 0.2, at=(at[0], at[1] + 0.1, at[2]))]
    for k in range(count):
        c, s = np.cos(2 * np.pi * k / count), np.sin(2 * np.pi * k / count)
        place = (at[0] + radius * c, at[1] + 1.2, at[2] + radius * s)
        groups.append(piece("cone", 0.2, 2.0, 0.14, at=place))
    return data(*groups)


def turned_boxes() -> MeshData:
    """Two boxes at plain angles, one about y, one about z."""
    return data(
        piece("cuboid", 1.0, 0.2, 0.4, at=(0, 0.5, 0), turn=turn_matrix("y", 30.0)),
        piece("cuboid", 0.8, 0.1, 0.3, at=(0, 1.5, 0), turn=turn_matrix("z", -45.0)),
    )


def mesh_of(text: str) -> MeshData:
    """One group of triangles, welded, of a program."""
    mesh = flattened(simulate(check_text(text, "hollow.shape")).assembly).mesh
    _, first, place = np.unique(mesh.weld, return_index=True, return_inverse=True)
    return data(MeshGroup((), None, None, mesh.positions[first], place[mesh.faces].astype(np.int32)))


def closed_box(size: tuple[float, float, float], centre: tuple[float, float, float]) -> Triangles:
    """A closed cuboid."""
    corners = [(x, y, z) for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)]
    faces = [(0, 1, 3), (0, 3, 2), (4, 6, 7), (4, 7, 5), (0, 4, 5), (0, 5, 1), (2, 3, 7), (2, 7, 6)]
    return triangles(np.array(corners) * size + centre, [*faces, (0, 2, 6), (0, 6, 4), (1, 5, 7), (1, 7, 3)])


TABLE = joined(
    [closed_box((1.2, 0.1, 0.8), (0.0, 0.7, 0.0)), *(closed_box((0.1, 0.6, 0.1), (x, 0.3, 0.3)) for x in (-0.5, 0.5))]
)
"""A top on two legs, one surface for each."""
