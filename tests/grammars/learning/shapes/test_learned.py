"""Grammars learned from runs of a program that is known: its choices, equalities and distributions come back."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import pytest

from grammars.learning.shapes.bodies import Body
from grammars.learning.shapes.frames import height_to_ground
from grammars.learning.shapes.learned import Learned, learned
from grammars.learning.shapes.precision import precision_of
from grammars.learning.shapes.reading import body_of
from grammars.learning.shapes.writing import written
from shapelang.execution.constrain import constrain
from shapelang.execution.simulate import simulate
from shapelang.metrics.rooted import boxes_of
from shapelang.semantics.check import check_text
from shapelang.syntax.source import Source

PLANTED = """
param width ~ normal(0.5, 0.05) in [0.4, 0.6]
param height ~ uniform(0.4, 0.5)
seat = cuboid(width, 0.04, 0.4) at (0, height, 0)
mirror x, z { leg = cylinder(0.02, seat.bottom.y) attach top(1, 1) to seat.bottom(1, 1) }
let tall ~ normal(0.5 * width + 0.2, 0.005)
back = choose {
  3: panel = cuboid(width, tall, 0.02) attach bottom(0, -1) to seat.top(0, -1)
  1: { }
}
"""


_LAMPS = ("cuboid(0.2, 0.2, 0.2)", "sphere(0.1)")


def bodies(text: str, count: int) -> list[Body]:
    program = check_text(text, "planted.shape")
    return [body for seed in range(count) if (body := body_of(simulate(program, seed).assembly)) is not None]


@pytest.fixture(scope="module")
def found() -> Learned:
    shapes = bodies(PLANTED, 80)
    return learned(shapes[8:], shapes[:8], precision_of(shapes, 0.004), count=1)


def test_choices_equalities_and_dependences_come_back(found: Learned) -> None:
    text = found.grammar.text
    weight = re.search(r"([\d.]+): with_back", text)
    assert weight is not None and abs(float(weight[1]) - 0.75) < 3.0 * math.sqrt(0.75 * 0.25 / 72)
    assert "mirror x, z {" in text
    assert re.search(r"leg = cylinder\(0.02, seat.bottom.y\)", text)
    assert "~ normal(" in text and "choose {" in text


def test_what_is_written_runs_and_is_in_canonical_layout(found: Learned) -> None:
    from shapelang.syntax.parser import parse
    from shapelang.syntax.printer import print_module

    text = found.grammar.text
    assert print_module(parse(Source("learned", text)).module) == text
    program = check_text(text, "learned.shape")
    for seed in range(100):
        simulate(program, seed)


def test_each_example_is_derived_again(found: Learned) -> None:
    program = check_text(found.grammar.text, "learned.shape")
    for body in bodies(PLANTED, 80)[8:]:
        told = found.grammar.explained(body)
        assert told.missing == []
        trace, weight = constrain(program, told.choices)
        again = body_of(trace.assembly)
        assert math.isfinite(weight) and again is not None
        assert again.size == pytest.approx(body.size, abs=0.02)
        assert len(again.items) == len(body.items)


def test_each_step_makes_held_out_examples_more_probable(found: Learned) -> None:
    bits = [step.held_out.bits for step in found.steps]
    assert [step.held_out.explained for step in found.steps] == [0, 8, 8, 8, 8]
    assert bits[0] > bits[1] >= bits[2] > bits[3] >= bits[4]


def test_what_was_never_seen_is_not_explained_and_has_bits_all_the_same(found: Learned) -> None:
    (other,) = bodies("seat = cuboid(0.5, 0.04, 0.4) at (0, 0.45, 0); ball = sphere(0.1) at (0, 0.6, 0)", 1)
    told = found.grammar.explained(other)
    assert told.missing and told.escaped > 0.5 * told.bits and math.isfinite(told.bits)


def test_two_kinds_of_shapes_become_two_families() -> None:
    table = "top = cuboid(2, 0.1, 1) at (0, 1, 0); foot = cone(0.3, 0.95) at (0, 0.475, 0)"
    lamp = """let h ~ normal(1.5, 0.1)
    base = cylinder(0.2, 0.02) at (0, 0.01, 0); pole = cylinder(0.01, h) attach bottom to base.top
    shade = sphere(0.15) attach bottom to pole.top"""
    varied = table.replace("2, 0.1", "w, 0.1")
    shapes = [*bodies(f"let w ~ uniform(1.5, 2.5)\n{varied}", 12), *bodies(lamp, 12)]
    result = learned(shapes, [], precision_of(shapes, 0.004), count=2)
    text = result.grammar.text
    assert "part family_1() {" in text and "part family_2() {" in text and "whole = choose {" in text
    assert all(not result.grammar.explained(shape).missing for shape in shapes)


def test_a_part_of_parts_is_called_with_its_extents() -> None:
    text = """part back(w, h) { mirror x { post = cuboid(0.03, h, 0.03) at (w / 2 - 0.015, h / 2, 0) }
    rail = cuboid(w, 0.05, 0.03) at (0, h - 0.025, 0) }
    let w ~ uniform(0.4, 0.6)
    let h ~ uniform(0.4, 0.6)
    seat = cuboid(w, 0.04, 0.4) at (0, 0.4, 0)
    back(w, h) attach bottom(0, -1) to seat.top(0, -1)"""
    shapes = bodies(text, 30)
    found = learned(shapes, [], precision_of(shapes, 0.004), count=1).grammar
    assert re.search(r"^part back\(width, height(, depth)?\) \{", found.text, re.MULTILINE)
    assert all(not found.explained(shape).missing for shape in shapes)


def test_solids_of_one_kind_in_one_place_have_names_of_their_own() -> None:
    def vase(neck: float) -> str:
        return f"foot = cuboid(0.3, 0.05, 0.3)\nvase = lathe([(0.1, 0), ({neck}, 0.2), (0.1, 0.5)]) at (0, 0.3, 0)\n"

    shapes = [body for neck in (0.1, 0.15, 0.2) for body in bodies(vase(neck), 3)]
    found = learned(shapes, [], precision_of(shapes, 0.004), count=1)
    for seed in range(5):
        simulate(check_text(found.grammar.text, "vases.shape"), seed)


def test_legs_reach_the_ground_from_wherever_they_end_in_what_they_bear() -> None:
    text = """let up ~ uniform(0.3, 0.6)
    let thick ~ uniform(0.1, 0.2)
    let deep ~ uniform(-1, 1)
    let lean ~ uniform(-12, -4)
    seat = cuboid(0.5, thick, 0.4) at (0, up, 0)
    mirror x { front = cuboid(0.03, seat.point(0, deep, 0).y, 0.04) attach top to seat.point(0.8, deep, 0.8) }
    mirror x {
      rear = cuboid(0.03, seat.bottom.y / cos(lean), 0.001) rotate x lean attach top to seat.bottom(0.8, -0.2)
    }"""
    shapes = bodies(text, 40)
    grammar = learned(shapes, [], precision_of(shapes, 0.004), count=1).grammar
    assert all(not grammar.explained(shape).missing for shape in shapes)
    program = check_text(grammar.text, "learned.shape")
    for seed in range(40):
        for box in boxes_of(simulate(program, seed).assembly):
            low = box.centre[1] - box.reach()[1]
            # Half of how thick a leaning leg is lies below the middle of its low end.
            assert abs(low) < 0.001 or box.half[0] > 0.2


def test_legs_that_are_turned_about_all_axes_reach_the_ground() -> None:
    # The angle to the upright axis of turns about x, y, z: cos x cos z + sin x sin y sin z.
    text = """let up ~ uniform(0.3, 0.6)
    let thick ~ uniform(0.1, 0.2)
    let deep ~ uniform(-1, 1)
    let lean ~ uniform(10, 22)
    seat = cuboid(0.5, thick, 0.4) at (0, up, 0)
    let slope = cos(lean) * cos(lean) + sin(lean) * sin(70) * sin(lean)
    mirror x {
      leg = cuboid(0.004, seat.point(0, deep, 0).y / slope, 0.004)
        rotate x lean, y 70, z lean attach top to seat.point(0.8, deep, 0.8)
    }"""
    shapes = bodies(text, 40)
    program = check_text(learned(shapes, [], precision_of(shapes, 0.004), count=1).grammar.text, "learned.shape")
    for seed in range(20):
        seat, *legs = boxes_of(simulate(program, seed).assembly)
        assert len(legs) == 2 and seat.half[0] > 0.2
        # As far below as half of a leg's width leads, and what is left of turns told to a hundredth of a degree.
        assert all(abs(leg.centre[1] - leg.reach()[1]) < 0.004 for leg in legs)


def test_what_is_thin_and_near_the_ground_is_as_thick_as_it_was() -> None:
    """Five millimetres off it, a height of 8 that reached the ground would be 18."""
    text = """let high ~ uniform(0.4, 0.6)
    let wide ~ uniform(0.4, 0.7)
    let low ~ uniform(0.003, 0.006)
    seat = cuboid(wide, 0.05, 0.5) at (0, high, 0)
    mirror x, z { leg = cuboid(0.05, seat.bottom.y, 0.05) attach top(1, 1) to seat.bottom(1, 1) }
    runner = cuboid(wide, 0.008, 0.04) at (0, 0.004 + low, 0.2)"""
    shapes = bodies(text, 30)
    grammar = learned(shapes, [], precision_of(shapes, 0.004), count=1).grammar
    grounded = {part.name: part.grounded for part in grammar.families[0].body.root.parts}
    assert not grounded["runner"]
    program = check_text(grammar.text, "learned.shape")
    for seed in range(10):
        thinnest = min(2.0 * box.half[1] for box in boxes_of(simulate(program, seed).assembly))
        assert thinnest == pytest.approx(0.008, abs=0.2 * 0.008)


def test_what_reaches_the_ground_is_told_by_how_often_it_did() -> None:
    text = """let up ~ uniform(0.3, 0.6)
    let thick ~ uniform(0.1, 0.2)
    let deep ~ uniform(-1, 1)
    seat = cuboid(0.5, thick, 0.4) at (0, up, 0)
    leg = cuboid(0.03, seat.point(0, deep, 0).y, 0.04) attach top to seat.point(0.8, deep, 0.8)"""
    shapes = bodies(text, 40)
    grammar = learned(shapes, [], precision_of(shapes, 0.004), count=1).grammar
    leg = next(part for part in grammar.families[0].body.root.parts if part.name == "leg")
    assert leg.grounded
    # In all of forty: the next does not with ½ / 41.
    assert grammar.rates[0].escape(leg.extents[1]) == pytest.approx(0.5 / 41.0)


def test_what_was_seen_once_in_thousands_may_be_drawn() -> None:
    """The weight of one in 3,501, which to a thousandth is 0: its derivation would be impossible."""
    other, one = (bodies(f"seat = cuboid(1, 0.1, 1)\nlamp = {lamp} at (0, 0.3, 0)", 1) for lamp in _LAMPS)
    family = learned([*other, *one], [], precision_of(other, 0.004), count=1).grammar.families[0]
    (seat, lamp), rare = family.body.root.parts, 1.5 / 3501.0
    weighed = tuple(
        replace(content, weight=weight) for content, weight in zip(lamp.contents, (1.0 - rare, rare), strict=True)
    )
    root = replace(family.body.root, parts=(seat, replace(lamp, contents=weighed)))
    program = check_text(written([replace(family, body=replace(family.body, root=root))]), "learned.shape")
    _, weight = constrain(program, {"lamp": weighed[1].name})
    assert weight == pytest.approx(math.log(rare), abs=0.01)


def test_numbers_that_are_off_together_are_off_by_one_draw() -> None:
    text = """let other: bool ~ bernoulli(0.3)
    let wide ~ uniform(0.1, 0.3)
    let deep ~ uniform(-0.3, -0.1)
    let lean ~ uniform(5, 20)
    seat = cuboid(0.5, 0.05, 0.5) at (0, 0.4, 0)
    back = cuboid(0.3 + (if other then wide else 0), 0.5, 0.4 + (if other then deep else 0))
      rotate y if other then lean else 0 attach bottom to seat.top"""
    shapes = bodies(text, 60)
    found = learned(shapes[:50], shapes[50:], precision_of(shapes, 0.004), count=1)
    assert found.grammar.text.count("~ bernoulli(") == 1
    program = check_text(found.grammar.text, "learned.shape")
    off = 0
    for body in shapes[:50]:
        told = found.grammar.explained(body)
        assert told.missing == []
        off += told.choices["back_is_off"] is True
        again = body_of(constrain(program, told.choices)[0].assembly)
        assert again is not None
        back, other = (next(i for i in b.items if i.name == "back") for b in (body, again))
        assert other.size == pytest.approx(back.size, abs=0.01) and other.turns == pytest.approx(back.turns, abs=1.0)
    assert off == sum(abs(body.items[1].size[0] - 0.3) > 0.05 for body in shapes[:50])
    # One draw of three for whether it is off: 0.87 bits in the mean, where three took 2.6.
    assert found.steps[-1].held_out.explained == 10


def test_what_lies_on_its_side_has_a_height_that_no_leg_has() -> None:
    (standing,), (lying,) = (bodies(f"leg = cuboid(0.1, 0.5, 0.1) rotate {turn}", 1) for turn in ("y 30", "z 90"))
    assert height_to_ground(standing.items[0], (0.0, 1.0, 0.0)) == pytest.approx(0.5)
    assert height_to_ground(standing.items[0], (0.0, 0.0, 1.0)) == pytest.approx(0.5)
    assert 40.0 < height_to_ground(lying.items[0], (0.0, 1.0, 0.0)) < 1e4
