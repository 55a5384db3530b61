"""One rule for one goal: its terminal or call that is all that is seen, and the probability of what it drew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import product as every
from typing import TypeAlias, final

from grammars.charts.amounts import Amount, bound, substituted, variables
from grammars.charts.bounds import Range, reach, steps_of
from grammars.charts.cells import Equation
from grammars.charts.closing import Sampling, closed
from grammars.charts.forms import Bindings, Form
from grammars.charts.goals import Goal, canonical, meeting, placed
from grammars.charts.masses import mass
from grammars.charts.matching import Knowledge, forgotten, learned
from grammars.charts.model import Call, Draw, Item, Terminal, TreeGrammar, TreeRule
from grammars.charts.observed import Leaf
from grammars.charts.weights import ONE, Drew, Took, Weight, once, product, within
from shapelang.chance.errors import ParameterError, SupportError

Said: TypeAlias = Knowledge
"""Of a goal's variables; where nothing is sampled no equation is left open."""

Found: TypeAlias = Mapping[Said, Weight]
"""Probabilities by what they say of a goal's variables."""


@final
@dataclass(frozen=True, slots=True)
class Rewriting:
    """One rule for one goal. `slots` are its parameters and draws in variables: the goal's own, then the draws'."""

    left: str
    index: int
    rule: TreeRule
    goal: Goal
    slots: tuple[Amount, ...]
    own: frozenset[int]
    first: int
    grid: float
    step: float
    """Of what is drawn; `grid` is that of what is seen."""
    vanishing: Mapping[str, Weight]
    ranges: Mapping[int, Range]
    sampling: Sampling | None

    @property
    def weight(self) -> Weight:
        """That this rule is taken."""
        return once(self.rule.weight, Took(self.left, self.index))


@final
@dataclass(frozen=True, slots=True)
class Link:
    """A rule of which one call makes all that is seen: the goal of that call, and what its variables are here."""

    by: Rewriting
    weight: Weight
    goal: Goal
    names: tuple[int, ...]


def rewriting(
    goal: Goal, index: int, rule: TreeRule, grammar: TreeGrammar, vanishing: Mapping[str, Weight],
    sampling: Sampling | None = None,
) -> Rewriting:  # fmt: skip
    """A rule for a goal, its draws as new variables."""
    own = frozenset(range(len(goal.ranges)))
    first, step = len(own), grammar.step
    drawn = (Form(0.0, ((first + k, 1.0 if draw.whole else step),)) for k, draw in enumerate(rule.draws))
    slots: tuple[Amount, ...] = (*goal.arguments, *drawn)
    ranges = dict(enumerate(goal.ranges))
    for k, draw in enumerate(rule.draws):
        hung = replace(draw, arguments=tuple(substituted(form, slots) for form in draw.arguments))
        ranges[first + k] = steps_of(reach(hung, ranges), 1.0 if draw.whole else step)
    return Rewriting(goal.target, index, rule, goal, slots, own, first, grammar.grid, step, vanishing, ranges, sampling)


def begun(by: Rewriting) -> Iterator[Knowledge]:
    """What the conditions of the rule tell; nothing where one does not hold."""
    tests = [Equation(substituted(test, by.slots), 1, 1.0) for test in by.rule.conditions]
    yield from learned(Knowledge(), tests, by.ranges)


def at_once(by: Rewriting) -> Iterator[tuple[Said, Weight]]:
    """The ways in which one terminal of the rule is all that is seen, every other item being nothing."""
    content = by.goal.content
    if not isinstance(content, Leaf):
        return
    for item, others in _alone(by):
        if isinstance(item, Terminal) and item.kind == content.kind and len(item.numbers) == len(content.numbers):
            laid = [meeting(placed(each, item.places[0], by.slots), by.grid, item.kind) for each in by.goal.laid]
            for ways in every(*laid):
                equations = [*numbers_of(by, item, content), *(e for each in ways for e in each)]
                for start in begun(by):
                    for knowledge in learned(start, equations, by.ranges):
                        yield from finished(by, knowledge, others, 0)


def links(by: Rewriting) -> Iterator[Link]:
    """The calls that may make all that is seen."""
    for item, others in _alone(by):
        if isinstance(item, Call):
            laid = tuple(placed(each, item.places[0], by.slots) for each in by.goal.laid)
            arguments = tuple(substituted(form, by.slots) for form in item.arguments)
            goal, names = canonical(Goal(item.target, arguments, laid, by.goal.content), {}, by.ranges)
            yield Link(by, others, goal, names)


def _alone(by: Rewriting) -> Iterator[tuple[Item, Weight]]:
    """Each item that stands once, with the probability of the rule and that all others are nothing."""
    items = by.rule.items
    for k, item in enumerate(items):
        others = [other for j, other in enumerate(items) if j != k]
        if len(item.places) == 1 and all(may_vanish(by, other) for other in others):
            weight = by.weight
            for other in others:
                weight = product(weight, vanished(by, other))
            yield item, weight


def may_vanish(by: Rewriting, item: Item) -> bool:
    """Whether an item can become nothing."""
    return isinstance(item, Call) and by.vanishing[item.target].p > 0.0


def vanished(by: Rewriting, item: Item) -> Weight:
    """The probability that a call becomes nothing."""
    assert isinstance(item, Call)
    return within(by.vanishing[item.target])


def numbers_of(by: Rewriting, item: Terminal, leaf: Leaf) -> list[Equation]:
    """The equations of a terminal's numbers."""
    pairs = zip(item.numbers, leaf.numbers, strict=True)
    return [Equation(substituted(amount, by.slots), seen, by.grid) for amount, seen in pairs]


def weighed(by: Rewriting, known: Bindings, done: int) -> tuple[int, Weight]:
    """The draws whose value and arguments are known, as bits, and the probability of those not done before."""
    weight = ONE
    for k, draw in enumerate(by.rule.draws):
        steps = known.get(by.first + k)
        if done >> k & 1 or steps is None:
            continue
        arguments = [bound(substituted(form, by.slots), known) for form in draw.arguments]
        values = tuple(form.constant for form in arguments if isinstance(form, Form) and not form.terms)
        if len(values) == len(arguments):
            p = _mass(draw, values, steps, by.step)
            parents = tuple(_value(bound(by.slots[slot], known)) for slot in draw.parents)
            weight = product(weight, once(p, Drew(by.left, by.index, k, steps, parents)))
            done |= 1 << k
    return done, weight


def _mass(draw: Draw, values: tuple[float, ...], steps: int, step: float) -> float:
    """The probability of a cell; 0 under a distribution that nothing is drawn from."""
    try:
        return mass(draw.distribution(values), draw.support, steps, step)
    except (ParameterError, SupportError):
        return 0.0


def _value(amount: Amount) -> float:
    assert isinstance(amount, Form), "an amount of known variables is a number"
    return amount.constant


def finished(by: Rewriting, knowledge: Knowledge, weight: Weight, done: int) -> Iterator[tuple[Said, Weight]]:
    """What a whole rewriting says of the goal's variables, and its probability. What shows nowhere sums to 1.

    What shows only together with something else is gone through. Raises NotExact where that is too much.
    """

    def needed(known: Bindings) -> Iterator[int]:
        for k, draw in enumerate(by.rule.draws):
            if by.first + k in known and not done >> k & 1:
                yield from (v for form in draw.arguments for v in variables(substituted(form, by.slots)))

    for each, times in closed(knowledge, by.ranges, needed, by.own, by.sampling):
        _, last = weighed(by, each.known, done)
        if last.p > 0.0:
            here = weight if times == 1.0 else product(weight, Weight(times, best=times))
            yield forgotten(each, by.own), product(here, last)
