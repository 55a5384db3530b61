"""ShapeAssembly's programs in few digits: the same shape within 0.1 mm, and no copies where the part itself stands."""

from __future__ import annotations

import re

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shapelang.execution.simulate import simulate
from shapelang.io.read.shapeassembly import shape_module, shape_program
from shapelang.io.read.shapeassembly_short import shortened
from shapelang.semantics.check import check_text
from shapelang.syntax.printer import print_module
from tests.io.test_shapeassembly import TABLE

NESTED = """Assembly Program_0 {{
bbox = Cuboid({0}, {1}, {2}, True)
cube0 = Cuboid({3}, {4}, 0.1, False)
Program_1 = Cuboid({5}, {0}, 0.4, False)
attach(cube0, bbox, 0.5, 0.0, 0.5, {9}, 0.0, {10})
attach(cube0, bbox, 0.5, 1.0, 0.5, {10}, 1.0, {11})
attach(Program_1, bbox, 0.5, 0.0, 0.5, {11}, 0.0, {9})
attach(Program_1, bbox, 0.5, 1.0, 0.5, {10}, 1.0, {10})
reflect(Program_1, X)
}}
Assembly Program_1 {{
bbox = Cuboid({6}, {7}, {8}, True)
Program_2 = Cuboid({3}, {4}, {5}, True)
attach(Program_2, bbox, 0.5, 0.0, 0.5, {9}, {10}, {11})
translate(Program_2, Z, 3, {9})
}}
Assembly Program_2 {{
bbox = Cuboid({1}, {2}, {6}, True)
cube0 = Cuboid({7}, {8}, {0}, True)
cube1 = Cuboid({3}, {1}, {5}, True)
attach(cube0, bbox, 0.5, 0.0, 0.5, {10}, {11}, {9})
attach(cube1, bbox, 0.5, 0.5, 0.5, {11}, {9}, {11})
reflect(cube1, Z)
}}"""


def short_program(text: str) -> str:
    return print_module(shortened(shape_module(text)))


def placed(text: str) -> tuple[np.ndarray, np.ndarray]:
    """(n, 3) middles and (n, 3) sizes of all cuboids, metres."""
    leaves = list(simulate(check_text(text, "short.shape")).assembly.leaves())
    return np.array([leaf.pose.offset for leaf in leaves]), np.array([leaf.part.box.size for leaf in leaves])


@settings(max_examples=60)
@given(st.lists(st.floats(0.05, 2.0), min_size=9, max_size=9), st.lists(st.floats(0.05, 0.95), min_size=3, max_size=3))
@example([1.0, 1.0, 0.0625, 1.0, 1.0, 1.0, 1.0, 0.0625, 1.0], [0.5, 0.5, 0.75])  # 140 m high, and turned
def test_what_is_short_is_the_same_shape_within_a_tenth_of_a_millimetre(
    sizes: list[float], shares: list[float]
) -> None:
    text = NESTED.format(*sizes, *shares)
    short = short_program(text)
    (middles, extents), (near, wide) = placed(shape_program(text)), placed(short)
    assert np.linalg.norm(middles - near, axis=1).max() < 1e-4
    assert np.abs(extents - wide).max() <= 0.5e-4 + 1e-9
    leaves = [line for line in short.splitlines() if "cuboid" in line and "rotate" not in line]
    assert leaves and not any(re.search(r"\.\d{5}", line) for line in leaves), leaves


def test_numbers_are_short() -> None:
    free = TABLE.replace("0.5, 0.0, 0.1)", "0.512345678, 0.0, 0.1123456)")
    assert short_program(free) == (
        "cube0 = cuboid(1, 0.05, 0.6) at (0, 0.375, 0)\n"
        "mirror z {\n"
        "  program_1 = {\n"
        "    array 3 by (0.3, 0, 0) {\n"
        "      cube0_2 = cuboid(0.1, 0.75, 0.1) at (-0.3, 0, 0)\n"
        "    }\n"
        "  } at (0.01235, -0.025, -0.23259)\n"
        "}\n"
    )


def test_copies_that_stand_where_the_part_stands_are_none() -> None:
    for copies in ("0, 0.75", "2, 0.0"):
        assert "array" not in shape_program(TABLE.replace("2, 0.75", copies))
    assert "array 2 by (0.6, 0, 0)" in shape_program(TABLE.replace("2, 0.75", "1, 0.75"))
