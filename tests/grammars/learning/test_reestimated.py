"""A program that `learn` wrote: its weights and draws are found again from assemblies alone."""

from __future__ import annotations

from dataclasses import replace
from math import log, sqrt

import pytest

from grammars.charts.forms import Form, combined
from grammars.charts.model import Draw, TreeGrammar, TreeRule
from grammars.charts.observed import Body, Standing
from grammars.charts.observing import observed
from grammars.charts.reading import tree_grammar
from grammars.learning.expectation import estimated, expected
from grammars.learning.shapes.learned import learned
from grammars.learning.shapes.precision import precision_of
from grammars.learning.shapes.reading import body_of
from shapelang.execution.replay import replay
from shapelang.execution.simulate import simulate
from shapelang.semantics.check import check_text
from shapelang.semantics.program import Program

GRID = 0.001

SEEN = 40

STOOL = """
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


@pytest.fixture(scope="module")
def program() -> Program:
    """What is learned from 40 stools."""
    planted = check_text(STOOL, "stool.shape")
    shapes = [body for seed in range(40) if (body := body_of(simulate(planted, seed).assembly)) is not None]
    return check_text(learned(shapes, [], precision_of(shapes, 0.004), count=1).grammar.text, "learned.shape")


def test_weights_and_draws_of_a_learned_program(program: Program) -> None:
    """Begun with even weights and draws a centimetre off, the likelihood comes above that of the program as it is."""
    seen = [_seen(program, seed) for seed in range(SEEN)]
    as_written = tree_grammar(program, GRID)
    before, _ = expected(as_written, dict.fromkeys(seen, 1))
    begun = TreeGrammar(
        as_written.start, {left: _off(rules) for left, rules in as_written.rules.items()}, as_written.parameters, GRID
    )
    off, _ = expected(begun, dict.fromkeys(seen, 1))
    found = estimated(begun, seen, rounds=20)
    after = -found.bits * SEEN * log(2.0)
    assert off < before < after
    backs = sum(_children(standing) == 6 for standing in seen) / SEEN
    share = next(rules for rules in found.grammar.rules.values() if len(rules) == 2)
    assert min(abs(rule.weight - backs) for rule in share) < 1e-6
    assert abs(backs - 0.75) < 3.0 * sqrt(0.75 * 0.25 / SEEN)


def _seen(program: Program, seed: int) -> Standing | None:
    """A run whose reals lie on the grid."""
    values = {a: c.value for a, c in simulate(program, seed).choices.items()}
    values = {a: round(v / GRID) * GRID if isinstance(v, float) else v for a, v in values.items()}
    return observed(replay(program, values).assembly, GRID)


def _off(rules: tuple[TreeRule, ...]) -> tuple[TreeRule, ...]:
    draws = [tuple(_moved(draw) for draw in rule.draws) for rule in rules]
    return tuple(replace(rule, weight=1.0 / len(rules), draws=d) for rule, d in zip(rules, draws, strict=True))


def _moved(draw: Draw) -> Draw:
    """A normal with another mean."""
    mean, *others = draw.arguments
    return (
        replace(draw, arguments=(combined([(1.0, mean), (1.0, Form(0.01))]), *others))
        if draw.family == "normal"
        else draw
    )


def _children(standing: Standing | None) -> int:
    assert standing is not None and isinstance(standing.content, Body)
    return len(standing.content.children)
