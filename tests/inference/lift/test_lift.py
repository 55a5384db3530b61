"""The symbolic lift: what it finds in programs written by hand, and that it never moves an instance."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from shapelang.execution.simulate import simulate
from shapelang.inference.lift.counts import with_count
from shapelang.inference.lift.lift import lifts, with_parameters
from shapelang.inference.lift.pieces import read
from shapelang.inference.lift.sound import alike
from shapelang.inference.lift.stretch import cut_sizes
from shapelang.inference.measuring.evidence import token_count
from shapelang.inference.writing.naming import Names
from shapelang.numbers import FLOAT
from shapelang.semantics.check import check_text
from shapelang.syntax.parser import parse
from shapelang.syntax.printer import print_module
from shapelang.syntax.source import Source
from shapelang.syntax.tree import Module

TABLE = """top = cuboid(2, 0.1, 1) at (0, 0.95, 0)
mirror x, z {
  leg = cuboid(0.08, 0.9, 0.08) at (0.96, 0.45, 0.46)
}
"""


def module(text: str) -> Module:
    parsed = parse(Source("lift.shape", text))
    assert parsed.diagnostics == ()
    return parsed.module


def written(text: str) -> str:
    """With all parameters that are found."""
    before = module(text)
    return print_module(next((made.module for made in lifts(before, 0.0015, 0.001)), before))


def boxes(text: str, **values: float) -> list[list[float]]:
    """Lowest and highest corners of all leaves."""
    assembly = simulate(check_text(text, "lift.shape"), given=values).assembly
    found = []
    for leaf in assembly.leaves():
        size, centre = np.array(leaf.geometry.size(FLOAT)), np.array(leaf.pose.offset)  # type: ignore[union-attr]
        found.append([*(centre - size / 2), *(centre + size / 2)])
    return found


def test_a_table_is_its_sizes() -> None:
    assert written(TABLE) == (
        "param width = 2 in [1, 4]\n"
        "param height = 1 in [0.5, 2]\n"
        "param depth = 1 in [0.5, 2]\n"
        "top = cuboid(width, 0.1, depth) at (0, height - 0.05, 0)\n"
        "mirror x, z {\n"
        "  leg = cuboid(0.08, height - 0.1, 0.08) attach top(1, 1) to top.bottom(1, 1)\n"
        "}\n"
    )


def test_what_touched_still_touches_when_a_parameter_moves() -> None:
    text = written(TABLE)
    top, *legs = boxes(text, height=1.5, width=3.0)
    assert len(legs) == 4
    for leg in legs:
        assert abs(leg[4] - top[1]) < 1e-12
        assert leg[1] == 0.0 or abs(leg[1]) < 1e-12
    assert np.allclose(np.min(legs, axis=0)[[0, 2]], np.array(top)[[0, 2]])
    assert np.allclose(np.max(legs, axis=0)[[3, 5]], np.array(top)[[3, 5]])


def test_the_cheapest_parameters_are_kept_longest() -> None:
    made = [[name for name, _ in one.parameters] for one in lifts(module(TABLE), 0.0015, 0.001)]
    assert made[0] == ["width", "height", "depth"]
    assert sorted(map(len, made), reverse=True) == [3, 2, 2, 2, *(1 for _ in made[4:])]
    assert {name for names in made[4:] for name in names} == {"width", "height", "depth"}
    costs = [token_count(print_module(one.module)) for one in lifts(module(TABLE), 0.0015, 0.001)]
    assert costs[0] > max(costs[1:4]) > max(costs[4:])


def test_what_has_no_room_has_no_parameters() -> None:
    box = "box = cuboid(1, 0.5, 2) at (3, 4, 5)\n"
    assert print_module(with_parameters(module(box), 0.001)) == box


def test_an_array_knows_where_it_ends() -> None:
    text = written(
        "side = cuboid(0.1, 2, 0.5) at (-0.55, 1, 0)\n"
        "array 5 by (0, 0.475, 0) {\n  shelf = cuboid(1, 0.1, 0.5) at (0, 0.05, 0)\n}\n"
    )
    # The last shelf ends where the side ends: 4 steps and a shelf are the height.
    side, *shelves = boxes(text, height=3.0)
    assert abs(shelves[-1][4] - side[4]) < 1e-12
    assert abs(shelves[0][1]) < 1e-12


def test_what_stands_at_an_end_keeps_its_size_and_what_lies_between_goes_on() -> None:
    text = written(
        "top = cuboid(2, 0.05, 0.6) at (0, 0.7, 0)\ndrawers = cuboid(0.5, 0.675, 0.6) at (-0.75, 0.3375, 0)\n"
        "lamp = cuboid(0.04, 0.3, 0.3) at (0.5, 0.875, 0)\n"
    )
    _, drawers, lamp = boxes(text, width=3.0)
    assert np.allclose(drawers[::3], (-1.5, -1.0))
    assert np.allclose(lamp[::3], (0.73, 0.77))


def test_what_ends_within_a_board_goes_with_it() -> None:
    text = written(
        "top = cuboid(1, 0.04, 2) at (0, 0.7, 0)\nfront = cuboid(0.9, 0.6, 0.03) at (0, 0.38, 0.81)\n"
        "drawer = cuboid(0.8, 0.5, 1.65) at (0, 0.38, -0.015)\n"
    )
    _, front, drawer = boxes(text, depth=3.0)
    assert np.isclose(drawer[5] - front[2], 0.81 - 0.8 + 0.005)


def test_what_fits_no_end_is_told_in_proportion() -> None:
    text = written("".join(f"wall_{k} = cuboid({w}, 1, {5 + k}) at (0, 0.5, 0)\n" for k, w in enumerate((1, 0.6, 0.3))))
    assert [line.split("(")[1].split(",")[0] for line in text.splitlines()[3:]] == [
        "width",
        "0.6 * width",
        "0.3 * width",
    ]


def test_a_cube_has_one_size() -> None:
    text = written("{\n  a = cuboid(2, 2, 2) at (0, 1, 0)\n  b = cuboid(1, 0.1, 1) at (0, 1.9, 0)\n} at (3, 0, 0)\n")
    assert text.startswith("param size = 2 in [1, 4]\n{\n") and text.endswith("} at (3, 0, 0) scale size / 2\n")
    (box, _) = simulate(check_text(text, "lift.shape"), given={"size": 4.0}).assembly.leaves()
    assert box.pose.scale == 2.0 and np.allclose(box.pose.offset, (3, 2, 0))


def test_what_is_round_is_as_wide_as_deep() -> None:
    text = written("seat = cylinder(0.3, 0.05) at (0, 0.5, 0)\nleg = cylinder(0.05, 0.475) at (0, 0.2375, 0)\n")
    assert "seat = cylinder(width / 2, 0.05)" in text and "depth" not in text


def test_numbers_that_would_only_hide_in_expressions_stay_numbers() -> None:
    crumbs = [
        (0.53, 0.207),
        (0.171, -0.313),
        (0.337, 0.113),
        (0.291, -0.157),
        (2, 0),
        (0.4, -0.2),
        (0.31, 0.2),
        (0.22, 0.31),
    ] * 4
    text = "".join(f"p{k} = cuboid({a}, 1, 1) at ({x}, 0.5, 0)\n" for k, (a, x) in enumerate(crumbs))
    # The width changes at one place instead, where every share is plain.
    assert "width" in written(text) and re.search(r"\d \* width", written(text)) is None


def test_a_mirror_in_a_moved_solid_is_about_its_own_middle() -> None:
    text = written(
        "base = union {\n  cuboid(1, 1, 1)\n"
        "  mirror x {\n    cuboid(0.1, 2, 1) at (0.45, 0, 0)\n  }\n} at (0.5, 1, 0)\n"
    )
    assert "cuboid(0.1, height, depth) at (width / 2 - 0.05, 0, 0)" in text
    assert "} at (width / 2, height / 2, 0)" in text


CHAIR = """seat = cuboid(2, 0.5, 2) at (0, 2.15, 0)
mirror x {
  post = cuboid(0.4, 4.7, 0.4) at (0.8, 2.35, 0.8)
  leg = cuboid(0.4, 1.9, 0.4) at (0.8, 0.95, -0.8)
  rail = cuboid(0.4, 0.2, 1.2) at (0.8, 0.6, 0)
}
rail_2 = cuboid(1.2, 0.4, 0.4) at (0, 4.5, 0.8)
rail_3 = cuboid(1.2, 0.4, 0.2) at (0, 3.15, 0.8)
rail_4 = cuboid(1.2, 0.2, 0.4) at (0, 0.6, 0)
"""


def test_where_there_is_little_room_a_size_changes_at_one_place() -> None:
    chair = f"material wood = {{ color: #b98b5e }}\n{{\n{CHAIR}}} at (26.8, 0, -35.8) with wood\n"
    text = print_module(with_parameters(module(chair), 0.005))
    assert "param height = 4.7 in [2, 9]" in text
    assert "post = cuboid(0.4, height, 0.4) at (0.8, height / 2, 0.8)" in text
    # The seat and what is below it stay; the rail on top goes up with the posts.
    seat, *others = boxes(text, height=5.7)
    assert seat == boxes(chair)[0] and np.allclose(others[6][4], 5.7)


def test_no_board_becomes_thicker_where_a_size_changes_at_one_place() -> None:
    sizes = cut_sizes(read(module(TABLE)), 0.0015)
    values = read(module(TABLE)).values
    assert {size.name for size in sizes} == {"width", "height", "depth"}
    assert all(0.1 not in {values[s] for s in size.shares} for size in sizes)


def test_what_is_mirrored_off_the_middle_stays_about_its_plane() -> None:
    text = written(
        "mirror z { front = cuboid(1, 1, 0.02) at (0, 0.5, 0.2) }\ntop = cuboid(1, 0.1, 3) at (0, 1.05, -1.2)\n"
        "leg = cuboid(0.1, 1, 0.1) at (0, 0.5, -2.6)\n"
    )
    (now,) = (v for k, v in simulate(check_text(text, "lift.shape")).assembly.parameters.items() if k == "depth")
    front, back, top, leg = boxes(text, depth=now + 1.0)
    assert np.allclose(front[2::3], (0.19, 0.21)) and np.allclose(back[2::3], (-0.21, -0.19))
    assert np.allclose((top[2], top[5], leg[2]), (-3.7, 0.3, -3.65))


def test_what_is_turned_about_an_axis_grows_along_that() -> None:
    text = "seat = cuboid(1, 0.1, 0.6)\nback = cuboid(1, 0.8, 0.04) at (0, 0.4, -0.3) rotate x -9\n"
    back = read(module(text)).pieces[1]
    assert [extent is None for extent in back.extents] == [False, True, True]
    assert "back = cuboid(width, 0.8, 0.04)" in written(text)


def test_images_go_apart_where_the_plane_of_their_mirror_is_not_the_middle() -> None:
    text = """top = cuboid(2, 0.1, 1)
mirror x { leg = cuboid(0.08, 0.9, 0.08) at (0.8, -0.5, 0) } at (0.1, 0, 0)
shelf = cuboid(1.6, 0.05, 0.6) at (0.1, -0.6, 0)
"""
    made = written(text)
    (_, left, right, *_), (_, left_wide, right_wide, *_) = boxes(made), boxes(made, width=3.0)
    assert abs(left[0] - right[0]) < abs(left_wide[0] - right_wide[0]) - 0.5


def test_what_has_no_sizes_is_scaled_as_a_whole() -> None:
    text = "{\n  a = sphere(radius: 0.3)\n  b = sphere(radius: 0.1) at (0.1, 0.4, 0)\n} at (1, 0, 0)\n"
    made = written(text)
    assert made.startswith("param size = 0.8 in") and "scale size / 0.8" in made


def test_a_size_is_that_of_the_pieces_that_have_it() -> None:
    text = written(
        "frame = cuboid(1.6, 0.2, 2) at (0, 0.4, 0)\ndeck = cuboid(1.6, 0.1, 1.8) at (0, 0.55, 0)\n"
        "cover = cuboid(1.64, 0.3, 1) at (0, 0.5, 0.3)\n"
    )
    assert text.startswith("param width = 1.6 in [0.8, 3]\n") and "cover = cuboid(width + 0.04," in text


def counted(text: str) -> str:
    made = with_count(module(text), Names(), 0.001)
    assert made is not None
    assert alike(module(text), made, 1e-6)
    return print_module(made)


def test_more_shelves_stand_closer_over_the_same_height() -> None:
    text = counted("array 4 by (0, 0.6, 0) { shelf = cuboid(1, 0.02, 0.3) at (0, 0.1, 0) }\n")
    assert text.startswith("param shelf_count: int = 4 in [2, 8]\narray shelf_count by (0, 1.8 / (shelf_count - 1), 0)")
    assert np.allclose([box[1] for box in boxes(text, shelf_count=3)], (0.09, 0.99, 1.89))


def test_fewer_drawers_are_higher_and_have_the_same_gap() -> None:
    text = counted(
        "array 3 by (0, 0.2, 0) {\n  drawer = cuboid(0.5, 0.19, 0.4) at (0, 0.155, 0)\n"
        "  knob = cuboid(0.1, 0.01, 0.01) at (0, 0.2, 0.205)\n}\n"
    )
    drawers = [box for box in boxes(text, drawer_count=2) if box[0] == -0.25]
    assert np.allclose([(box[1], box[4]) for box in drawers], [(0.06, 0.35), (0.36, 0.65)])


def test_rows_of_two_and_rows_that_rise_have_no_count() -> None:
    rows = "array 2 by (0, 0.2, 0) { sphere(1) }\narray 4 by (0.1, 0.2, 0) { sphere(1) }\n"
    assert with_count(module(rows), Names(), 0.001) is None


numbers = st.sampled_from([0.1, 0.2, 0.25, 0.4, 0.5, 0.501, 0.8, 1.0, 1.25])
places = st.sampled_from([-1.0, -0.5, -0.2, 0.0, 0.1, 0.25, 0.5, 0.502, 1.0])


@st.composite
def programs(draw: st.DrawFn) -> str:
    """Boxes and cylinders in mirrors, arrays and blocks, on few numbers so that much coincides."""
    lines = []
    for k in range(draw(st.integers(1, 6))):
        x, y, z = (draw(places) for _ in range(3))
        a, b, c = (draw(numbers) for _ in range(3))
        core = draw(st.sampled_from([f"cuboid({a}, {b}, {c})", f"cylinder(radius: {a}, height: {b})"]))
        turn = draw(st.sampled_from(["", "", " rotate x 90", " rotate y 30"]))
        line = f"p{k} = {core} at ({x}, {y}, {z}){turn}"
        around = draw(
            st.sampled_from(
                [
                    "{}",
                    "{}",
                    "mirror x {{ {} }}",
                    "mirror x, z {{ {} }}",
                    "array 3 by (0.5, 0, 0) {{ {} }}",
                    "ring 3 about y {{ {} }}",
                    "block" + str(k) + " = {{ {} }} at (0.25, 0, 1)",
                ]
            )
        )
        lines.append(around.format(line))
    return "\n".join(lines) + "\n"


@settings(max_examples=25, deadline=None)
@given(programs())
def test_no_instance_moves(text: str) -> None:
    before = module(text)
    # A corner is a sum of at most four numbers, each of which moves by 0.0015 and is rounded to 0.0001.
    assert alike(before, next((made.module for made in lifts(before, 0.0015, 0.001)), before), 0.0065)
    assert alike(before, with_parameters(before, 0.001), 0.0065)
