"""A level as one GLB: one mesh and many nodes, with coarser meshes, collision shapes, a navigation surface and places.

Under the root, each room is a node with what belongs to it; then come `colliders` and `navigation-navmesh`. The scene's
`extras` say what is to be done (areas, keys, doors) and where things begin (`spawns`), in metres of the world; those of
nodes say what each is. Names of nodes are those of programs with a number, and hints that Godot reads.
"""

from __future__ import annotations

from typing import Final, final

import numpy as np

from grammars.levels.building import Fixture
from grammars.levels.ground import grid_of
from grammars.levels.level import Level, Spawn
from grammars.levels.plan import COLOURS, Door, Room
from grammars.levels.standing import Model, Standing
from grammars.levels.stock import Look, coarser
from grammars.levels.walkable import AGENT, rectangles_of, stairs_height
from grammars.levels.walls import HIGH, THICK, Run, runs_around
from shapelang.arrays import TileGrid
from shapelang.assembly.material import Material
from shapelang.geometry.box import Box
from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import Pose, Vec3
from shapelang.io.json_text import Json
from shapelang.io.names import engine_name, unused_name
from shapelang.io.scene_glb import Lods, SceneMesh, SceneNode, scene_glb
from shapelang.primitives.cuboid import Cuboid
from shapelang.representations.surface import posed_mesh

COVERAGE: Final = (0.12, 0.03)
"""Down to which share of the screen's height the meshes of a prop are shown, from fine to coarse; the
coarsest always."""

SOLID: Final = 0.3
"""What lies about gets a collision shape from this height on, metres."""

NAVIGATION: Final = "navigation-navmesh"


def level_glb(level: Level, lods: Lods = "meshes") -> bytes:
    """The level as a GLB; equal levels give equal bytes. Metres, +Y up; the root stands where the chunk does.

    `lods`: how coarser meshes are told, see `scene_glb`.

    Raises UsageError for what a GLB cannot hold.
    """
    return _Export(level).glb(lods)


@final
class _Export:
    """The meshes that nodes have named so far."""

    def __init__(self, level: Level) -> None:
        self.level = level
        self.meshes: list[SceneMesh] = []
        self.of_model: dict[Model, int] = {}
        self.of_box: dict[tuple[Vec3, Vec3], int] = {}
        self.names: set[str] = set()

    def glb(self, lods: Lods) -> bytes:
        """The whole file."""
        plan = self.level.plan
        by_room: list[list[Fixture]] = [[] for _ in plan.rooms]
        for fixture in self.level.fixtures:
            by_room[fixture.room].append(fixture)
        rooms = tuple(self._room(room, by_room[room.number]) for room in plan.rooms)
        grid = grid_of(plan.side, [(room.rect, *room.arms) for room in plan.rooms])
        x, z = plan.origin
        below = (*rooms, self._colliders(grid), *self._navigation())
        root = SceneNode("level", Pose(offset=(x, 0.0, z)), children=below)
        return scene_glb(root, self.meshes, {"level": self._told()}, lods)

    def _room(self, room: Room, fixtures: list[Fixture]) -> SceneNode:
        names: set[str] = set()
        nodes = [self._fixture(fixture, names) for fixture in fixtures]
        nodes += [self._prop(standing, names) for standing in self.level.props[room.number]]
        for spawn in self.level.spawns:
            if spawn.room == room.number:
                name = unused_name(f"spawn_{spawn.kind}", names)
                means = {"spawn": spawn.kind, **dict(spawn.means)}
                nodes.append(SceneNode(name, Pose(offset=_rounded((spawn.x, spawn.y, spawn.z))), extras=means))
        needs = sorted(self.level.plan.needs[room.area])
        extras = {
            "room": room.number,
            "theme": self.level.themes[room.number].name,
            "area": room.area,
            "task": room.task.value,
            "needs": needs,
        }
        return SceneNode(f"room_{room.number}", extras=extras, children=tuple(nodes))

    def _fixture(self, fixture: Fixture, names: set[str]) -> SceneNode:
        standing = fixture.standing
        mesh = self._model(standing.model)
        name = unused_name(fixture.kind, names)
        below: tuple[SceneNode, ...] = ()
        if fixture.kind == "leaf":
            below = (self._box(self.level.stock.made(standing.model).box),)
        return SceneNode(name, _placed(standing), mesh, extras=dict(standing.means) or None, children=below)

    def _prop(self, standing: Standing, names: set[str]) -> SceneNode:
        made = self.level.stock.made(standing.model)
        mesh = self._model(standing.model, distant=True)
        name = unused_name(engine_name(standing.model.name), names)
        place, high = made.maker.place, made.box.size[1]
        solid = place in ("wall", "corner", "centre") or made.maker.piece == "pedestal"
        below = (self._box(made.box),) if solid or (place == "floor" and high >= SOLID) else ()
        extras = {"prop": standing.model.name, "variant": standing.model.variant, **dict(standing.means)}
        return SceneNode(name, _placed(standing), mesh, extras, below)

    def _model(self, model: Model, distant: bool = False) -> int:
        """The mesh of a model, with those for a distance if it is to have any."""
        found = self.of_model.get(model)
        if found is not None:
            return found
        made = self.level.stock.made(model)
        name = unused_name("_".join([engine_name(model.name), *(str(value) for _, value in model.given)]), self.names)
        looks = coarser(made) if distant else ()
        lods = tuple(self._add(SceneMesh(f"{name}_LOD{k}", _surfaces(look))) for k, look in enumerate(looks, 1))
        coverage = (*COVERAGE[: len(lods)], 0.0) if lods else ()
        self.of_model[model] = self._add(SceneMesh(name, _surfaces(made.look), lods, coverage))
        return self.of_model[model]

    def _add(self, mesh: SceneMesh) -> int:
        self.meshes.append(mesh)
        return len(self.meshes) - 1

    def _bare(self, name: str, mesh: Mesh) -> int:
        return self._add(SceneMesh(name, ((mesh, None),)))

    def _box(self, box: Box, name: str = "box") -> SceneNode:
        """A collision shape: a box with a mesh of its own, shared by equal boxes."""
        key = (_rounded(box.size), _rounded(box.centre))
        if key not in self.of_box:
            mesh = posed_mesh(Cuboid(*key[0]).mesh(4), Pose(offset=key[1]))
            self.of_box[key] = self._bare("box", mesh)
        return SceneNode(f"{name}-convcolonly", mesh=self.of_box[key])

    def _colliders(self, grid: TileGrid) -> SceneNode:
        """The floor with its stairs as ramps, and a box for every stretch of wall."""
        names: set[str] = set()
        floor = SceneNode("floor-colonly", mesh=self._bare("floor_collider", _floor(self.level, grid)))
        walls = [self._wall(run, names) for run in runs_around(self.level.plan, grid)]
        return SceneNode("colliders", children=(floor, *walls))

    def _wall(self, run: Run, names: set[str]) -> SceneNode:
        outer = run.line + (THICK if sum(run.side.value) > 0 else -THICK)
        near, far = sorted((float(run.line), outer))
        low, high = (run.low, near), (run.high, far)
        if not run.side.along_x:
            low, high = (near, run.low), (far, run.high)
        size = (high[0] - low[0], HIGH, high[1] - low[1])
        key = (_rounded(size), (0.0, HIGH / 2, 0.0))
        if key not in self.of_box:
            self.of_box[key] = self._bare("wall", posed_mesh(Cuboid(*key[0]).mesh(4), Pose(offset=key[1])))
        middle = _rounded(((low[0] + high[0]) / 2, run.base, (low[1] + high[1]) / 2))
        name = unused_name("wall", names, "-convcolonly")
        return SceneNode(name, Pose(offset=middle), self.of_box[key])

    def _navigation(self) -> tuple[SceneNode, ...]:
        if self.level.navigation is None:
            return ()
        mesh = self._bare("navigation", self.level.navigation)
        return (SceneNode(NAVIGATION, mesh=mesh, extras={"agent_radius": AGENT}),)

    def _told(self) -> Json:
        """What the scene says of the whole level."""
        plan, spec = self.level.plan, self.level.plan.spec
        return {
            "seed": spec.seed,
            "chunk": None if spec.chunk is None else list(spec.chunk),
            "side": plan.side,
            "entrance": plan.entrance,
            "rooms": len(plan.rooms),
            "props": sum(map(len, self.level.props)),
            "areas": [
                {"area": a.number, "above": a.above, "task": a.task.value, "needs": sorted(plan.needs[a.number])}
                for a in plan.areas
            ],
            "keys": [{"key": k, "colour": COLOURS[k], "room": room} for k, room in enumerate(plan.keys)],
            "doors": [self._door(door) for door in plan.doors],
            "spawns": [self._spawn(spawn) for spawn in self.level.spawns],
            "navigation": {"node": NAVIGATION, "agent_radius": AGENT},
        }

    def _door(self, door: Door) -> Json:
        (x, z), (ox, oz) = door.middle, self.level.plan.origin
        said: Json = {"door": door.number, "rooms": [door.first, door.second], "lock": door.lock}
        return {**said, "at": list(_rounded((x + ox, door.height, z + oz))), "along": _axis(door)}

    def _spawn(self, spawn: Spawn) -> Json:
        ox, oz = self.level.plan.origin
        at = list(_rounded((spawn.x + ox, spawn.y, spawn.z + oz)))
        return {"kind": spawn.kind, "room": spawn.room, "at": at, **dict(spawn.means)}


def _axis(door: Door) -> str:
    """The axis that a door's threshold runs along."""
    return "x" if door.crossing.side.along_x else "z"


def _placed(standing: Standing) -> Pose:
    pose = standing.pose()
    return Pose(pose.rotation, offset=_rounded(pose.offset))


def _rounded(point: Vec3) -> Vec3:
    """To a hundredth of a millimetre: shorter in the file, and far below what anyone sees."""
    x, y, z = (round(float(value), 5) + 0.0 for value in point)
    return (x, y, z)


def _surfaces(look: Look) -> tuple[tuple[Mesh, Material], ...]:
    return tuple((mesh, material) for material, mesh in look)


def _floor(level: Level, grid: TileGrid) -> Mesh:
    """All floors as squares, stairs as ramps, upward."""
    tiles = grid.copy()
    plan = level.plan
    for number, stairs in enumerate(plan.stairs):
        x0, z0, x1, z1 = stairs.rect
        tiles[z0:z1, x0:x1] = len(plan.rooms) + number
    points: list[Vec3] = []
    for (x0, z0, x1, z1), surface in rectangles_of(tiles):
        for x, z in ((x0, z0), (x0, z1), (x1, z1), (x1, z0)):
            if surface < len(plan.rooms):
                height = plan.rooms[surface].height
            else:
                height = stairs_height(plan.stairs[surface - len(plan.rooms)], x, z)
            points.append((float(x), height, float(z)))
    positions = np.array(points)
    corners = np.arange(0, len(points), 4, dtype=np.int32)[:, None]
    faces = (corners + np.array([0, 1, 2, 0, 2, 3], np.int32)).reshape(-1, 3)
    normals = np.zeros_like(positions)
    normals[:, 1] = 1.0
    return Mesh(positions, faces, normals, positions[:, ::2].copy(), np.arange(len(points), dtype=np.int32))
