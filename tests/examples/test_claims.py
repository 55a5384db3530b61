"""What each example claims by being called a chair, a fence, a house: human-written facts about its geometry."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from shapelang.assembly.assembly import Leaf
from shapelang.diagnostics import ProgramError
from shapelang.execution.simulate import simulate
from shapelang.geometry.oriented import oriented
from tests.examples.files import example, run

SEEDS = range(20)
CLOSE = 1e-9
"""Metres: rounding of some tens of additions of numbers below 100 m."""

Span = tuple[tuple[float, float], tuple[float, float], tuple[float, float]]


def span(leaf: Leaf) -> Span:
    """The world box (x, y, z), each (low, high), around the oriented box of a leaf."""
    box = oriented((leaf.pose, leaf.part.box))
    x, y, z = ((m - r, m + r) for m, r in zip(box.centre, box.reach(), strict=True))
    return x, y, z


def parts(name: str, seed: int, label: str, given: dict[str, Any] | None = None) -> dict[str, list[Span]]:
    """The leaves below each instance of a top-level name: `leg` gives `leg[0]`, `leg[1]`, …"""
    trace = run(name, seed) if given is None else simulate(example(name), seed, given)
    found: dict[str, list[Span]] = {}
    for leaf in trace.assembly.leaves():
        if leaf.path[0].partition("[")[0] == label:
            found.setdefault(leaf.path[0], []).append(span(leaf))
    return found


def low(spans: list[Span], axis: int) -> float:
    return min(s[axis][0] for s in spans)


def high(spans: list[Span], axis: int) -> float:
    return max(s[axis][1] for s in spans)


def test_a_chair_has_four_legs_that_reach_from_the_floor_into_the_seat() -> None:
    for seed in SEEDS:
        legs, (seat,) = parts("chair", seed, "leg"), parts("chair", seed, "seat").values()
        assert len(legs) == 4
        for leg in legs.values():
            assert low(leg, 1) == pytest.approx(0, abs=CLOSE)
            assert low(seat, 1) < high(leg, 1) < high(seat, 1)
            assert low(seat, 0) <= low(leg, 0) and high(leg, 0) <= high(seat, 0)


def test_the_back_of_a_chair_stands_on_the_seat_and_leans_backwards() -> None:
    for seed in SEEDS:
        (back,), (seat,) = parts("chair", seed, "back").values(), parts("chair", seed, "seat").values()
        assert low(seat, 1) <= low(back, 1) < high(seat, 1)
        assert low(back, 2) < low(seat, 2) and high(back, 2) < 0


def test_chairs_differ_and_a_fixed_back_is_the_one_asked_for() -> None:
    assert {run("chair", seed).choices["back"].value for seed in SEEDS} == {"slatted", "ladder", "panel"}
    assert len(parts("chair", 0, "back", {"back": "panel"})["back"]) == 1
    assert len(parts("chair", 0, "back", {"back": "slatted", "slats": 6})["back"]) == 7


def test_books_stand_within_the_case() -> None:
    for seed in SEEDS:
        books = [leaf for leaf in run("bookshelf", seed).assembly.leaves() if "book" in _tags("bookshelf", seed, leaf)]
        assert books
        for x, y, z in map(span, books):
            assert -0.45 < x[0] and x[1] < 0.45 and 0 < y[0] and y[1] < 1.8 and -0.15 < z[0] and z[1] < 0.15


def _tags(name: str, seed: int, leaf: Leaf) -> set[str]:
    """The tags on the way to a leaf."""
    part, found = run(name, seed).assembly.root, set[str]()
    for step in leaf.path:
        part = next(child.part for child in part.children if child.label == step)
        found |= set(part.tags)
    return found


def test_stairs_rise_by_equal_steps_and_each_has_a_rail() -> None:
    steps = parts("spiral_stairs", 0, "step")
    assert len(steps) == 16 and len(parts("spiral_stairs", 0, "rail")) == 15
    treads = [spans[0][1][1] for spans in (steps[f"step[{k}]"] for k in range(16))]
    assert all(b - a == pytest.approx(0.18, abs=CLOSE) for a, b in pairwise(treads))
    assert treads[0] == pytest.approx(0.18, abs=CLOSE)


def test_every_leaf_of_a_tree_hangs_at_the_end_of_a_branch() -> None:
    leaves = list(run("tree", 1).assembly.leaves())
    foliage = [leaf for leaf in leaves if leaf.path[-1] in ("foliage", "light")]
    ends = {leaf.path[:-1]: leaf for leaf in leaves if leaf.path[-1] == "wood"}
    assert len(foliage) > 20
    for leaf in foliage:
        wood = ends[leaf.path[:-1]]
        top = wood.pose.apply((0.0, wood.part.box.high[1], 0.0))
        assert leaf.pose.offset == pytest.approx(top, abs=CLOSE)


def test_a_wall_begins_and_ends_with_a_merlon() -> None:
    merlons = [span(x)[0] for x in run("castle_wall", 0).assembly.leaves() if x.path[-1].startswith(("merlon", "last"))]
    assert min(m[0] for m in merlons) == pytest.approx(-6, abs=CLOSE)
    assert max(m[1] for m in merlons) == pytest.approx(6, abs=CLOSE)
    assert len(merlons) == 11


def test_a_lamp_has_as_many_lanterns_as_arms() -> None:
    arms = {"one": 1, "two": 2, "four": 4}
    for seed in SEEDS:
        trace = run("street_lamp", seed)
        lanterns = [leaf for leaf in trace.assembly.leaves() if leaf.path[-1] == "lantern"]
        assert len(lanterns) == arms[trace.choices["arms"].value]
        assert all(leaf.material.emissive != (0, 0, 0) for leaf in lanterns)
        assert all(span(leaf)[1][0] > 2.5 for leaf in lanterns)


def test_pipes_meet_end_to_end() -> None:
    first, second = (parts("pipe_elbow", 0, label)[label] for label in ("low", "high"))
    assert low(first, 1) == pytest.approx(0, abs=CLOSE) and high(first, 1) == pytest.approx(0.5, abs=CLOSE)
    # Two elbows of 0.3 m between them.
    assert low(second, 1) == pytest.approx(0.5 + 0.6, abs=CLOSE)
    assert (low(first, 0) + high(first, 0)) / 2 == pytest.approx(0.3, abs=CLOSE)
    assert (low(second, 0) + high(second, 0)) / 2 == pytest.approx(-0.3, abs=CLOSE)


def test_a_desk_stands_on_legs_and_pedestal_and_its_panel_is_level() -> None:
    for drawers in (1, 3, 5):
        given = {"drawers": drawers}
        top = parts("desk", 0, "top", given)["top"]
        for label in ("leg", "pedestal"):
            for spans in parts("desk", 0, label, given).values():
                assert low(spans, 1) == pytest.approx(0, abs=CLOSE)
                assert high(spans, 1) == pytest.approx(low(top, 1), abs=CLOSE)
        (_, y, z) = parts("desk", 0, "modesty", given)["modesty"][0]
        assert y[1] - y[0] == pytest.approx(0.36, abs=1e-6) and z[1] - z[0] == pytest.approx(0.012, abs=1e-6)
        handles = [x for x in simulate(example("desk"), 0, given).assembly.leaves() if x.path[-1] == "handle"]
        assert len(handles) == drawers


def test_a_house_has_one_door_and_a_roof_over_all_walls() -> None:
    for seed in SEEDS:
        trace = run("house", seed)
        assert sum(leaf.path[-1] == "door" for leaf in trace.assembly.leaves()) == 1
        body, slopes = parts("house", seed, "body")["body"], parts("house", seed, "slope")
        assert len(slopes) == 2
        roof = [s for spans in slopes.values() for s in spans]
        for axis in (0, 2):
            assert low(roof, axis) < low(body, axis) and high(body, axis) < high(roof, axis)
        floors = trace.choices["floors"].value
        assert high(body, 1) == pytest.approx(0.3 + 2.7 * floors, abs=CLOSE)


def test_dungeon_props_stand_inside_the_walls() -> None:
    for seed in range(6):
        trace = run("dungeon_room", seed)
        props = parts("dungeon_room", seed, "prop")
        assert len(props) == trace.choices["props"].value
        half_x, half_z = trace.choices["size_x"].value / 2 - 0.3, trace.choices["size_z"].value / 2 - 0.3
        for spans in props.values():
            assert low(spans, 1) == pytest.approx(0.24, abs=0.002)
            assert -half_x - 1e-4 <= low(spans, 0) and high(spans, 0) <= half_x + 1e-4
            assert -half_z - 1e-4 <= low(spans, 2) and high(spans, 2) <= half_z + 1e-4


def test_fence_posts_stand_on_the_ground_and_rails_span_every_field() -> None:
    for seed in SEEDS:
        posts = parts("fence", seed, "post")
        assert len(posts) == 4 and len(parts("fence", seed, "low_rail")) == 3
        assert all(low(spans, 1) == pytest.approx(0, abs=CLOSE) for spans in posts.values())
        pickets = parts("fence", seed, "picket")
        assert bool(pickets) == (run("fence", seed).choices["style"].value == "picket")


def test_a_crate_is_a_cube_on_the_ground() -> None:
    for size in (0.3, 0.8, 1.5):
        box = simulate(example("crate"), 3, {"size": size}).assembly.root.box
        assert box.size == pytest.approx((size, size, size), rel=0.01)


def test_the_hoops_of_a_barrel_lie_around_its_staves() -> None:
    for staves in (10, 16, 24):
        given = {"staves": staves}
        hoops = [*parts("barrel", 0, "belly", given).values(), *parts("barrel", 0, "rim", given).values()]
        assert len(hoops) == 4 and len(parts("barrel", 0, "stave", given)) == staves
        for spans in hoops:
            assert 0 < low(spans, 1) and high(spans, 1) < 0.9 and high(spans, 0) < 0.36


def test_a_tower_has_its_door_in_front_and_its_flag_on_top() -> None:
    for seed in SEEDS:
        flag, door = parts("tower", seed, "flag")["flag"], parts("tower", seed, "entrance")["entrance"]
        root = run("tower", seed).assembly.root.box
        assert high(flag, 1) == pytest.approx(root.high[1], abs=CLOSE)
        assert low(door, 1) == pytest.approx(0, abs=CLOSE) and low(door, 2) > 0


@pytest.mark.parametrize("form", ["rounded", "pointed"])
@pytest.mark.parametrize("width", [2, 3.2, 5])
def test_the_arches_of_a_bridge_meet_each_other_and_the_road(form: str, width: float) -> None:
    given = {"form": form, "span": width, "spans": 3}
    (road,) = parts("bridge", 0, "road", given).values()
    vaults = sorted(parts("bridge", 0, "vault", given).values(), key=lambda vault: low(vault, 0))
    assert len(vaults) == 3
    assert all(low(right, 0) < high(left, 0) for left, right in pairwise(vaults))
    assert all(high(vault, 1) == pytest.approx(low(road, 1), abs=CLOSE) for vault in vaults)


def test_toadstools_grow_apart() -> None:
    for seed in SEEDS:
        assert len(parts("mushroom", seed, "stool")) == run("mushroom", seed).choices["count"].value


def _corners() -> Iterator[tuple[str, dict[str, Any]]]:
    """Sliders at the ends of their ranges, alone and together."""
    yield "tree", {"depth": 1}
    yield "tree", {"depth": 6}
    yield "spiral_stairs", {"steps": 40, "turn": 15}
    yield "castle_wall", {"length": 6, "high": 3, "thick": 2}
    yield "castle_wall", {"length": 60, "high": 8}
    yield "bookshelf", {"width": 0.4, "high": 0.6, "deep": 0.2, "shelves": 8}
    yield "bookshelf", {"fullness": 0}
    yield "bookshelf", {"fullness": 1}
    yield "dungeon_room", {"cutaway": False, "props": 9}
    yield "fence", {"length": 2, "wear": 0.5}
    yield "fence", {"length": 20, "wear": 0}
    yield "bridge", {"span": 5, "width": 1.8}
    yield "bridge", {"span": 2, "spans": 3, "form": "pointed"}
    yield "market_stall", {"width": 4, "depth": 2}
    yield "barrel", {"height": 1.4, "radius": 0.15}
    yield "barrel", {"height": 0.4, "radius": 0.5}
    yield "tower", {"radius": 3, "floors": 2}
    yield "tower", {"radius": 1.4, "floors": 5}
    yield "house", {"w": 10, "d": 4.5, "pitch": 25}
    yield "bed", {"width": 0.9}
    yield "bed", {"width": 2}
    yield "mushroom", {"tall": 1, "count": 7}
    yield "desk", {"w": 1, "d": 0.5, "h": 0.65, "drawers": 5}
    yield "chair", {"width": 0.6, "depth": 0.38, "slats": 7, "height": 0.38}
    yield "pipe_elbow", {"valve": False, "r": 0.04, "wall": 0.004}
    yield "street_lamp", {"arms": "four", "reach": 1.2}
    yield "crate", {"planks": 3}


@pytest.mark.parametrize(("name", "given"), list(_corners()))
def test_sliders_at_their_ends_still_build(name: str, given: dict[str, Any]) -> None:
    for seed in (0, 1):
        assert next(simulate(example(name), seed, given).assembly.leaves())


def test_an_impossible_pipe_is_refused_at_its_require() -> None:
    with pytest.raises(ProgramError, match="this 'require' does not hold"):
        simulate(example("pipe_elbow"), 0, {"r": 0.04, "wall": 0.03})
