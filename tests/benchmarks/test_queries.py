"""Queries about held-out samples: the sample itself meets them, by the checks and by the conditions."""

from __future__ import annotations

import random

import pytest

from benchmarks.grammars.conditioned import scene
from benchmarks.grammars.queries import KINDS, Sample, asked_of, by_kind, by_name
from grammars.conditioning.conditioned import Conditional
from grammars.conditioning.reading import query_of
from shapelang.execution.simulate import simulate
from shapelang.primitives.table import PRIMITIVE_BY_KIND
from shapelang.semantics.check import check_text

_STOOL = """
param height ~ uniform(0.4, 0.6)
seat = cuboid(0.4, 0.04, 0.4) attach top to (0, height, 0)
mirror x, z {
  leg = cylinder(0.02, height - 0.04) attach bottom to (0.15, 0, 0.15)
}
"""


@pytest.mark.parametrize("named", [by_name, by_kind])
@pytest.mark.parametrize("kind", KINDS)
def test_a_sample_meets_the_query_about_it(kind, named):
    program = check_text(_STOOL, "stool.shape")
    trace = simulate(program, 5)
    sample = Sample(scene(trace), {address: c.value for address, c in trace.choices.items()}, named)
    for k in range(6):
        asked = asked_of("stool", kind, sample, random.Random(k))
        assert all(check(sample.scene, sample.choices) for check in asked.checks), asked.clauses
        drawn = Conditional(program, query_of(program, asked.clauses)).draw(range(2)).traces()
        assert all(check(scene(each), sample.choices) for each in drawn for check in asked.checks)


def test_a_check_tells_another_sample():
    program = check_text(_STOOL, "stool.shape")
    low, high = (simulate(program, given={"height": h}) for h in (0.41, 0.59))
    asked = asked_of("stool", "fits", Sample(scene(low), {}, by_kind), random.Random(0))
    assert not asked.checks[0](scene(high), {})


def test_parts_go_by_their_kinds_or_by_their_names():
    seen = scene(simulate(check_text(_STOOL, "stool.shape"), 1))
    assert {name for name, _ in Sample(seen, {}, by_kind).parts()} == {"cuboid", "cylinder"} <= set(PRIMITIVE_BY_KIND)
    assert {name for name, _ in Sample(seen, {}, by_name).parts()} == {"seat", "leg"}
