"""Missions and plans: what must hold of every seed, by a solver over rooms and doors."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grammars.levels.dice import Dice
from grammars.levels.embedding import RISE
from grammars.levels.gates import gate_of
from grammars.levels.ground import MARGIN
from grammars.levels.layout import plan_of
from grammars.levels.lots import BORDER, CORNER, SIDE, WAY, Side, side_of
from grammars.levels.mission import Quest, Rule, Spot, Task, mission_of
from grammars.levels.plan import LevelSpec, Plan
from shapelang.diagnostics import UsageError

SEEDS = st.integers(0, 2**64 - 1)
ROOMS = st.integers(1, 80)
CHUNKS = st.tuples(st.integers(-1000, 1000), st.integers(-1000, 1000))


def reached(plan: Plan, without: int | None = None) -> set[int]:
    """The rooms that one gets to from the first, picking up every key on the way but one."""
    found, keys = {plan.entrance}, set[int]()
    while True:
        keys |= {key for key, room in enumerate(plan.keys) if room in found and key != without}
        ends = [(d.first, d.second) for d in plan.doors if d.second is not None and (d.lock is None or d.lock in keys)]
        more = {room for pair in ends if set(pair) & found for room in pair} - found
        if not more:
            return found
        found |= more


@given(SEEDS, ROOMS)
def test_missions_can_be_done_in_their_order(seed: int, rooms: int) -> None:
    areas = mission_of(rooms, Dice(seed))
    assert sum(area.rooms for area in areas) == rooms
    held = {area.key: area.number for area in areas if area.key is not None}
    assert sorted(held) == list(range(len(held))), "each key lies in one area"
    for area in areas:
        assert area.above < area.number
        assert area.rooms >= 1
        assert area.lock is None or held[area.lock] < area.number
    assert {area.lock for area in areas} - {None} == set(held), "each key opens something"
    assert len(areas) == 1 or Task.GOAL in {area.task for area in areas}


@pytest.mark.parametrize(
    "body",
    [
        (Quest(through=True, locked=True), Spot(Task.KEY)),
        (Spot(Task.TREASURE, locked=True),),
        (Spot(Task.KEY), Quest(locked=True)),
    ],
)
def test_rules_with_a_lock_before_its_key_are_refused(body: tuple[Quest | Spot, ...]) -> None:
    with pytest.raises(ValueError, match="lock"):
        Rule("wrong", 1.0, body)


@given(SEEDS, ROOMS)
def test_every_room_is_reached_with_keys_in_order(seed: int, rooms: int) -> None:
    plan = plan_of(LevelSpec(seed=seed, rooms=rooms))
    assert len(plan.rooms) == rooms
    assert reached(plan) == set(range(rooms))


@given(SEEDS, st.integers(20, 60))
def test_no_key_can_be_done_without(seed: int, rooms: int) -> None:
    plan = plan_of(LevelSpec(seed=seed, rooms=rooms))
    for key in range(len(plan.keys)):
        needing = {room.number for room in plan.rooms if key in plan.needs[room.area]}
        assert needing, "a key that nothing needs"
        assert not needing & reached(plan, without=key)


@given(SEEDS, st.integers(9, 60), CHUNKS)
@example(550215465, 9, (9, 9))
def test_chunks_are_whole_and_their_gates_need_no_key(seed: int, rooms: int, chunk: tuple[int, int]) -> None:
    plan = plan_of(LevelSpec(seed=seed, rooms=rooms, chunk=chunk))
    assert reached(plan) == set(range(len(plan.rooms)))
    gates = [door for door in plan.doors if door.second is None]
    assert {gate.crossing.side for gate in gates} == set(Side)
    assert all(not plan.needs[plan.rooms[gate.first].area] and gate.lock is None for gate in gates)
    # Gates leave no border for some: one of 50 chunks has fewer, and of 15,832 drawn ones three had three fewer.
    assert len(plan.rooms) >= rooms - 3


@given(SEEDS, st.integers(9, 60), CHUNKS, st.sampled_from(Side))
def test_both_sides_of_a_border_have_one_gate(seed: int, rooms: int, chunk: tuple[int, int], side: Side) -> None:
    length = side_of(rooms)
    dx, dz = side.value
    here = gate_of(seed, chunk, side, length)
    there = gate_of(seed, (chunk[0] + dx, chunk[1] + dz), side.opposite, length)
    assert here.start == there.start
    assert {here.line, there.line} == {0, length}


def test_neighbours_agree_in_either_order() -> None:
    """As plans too: the doors of a seam stand at one place and height, whichever chunk was made first."""
    specs = [LevelSpec(seed=5, rooms=16, chunk=chunk) for chunk in ((0, 0), (1, 0), (0, 1), (-1, 0))]
    once = [plan_of(spec) for spec in specs]
    again = list(reversed([plan_of(spec) for spec in reversed(specs)]))
    assert once == again

    def gates(plan: Plan) -> set[tuple[float, float, float]]:
        x, z = plan.origin
        return {(d.middle[0] + x, d.height, d.middle[1] + z) for d in plan.doors if d.second is None}

    for number in (1, 2, 3):
        assert len(gates(once[0]) & gates(once[number])) == 1


@given(SEEDS, ROOMS)
def test_lots_fill_the_ground_and_rooms_keep_their_distance(seed: int, rooms: int) -> None:
    plan = plan_of(LevelSpec(seed=seed, rooms=rooms))
    assert sum((x1 - x0) * (z1 - z0) for x0, z0, x1, z1 in (r.lot for r in plan.rooms)) == plan.side**2
    for room in plan.rooms:
        (x0, z0, x1, z1), (a, b, c, d) = room.lot, room.rect
        assert min(x1 - x0, z1 - z0) >= SIDE or rooms == 1
        assert min(a - x0, b - z0, x1 - c, z1 - d) >= MARGIN
    for door in plan.doors:
        assert door.second is not None
        first, second = plan.rooms[door.first], plan.rooms[door.second]
        along = (0, 2) if door.crossing.side.along_x else (1, 3)
        ends = [value for room in (first, second) for value in (room.lot[along[0]], room.lot[along[1]])]
        assert min(abs(door.crossing.start - ends[k]) for k in (0, 2)) >= CORNER
        assert min(abs(door.crossing.start + WAY - ends[k]) for k in (1, 3)) >= CORNER
        assert abs(first.height - second.height) <= RISE
    assert BORDER <= SIDE


@given(SEEDS, st.integers(2, 40))
def test_stairs_lead_from_door_to_room(seed: int, rooms: int) -> None:
    plan = plan_of(LevelSpec(seed=seed, rooms=rooms))
    ends = {(s.room, s.start, s.end) for s in plan.stairs}
    wanted = {
        (number, door.height, plan.rooms[number].height)
        for door in plan.doors
        for number in (door.first, door.second)
        if number is not None and plan.rooms[number].height != door.height
    }
    assert ends == wanted


@pytest.mark.parametrize(
    "values",
    [{"rooms": 0}, {"rooms": 401}, {"rooms": 5, "chunk": (0, 0)}, {"props": -1}, {"props": 20_001}, {"seed": -1}],
)
def test_specifications_out_of_range_are_refused(values: dict[str, int]) -> None:
    with pytest.raises(UsageError):
        LevelSpec(**values)  # pyright: ignore[reportArgumentType]
