"""Walls, slabs and the surface that is walked on, against counting tile by tile."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from grammars.levels.dice import Dice
from grammars.levels.ground import NOTHING, grid_of
from grammars.levels.layout import plan_of
from grammars.levels.level import Level
from grammars.levels.lots import Side
from grammars.levels.plan import LevelSpec, Plan
from grammars.levels.standing import Foot, meet
from grammars.levels.walkable import rectangles_of
from grammars.levels.walls import panels_of, posts_of, runs_around, slabs_of
from shapelang.arrays import TileGrid

MASKS = st.integers(1, 12).flatmap(
    lambda side: st.lists(st.lists(st.booleans(), min_size=side, max_size=side), min_size=side, max_size=side)
)


def tiles(plan: Plan) -> TileGrid:
    return grid_of(plan.side, [(room.rect, *room.arms) for room in plan.rooms])


@given(MASKS)
def test_slabs_cover_every_tile_once(rows: list[list[bool]]) -> None:
    mask = np.array(rows, np.bool_)
    count = np.zeros(mask.shape, int)
    for x0, z0, x1, z1 in slabs_of(mask):
        count[z0:z1, x0:x1] += 1
    assert np.array_equal(count, mask.astype(int))


@given(MASKS)
def test_rectangles_cover_every_cell_once(rows: list[list[bool]]) -> None:
    cells = np.where(np.array(rows, np.bool_), 3, NOTHING).astype(np.int32)
    count = np.zeros(cells.shape, int)
    for (x0, z0, x1, z1), surface in rectangles_of(cells):
        assert surface == 3
        count[z0:z1, x0:x1] += 1
    assert np.array_equal(count, (cells == 3).astype(int))


@given(st.integers(0, 2**64 - 1), st.integers(1, 20))
def test_walls_stand_at_every_edge_of_the_floor_once(seed: int, rooms: int) -> None:
    plan = plan_of(LevelSpec(seed=seed, rooms=rooms))
    grid = np.pad(tiles(plan), 1, constant_values=NOTHING)
    wanted: Counter[tuple[Side, int, int]] = Counter()
    for z, x in np.argwhere(grid != NOTHING).tolist():
        for side in Side:
            dx, dz = side.value
            if grid[z + dz, x + dx] == NOTHING:
                line, along = (z, x) if side.along_x else (x, z)
                wanted[side, line - 1 + (sum(side.value) > 0), along - 1] += 1
    runs = runs_around(plan, tiles(plan))
    found = Counter(
        (run.side, run.line, at)
        for run in runs
        for start, length in panels_of(run)
        for at in range(start, start + length)
    )
    assert found == wanted
    assert posts_of(runs), "corners have posts"


def test_gates_stay_open() -> None:
    plan = plan_of(LevelSpec(seed=2, rooms=9, chunk=(3, -4)))
    runs = runs_around(plan, tiles(plan))
    for door in plan.doors:
        if door.second is None:
            crossing = door.crossing
            beside = [r for r in runs if (r.side, r.line) == (crossing.side, crossing.line)]
            assert not [r for r in beside if r.low < crossing.start + 2 and r.high > crossing.start]


def test_neighbours_on_the_navigation_surface_share_whole_edges(level: Level) -> None:
    """No corner lies within an edge of another triangle, and no edge has more than two."""
    mesh = level.navigation
    assert mesh is not None
    edges = Counter(tuple(sorted((int(f[k]), int(f[k - 1])))) for f in mesh.faces for k in range(3))
    assert set(edges.values()) <= {1, 2}
    rim = np.array([edge for edge, count in edges.items() if count == 1])
    a, b = mesh.positions[rim[:, 0]], mesh.positions[rim[:, 1]]
    length = np.linalg.norm(b - a, axis=1)
    for point in mesh.positions:
        over = np.linalg.norm(point - a, axis=1) + np.linalg.norm(point - b, axis=1) - length
        within = (over < 1e-9) & (np.linalg.norm(point - a, axis=1) > 1e-6) & (np.linalg.norm(point - b, axis=1) > 1e-6)
        assert not within.any()
    corners = mesh.positions[mesh.faces]
    assert (np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])[:, 1] > 0).all(), "they look upward"


FEET = st.builds(
    lambda x, z, turn, u, v: Foot(x, z, float(np.cos(turn)), float(np.sin(turn)), u, v, 0.0, 1.0),
    *(st.floats(-2, 2),) * 2,
    st.floats(0, 6.3),
    *(st.floats(0.05, 1.5),) * 2,
)


@given(FEET, FEET)
def test_footprints_meet_as_their_points_do(a: Foot, b: Foot) -> None:
    """Where a point of a fine grid of one lies well within the other, they meet; where they meet, they are not far."""
    steps = np.linspace(-1, 1, 21)
    u, v = np.meshgrid(steps * a.half_u, steps * a.half_v)
    x, z = a.x + u * a.ux - v * a.uz - b.x, a.z + u * a.uz + v * a.ux - b.z
    along, across = np.abs(x * b.ux + z * b.uz), np.abs(z * b.ux - x * b.uz)
    if bool(((along < b.half_u - 1e-9) & (across < b.half_v - 1e-9)).any()):
        assert meet(a, b) and meet(b, a)
    grid = 0.1 * max(a.half_u, a.half_v) + 1e-9
    if not bool(((along < b.half_u + grid) & (across < b.half_v + grid)).any()):
        assert not meet(a, b)


def test_draws_do_not_move_when_others_are_made() -> None:
    dice = Dice(9)
    first = dice.real("a")
    dice.shuffled("b", range(10))
    assert dice.real("a") == first
    assert dice.under("x", -1).real("a") != dice.under("x", 1).real("a")
    assert sorted(dice.shuffled("b", range(10))) == list(range(10))


def test_options_are_drawn_by_their_weights() -> None:
    count = Counter(Dice(seed).pick("p", (1.0, 0.0, 3.0)) for seed in range(4000))
    assert count[1] == 0
    # Four standard errors of a share of 3/4.
    assert abs(count[2] / 4000 - 0.75) < 4 * (0.75 * 0.25 / 4000) ** 0.5
