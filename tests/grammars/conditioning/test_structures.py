"""Structures drawn by chance: what they estimate, and what is drawn from them, against sums by hand."""

from __future__ import annotations

from collections import Counter
from math import erf, sqrt

import numpy as np
import pytest

from grammars.conditioning.bounding import bounded_by_chance
from grammars.conditioning.cells import everything
from grammars.conditioning.conditioned import Conditional
from grammars.conditioning.covering import whole
from grammars.conditioning.drawing import Proposals
from grammars.conditioning.errors import NotMet
from grammars.conditioning.reading import query_of
from grammars.conditioning.structures import structures
from grammars.conditioning.task import Task
from shapelang.execution.interpreter import DEFAULT_LIMITS
from shapelang.semantics.check import check_text

_POSTS = """
base = cuboid(1, 0.2, 1) attach bottom to (0, 0, 0)
post = choose {
  0.5: low = {
    let height ~ normal(0.5, 0.1) in [0.2, 0.8]
    body = cuboid(0.1, height, 0.1) attach bottom to (0, 0.2, 0)
  }
  0.3: middle = {
    let height ~ normal(0.7, 0.05)
    let cap ~ uniform(0.05, 0.15)
    body = cuboid(0.1, height, 0.1) attach bottom to (0, 0.2, 0)
    top = cuboid(0.2, cap, 0.2) attach bottom to (0, 0.2 + height, 0)
  }
  0.2: high = { body = cuboid(0.1, 2, 0.1) attach bottom to (0, 0.2, 0) }
}
"""


def _task(clauses: list[str], text: str = _POSTS) -> Task:
    program = check_text(text, "posts.shape")
    return Task(program, query_of(program, clauses), {}, DEFAULT_LIMITS, frozenset())


def _normal(low: float, high: float) -> float:
    return 0.5 * (erf(high / sqrt(2.0)) - erf(low / sqrt(2.0)))


def _exact(level: float) -> dict[str, float]:
    """The probability that the top is within 0.5 mm of a level, by alternative."""
    low = 0.5 * _normal((level - 0.7005) / 0.1, (level - 0.6995) / 0.1) / _normal(-3.0, 3.0)
    caps = np.linspace(0.05, 0.15, 2001)
    middle = 0.3 * float(np.mean([_normal((level - 0.9005 - c) / 0.05, (level - 0.8995 - c) / 0.05) for c in caps]))
    return {"low": low, "middle": middle}


def test_choices_are_settled_as_often_as_they_are_probable():
    task = _task(["height > 0"])
    seen = Counter(bounded_by_chance(task, everything(), seed)[0].taken["post"] for seed in range(3000))
    for option, share in enumerate((0.5, 0.3, 0.2)):
        assert abs(seen[option] / 3000 - share) < 4.0 * sqrt(share * (1.0 - share) / 3000)


def test_draws_have_the_distribution_under_the_query():
    level = 0.86
    found = structures(_task([f"height == {level}"]), whole())
    assert found is not None
    proposals = Proposals(_task([f"height == {level}"]), found.cover)
    drawn = proposals.draw(np.arange(4000, dtype=np.uint64), range(1))
    exact = _exact(level)
    total = sum(exact.values())
    # Four standard errors of what was drawn: of structures, and of proposals from them.
    value = found.cover.volume() * float(drawn.met.mean())
    assert abs(value - total) < 4.0 * (found.error * drawn.met.mean() + value / sqrt(drawn.met.sum()))
    low = sum("post/cap" not in t.choices for t in drawn.traces(check_text(_POSTS, "posts.shape")))
    n, share = int(drawn.met.sum()), exact["low"] / total
    # 64 points of reals tell the shares of the two: 32 of each.
    assert abs(low / n - share) < 4.0 * sqrt(share * (1.0 - share) * (1.0 / n + 1.0 / 32.0))
    assert drawn.met.mean() > 0.5 > 100.0 * total


def test_a_structure_that_is_drawn_often_tells_no_more_than_its_points():
    """Of the one structure 32 points are drawn once: where the second way holds hangs on what the first one opens."""
    text = "let a ~ uniform(0, 1)\nlet b ~ uniform(0, 1)\nbox = cuboid(0.1 + a, 0.1 + b, 0.3)"
    found = structures(_task(["width > 0.9 or height > 0.7"], text), whole())
    assert found is not None and len(found.volumes) > 100
    # a > 0.8, cut to that at every point; or b > 0.6 where a is not.
    volume, exact = found.cover.volume(), 0.2 + 0.4 * 0.8
    share = (volume - 0.2) / 0.4
    assert found.error == pytest.approx(0.4 * sqrt(share * (1.0 - share) / 31.0), rel=1e-3)
    assert abs(volume - exact) < 4.0 * found.error
    points = np.repeat([0.6, 0.2], [round(32 * share), 32 - round(32 * share)])
    assert found.effective == pytest.approx(points.sum() ** 2 / (points**2).sum(), rel=1e-3)


def test_a_rare_query_on_many_structures_is_met():
    """2¹⁶ structures of which none is probable, and two demands on reals of which 1 in 300,000 meets both."""
    rows = "".join(
        f"row_{k} = choose {{ 0.5: sphere(0.02)\n 0.5: cone(0.02, 0.02) }} at (0, 0.1 * {k}, 0)\n" for k in range(16)
    )
    text = (
        "let a ~ normal(0.5, 0.1) in [0.2, 0.9]\nlet b ~ normal(0.6, 0.1) in [0.2, 0.9]\n"
        f"post = cuboid(0.1, a, 0.1)\nbeam = cuboid(0.1, 0.1, b)\n{rows}"
    )
    program = check_text(text, "rows.shape")
    conditional = Conditional(program, query_of(program, ["contains(cuboid, 0.1, 0.8, 0.1)", "depth == 0.3"]))
    found = conditional.draw(range(20))
    assert len(found.seeds) == 20
    for trace in found.traces():
        assert abs(trace.choices["a"].value - 0.8) <= 0.016 + 1e-9
        assert abs(trace.choices["b"].value - 0.3) <= 5e-4 + 1e-9
    exact = _normal((0.784 - 0.5) / 0.1, (0.816 - 0.5) / 0.1) / _normal(-3.0, 4.0)
    exact *= _normal((0.2995 - 0.6) / 0.1, (0.3005 - 0.6) / 0.1) / _normal(-4.0, 3.0)
    estimate = conditional.probability(2000)
    assert abs(estimate.value - exact) < 4.0 * estimate.error + 0.001 * exact
    assert found.effective_sample_size < 20.0


def test_points_of_very_many_reals_have_a_volume():
    """2⁻¹⁰ to the power of 130 is no float above 0: of many reals points are wider, and their volume is as great."""
    text = "for i in 0..130 {\n  let w ~ uniform(0.1, 0.2)\n  bead = cuboid(w, 0.1, 0.1) at (i, 0, 0)\n}\n"
    found = structures(_task(["bead[7].width < 0.1001"], text), whole())
    assert found is not None
    # The one real that is asked for is opened and cut exactly, but for a slack of 1e-10 m in 1e-4.
    assert found.cover.volume() == pytest.approx(0.001, rel=1e-5)


def test_a_part_that_may_be_one_of_two_counts_once():
    """Each post is what is asked for in every second draw: either in 3 of 4, of which both are in every third."""
    text = (
        "let a ~ uniform(0.48, 0.52)\nlet b ~ uniform(0.48, 0.52)\n"
        "first = cuboid(0.1, a, 0.1)\nsecond = cuboid(0.1, b, 0.1) at (1, 0, 0)\n"
        "third = choose { 0.5: sphere(0.1)\n 0.5: cone(0.1, 0.1) }\n"
    )
    task = _task(["contains(cuboid, 0.1, 0.5, 0.1)"], text)
    found = structures(task, whole())
    assert found is not None
    drawn = Proposals(task, found.cover).draw(np.arange(4000, dtype=np.uint64), range(1))
    # 64 points and as many draws as there are proposals; each way has some of both.
    assert abs(found.cover.volume() * drawn.met.mean() - 0.75) < 4.0 * sqrt(0.25 / 64)
    a, b = (
        np.array([abs(t.choices[name].value - 0.5) <= 0.01 for t in drawn.traces(check_text(text, "posts.shape"))])
        for name in "ab"
    )
    assert (a | b).all()
    assert abs((a & b).mean() - 1 / 3) < 4.0 * sqrt(2 / 9 / 64)


@pytest.mark.parametrize("clause", ["contains(cuboid, 0.5, 0.5, 0.5)", "first.width > 0.898 or second.width > 0.898"])
def test_what_one_of_several_parts_meets_seldom_is_found(clause: str):
    """None of the parts is likely to be the one, so that whole structures hardly ever show it."""
    rows = "".join(
        f"row_{k} = choose {{ 1: sphere(0.02)\n 1: cone(0.02, 0.02) }} at (0, 0.1 * {k}, 0)\n" for k in range(9)
    )
    parts = "".join(
        "".join(f"let {name}{axis} ~ uniform(0.1, 0.9)\n" for axis in "xyz")
        + f"{name} = cuboid({name}x, {name}y, {name}z) at ({k}, 0, 0)\n"
        for k, name in enumerate(("first", "second", "third"))
    )
    task = _task([clause], parts + rows)
    found = structures(task, whole())
    assert found is not None
    drawn = Proposals(task, found.cover).draw(np.arange(1000, dtype=np.uint64), range(1))
    one, many = ((0.02 / 0.8) ** 3, 3) if "contains" in clause else (0.002 / 0.8, 2)
    exact = 1.0 - (1.0 - one) ** many
    value = found.cover.volume() * float(drawn.met.mean())
    error = found.error * drawn.met.mean() + value / sqrt(drawn.met.sum())
    assert abs(value - exact) < 4.0 * error < exact
    assert drawn.met.mean() > 0.5


def test_what_no_drawn_structure_meets_is_bounded_by_plain_proposals(monkeypatch: pytest.MonkeyPatch):
    """Structures that are drawn whole leave little, of which no proposal meets the query: that bounds nothing."""
    monkeypatch.setattr("grammars.conditioning.structures.MOST", 20)
    rows = "".join(
        f"row_{k} = choose {{ 1: sphere(0.02)\n 1: cone(0.02, 0.02) }} at (0, 0.1 * {k}, 0)\n" for k in range(12)
    )
    text = f"let a ~ uniform(0, 1)\n{rows}post = cuboid(0.1, 2 + a, 0.1)\n"
    program = check_text(text, "rows.shape")
    conditional = Conditional(program, query_of(program, ["not post.height < 2.999999"]), always=True)
    found = structures(conditional.task, conditional.cover)
    assert found is not None and found.cover.volume() > 0.0
    for proposals in (64, 2048):
        estimate = conditional.probability(proposals)
        assert estimate.value == 0.0
        assert abs(estimate.below - 3.0 * conditional.cover.volume() / 256) < 1e-12
    with pytest.raises(NotMet, match="256 derivations tried"):
        conditional.draw(range(2), seconds=0.1)


def test_what_no_structure_can_meet_leaves_nothing():
    assert structures(_task(["height == 1.9", "count(top) == 1"]), whole()) is None
