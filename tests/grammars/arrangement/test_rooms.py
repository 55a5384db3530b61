"""The examples: what is read of them, and that they stand as furnished rooms do."""

from __future__ import annotations

from collections import Counter
from math import isclose
from pathlib import Path

import pytest

from grammars.arrangement.cells import CELL, cells_of, state_of
from grammars.arrangement.learning import blank
from grammars.arrangement.model import load_model
from grammars.arrangement.reading import rooms_of
from grammars.arrangement.sampling import allowed
from grammars.arrangement.space import Prop, Rect
from shapelang.execution.simulate import simulate
from shapelang.geometry.oriented import overlaps
from shapelang.numbers import FLOAT
from shapelang.semantics.check import check_text, load
from tests.grammars.arrangement.files import ROOMS, room

READ = [room(path) for path in ROOMS]


def test_there_are_rooms_of_five_purposes() -> None:
    purposes = Counter(r.space.purpose for r in READ)
    assert sum(purposes.values()) >= 20
    assert sorted(purposes) == ["bedroom", "dining", "kitchen", "living", "study"]


@pytest.mark.parametrize("path", ROOMS, ids=lambda p: p.stem)
def test_nothing_overlaps_and_all_can_be_reached(path: Path) -> None:
    here = room(path)
    assert allowed(blank(READ), here.space, here.props)
    # Told again by oriented boxes of the assembly itself: what is no carpet, and no wall, goes not into another thing.
    built = {"shell", "door", "door_1", "door_2", "window", "rug"}
    parts = [c for c in simulate(load(path), 7).assembly.root.children if c.label not in built]
    for i, a in enumerate(parts):
        for b in parts[:i]:
            # Knobs and armrests stand over by 3 cm at most.
            assert not overlaps(FLOAT, (a.pose, a.part.box), (b.pose, b.part.box), 0.03), (a.label, b.label)


@pytest.mark.parametrize("path", ROOMS, ids=lambda p: p.stem)
def test_places_are_those_of_cells(path: Path) -> None:
    here, model = room(path), load_model("rooms")
    cells = cells_of(here.space)
    for prop in here.props:
        kind = model.kinds[model.names.index(prop.kind)]
        x, z, quarter = state_of(prop, kind, cells)
        assert quarter * 90 == prop.heading
        from grammars.arrangement.cells import prop_of

        again = prop_of(kind, x, z, quarter, cells)
        assert abs(again.x - prop.x) <= CELL / 2 + 0.01 and abs(again.z - prop.z) <= CELL / 2 + 0.01, prop


PLAN = """
use "std/rooms.shape" as rooms
use "std/furniture.shape" as furniture
flat = {
  meta room = "bedroom"
  shell = rooms.shell(4, 3)
  door = rooms.door() rotate y 90 at (-2, 0, 0.5)
  mirror x { chair = furniture.chair() rotate y 90 at (1, 0, 0) }
  table = { board = furniture.desk() at (0, 0, -1) }
  lamp = furniture.table_lamp() at (0, 0.75, -1)
} rotate y 90 at (10, 0, 5)
"""


def test_a_room_is_read_in_the_frame_of_the_plan() -> None:
    (found,) = rooms_of(simulate(check_text(PLAN), 1).assembly)
    assert found.path == "flat" and found.space.purpose == "bedroom"
    (ground,), (door,) = found.space.floor, found.space.doors
    assert (ground.centre, [round(s, 6) for s in ground.size]) == ((10, 5), [3, 4])
    # What was its left wall, −X, is now at +Z; the door 0.5 m before the middle is that far to +X.
    assert isclose(door.centre[0], 10.5) and door.centre[1] > 6.9
    assert [(p.kind, round(p.x, 3), round(p.z, 3), p.heading) for p in found.props] == [
        ("chair", 10, 4, 180),
        ("chair", 10, 6, 0),
        ("desk", 9, 5, 90),
    ]


def test_a_thing_in_the_way_of_a_door_is_not_allowed() -> None:
    space = room(ROOMS[0]).space
    model = load_model("rooms")
    (door,) = space.doors
    inside = Rect(
        *((a + b) / 2 for a, b in ((door.low_x, 0.0), (door.low_z, 0.0), (door.high_x, 0.0), (door.high_z, 0.0)))
    )
    x, z = inside.centre
    assert allowed(model, space, [Prop("plant", 0.0, 0.0, 0)])
    assert not allowed(model, space, [Prop("plant", x * 2, z * 2 - 0.4, 0)])
    assert not allowed(model, space, [Prop("plant", 0.0, 0.0, 0), Prop("chair", 0.1, 0.1, 0)])
    assert allowed(model, space, [Prop("plant", 0.0, 0.0, 0), Prop("rug", 0.1, 0.1, 0)])
