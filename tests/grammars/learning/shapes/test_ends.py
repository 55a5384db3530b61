"""Ends that a learned text clamps to, by hand; and an example that it would move is not explained by it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import inf

import numpy as np
import pytest

from grammars.learning.shapes.bodies import Body, Item, Row
from grammars.learning.shapes.describing import ANYWHERE
from grammars.learning.shapes.ends import ends_of_place, ends_of_span, reaching
from grammars.learning.shapes.learned import Grammar, learned
from grammars.learning.shapes.model import FREE, Clamped, LearnedAlternative, LearnedPart
from grammars.learning.shapes.precision import precision_of
from grammars.learning.shapes.reading import body_of
from shapelang.execution.simulate import simulate
from shapelang.semantics.check import check_text

PEG = """
let d ~ uniform(0.3, 0.9)
let u ~ uniform(-0.45, 0.45)
floor = cuboid(1, 0.1, 4) at (0, 0.05, 0)
base = cuboid(0.3, 1.5, 0.1) at (0, 0.85, 0)
peg = cuboid(0.1, 0.1, d) at (0, 1.2, u * d)
"""


def bodies(text: str) -> list[Body]:
    program = check_text(text, "planted.shape")
    return [body for seed in range(16) if (body := body_of(simulate(program, seed).assembly)) is not None]


@pytest.fixture(scope="module")
def pegs() -> Grammar:
    examples = bodies(PEG)
    return learned(examples, [], precision_of(examples, 0.004), count=1).grammar


def parts_of(alternative: LearnedAlternative) -> Iterator[LearnedPart]:
    yield from alternative.parts
    for choice in alternative.choices:
        for inner in choice.alternatives:
            yield from parts_of(inner)


def box(size: tuple[float, float, float], centre: tuple[float, float, float], name: str = "") -> Item:
    return Item(name, "cuboid", size, (), None, "", None, np.array(size), np.array(centre), np.zeros(3))


def with_peg(body: Body, peg: Item) -> Body:
    return replace(body, items=(*(item for item in body.items if item.name != "peg"), peg))


def test_a_part_that_reaches_over_its_support_is_kept_there_by_half_of_itself(pegs: Grammar) -> None:
    peg = next(part for part in parts_of(pegs.families[0].body.root) if part.name == "peg")
    assert peg.holds[2] == Clamped(0.0, own=True)
    base = box((0.3, 1.5, 0.1), (0.0, 0.85, 0.2))
    assert ends_of_place(peg, 2, box((0.1, 0.1, 0.6), (0.0, 1.2, 0.0)), base) == pytest.approx((-0.15, 0.55))
    # What has no extents of its own has those of its box.
    size = np.full(3, 0.2)
    ball = Item("peg", "sphere", (0.1,), (), None, "", None, size, np.array([0.0, 1.2, 0.0]), np.zeros(3))
    assert ends_of_place(peg, 2, ball, base) == pytest.approx((0.05, 0.35))
    assert "peg is a sphere" in pegs.explained(with_peg(bodies(PEG)[0], ball)).missing


def test_an_example_that_the_text_would_move_is_not_explained() -> None:
    balls = PEG.replace("cuboid(0.1, 0.1, d)", "sphere(d / 2)")
    examples = bodies(balls.replace("peg", "ball"))
    found = learned(examples, [], precision_of(examples, 0.004), count=1).grammar
    ball = next(part for part in parts_of(found.families[0].body.root) if part.name == "ball")
    hold = ball.holds[2]
    assert isinstance(hold, Clamped) and not hold.own
    told = [(float(body.items[-1].centre[2]), found.explained(body).missing) for body in examples]
    for z, missing in told:
        assert missing == ([f"ball_z is {z:.4g}"] if abs(z) > 0.06 + hold.beyond else [])
    assert 0 < sum(bool(missing) for _, missing in told) < len(told)


def test_ends_of_places_by_hand(pegs: Grammar) -> None:
    peg = next(part for part in parts_of(pegs.families[0].body.root) if part.name == "peg")
    support, item = box((1.0, 0.1, 0.6), (0.2, 0.5, 0.0)), box((0.2, 0.1, 0.1), (0.0, 0.0, 0.0))
    within = replace(peg, holds=(Clamped(0.01), Clamped(0.0, own=True), FREE))
    assert ends_of_place(within, 0, item, support) == pytest.approx((-0.31, 0.71))
    assert ends_of_place(within, 1, item, support) == pytest.approx((0.4, 0.6))
    assert ends_of_place(within, 2, item, support) == ends_of_place(within, 0, item, None) == ANYWHERE
    # With an image on the other side of the plane it is on the part of the support that both sides have.
    both = replace(peg, holds=(Clamped(0.01, both=True), FREE, FREE))
    assert ends_of_place(both, 0, item, support) == pytest.approx((0.0, 0.31))


@pytest.mark.parametrize(("anchor", "longest"), [(0.0, 0.8), (-1.0, 0.75), (1.0, 0.95)])
def test_the_longest_span_of_a_row_by_hand(pegs: Grammar, anchor: float, longest: float) -> None:
    part = replace(pegs.families[0].body.root.parts[0], anchor=(anchor, 0.0, 0.0), reaching=(True, False, False))
    # Three from -0.25 to 0.35, their middle 0.05; the support from -0.55 to 0.45 has its own at -0.05.
    row = replace(box((0.7, 0.1, 0.1), (0.05, 0.0, 0.0)), repeats=Row(3, np.array([0.6, 0.0, 0.0])))
    support = box((1.0, 0.1, 0.6), (-0.05, 0.5, 0.0))
    low, high = ends_of_span(part, 0, row, support)
    assert low == -inf
    assert high == pytest.approx(longest)
    assert ends_of_span(part, 1, row, support) == ANYWHERE
    assert reaching([row], [support], (anchor, 0.0, 0.0), 0.0) == (True, False, False)
    short = box((0.2, 0.1, 0.6), (-0.05, 0.5, 0.0))
    assert reaching([row], [short], (anchor, 0.0, 0.0), 0.0) == (False, False, False)
