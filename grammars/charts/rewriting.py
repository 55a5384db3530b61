"""One rule for one goal: its terminal or call that is all that is seen, and the probability of what it drew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias, final

from grammars.charts.errors import NotExact
from grammars.charts.forms import Form, bound, substituted
from grammars.charts.goals import Goal, canonical, meeting, placed
from grammars.charts.masses import mass
from grammars.charts.matching import Equation, Knowledge, learned
from grammars.charts.model import Call, Item, Terminal, TreeRule
from grammars.charts.observed import Leaf
from grammars.charts.weights import ONE, Drew, Took, Weight, once, product, within

Said: TypeAlias = tuple[tuple[int, int], ...]
"""Steps of a goal's variables, in order."""

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
    slots: tuple[Form, ...]
    own: frozenset[int]
    first: int
    grid: float
    vanishing: Mapping[str, Weight]

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


def rewriting(goal: Goal, index: int, rule: TreeRule, grid: float, vanishing: Mapping[str, Weight]) -> Rewriting:
    """A rule for a goal, its draws as new variables."""
    forms = [*goal.arguments, *(form for laid in goal.laid for form in laid.offset)]
    own = frozenset(variable for form in forms for variable, _ in form.terms)
    first = max(own, default=-1) + 1
    drawn = (Form(0.0, ((first + k, 1.0 if draw.whole else grid),)) for k, draw in enumerate(rule.draws))
    slots = (*goal.arguments, *drawn)
    return Rewriting(goal.target, index, rule, goal, slots, own, first, grid, vanishing)


def at_once(by: Rewriting) -> Iterator[tuple[Said, Weight]]:
    """The ways in which one terminal of the rule is all that is seen, every other item being nothing."""
    content = by.goal.content
    if not isinstance(content, Leaf):
        return
    for item, others in _alone(by):
        if isinstance(item, Terminal) and item.kind == content.kind and len(item.numbers) == len(content.numbers):
            laid = [meeting(placed(each, item.places[0], by.slots), item.kind) for each in by.goal.laid]
            if None not in laid:
                equations = [*numbers_of(by, item, content), *(e for each in laid if each is not None for e in each)]
                for knowledge in learned(Knowledge(), equations, by.grid):
                    yield finished(by, knowledge, others, 0)


def links(by: Rewriting) -> Iterator[Link]:
    """The calls that may make all that is seen."""
    for item, others in _alone(by):
        if isinstance(item, Call):
            laid = tuple(placed(each, item.places[0], by.slots) for each in by.goal.laid)
            arguments = tuple(substituted(form, by.slots) for form in item.arguments)
            goal, names = canonical(Goal(item.target, arguments, laid, by.goal.content), {})
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
    return [(substituted(form, by.slots), seen) for form, seen in zip(item.numbers, leaf.numbers, strict=True)]


def weighed(by: Rewriting, known: Mapping[int, int], done: int) -> tuple[int, Weight]:
    """The draws whose value and arguments are known, as bits, and the probability of those not done before."""
    weight = ONE
    for k, draw in enumerate(by.rule.draws):
        steps = known.get(by.first + k)
        if done >> k & 1 or steps is None:
            continue
        arguments = [bound(substituted(form, by.slots), known) for form in draw.arguments]
        if not any(form.terms for form in arguments):
            values = tuple(form.constant for form in arguments)
            p = mass(draw.distribution(values), draw.support, steps, by.grid)
            parents = tuple(bound(by.slots[slot], known).constant for slot in draw.parents)
            weight = product(weight, once(p, Drew(by.left, by.index, k, steps, parents)))
            done |= 1 << k
    return done, weight


def finished(by: Rewriting, knowledge: Knowledge, weight: Weight, done: int) -> tuple[Said, Weight]:
    """What a whole rewriting says of the goal's variables, and its probability. What shows nowhere sums to 1.

    Raises NotExact where something drawn shows only together with something else that is not known.
    """
    known = knowledge.known
    done, last = weighed(by, known, done)
    if knowledge.open:
        raise NotExact(
            f"a number that '{by.left}' makes hangs on two that were drawn, and neither is to be seen by itself"
        )
    if any(by.first + k in known and not done >> k & 1 for k in range(len(by.rule.draws))):
        raise NotExact(f"what '{by.left}' draws hangs on something drawn before that is not to be seen")
    return tuple((v, k) for v, k in knowledge.bindings if v in by.own), product(weight, last)
