"""The symbolic lift: what it finds in programs written by hand, and that it never moves an instance."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from shapelang.execution.simulate import simulate
from shapelang.inference.lift.forms import Eliminated, Form, slot
from shapelang.inference.lift.lift import lifted, with_parameters
from shapelang.inference.lift.sound import alike
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
    read = parse(Source("lift.shape", text))
    assert read.diagnostics == ()
    return read.module


def written(text: str, spare: int = 1000) -> str:
    return print_module(lifted(module(text), 0.0015, 0.001, spare).module)


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
        "param leg_thickness = 0.08 in [0.04, 0.2]\n"
        "param top_height = 0.1 in [0.05, 0.2]\n"
        "top = cuboid(width, top_height, depth) at (0, height - top_height / 2, 0)\n"
        "mirror x, z {\n"
        "  leg = cuboid(leg_thickness, height - top_height, leg_thickness)\n"
        "    at ((width - leg_thickness) / 2, (height - top_height) / 2, (depth - leg_thickness) / 2)\n"
        "}\n"
    )


def test_what_touched_still_touches_when_a_parameter_moves() -> None:
    text = written(TABLE)
    top, *legs = boxes(text, leg_thickness=0.2, height=1.5, width=3.0)
    assert len(legs) == 4
    for leg in legs:
        assert abs(leg[4] - top[1]) < 1e-12
        assert leg[1] == 0.0 or abs(leg[1]) < 1e-12
    assert np.allclose(np.min(legs, axis=0)[[0, 2]], np.array(top)[[0, 2]])
    assert np.allclose(np.max(legs, axis=0)[[3, 5]], np.array(top)[[3, 5]])


def test_without_spare_tokens_nothing_is_named() -> None:
    assert "param" not in written(TABLE, spare=0)


def test_an_array_knows_where_it_ends() -> None:
    text = written(
        "side = cuboid(0.1, 2, 0.5) at (-0.55, 1, 0)\n"
        "array 5 by (0, 0.475, 0) {\n  shelf = cuboid(1, 0.1, 0.5) at (0, 0.05, 0)\n}\n"
    )
    # The last shelf ends where the side ends: 4 steps and a shelf are the height.
    side, *shelves = boxes(text, height=3.0)
    assert abs(shelves[-1][4] - side[4]) < 1e-12
    assert abs(shelves[0][1]) < 1e-12


def test_equal_height_and_width_are_chance() -> None:
    text = written("a = cuboid(0.5, 0.3, 0.2) at (0, 0.15, 0)\nb = cuboid(0.9, 0.5, 0.7) at (2, 0.25, 3)\n")
    # Nothing but the ground relates the two, so that each number stands for itself or for a height.
    assert "a = cuboid(0.5, " in text
    assert ", 0.7) at (2, " in text


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


@settings(max_examples=60)
@given(programs())
def test_no_instance_moves(text: str) -> None:
    before = module(text)
    made = lifted(before, 0.0015, 0.001, 1000)
    # A corner is a sum of at most four numbers, each of which moves by 0.0015 and is rounded to 0.0001.
    assert alike(before, made.module, 0.0065)
    assert alike(before, with_parameters(before, 0.001), 0.0065)


forms = st.dictionaries(st.integers(0, 6), st.integers(-3, 3).filter(bool).map(Fraction), max_size=4).map(Form)


@settings(max_examples=100)
@given(st.lists(forms, max_size=8), forms)
def test_elimination_agrees_with_ranks(rows: list[Form], form: Form) -> None:
    def matrix(forms: list[Form]) -> np.ndarray:
        return np.array([[float(f.terms.get(k, 0)) for k in range(7)] for f in forms]).reshape(len(forms), 7)

    space = Eliminated(rows)
    rank = int(np.linalg.matrix_rank(matrix(rows))) if rows else 0
    assert len(space) == rank
    depends = int(np.linalg.matrix_rank(matrix([*rows, form]))) == rank
    assert (not space.reduced(form).terms) == depends
    assert not space.reduced(form - space.reduced(form)).terms


def test_the_latest_slot_follows_from_the_earlier_ones() -> None:
    space = Eliminated([slot(2) - slot(0) - slot(1)])
    assert space.reduced(slot(2)).terms == {0: 1, 1: 1}
