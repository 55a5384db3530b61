"""A level, or some of its rooms, as meshes for a picture."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

import numpy as np

from grammars.levels.building import Fixture
from grammars.levels.embedding import RISE
from grammars.levels.ground import NOTHING, grid_of
from grammars.levels.level import Level
from grammars.levels.lots import Side
from grammars.levels.standing import TURN_TO, Model, Standing
from grammars.levels.stock import Look, coarser, triangles
from grammars.levels.walkable import rectangles_of
from grammars.levels.walls import HIGH
from shapelang.arrays import AnyArray
from shapelang.assembly.material import Material
from shapelang.elementary import sincosd
from shapelang.numbers import FLOAT
from shapelang.rendering.shaded import Shaded

MOST_TRIANGLES: Final = 1_500_000
"""Above this many, a picture is drawn with the coarser meshes."""

ROCK: Final = HIGH - RISE - 0.15
"""Where the rock between rooms ends, metres: below the top of every wall."""

CUT: Final = (TURN_TO[Side.SOUTH], TURN_TO[Side.EAST])
"""Walls that are left out of a picture of single rooms: those that hide them from the south-east."""


def level_shapes(level: Level, rooms: Collection[int] | None = None) -> tuple[Shaded, ...]:
    """All that is seen, one mesh a material, in the frame of the plan; of single rooms without their near walls."""
    shown = range(len(level.plan.rooms)) if rooms is None else rooms
    standings = [f.standing for f in level.fixtures if f.room in shown and (rooms is None or not _hides(level, f))]
    standings += [s for room in shown for s in level.props[room] if rooms is None or not _hidden(level, s)]
    by_model: dict[Model, list[Standing]] = {}
    for standing in standings:
        by_model.setdefault(standing.model, []).append(standing)
    total = sum(triangles(level.stock.made(model).look) * len(some) for model, some in by_model.items())
    chosen = _fine(level) if total <= MOST_TRIANGLES else _coarse(level)
    parts: dict[Material, list[tuple[AnyArray, AnyArray, AnyArray]]] = {}
    for model, some in by_model.items():
        turns, offsets = _poses(some)
        for material, mesh in chosen(model):
            positions = np.einsum("nij,vj->nvi", turns, mesh.positions) + offsets[:, None]
            normals = np.einsum("nij,vj->nvi", turns, mesh.normals)
            starts = np.arange(len(some))[:, None, None] * len(mesh.positions)
            faces = (mesh.faces[None] + starts).reshape(-1, 3)
            parts.setdefault(material, []).append((positions.reshape(-1, 3), normals.reshape(-1, 3), faces))
    shapes = tuple(_shaded(material, some) for material, some in parts.items())
    return shapes if rooms is not None else (*shapes, _rock(level))


def _rock(level: Level) -> Shaded:
    """The rock that the rooms are cut into, below the tops of their walls."""
    plan = level.plan
    grid = np.pad(grid_of(plan.side, [(room.rect, *room.arms) for room in plan.rooms]), 2, constant_values=NOTHING)
    rects = rectangles_of(np.where(grid == NOTHING, 0, NOTHING).astype(np.int32))
    corners = [
        (x - 2.0, ROCK, z - 2.0) for (x0, z0, x1, z1), _ in rects for x, z in ((x0, z0), (x0, z1), (x1, z1), (x1, z0))
    ]
    firsts = 4 * np.arange(len(rects), dtype=np.int32)[:, None]
    faces = (firsts + np.array([0, 1, 2, 0, 2, 3], np.int32)).reshape(-1, 3)
    return Shaded(np.array(corners), None, faces, (0.13, 0.12, 0.11), 1.0)


def _fine(level: Level) -> Callable[[Model], Look]:
    return lambda model: level.stock.made(model).look


def _coarse(level: Level) -> Callable[[Model], Look]:
    def look(model: Model) -> Look:
        made = level.stock.made(model)
        return (*coarser(made), made.look)[0] if made.maker.place else made.look

    return look


def _hides(level: Level, fixture: Fixture) -> bool:
    """Whether it stands between the viewer and the room: walls to the south and east, and posts but those behind."""
    standing, (x0, z0, _, _) = fixture.standing, level.plan.rooms[fixture.room].rect
    if fixture.kind == "post":
        return standing.x > x0 + 1.0 and standing.z > z0 + 1.0
    return fixture.kind == "wall" and standing.turn in CUT


def _hidden(level: Level, standing: Standing) -> bool:
    """Whether it hangs on a wall that is left out."""
    return level.stock.made(standing.model).maker.place == "mounted" and standing.turn in CUT


def _poses(standings: list[Standing]) -> tuple[AnyArray, AnyArray]:
    """(n, 3, 3) rotations and (n, 3) offsets."""
    turns = np.zeros((len(standings), 3, 3))
    for number, standing in enumerate(standings):
        sine, cosine = sincosd(FLOAT, standing.turn)
        turns[number] = ((cosine, 0.0, sine), (0.0, 1.0, 0.0), (-sine, 0.0, cosine))
    return turns, np.array([(s.x, s.y, s.z) for s in standings])


def _shaded(material: Material, parts: list[tuple[AnyArray, AnyArray, AnyArray]]) -> Shaded:
    starts = np.cumsum([0, *(len(positions) for positions, _, _ in parts)])
    faces = np.concatenate([faces + start for (_, _, faces), start in zip(parts, starts[:-1], strict=True)])
    return Shaded(
        np.concatenate([positions for positions, _, _ in parts]),
        np.concatenate([normals for _, normals, _ in parts]),
        faces,
        material.color,
        material.roughness,
        material.metallic,
        material.emissive,
        material.opacity,
    )
