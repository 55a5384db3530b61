"""What is drawn under a query has the program's own distribution, and every seed gives one that meets it."""

from __future__ import annotations

from collections import Counter
from math import erf, exp, pi, sqrt
from statistics import fmean

import pytest

from benchmarks.grammars.enumerable import tower
from grammars.conditioning.conditioned import Conditional
from grammars.conditioning.errors import Infeasible, NotMet
from grammars.conditioning.reading import query_of
from grammars.conditioning.seeing import Seen
from shapelang.diagnostics import UsageError
from shapelang.execution.replay import replay
from shapelang.execution.simulate import simulate
from shapelang.numbers import FLOAT
from shapelang.semantics.check import check_text, load
from shapelang.semantics.program import Program

ROW = """\
let n: int ~ poisson(3) in [0, 6]
let tall ~ normal(1, 0.1)
for i in 0..n { post = cuboid(0.1, tall, 0.1) at (i, tall / 2, 0) }
beam = choose { 3: wood = cuboid(1, 0.1, 0.1); 1: iron = cylinder(0.05, 1) rotate z 90 } at (0, 0.05, 0)
"""

BRANCHES = """\
part twig(level: int) {
  let kids: int ~ uniform(1, 3)
  wood = cylinder(0.01, 0.1)
  if level > 0 { for k in 0..kids { child = twig(level - 1) rotate z 20 * k at (0, 0.1, 0) } }
}
twig(3)
"""


def under(program: Program, *clauses: str) -> Conditional:
    return Conditional(program, query_of(program, clauses))


def values(program: Program, seeds: range, *clauses: str) -> list[dict[str, object]]:
    found = under(program, *clauses).draw(seeds)
    assert not found.missing
    return found.choices()


@pytest.mark.parametrize(("seed", "always"), [(0, False), (3, True), (11, False), (17, True)])
def test_total_variation_from_what_is_summed_by_hand(seed: int, always: bool) -> None:
    planted = tower(seed)
    program = check_text(planted.text(), "tower.shape")
    conditional = Conditional(program, query_of(program, planted.clauses()), always=always)
    drawn = Counter(planted.seen(each) for each in conditional.draw(range(10_000)).choices())
    exact = planted.exact()
    assert set(drawn) <= set(exact)
    assert 0.5 * sum(abs(drawn[c] / 10_000 - p) for c, p in exact.items()) <= 0.03


def test_tail_of_a_normal() -> None:
    program = check_text("let tall ~ normal(1, 0.1)\nblock = cuboid(1, tall, 1)\n", "block.shape")
    conditional = under(program, "height > 1.3")
    assert conditional.cover.volume() == pytest.approx(0.5 * (1 - erf(3 / sqrt(2))), rel=1e-5)
    estimate = conditional.probability(2000)
    tail = 0.5 * (1 - erf(3 / sqrt(2)))
    assert abs(estimate.value - tail) <= 4 * estimate.error + 1e-7
    drawn = [float(each["tall"]) for each in conditional.draw(range(2000)).choices()]
    assert min(drawn) > 1.3
    mean = 1 + 0.1 * exp(-4.5) / sqrt(2 * pi) / tail
    assert abs(fmean(drawn) - mean) < 0.003


def test_a_thin_band_of_two_draws_is_found() -> None:
    text = "let a ~ uniform(0, 1)\nlet b ~ uniform(0, 1)\nblock = cuboid(1 + a, 1 + b, 1)\n"
    conditional = under(check_text(text, "block.shape"), "width == height", "width > 1.25 and width < 1.75")
    # A band of ±0.5 mm about the diagonal, half a metre long.
    assert abs(conditional.probability(4000).value - 5e-4) < 2e-5
    assert len(conditional.draw(range(200)).seeds) == 200


def test_a_require_counts_as_a_clause() -> None:
    program = check_text(ROW + "require tall < 1 + 0.05 * n\n", "row.shape")
    kept = [t for seed in range(800) if (t := simulate(program, seed)).choices["n"].value == 2]
    drawn = values(program, range(500), "n == 2")
    assert all(float(str(each["tall"])) < 1.1 for each in drawn)
    assert fmean(float(str(d["tall"])) for d in drawn) == pytest.approx(
        fmean(float(t.choices["tall"].value) for t in kept), abs=0.025
    )


def test_what_a_seed_gives_hangs_on_no_other_seed() -> None:
    program = check_text(ROW, "row.shape")
    clauses = ("height > 1.1", "count(post) >= 2")
    together = values(program, range(40), *clauses)
    assert values(program, range(17, 18), *clauses) == together[17:18]
    assert values(program, range(30, 40), *clauses) == together[30:]


def test_a_trace_is_replayed_from_its_choices() -> None:
    program = load("examples/chair.shape")
    for trace in under(program, "count(slat) == 4", "height > 0.95").draw(range(5)).traces():
        again = replay(program, {address: choice.value for address, choice in trace.choices.items()})
        seen = Seen(FLOAT, again.assembly, again.choices)
        box = seen.box(())
        assert box is not None and box.size[1] > 0.95
        assert trace.log_prob == again.log_prob
        assert sum(node.part.name == "slat" for node in seen.nodes) == 4


@pytest.mark.parametrize(
    ("clauses", "named"),
    [
        (("count(post) == 7",), ("count(post) == 7",)),
        (("n < 3", "height > 1.9"), ("height > 1.9",)),
        (("beam == \"iron\"", "count(cylinder) == 0", "n == 1"), ("beam == \"iron\"", "count(cylinder) == 0")),
        (("count(post) == 0 and post.height > 0.1",), ("count(post) == 0", "post.height > 0.1")),
        (("fits(0.05, 9, 9)",), ("fits(0.05, 9, 9)",)),
        (("contains(post, 0.3, 1, 0.1)",), ("contains(post, 0.3, 1, 0.1)",)),
    ],
)  # fmt: skip
def test_the_clauses_that_cannot_be_met_are_named(clauses: tuple[str, ...], named: tuple[str, ...]) -> None:
    with pytest.raises(Infeasible) as caught:
        under(check_text(ROW, "row.shape"), *clauses)
    assert caught.value.clauses == named
    assert all(clause in str(caught.value) for clause in named)


def test_what_is_not_found_is_not_said_to_be_impossible() -> None:
    program = check_text(BRANCHES, "twigs.shape")
    conditional = under(program, "count(wood) == 27 + 9 + 3 + 1")
    estimate = conditional.probability(64)
    volume = conditional.cover.volume()
    assert estimate.value == 0.0
    assert [estimate.error, estimate.below] == pytest.approx([volume / 64, 3 * volume / 64])
    with pytest.raises(NotMet, match="nor was it shown that there is none"):
        conditional.draw(range(3), seconds=0.1)


def test_unlike_things_are_refused() -> None:
    program = check_text(ROW, "row.shape")
    with pytest.raises(UsageError, match="a name with a number"):
        under(program, "beam == 3")
    with pytest.raises(UsageError, match="true or false"):
        under(program, "n")
