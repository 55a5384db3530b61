"""The items of a rule laid on the children of a body: a sum over all assignments, by sets of children."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product as every
from typing import Final, TypeAlias, final

from grammars.charts.amounts import substituted, variables
from grammars.charts.closing import apart
from grammars.charts.errors import TooManySiblings
from grammars.charts.forms import ZERO
from grammars.charts.goals import Goal, Laid, canonical, meeting, placed
from grammars.charts.images import images_laid
from grammars.charts.matching import Knowledge, forgotten, learned, narrowed, told
from grammars.charts.model import Call, Item, Terminal
from grammars.charts.observed import Body, Content, Leaf, Standing
from grammars.charts.rewriting import Found, Rewriting, Said, begun, finished, may_vanish, numbers_of, vanished, weighed
from grammars.charts.weights import ONE, Weight, product, total, within
from shapelang.geometry.pose import EYE

Explain: TypeAlias = Callable[[Goal], Found]

MOST_SIBLINGS: Final = 12

_MOST_STATES: Final = 20_000
"""Sets of children, each with what is known."""


@final
@dataclass(frozen=True, slots=True)
class _State:
    """How many children of each class are left; what is known; and which draws are weighed, as bits."""

    left: tuple[int, ...]
    knowledge: Knowledge
    done: int = 0


def divided(by: Rewriting, explain: Explain, siblings: int) -> Iterator[tuple[Said, Weight]]:
    """The ways in which the children that are seen are the rule's items, and what each says of the goal's variables.

    Children that look alike are one event, whichever of them is which item. Raises TooManySiblings for more than
    `siblings` children, 20,000 sets of them or as many ways to lay the images of one call on them, and NotExact.
    """
    content = by.goal.content
    if not isinstance(content, Body):
        return
    if len(content.children) > siblings:
        counted = len(content.children)
        raise TooManySiblings(f"a part has {counted} children; sets of more than {siblings} are not gone through")
    if not _enough(by, len(content.children)):
        return
    classes = Counter(content.children)
    layer: dict[_State, Weight] = {}
    for knowledge in _frames(by):
        start = _State(tuple(classes.values()), knowledge)
        layer[start] = by.weight
    items = sorted(by.rule.items, key=lambda item: isinstance(item, Call))
    for k, item in enumerate(items):
        needed = _needed(by, items[k + 1 :])
        layer = _next(by, item, tuple(classes), layer, needed, explain)
    for state, weight in layer.items():
        if not any(state.left):
            yield from finished(by, state.knowledge, weight, state.done)


def _enough(by: Rewriting, children: int) -> bool:
    """Whether the items of a rule can be so many children: those that cannot be nothing at least, all at most."""
    images = [(len(item.places), may_vanish(by, item)) for item in by.rule.items]
    return sum(n for n, vanishes in images if not vanishes) <= children <= sum(n for n, _ in images)


def _frames(by: Rewriting) -> Iterator[Knowledge]:
    """What the place of the body itself tells."""
    for ways in every(*(meeting(laid, by.grid) for laid in by.goal.laid)):
        for start in begun(by):
            yield from learned(start, [e for each in ways for e in each], by.ranges)


def _next(
    by: Rewriting, item: Item, classes: Sequence[Standing], layer: dict[_State, Weight], needed: frozenset[int],
    explain: Explain,
) -> dict[_State, Weight]:  # fmt: skip
    """All states after one more item, each with the sum of its ways."""
    new: dict[_State, list[Weight]] = {}
    for state, weight in layer.items():
        for after, factor in _laid(by, item, classes, state, explain):
            settled, masses = _settled(by, after, needed)
            new.setdefault(settled, []).append(product(weight, product(factor, masses)))
        if len(new) > _MOST_STATES:
            raise TooManySiblings(f"a part's children are the items of '{by.left}' in more than {_MOST_STATES:,} ways")
    return {state: total(weights) for state, weights in new.items()}


def _laid(
    by: Rewriting, item: Item, classes: Sequence[Standing], state: _State, explain: Explain
) -> Iterator[tuple[_State, Weight]]:
    """An item as nothing, or on as many children as it has places."""
    match item:
        case Terminal():
            for after in _terminal(by, item, classes, state, 0):
                yield after, ONE
        case Call():
            if may_vanish(by, item):
                yield state, vanished(by, item)
            for content in dict.fromkeys(child.content for k, child in enumerate(classes) if state.left[k]):
                for left, laid in images_laid(by, item, content, classes, state.left, state.knowledge.known):
                    yield from _called(by, item, content, laid, _State(left, state.knowledge, state.done), explain)


def _terminal(
    by: Rewriting, item: Terminal, classes: Sequence[Standing], state: _State, image: int
) -> Iterator[_State]:
    """The images of a terminal from one on, each on a child that is left."""
    if image == len(item.places):
        yield state
        return
    for k, child in enumerate(classes):
        leaf = child.content
        if (
            state.left[k]
            and isinstance(leaf, Leaf)
            and (leaf.kind, len(leaf.numbers)) == (item.kind, len(item.numbers))
        ):
            for equations in meeting(placed(_own_frame(child), item.places[image], by.slots), by.grid, item.kind):
                for knowledge in learned(state.knowledge, [*numbers_of(by, item, leaf), *equations], by.ranges):
                    after = _State(_less(state.left, k), knowledge, state.done)
                    yield from _terminal(by, item, classes, after, image + 1)


def _called(
    by: Rewriting, item: Call, content: Content, laid: tuple[Laid, ...], state: _State, explain: Explain
) -> Iterator[tuple[_State, Weight]]:
    """A call on children that were picked for it."""
    arguments = tuple(substituted(form, by.slots) for form in item.arguments)
    for here, times in apart(state.knowledge, by.ranges, by.sampling):
        ranges = by.ranges if by.sampling is None else narrowed(here, by.ranges)
        if ranges is None:
            continue
        goal, names = canonical(Goal(item.target, arguments, laid, content), here.known, ranges)
        for said, weight in explain(goal).items():
            for knowledge in told(here, said, names, by.ranges):
                factor = within(weight)
                if times != 1.0:
                    factor = product(Weight(times, best=times), factor)
                yield _State(state.left, knowledge, state.done), factor


def _settled(by: Rewriting, state: _State, needed: frozenset[int]) -> tuple[_State, Weight]:
    """Draws that are known are weighed, and what nothing asks for any more is forgotten, so that equal states meet."""
    done, masses = weighed(by, state.knowledge.known, state.done)
    asked = {v for equation in state.knowledge.open for v in variables(equation.amount)}
    for k, draw in enumerate(by.rule.draws):
        if not done >> k & 1:
            asked.add(by.first + k)
            asked.update(v for form in draw.arguments for v in variables(substituted(form, by.slots)))
    return _State(state.left, forgotten(state.knowledge, needed | asked | by.own), done), masses


def _needed(by: Rewriting, items: Sequence[Item]) -> frozenset[int]:
    """The variables that items ask for."""
    found: set[int] = set()
    for item in items:
        own = item.numbers if isinstance(item, Terminal) else item.arguments
        placed_at = [entry for place in item.places for entry in (*place.offset, *place.linear)]
        for amount in (*own, *(entry for entry in placed_at if not isinstance(entry, float))):
            found.update(variables(substituted(amount, by.slots)))
    return frozenset(found)


def _own_frame(child: Standing) -> Laid:
    """The frame of a body, seen where one of its children is."""
    return Laid(EYE, (ZERO, ZERO, ZERO), child.turn, child.offset)


def _less(left: tuple[int, ...], k: int) -> tuple[int, ...]:
    return (*left[:k], left[k] - 1, *left[k + 1 :])
