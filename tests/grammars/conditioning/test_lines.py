"""Derivations moved to where an equality holds, held to what is summed by hand."""

from __future__ import annotations

import numpy as np
import pytest

from grammars.conditioning.conditioned import Conditional
from grammars.conditioning.drawing import Plain
from grammars.conditioning.joint.base import Base
from grammars.conditioning.joint.crossings import crossings
from grammars.conditioning.joint.lines import lines
from grammars.conditioning.joint.pivots import Pivots, learned
from grammars.conditioning.query import EQUAL
from grammars.conditioning.reading import query_of
from grammars.conditioning.structures import Structures
from grammars.conditioning.task import Task
from shapelang.assembly.assembly import Assembly
from shapelang.execution.interpreter import DEFAULT_LIMITS
from shapelang.semantics.check import check_text

POSTS = 10
LEVEL = 0.9

TEXT = "".join(
    f"post_{k} = choose {{\n"
    f"  1: there = {{ let tall ~ uniform(0.2, 1); cuboid(0.1, tall, 0.1) }}\n"
    f"  1: bare = {{}}\n}}\n"
    for k in range(POSTS)
)
"""Ten posts about the origin, each there or not: as high as the tallest."""

STILL = TEXT + "seldom = choose {\n  1: still = cuboid(0.1, 0.9, 0.1)\n  99: none = {}\n}\n"
"""The same with one that is seldom there, and as tall as is asked for."""


def below(height: float) -> float:
    """The probability that no post is taller."""
    return (0.5 + 0.5 * (height - 0.2) / 0.8) ** POSTS


def drawn(text: str, *clauses: str) -> Structures | None:
    program = check_text(text, "posts.shape")
    task = Task(program, query_of(program, list(clauses)), {}, DEFAULT_LIMITS, frozenset())
    return lines(task, Base(task))


def test_weights_estimate_the_probability_of_an_equality() -> None:
    found = drawn(TEXT, f"height == {LEVEL}")
    assert found is not None
    probability = below(LEVEL + EQUAL) - below(LEVEL - EQUAL)
    assert abs(found.cover.volume() - probability) < 4.0 * found.error < 0.4 * probability
    # Of plain derivations one in 340 would meet it.
    assert found.effective > 0.1 * len(found.volumes[found.volumes > 0.0]) > 10.0


def test_what_meets_it_without_being_moved_counts_as_often_as_it_is_drawn() -> None:
    found = drawn(STILL, f"height == {LEVEL}")
    assert found is not None
    probability = below(LEVEL + EQUAL) - 0.99 * below(LEVEL - EQUAL)
    moved = 0.99 * (below(LEVEL + EQUAL) - below(LEVEL - EQUAL))
    assert abs(found.cover.volume() - probability) < 4.0 * found.error
    assert found.error < 0.25 * (probability - moved), "no test of what stands still"


def test_which_real_is_moved_hangs_on_nothing_that_is_refused() -> None:
    # Of `b` there is no draw in 7 of 10, and `c` is moved in these as in the others.
    weak = "x = { let a ~ uniform(0, 1); let b ~ normal(0.5, a - 0.7); let c ~ uniform(0.2, 1)\n"
    rest = "".join(f"c_{k} = choose {{\n  1: dot = sphere(0.01)\n  1: bare = {{}}\n}}\n" for k in range(POSTS))
    found = drawn(weak + "cuboid(0.1, c + 0.1 * a, 0.1) }\n" + rest, f"height == {LEVEL}")
    assert found is not None
    probability = 0.3 * 2.0 * EQUAL / 0.8
    assert abs(found.cover.volume() - probability) < 4.0 * found.error < 0.35 * probability


def test_samples_have_the_distribution_that_the_equality_leaves() -> None:
    program = check_text(TEXT, "posts.shape")
    found = Conditional(program, query_of(program, [f"height == {LEVEL}"]), plain=Plain(program)).draw(range(400))
    counts = np.array([trace.assembly.root.count for trace in found.traces()])
    assert len(counts) == 400 and found.drawn_from < 1e6
    # One is as tall; each of the others is there, and not taller, or is not.
    there = 0.5 * 0.875 / (0.5 + 0.5 * 0.875)
    spread = ((POSTS - 1) * there * (1.0 - there) / found.effective_sample_size) ** 0.5
    assert abs(counts.mean() - (1.0 + (POSTS - 1) * there)) < 4.0 * spread
    assert all(abs(_tallest(trace.assembly) - LEVEL) <= EQUAL for trace in found.traces())


def _tallest(assembly: Assembly) -> float:
    return assembly.root.box.size[1]


def test_other_clauses_are_met_as_well() -> None:
    found = drawn(TEXT, f"height == {LEVEL}", "count(cuboid) == 3")
    assert found is not None
    # Three of ten, the tallest of them as tall: 3 f(h) F(h)^2 times the choices.
    one, two = (LEVEL + EQUAL - 0.2) / 0.8, (LEVEL - EQUAL - 0.2) / 0.8
    probability = 120 * 0.5**POSTS * (one**3 - two**3)
    assert abs(found.cover.volume() - probability) < 4.0 * found.error < 0.8 * probability


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        (TEXT, ["height > 0.9"]),
        (TEXT, ["height == 0.9", "width == 0.1"]),
        (TEXT, ["count(cuboid) == 3"]),
        ("let a ~ uniform(0.1, 1)\ncuboid(a, 1, 1)\n", ["width == 0.5"]),
        (TEXT + "let a ~ uniform(0, 1)\nmore = choose { a: one = sphere(0.1); 1: none = {} }\n", ["height == 0.9"]),
        (TEXT + "let a ~ uniform(0, 1)\nif a > 0.5 { sphere(0.1) }\n", ["height == 0.9"]),
        (TEXT + "let a ~ uniform(0, 3)\narray 1 + floor(a) by (1, 0, 0) { cuboid(1, a, 1) }\n", ["height == 0.9"]),
    ],
    ids=[
        "no equality",
        "two",
        "of numbers that are counted",
        "few structures",
        "weights that are drawn",
        "if",
        "counts",
    ],
)
def test_what_is_not_moved(text: str, clauses: list[str]) -> None:
    assert drawn(text, *clauses) is None


def test_crossings_are_where_straight_pieces_are_small() -> None:
    at = np.array([[0.0, 0.0, 0.0], [1.0, 1.0, 1.0], [3.0, 3.0, 3.0]])
    seen = np.array([[-1.0, 0.05, np.nan], [1.0, 0.05, 1.0], [2.0, 4.0, -1.0]])
    found = crossings(at, seen, 0.1)
    lengths = found.lengths()
    assert np.allclose(lengths[:, 0], [0.1, 0.0]) and np.allclose(found.low[0, 0], 0.45)
    # A piece that is small all along counts whole, and goes on into the next as far as that is small.
    assert np.allclose(lengths[:, 1], [1.0, 2.0 * 0.05 / 3.95])
    assert np.allclose(lengths[:, 2], [0.0, 0.2]) and np.allclose(found.low[1, 2], 1.9)
    middle, every = found.middle()
    assert np.allclose(middle, [0.5, 0.5, 2.0]) and np.allclose(every, lengths.sum(axis=0))


def test_pivots_are_what_a_demand_hangs_on() -> None:
    which = np.array([0, 0, 1, 1, 2, -1])
    before, after = np.zeros(6), np.array([0.3, 0.6, 0.0, 0.0, 0.1, 9.0])
    found = learned(("far", "not", "near"), which, before, after)
    assert found.addresses == ("far", "near") and np.allclose(found.far, [0.3, 0.05])


def test_the_chance_of_a_pivot_hangs_on_what_is_drawn() -> None:
    pivots = Pivots(("a", "b"), np.array([0.3, 0.1]))
    there = {"a": np.array([True, False, False]), "b": np.array([True, True, False]), "c": np.ones(3, dtype=bool)}
    assert np.allclose(pivots.chances(there), [[0.75, 0.0, 0.0], [0.25, 1.0, 0.0]])
