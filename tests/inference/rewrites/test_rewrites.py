"""Programs written shorter: every rewrite keeps every instance, and what comes out is what a person would write."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapelang.deadline import Deadline
from shapelang.inference.description.tokens import token_count
from shapelang.inference.rewrites.crossed import with_crossed_mirrors
from shapelang.inference.rewrites.inlined import without_single_calls
from shapelang.inference.rewrites.positive import on_positive_side
from shapelang.inference.rewrites.restructured import restructured
from shapelang.inference.rewrites.rules import REWRITES, Rewrite
from shapelang.inference.rewrites.scene import Mark, Scene, one, scene_of
from shapelang.inference.rewrites.search import Step
from shapelang.syntax.parser import parse
from shapelang.syntax.printer import print_module
from shapelang.syntax.source import Source
from shapelang.syntax.tree import Module

GRID = 0.001

EXAMPLES = {
    "images across x": "a = cuboid(1, 2, 3) at (4, 1, 0)\nb = cuboid(1, 2, 3) at (-4, 1, 0)\n",
    "images across z": "a = cuboid(1, 2, 3) rotate y 20 at (1, 1, 4)\nb = cuboid(1, 2, 3) rotate y -20 at (1, 1, -4)\n",
    "images across y": "a = cone(1, 2) at (1, 4, 0)\nb = cone(1, 2) rotate x 180 at (1, -4, 0)\n",
    "rows": "a = sphere(1) at (0, 1, 0)\nb = sphere(1) at (0, 8, 0)\nc = sphere(1) at (0, 15, 0)\n",
    "one mirror of two": "mirror x { a = sphere(1) at (3, 0, 0) }\nmirror x { b = cuboid(1, 1, 2) at (6, 0, 0) }\n",
    "one row of two": (
        "array 2 by (0, 3, 0) { a = sphere(1) at (3, 0, 0) }\narray 2 by (0, 3.001, 0) { b = cuboid(1, 1, 2) }\n"
    ),
    "mirrors in mirrors": (
        "mirror x, z { a = cuboid(1, 1, 2) at (3, 0, 5) }\nmirror x { b = sphere(1) at (3, 0, 0) }\n"
    ),
    "mirrors of mirrors": "mirror x { mirror z { a = cuboid(1, 1, 2) at (3, 0, 5) } }\n",
}
"""For each rewrite a program that it fits."""


def module(text: str) -> Module:
    read = parse(Source("rewrites.shape", text))
    assert read.diagnostics == ()
    return read.module


def scene(made: Module) -> Scene:
    found = scene_of(made)
    assert found is not None
    return found


def written(text: str) -> str:
    return print_module(restructured(module(text), GRID).module)


@pytest.mark.parametrize("rewrite", REWRITES, ids=lambda rewrite: rewrite.name)
def test_each_rewrite_is_sound(rewrite: Rewrite) -> None:
    before = module(EXAMPLES[rewrite.name])
    after = restructured(before, GRID, rewrites=(rewrite,))
    assert {step.rewrite for step in after.steps} == {rewrite.name}
    assert token_count(print_module(after.module)) < token_count(print_module(before))
    assert one(scene(before), scene(after.module), 1.5 * GRID)


def test_shelves_and_legs() -> None:
    text = """material wood = { color: #b98b5e }
rack = {
  mirror x, z { leg = cuboid(0.1, 1, 0.1) at (1, 0.5, 1) with wood }
  mirror x { side = cuboid(0.05, 0.3, 2) at (1, 0.5, 0) with wood }
  rail = cuboid(2, 0.1, 0.1) at (0, 0.7, 0.4) with wood
  rail_2 = cuboid(2, 0.1, 0.1) at (0, 0.3, 0.4) with wood
  rail_3 = cuboid(2, 0.1, 0.101) at (0, 0.5, 0.4) with wood
} at (4, 0, 0)
"""
    assert (
        written(text)
        == """material wood = { color: #b98b5e }
rack = {
  mirror x {
    mirror z {
      leg = cuboid(0.1, 1, 0.1) at (1, 0.5, 1)
    }
    side = cuboid(0.05, 0.3, 2) at (1, 0.5, 0)
  }
  array 3 by (0, 0.2, 0) {
    rail_2 = cuboid(2, 0.1, 0.1) at (0, 0.3, 0.4)
  }
} at (4, 0, 0) with wood
"""
    )


def test_what_was_done_is_told_and_gives_the_same_again() -> None:
    text = "".join(
        f"p{k} = cuboid(1, 2, 3) at ({x}, {y}, 0)\n" for k, (x, y) in enumerate(((4, 0), (-4, 0), (4, 5), (-4, 5)))
    )
    made = restructured(module(text), GRID)
    assert made.steps == (Step("rows", ()), Step("images across x", ()))
    assert print_module(made.module) == (
        "array 2 by (0, 5, 0) {\n  mirror x {\n    p0 = cuboid(1, 2, 3) at (4, 0, 0)\n  }\n}\n"
    )
    only = tuple(r for r in REWRITES if r.name in {s.rewrite for s in made.steps})
    assert restructured(module(text), GRID, rewrites=only).module == made.module


def test_materials_are_not_given_to_what_has_none() -> None:
    text = (
        "material wood = { color: #b98b5e }\nm = {\n  a = sphere(1) with wood\n  b = sphere(2) at (5, 0, 0) with wood\n"
        "  c = sphere(3) at (9, 0, 0)\n}\n"
    )
    assert written(text) == print_module(module(text))


def test_a_block_of_one_shape_is_that_shape() -> None:
    text = "lamp = {\n  ball = sphere(1) at (0, 1, 0) rotate y 20\n} at (2, 0.5, 0)\n"
    assert written(text) == "lamp = sphere(1) at (2, 1.5, 0) rotate y 20\n"


def test_what_is_no_repeat_stays() -> None:
    text = "a = cuboid(1, 2, 3) at (4, 1, 0)\nb = cuboid(1, 2, 3.01) at (-4, 1, 0)\n"
    assert written(text) == print_module(module(text))


def test_after_the_deadline_nothing_is_done() -> None:
    before = module(EXAMPLES["rows"])
    assert restructured(before, GRID, Deadline(0.0)).module is before


def test_scenes_are_compared_one_to_one() -> None:
    a, b = Mark("ball", np.zeros((1, 3))), Mark("ball", np.ones((1, 3)))
    assert one(Scene((a, b)), Scene((b, a)), 0.1)
    assert not one(Scene((a, a)), Scene((a, b)), 0.1)
    assert not one(Scene((a,)), Scene((Mark("cube", a.points),)), 0.1)


@st.composite
def programs(draw: st.DrawFn) -> str:
    places = st.tuples(*(st.integers(-2, 2) for _ in range(3)))
    lines = []
    for k, place in enumerate(draw(st.lists(places, min_size=1, max_size=8))):
        core = draw(st.sampled_from(("cuboid(1, 2, 3)", "cuboid(3, 2, 1) rotate z 30", "cone(1, 2)", "sphere(0.5)")))
        statement = f"s{k} = {core} at {place}"
        around = draw(st.sampled_from(("", "", "mirror x", "mirror x, z", "array 2 by (0, 1, 0)")))
        lines.append(f"{around} {{ {statement} }}" if around else statement)
    return "\n".join(lines) + "\n"


@given(programs())
@settings(max_examples=25, deadline=None)
def test_instances_stay_whatever_the_program(text: str) -> None:
    before = module(text)
    after = restructured(before, GRID).module
    assert one(scene(before), scene(after), 4.0 * GRID)
    assert token_count(print_module(after)) <= token_count(print_module(before))


def test_a_mirror_within_a_solid() -> None:
    text = """front = difference {
  block = cuboid(2, 2, 0.4)
  cylinder(0.1, 1) rotate x 90 at (0.5, 0, 0)
  cylinder(0.1, 1) rotate x 90 at (-0.5, 0, 0)
}
"""
    made = restructured(module(text), GRID)
    assert print_module(made.module) == (
        "front = difference {\n  block = cuboid(2, 2, 0.4)\n"
        "  mirror x {\n    cylinder(0.1, 1) rotate x 90 at (0.5, 0, 0)\n  }\n}\n"
    )
    assert [step.rewrite for step in made.steps] == ["images across x"]


def test_what_the_others_are_taken_from_stays_first() -> None:
    text = "difference { cuboid(1, 1, 1) at (2, 0, 0); cuboid(1, 1, 1) at (-2, 0, 0) }\n"
    assert restructured(module(text), GRID).module == module(text)


def test_the_bodies_of_parts_are_rewritten() -> None:
    text = "part rung() { a = sphere(1) at (2, 0, 0); b = sphere(1) at (-2, 0, 0) }\nrung()\nrung() at (0, 4, 0)\n"
    assert "mirror x" in written(text)


def test_a_solid_stands_where_its_operands_do_when_that_is_shorter() -> None:
    text = "top = union { cuboid(2, 1, 2) at (0, 0.5, 0); cuboid(1, 1, 1) at (0, -0.5, 0) } at (0, 3, 0)\n"
    assert written(text) == ("top = union {\n  cuboid(2, 1, 2) at (0, 3.5, 0)\n  cuboid(1, 1, 1) at (0, 2.5, 0)\n}\n")
    kept = "wall = difference { cuboid(2, 1, 2); cuboid(1, 1, 1) at (0, 0.5, 0) } at (0, 3, 0)\n"
    assert restructured(module(kept), GRID).module == module(kept)


def test_of_two_images_the_one_without_minus_signs_is_written() -> None:
    text = (
        "mirror x { a = cuboid(1, 2, 3) at (-4, 1, -2) rotate z -20 }\nmirror y { b = cone(1, 2) at (0, -4, 0) }\n"
        "mirror x { c = wedge(1, 2, 3) at (-4, 0, 0) }\n"
    )
    made = on_positive_side(module(text))
    assert one(scene(module(text)), scene(made), 1e-9)
    assert "at (4, 1, -2) rotate z 20" in print_module(made)
    assert "at (0, -4, 0)" in print_module(made) and "at (-4, 0, 0)" in print_module(made)


@pytest.mark.parametrize(
    ("text", "head"),
    [
        ("mirror z { mirror x { sphere(1) at (3, 0, 5) } } at (0, 1, 0)\n", "mirror x, z {"),
        ("union {\n mirror x { mirror z { sphere(1) at (3, 0, 5) } }\n sphere(3)\n}\n", "mirror x, z {"),
        ("mirror x { mirror y { mirror z { sphere(1) at (3, 4, 5) } } }\n", "mirror x, y, z {"),
        ("mirror x { mirror x { sphere(1) at (3, 0, 5) } at (9, 0, 0) }\n", "mirror x {"),
        ("mirror x {\n mirror z { sphere(1) at (3, 0, 5) }\n sphere(3) at (9, 0, 0)\n}\n", "mirror z {"),
    ],
)
def test_a_mirror_in_nothing_but_a_mirror_is_one_across_both_planes(text: str, head: str) -> None:
    made = with_crossed_mirrors(module(text))
    assert head in print_module(made)
    assert one(scene(module(text)), scene(made), 1e-9)


def test_a_part_that_is_called_once_stands_where_it_is_called() -> None:
    text = (
        "part rung() { bar = cuboid(1, 2, 3) at (0, 1, 0) rotate y 30 }\npart twice() { ball = sphere(1) }\n"
        "array 3 by (0, 5, 0) { rung() at (4, 0, 0) }\ntwice()\ntwice() at (9, 0, 0)\n"
    )
    made = without_single_calls(module(text), GRID)
    assert one(scene(module(text)), scene(made), 1e-9)
    written_out = print_module(made)
    assert "rung = cuboid(1, 2, 3) at (4, 1, 0) rotate y 30" in written_out
    assert "part rung" not in written_out and "part twice()" in written_out


def test_a_part_that_is_turned_where_it_is_called_stays() -> None:
    text = "part rung() { bar = cuboid(1, 2, 3) at (0, 1, 0) }\nrung() rotate x 30\n"
    assert without_single_calls(module(text), GRID) == module(text)
