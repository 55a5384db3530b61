"""Whether a level can be played, from its GLB alone: things apart, ways wide enough, everything reached with keys.

A solver of its own: floors are the triangles of the floor's collision mesh on a grid of `CELL`, things the oriented
boxes of their meshes, frames of doors the triangles of theirs; a walker of the width asked for stands where the
distance field says that nothing is nearer; a room is reached when a cell of its floor is, locked doors being opened by
the keys that were reached.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import KDTree

from benchmarks.grammars.level_scene import Scene, Seen

Array = NDArray[Any]

CELL: Final = 0.1
WIDTH: Final = 0.3
"""Of a way, metres."""

CLIMB: Final = 0.2
"""How much two cells side by side may differ in height."""

STEP: Final = 0.06
HEADROOM: Final = 1.8
"""Lower things are stepped over, higher ones walked under."""

DIRECTIONS: Final = 180


@final
@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found: overlaps in metres; of `lost_…` and `open_locks` how many, which should be none."""

    props: int
    rooms: int
    distinct: int
    overlap: float
    in_walls: float
    lost_rooms: int
    lost_spawns: int
    open_locks: int

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        wrong = self.lost_rooms + self.lost_spawns + self.open_locks
        return wrong == 0 and max(self.overlap, self.in_walls) <= 0.01


def verdict(data: bytes) -> Verdict:
    """All checks of one level."""
    scene = Scene(data)
    ground = Ground(scene)
    reached = ground.reached(frozenset())
    spawns = scene.level["spawns"]
    return Verdict(
        len(scene.props()),
        scene.level["rooms"],
        len({scene.digest(mesh) for mesh in {node.mesh for node in scene.props()} if mesh is not None}),
        deepest_overlap(scene),
        deepest_in_walls(scene),
        sum(not ground.room_in(reached, number) for number in range(scene.level["rooms"])),
        sum(not ground.point_in(reached, spawn["at"]) for spawn in spawns),
        open_locks(scene, ground),
    )


# --- Things apart ---------------------------------------------------------------------------------------------------


def boxes_of(scene: Scene, nodes: list[Seen]) -> Array:
    """(n, 8, 3) the corners of the oriented boxes of nodes."""
    found = []
    for node in nodes:
        low, high = scene.bounds(node.mesh or 0)
        corners = np.array([[(low, high)[k >> a & 1][a] for a in range(3)] for k in range(8)])
        found.append(corners @ node.world[:3, :3].T + node.world[:3, 3])
    return np.array(found).reshape(-1, 8, 3)


def penetrations(first: Array, second: Array) -> Array:
    """(n,) how far pairs of upright boxes (n, 8, 3) overlap: the least over their sides' directions and many others."""
    angles = np.arange(DIRECTIONS) * np.pi / DIRECTIONS
    fixed = np.stack([np.cos(angles), np.sin(angles)], axis=1)[None].repeat(len(first), axis=0)
    sides = [box[:, b][:, [0, 2]] - box[:, 0][:, [0, 2]] for box in (first, second) for b in (1, 4)]
    own = np.stack([side / np.linalg.norm(side, axis=1, keepdims=True) for side in sides], axis=1)
    directions = np.concatenate([fixed, own], axis=1)
    one = np.einsum("nck,ndk->ndc", first[:, :, [0, 2]], directions)
    other = np.einsum("nck,ndk->ndc", second[:, :, [0, 2]], directions)
    level = np.minimum(one.max(2) - other.min(2), other.max(2) - one.min(2)).min(axis=1)
    up = np.minimum(first[:, :, 1].max(1) - second[:, :, 1].min(1), second[:, :, 1].max(1) - first[:, :, 1].min(1))
    return np.maximum(0.0, np.minimum(level, up))


def deepest_overlap(scene: Scene) -> float:
    """The deepest overlap of the boxes of two props, metres."""
    boxes = boxes_of(scene, scene.props())
    if len(boxes) < 2:
        return 0.0
    centres = boxes.mean(axis=1)[:, [0, 2]]
    radii = np.linalg.norm(boxes[:, :, [0, 2]] - centres[:, None], axis=2).max(axis=1)
    pairs = KDTree(centres).query_pairs(2.0 * radii.max(), output_type="ndarray")
    near = np.linalg.norm(centres[pairs[:, 0]] - centres[pairs[:, 1]], axis=1) < radii[pairs].sum(axis=1)
    pairs = pairs[near]
    return float(penetrations(boxes[pairs[:, 0]], boxes[pairs[:, 1]]).max(initial=0.0))


def deepest_in_walls(scene: Scene) -> float:
    """How deep the box of a prop reaches into a wall's collision shape, metres."""
    props = boxes_of(scene, scene.props())
    walls = boxes_of(scene, [n for n in scene.nodes if "colliders" in n.path and n.path[-1].startswith("wall")])
    if len(props) == 0:
        return 0.0
    low, high = props.min(axis=1), props.max(axis=1)
    deepest = 0.0
    for wall in walls:
        near = np.flatnonzero(((low < wall.max(axis=0)) & (high > wall.min(axis=0))).all(axis=1))
        if len(near):
            deepest = max(deepest, float(penetrations(props[near], wall[None].repeat(len(near), axis=0)).max()))
    return deepest


# --- Ways -----------------------------------------------------------------------------------------------------------


@final
class Ground:
    """Where one can walk, in pieces between locked doors, and which doors join which pieces."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        (floor,) = (node for node in scene.nodes if node.path[-1] == "floor-colonly")
        triangles = scene.triangles(floor.mesh or 0) @ floor.world[:3, :3].T + floor.world[:3, 3]
        self.low = triangles.min(axis=(0, 1))[[0, 2]] - 2 * CELL
        size = np.ceil((triangles.max(axis=(0, 1))[[0, 2]] + 2 * CELL - self.low) / CELL).astype(int)
        self.height = np.full((size[1], size[0]), np.nan)
        for corners in triangles:
            self._raise(corners)
        free = ~np.isnan(self.height)
        for box in boxes_of(scene, scene.props()):
            self._strike(free, box)
        for node in scene.nodes:
            if "door" in node.extras and node.path[-1].startswith("door"):
                self._strike_frame(free, node)
        # From the centre of a cell to what is in it can be half its diagonal less.
        clear = np.asarray(distance_transform_edt(free)) * CELL >= WIDTH / 2 + CELL * 0.71
        for door in scene.level["doors"]:
            if door["lock"] is not None:
                self._shut(clear, door)
        self.pieces = self._pieces(clear)

    def _cells(self, points: Array) -> Array:
        """Columns and rows of points (x, z)."""
        return np.floor((np.asarray(points) - self.low) / CELL).astype(int)

    def _raise(self, corners: Array) -> None:
        """Give the cells of a triangle its height."""
        flat = corners[:, [0, 2]]
        (x0, z0), (x1, z1) = self._cells(flat.min(axis=0)), self._cells(flat.max(axis=0)) + 1
        grid = np.stack(np.meshgrid(np.arange(x0, x1), np.arange(z0, z1)), axis=-1)
        points = (grid + 0.5) * CELL + self.low
        inverse = np.linalg.inv(np.array([flat[1] - flat[0], flat[2] - flat[0]]).T)
        u, v = np.moveaxis((points - flat[0]) @ inverse.T, -1, 0)
        inside = (u >= -1e-9) & (v >= -1e-9) & (u + v <= 1 + 1e-9)
        height = corners[0, 1] + u * (corners[1, 1] - corners[0, 1]) + v * (corners[2, 1] - corners[0, 1])
        part = self.height[z0:z1, x0:x1]
        part[inside] = height[inside]

    def _strike(self, free: Array, box: Array) -> None:
        """Take away the cells in a box, where it stands in the way of one who walks there."""
        flat = box[:, [0, 2]]
        (x0, z0), (x1, z1) = self._cells(flat.min(axis=0)) - 1, self._cells(flat.max(axis=0)) + 2
        floor = float(np.nanmin(self.height[max(z0, 0) : z1, max(x0, 0) : x1], initial=np.inf))
        if box[:, 1].max() < floor + STEP or box[:, 1].min() > floor + HEADROOM:
            return
        grid = np.stack(np.meshgrid(np.arange(x0, x1), np.arange(z0, z1)), axis=-1)
        points = (grid + 0.5) * CELL + self.low - flat[0]
        inside = np.ones(points.shape[:2], bool)
        for side in (flat[1] - flat[0], flat[4] - flat[0]):
            length = float(np.linalg.norm(side))
            along = points @ side / length
            inside &= (along > -CELL / 2) & (along < length + CELL / 2)
        free[z0:z1, x0:x1] &= ~inside

    def _strike_frame(self, free: Array, node: Seen) -> None:
        """Take away the cells under the edges of a frame's triangles that are at a walker's height."""
        corners = self.scene.triangles(node.mesh or 0) @ node.world[:3, :3].T + node.world[:3, 3]
        foot = node.world[1, 3]
        stands = (corners[:, :, 1].min(axis=1) < foot + HEADROOM) & (corners[:, :, 1].max(axis=1) > foot + STEP)
        start = corners[stands][:, :, [0, 2]]
        end = np.roll(start, 1, axis=1)
        for share in np.linspace(0.0, 1.0, 80):
            cells = self._cells((start + share * (end - start)).reshape(-1, 2))
            free[cells[:, 1], cells[:, 0]] = False

    def _shut(self, clear: Array, door: dict[str, Any]) -> None:
        x, _, z = door["at"]
        wide, deep = (1.2, 0.2) if door["along"] == "x" else (0.2, 1.2)
        (x0, z0), (x1, z1) = self._cells(np.array([x - wide, z - deep])), self._cells(np.array([x + wide, z + deep]))
        clear[z0 : z1 + 1, x0 : x1 + 1] = False

    def _pieces(self, clear: Array) -> Array:
        """(rows, columns) the number of the piece of each cell, −1 where one cannot stand."""
        rows, columns = clear.shape
        index = np.arange(rows * columns).reshape(rows, columns)
        edges = []
        for a, b in ((np.s_[:, :-1], np.s_[:, 1:]), (np.s_[:-1], np.s_[1:])):
            with np.errstate(invalid="ignore"):
                joined = clear[a] & clear[b] & (np.abs(self.height[a] - self.height[b]) <= CLIMB)
            edges.append(np.stack([index[a][joined], index[b][joined]]))
        pairs = np.concatenate(edges, axis=1)
        graph = coo_array((np.ones(pairs.shape[1], bool), (pairs[0], pairs[1])), (index.size, index.size))
        labels = connected_components(graph, directed=False)[1].reshape(rows, columns)
        return np.where(clear, labels, -1)

    def piece_at(self, at: Any) -> int:
        """The piece of a point (x, y, z)."""
        column, row = self._cells(np.array([at[0], at[2]]))
        return int(self.pieces[row, column])

    def reached(self, without: frozenset[int]) -> set[int]:
        """The pieces that one gets to from the start, with every key found on the way but those left out."""
        level = self.scene.level
        starts = [spawn["at"] for spawn in level["spawns"] if spawn["kind"] == "player"]
        starts = starts or [self._inside(door) for door in level["doors"] if door["rooms"][1] is None][:1]
        found = {self.piece_at(starts[0])} - {-1}
        keys: set[int] = set()
        while True:
            keys |= {
                spawn["key"]
                for spawn in level["spawns"]
                if spawn["kind"] == "key" and spawn["key"] not in without and self.piece_at(spawn["at"]) in found
            }
            opened = set[int]()
            for door in level["doors"]:
                if door["lock"] in keys:
                    sides = {self.piece_at(at) for at in self._sides(door, 0.6)} - {-1}
                    if sides & found:
                        opened |= sides - found
            if not opened:
                return found
            found |= opened

    def _sides(self, door: dict[str, Any], off: float) -> list[tuple[float, float, float]]:
        x, y, z = door["at"]
        return [(x, y, z + s * off) if door["along"] == "x" else (x + s * off, y, z) for s in (-1.0, 1.0)]

    def _inside(self, gate: dict[str, Any]) -> tuple[float, float, float]:
        """A point behind a gate of the chunk."""
        return next(at for at in self._sides(gate, 1.0) if self._on(at) and self.piece_at(at) >= 0)

    def _on(self, at: tuple[float, float, float]) -> bool:
        column, row = self._cells(np.array([at[0], at[2]]))
        return 0 <= row < self.pieces.shape[0] and 0 <= column < self.pieces.shape[1]

    def point_in(self, reached: set[int], at: Any) -> bool:
        """Whether one gets to a point."""
        return self.piece_at(at) in reached

    def room_in(self, reached: set[int], number: int) -> bool:
        """Whether one gets to a room: to a cell of one of its slabs of floor."""
        return any(self._slab_in(reached, node) for node in self._slabs(number))

    def _slabs(self, number: int) -> list[Seen]:
        name = f"room_{number}"
        return [n for n in self.scene.nodes if len(n.path) == 3 and n.path[1] == name and n.path[2][:5] == "floor"]

    def _slab_in(self, reached: set[int], node: Seen) -> bool:
        corners = boxes_of(self.scene, [node])[0][:, [0, 2]]
        (x0, z0), (x1, z1) = self._cells(corners.min(axis=0)), self._cells(corners.max(axis=0))
        return bool(np.isin(self.pieces[z0:z1, x0:x1], list(reached)).any())


def open_locks(scene: Scene, ground: Ground) -> int:
    """How many rooms are reached without a key that the file says they need."""
    rooms = [node.extras for node in scene.nodes if "room" in node.extras and "needs" in node.extras]
    wrong = 0
    for key in {key for room in rooms for key in room["needs"]}:
        reached = ground.reached(frozenset({key}))
        wrong += sum(key in room["needs"] and ground.room_in(reached, room["room"]) for room in rooms)
    return wrong
