"""Probabilities of observed assemblies: by hand, by full enumeration, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from math import log

import pytest

from grammars.charts.chart import Chart
from grammars.charts.errors import EndlessGrammar, NotExact, TooManySiblings
from grammars.charts.forms import Form
from grammars.charts.model import Call, Draw, Item, Place, Terminal, TreeGrammar, TreeRule
from grammars.charts.observed import UPRIGHT, Content, Leaf, Standing, body
from grammars.charts.parsed import Parsed, parsed
from grammars.charts.weights import Drew, Took
from shapelang.geometry.pose import Mat3
from tests.grammars.charts.enumerated import derivations, observations, seen
from tests.grammars.charts.random_grammars import random_grammar

MIRROR: Mat3 = (-1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


def _small(wanted: int) -> list[int]:
    """Seeds of grammars with at most 120 derivations."""
    found: list[int] = []
    for seed in range(200):
        grammar = random_grammar(seed)
        if 4 <= sum(1 for _ in islice(derivations(grammar, grammar.start, (), 0), 121)) <= 120:
            found.append(seed)
        if len(found) == wanted:
            break
    return found


def _grammar(*rules: TreeRule, **others: tuple[TreeRule, ...]) -> TreeGrammar:
    return TreeGrammar("s", {"s": rules, **others}, dict.fromkeys(["s", *others], 0), 0.1)


def _rule(weight: float, *items: Item) -> TreeRule:
    return TreeRule(weight, (), items)


def _box(*sizes: float, x: float = 0.0) -> Terminal:
    return Terminal("cuboid", tuple(map(Form, sizes)), (Place(offset=(Form(x), Form(0.0), Form(0.0))),))


def _at(x: int, content: Content) -> Standing:
    return Standing(UPRIGHT, (x, 0, 0), content)


A, B = Leaf("cuboid", (1, 1, 1)), Leaf("cuboid", (2, 1, 1))
SMALL, LARGE = _box(0.1, 0.1, 0.1), _box(0.2, 0.1, 0.1)


@pytest.mark.parametrize("seed", _small(50))
def test_every_derivation_is_counted_once(seed: int) -> None:
    """On 50 random grammars each observation has the sum of its derivations, and all of them have 1."""
    grammar = random_grammar(seed)
    chart = Chart(grammar)
    expected = observations(grammar)
    assert sum(expected.values()) == pytest.approx(1.0, abs=1e-9)
    for each, p in expected.items():
        assert chart.inside(each).p == pytest.approx(p, abs=1e-12)


@pytest.mark.parametrize("seed", _small(12))
def test_counts_are_the_slopes_of_the_probability(seed: int) -> None:
    """p · E[times that a rule was taken] = ∂p / ∂ ln w, by central differences of the weights."""
    grammar = random_grammar(seed)
    most = next(iter(sorted(observations(grammar).items(), key=lambda pair: -pair[1])))[0]
    counts = Chart(grammar).inside(most).counts
    for left, rules in grammar.rules.items():
        for k, rule in enumerate(rules):
            ends: list[float] = []
            for sign in (-1.0, 1.0):
                changed = replace(rule, weight=rule.weight * (1.0 + 1e-5 * sign))
                other = replace(grammar, rules={**grammar.rules, left: (*rules[:k], changed, *rules[k + 1 :])})
                ends.append(Chart(other).inside(most).p)
            assert counts.get(Took(left, k), 0.0) == pytest.approx((ends[1] - ends[0]) / 2e-5, abs=1e-8)


def test_children_that_look_alike_are_one_event() -> None:
    """Two of a kind that is small with 1/3 and large with 2/3: both small 1/9, both large 4/9, one of each 4/9."""
    pick = (_rule(1 / 3, SMALL), _rule(2 / 3, LARGE))
    chart = Chart(_grammar(_rule(1.0, Call("t"), Call("t")), t=pick))
    assert chart.inside(_at(0, body([_at(0, A), _at(0, A)]))).p == pytest.approx(1 / 9)
    assert chart.inside(_at(0, body([_at(0, B), _at(0, B)]))).p == pytest.approx(4 / 9)
    assert chart.inside(_at(0, body([_at(0, A), _at(0, B)]))).p == pytest.approx(4 / 9)
    assert chart.inside(_at(0, A)).p == 0.0


def test_unit_rules_that_come_round_are_summed() -> None:
    """s → s (1/2) | t (1/4) | small (1/4), t → s (1/2) | large (1/2): of s, small is 2/3 and large 1/3.

    By hand: s = s/2 + t/4 + a/4 and t = s/2 + b/2, so s (1 − 1/2 − 1/8) = a/4 + b/8. The rule s → s is taken as often
    as ∂ ln p / ∂ ln w says, w / (1 − w − 1/8) = 4/3 times.
    """
    rules = (_rule(0.5, Call("s")), _rule(0.25, Call("t")), _rule(0.25, SMALL))
    chart = Chart(_grammar(*rules, t=(_rule(0.5, Call("s")), _rule(0.5, LARGE))))
    assert chart.inside(_at(0, A)).p == pytest.approx(2 / 3, abs=1e-12)
    assert chart.inside(_at(0, B)).p == pytest.approx(1 / 3, abs=1e-12)
    weight = chart.inside(_at(0, A))
    assert weight.counts[Took("s", 0)] / weight.p == pytest.approx(4 / 3, abs=1e-12)


def test_a_recursion_is_followed_as_far_as_what_is_seen() -> None:
    """A tower s → box | {box, s above}: of n boxes 0.4 · 0.6ⁿ⁻¹."""
    above = Place(offset=(Form(0.0), Form(0.2), Form(0.0)))
    chart = Chart(_grammar(_rule(0.4, SMALL), _rule(0.6, SMALL, Call("s", (), (above,)))))
    tower = _at(0, A)
    for n in range(1, 6):
        assert chart.inside(tower).p == pytest.approx(0.4 * 0.6 ** (n - 1), abs=1e-12)
        tower = _at(0, body([_at(0, A), Standing(UPRIGHT, (0, 2, 0), tower.content)]))


def test_images_are_one_derivation() -> None:
    """A mirrored pair of one that is small or large: both small or both large, never one of each."""
    places = (Place(offset=(Form(0.5), Form(0.0), Form(0.0))), Place(MIRROR, (Form(-0.5), Form(0.0), Form(0.0))))
    chart = Chart(_grammar(_rule(1.0, Call("t", (), places)), t=(_rule(0.25, SMALL), _rule(0.75, LARGE))))
    assert chart.inside(_at(0, body([_at(5, A), _at(-5, A)]))).p == pytest.approx(0.25)
    assert chart.inside(_at(0, body([_at(5, A), _at(-5, B)]))).p == 0.0


@pytest.mark.parametrize("spaced", ["0.1", "0.15", "drawn"])
def test_images_that_look_alike_are_laid_as_their_places_are(spaced: str) -> None:
    """Eight images of a part whose size is drawn from two steps evenly, in one of 8! ways; a spacing is of 10 steps."""
    size = Draw("whole", (Form(1.0), Form(2.0)))
    step = Draw("whole", (Form(11.0), Form(20.0)))
    cube = Terminal("cuboid", (Form(0.0, ((0, 0.1),)), Form(0.1), Form(0.1)))
    far = [Form(0.0, ((0, 0.1 * k),)) if spaced == "drawn" else Form(float(spaced) * k) for k in range(8)]
    places = tuple(Place(offset=(x, Form(0.0), Form(0.0))) for x in far)
    draws = (step,) if spaced == "drawn" else ()
    pair = (TreeRule(1.0, (size,), (cube, _box(0.1, 0.1, 0.1, x=0.3))),)
    chart = Chart(_grammar(TreeRule(1.0, draws, (Call("t", (), places),)), t=pair))
    two = body([_at(0, Leaf("cuboid", (2, 1, 1))), _at(3, A)])
    apart = {"0.1": 1.0, "0.15": 1.5, "drawn": 13.0}[spaced]
    # Halves are rounded away from 0, as they are seen.
    seen = _at(0, body([_at(int(apart * k + 0.5), two) for k in range(8)]))
    assert chart.inside(seen).p == pytest.approx(0.05 if draws else 0.5, abs=1e-12)
    moved = _at(0, body([_at(int(apart * k + 0.5) + 2 * (k == 3), two) for k in range(8)]))
    assert chart.inside(moved).p == 0.0


def test_turned_images_are_laid_as_their_places_are() -> None:
    """Eight corners, mirrored in all three planes: the part stands in its frame where a draw of four steps says."""
    corners = tuple(
        Place((x, 0.0, 0.0, 0.0, y, 0.0, 0.0, 0.0, z), (Form(0.2 * x), Form(0.0), Form(0.0)))
        for x in (1.0, -1.0)
        for y in (1.0, -1.0)
        for z in (1.0, -1.0)
    )
    high = Draw("whole", (Form(3.0), Form(6.0)))
    moved = Place(offset=(Form(0.1), Form(0.0, ((0, 0.1),)), Form(0.7)))
    t = (TreeRule(1.0, (high,), (Terminal("cuboid", (Form(0.1), Form(0.1), Form(0.1)), (moved,)),)),)
    chart = Chart(_grammar(_rule(1.0, Call("t", (), corners)), t=t))
    seen = [Standing(UPRIGHT, (x, y, z), A) for x in (3, -3) for y in (4, -4) for z in (7, -7)]
    assert chart.inside(_at(0, body(seen))).p == pytest.approx(0.25)
    assert chart.inside(_at(0, body([*seen[:7], Standing(UPRIGHT, (-3, -5, -7), A)]))).p == 0.0


def test_images_that_may_be_anywhere_are_refused() -> None:
    """Nine images whose places are drawn one by one: 9! ways to lay them on nine boxes that look alike."""
    draws = (Draw("whole", (Form(0.0), Form(90.0))),) * 9
    places = tuple(Place(offset=(Form(0.0, ((k, 0.1),)), Form(0.0), Form(0.0))) for k in range(9))
    chart = Chart(_grammar(TreeRule(1.0, draws, (Call("t", (), places),)), t=(_rule(1.0, SMALL),)))
    with pytest.raises(TooManySiblings, match="9 images of 't'"):
        chart.inside(_at(0, body([_at(5 * k, A) for k in range(9)])))


def test_what_was_drawn_is_told_from_where_it_shows() -> None:
    """A width of 2, 3 or 4 steps, drawn evenly, halves as a place: the place alone leaves two widths open."""
    wide = Draw("uniform", (Form(0.15), Form(0.45)))
    half = Place(offset=(Form(0.0, ((0, 0.5),)), Form(0.0), Form(0.0)))
    shown = Terminal("cuboid", (Form(0.0, ((0, 1.0),)), Form(0.1), Form(0.1)), (half,))
    hidden = Terminal("cuboid", (Form(0.1), Form(0.1), Form(0.1)), (half,))
    shows = Chart(_grammar(TreeRule(1.0, (wide,), (shown,))))
    assert shows.inside(_at(2, Leaf("cuboid", (4, 1, 1)))).p == pytest.approx(1 / 3)
    assert shows.inside(_at(1, Leaf("cuboid", (4, 1, 1)))).p == 0.0
    hides = Chart(_grammar(TreeRule(1.0, (wide,), (hidden,))))
    # Half of 2 steps is 1, half of 3 rounds to 2 as half of 4 is.
    assert hides.inside(_at(1, A)).p == pytest.approx(1 / 3)
    assert hides.inside(_at(2, A)).p == pytest.approx(2 / 3)


def test_draws_are_counted_with_what_they_hang_on() -> None:
    """A height about half of the width: its event carries the width."""
    draws = (Draw("uniform", (Form(0.15), Form(0.45))), Draw("normal", (Form(0.0, ((0, 0.5),)), Form(0.1))))
    box = Terminal("cuboid", (Form(0.0, ((0, 1.0),)), Form(0.0, ((1, 1.0),)), Form(0.1)))
    weight = Chart(_grammar(TreeRule(1.0, draws, (box,)))).inside(_at(0, Leaf("cuboid", (4, 2, 1))))
    told = {event.draw: event for event in weight.counts if isinstance(event, Drew)}
    assert told[0].steps == 4 and told[1].steps == 2
    assert told[0].parents == () and told[1].parents == pytest.approx((0.4,))
    # Within half a step of the mean, of a deviation of one step: 0.3829 of the mass (tables of the normal).
    assert weight.p == pytest.approx(0.38292492 / 3, abs=1e-8)


def test_what_may_be_nothing() -> None:
    """s → t t, t → box (0.3) | nothing (0.7): nothing 0.49, one box 0.42, two 0.09."""
    chart = Chart(_grammar(_rule(1.0, Call("t"), Call("t")), t=(_rule(0.3, SMALL), _rule(0.7))))
    assert chart.inside(None).p == pytest.approx(0.49)
    assert chart.inside(_at(0, A)).p == pytest.approx(0.42)
    assert chart.inside(_at(0, body([_at(0, A), _at(0, A)]))).p == pytest.approx(0.09)


def test_two_unknowns_in_one_number_are_gone_through() -> None:
    """Of uniform draws on [0.1, 0.5] in steps of 0.1 the ends have 1/8, the others 1/4; 4 is 1 + 3, 2 + 2 or 3 + 1."""
    draws = (Draw("uniform", (Form(0.1), Form(0.5))), Draw("uniform", (Form(0.1), Form(0.5))))
    box = Terminal("cuboid", (Form(0.0, ((0, 1.0), (1, 1.0))), Form(0.1), Form(0.1)))
    chart = Chart(_grammar(TreeRule(1.0, draws, (box,))))
    assert chart.inside(_at(0, Leaf("cuboid", (4, 1, 1)))).p == pytest.approx(2 * 0.125 * 0.25 + 0.25 * 0.25)


def test_a_number_that_hides_what_the_next_hangs_on_is_gone_through() -> None:
    """The first draw shows nowhere, 1 to 3 with 1/4, 1/2 and 1/4, and the next is it or one more, evenly."""
    draws = (
        Draw("uniform", (Form(0.1), Form(0.3))),
        Draw("uniform", (Form(-0.05, ((0, 1.0),)), Form(0.15, ((0, 1.0),)))),
    )
    box = Terminal("cuboid", (Form(0.0, ((1, 1.0),)), Form(0.1), Form(0.1)))
    chart = Chart(_grammar(TreeRule(1.0, draws, (box,))))
    assert chart.inside(_at(0, Leaf("cuboid", (2, 1, 1)))).p == pytest.approx((0.25 + 0.5) / 2)


def test_what_may_be_in_too_many_ways_is_refused() -> None:
    """The sum of three draws of 1,000 steps each."""
    draws = (Draw("uniform", (Form(0.0), Form(100.0))),) * 3
    box = Terminal("cuboid", (Form(0.0, ((0, 1.0), (1, 1.0), (2, 1.0))), Form(0.1), Form(0.1)))
    with pytest.raises(NotExact, match=r"in about 1e\+06 ways"):
        Chart(_grammar(TreeRule(1.0, draws, (box,)))).inside(_at(0, Leaf("cuboid", (1500, 1, 1))))


def test_more_than_twelve_siblings_are_refused() -> None:
    """Thirteen boxes in one body."""
    chart = Chart(_grammar(_rule(1.0, *[_box(0.1, 0.1, 0.1, x=0.1 * k) for k in range(13)])))
    thirteen = _at(0, body([_at(k, A) for k in range(13)]))
    with pytest.raises(TooManySiblings, match="13 children"):
        chart.inside(thirteen)
    assert Chart(chart.grammar, siblings=13).inside(thirteen).p == pytest.approx(1.0)
    twelve = Chart(_grammar(_rule(1.0, *[_box(0.1, 0.1, 0.1, x=0.1 * k) for k in range(12)])))
    assert twelve.inside(_at(0, body([_at(k, A) for k in range(12)]))).p == pytest.approx(1.0)


def test_a_probability_too_small_for_a_float_has_its_logarithm() -> None:
    """Twelve in a body, each a third of a third … to the 80th: 3⁻⁹⁶⁰ is below the least float; and two such ways."""
    one = _rule(1 / 3, Call("t1"))
    others = {f"t{k}": (_rule(1 / 3, Call(f"t{k + 1}")), _rule(2 / 3, LARGE)) for k in range(1, 80)}
    row = (_rule(0.5, *[Call("t0")] * 12), _rule(0.5, *[Call("t0")] * 12))
    rules = {"s": row, "t0": (one, _rule(2 / 3, LARGE)), **others, "t80": (_rule(1.0, SMALL),)}
    chart = Chart(TreeGrammar("s", rules, dict.fromkeys(rules, 0), 0.1))
    found = chart.inside(_at(0, body([_at(0, A)] * 12)))
    assert found.log == pytest.approx(-960 * log(3.0), rel=1e-12)
    assert found.counts[Took("t5", 0)] / found.p == pytest.approx(12.0)


def test_a_recursion_that_grows_is_refused() -> None:
    """s → s s (0.6) | box (0.4) dies out with 2/3 only; with 0.5 and 0.5 it does for certain."""
    with pytest.raises(EndlessGrammar, match=r"makes 1\.2 of what it replaces"):
        Chart(_grammar(_rule(0.6, Call("s"), Call("s")), _rule(0.4, SMALL)))
    Chart(_grammar(_rule(0.5, Call("s"), Call("s")), _rule(0.5, SMALL)))
    with pytest.raises(EndlessGrammar, match="'s' never ends"):
        Chart(_grammar(_rule(1.0, Call("s"))))


def test_a_recursion_that_only_moves_is_refused() -> None:
    """s → s a step farther (1/2) | box (1/2) on a box at 30 steps: any number of steps might have been taken."""
    step = Draw("uniform", (Form(0.05), Form(0.25)))
    farther = Place(offset=(Form(0.0, ((0, 1.0),)), Form(0.0), Form(0.0)))
    chart = Chart(_grammar(TreeRule(0.5, (step,), (Call("s", (), (farther,)),)), _rule(0.5, SMALL)))
    with pytest.raises(NotExact):
        chart.inside(_at(30, A))


def test_log_probability_of_a_chair_by_hand() -> None:
    """A seat and four images of a leg, the leg's height drawn from ten steps: ln 0.1."""
    height = Draw("whole", (Form(1.0), Form(10.0)))
    corners = tuple(
        Place((x, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, z), (Form(0.2 * x), Form(0.0, ((0, -0.05),)), Form(0.2 * z)))
        for x in (1.0, -1.0)
        for z in (1.0, -1.0)
    )
    leg = Terminal("cuboid", (Form(0.1), Form(0.0, ((0, 0.1),)), Form(0.1)), corners)
    chart = Chart(_grammar(TreeRule(1.0, (height,), (leg, _box(0.5, 0.1, 0.5)))))
    legs = [Standing(UPRIGHT, (x, -2, z), Leaf("cuboid", (1, 4, 1))) for x in (2, -2) for z in (2, -2)]
    chair = _at(0, body([*legs, _at(0, Leaf("cuboid", (5, 1, 5)))]))
    assert log(chart.inside(chair).p) == pytest.approx(log(0.1))


@pytest.mark.parametrize("seed", _small(12))
def test_the_most_probable_derivation(seed: int) -> None:
    """Of all derivations of an observation, the greatest probability, and a way whose events multiply to it."""
    grammar = random_grammar(seed)
    chart = Chart(grammar)
    greatest: dict[Standing | None, float] = {}
    for p, made in derivations(grammar, grammar.start, (), 0):
        key = None if made is None else seen(made, grammar.grid)
        greatest[key] = max(greatest.get(key, 0.0), p)
    for key, p in greatest.items():
        weight = chart.inside(key)
        # What is drawn and shows nowhere is summed over: the way may stand for several derivations.
        assert p - 1e-12 <= weight.best <= weight.p + 1e-12
        assert parsed(weight.way).left == grammar.start


def test_the_most_probable_way_round() -> None:
    """Of s → s (1/2) | t (1/4) | small (1/4): small at once, and large through t."""
    rules = (_rule(0.5, Call("s")), _rule(0.25, Call("t")), _rule(0.25, SMALL))
    chart = Chart(_grammar(*rules, t=(_rule(0.5, Call("s")), _rule(0.5, LARGE))))
    small, large = chart.inside(_at(0, A)), chart.inside(_at(0, B))
    assert (small.best, parsed(small.way)) == (0.25, Parsed("s", 2, (), ()))
    assert (large.best, parsed(large.way)) == (0.125, Parsed("s", 1, (), (Parsed("t", 1, (), ()),)))


def test_a_tower_is_parsed_floor_by_floor() -> None:
    """Each floor a rule of its own, with what it drew."""
    wide = Draw("uniform", (Form(0.15), Form(0.45)))
    slab = Terminal("cuboid", (Form(0.0, ((0, 1.0),)), Form(0.1), Form(0.1)))
    above = Call("s", (), (Place(offset=(Form(0.0), Form(0.2), Form(0.0))),))
    chart = Chart(_grammar(TreeRule(0.5, (wide,), (slab,)), TreeRule(0.5, (wide,), (slab, above))))
    top = Standing(UPRIGHT, (0, 2, 0), Leaf("cuboid", (3, 1, 1)))
    tree = parsed(chart.inside(_at(0, body([_at(0, Leaf("cuboid", (4, 1, 1))), top]))).way)
    assert (tree.rule, [event.steps for event in tree.drawn]) == (1, [4])
    assert [(child.rule, [event.steps for event in child.drawn]) for child in tree.children] == [(0, [3])]
