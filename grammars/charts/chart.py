"""Inside probabilities of an observed assembly: P(what is seen | grammar), summed over all derivations.

One goal is a nonterminal with its arguments, laid on something seen. Rules of which one item is all that is seen go
from goal to goal on the same content; where these come round, the sums are a linear system (Stolcke, "An efficient
probabilistic context-free parsing algorithm", 1995, section 4.5, does so for words in a row).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final, final

import networkx as nx

from grammars.charts.closing import Sampling
from grammars.charts.dividing import MOST_SIBLINGS, divided
from grammars.charts.ending import nothing, refuse_endless
from grammars.charts.errors import NotExact
from grammars.charts.goals import Goal, whole_goal
from grammars.charts.loops import solved
from grammars.charts.matching import told
from grammars.charts.model import TreeGrammar
from grammars.charts.observed import Standing
from grammars.charts.rewriting import Found, Link, Rewriting, Said, at_once, begun, finished, links, rewriting
from grammars.charts.weights import Weight, product, total, within
from shapelang.stack import deep_stack

_ROUNDING: Final = 1e-9

_MOST_GOALS: Final = 500
"""Goals on one content that lead to one another; more go on for ever, each a little farther."""

_FINEST: Final = 100
"""Steps of what is drawn in one of the grid, where it is gone through whether a part is nothing."""


@final
class Chart:
    """Probabilities under one grammar; what was found for one assembly serves the next."""

    def __init__(self, grammar: TreeGrammar, siblings: int = MOST_SIBLINGS, sampling: Sampling | None = None) -> None:
        """Parts of more children than `siblings` are refused; with `sampling` probabilities are right on average.

        Raises EndlessGrammar where a derivation may not end.
        """
        refuse_endless(grammar)
        self.grammar, self.siblings, self.sampling = grammar, siblings, sampling
        with deep_stack():
            self._vanishing = _nothing(grammar)
        self._known: dict[Goal, Found] = {}

    def inside(self, seen: Standing | None) -> Weight:
        """P(the assembly), with the expected count of every rule and draw times P; None is the empty assembly.

        Raises NotExact where what was drawn may be in too many ways what is seen, TooManySiblings as it was told.
        """
        if seen is None:
            return self._vanishing[self.grammar.start]
        with deep_stack():
            found = total(self._explain(whole_goal(self.grammar.start, seen)).values())
        # A sum of masses may pass 1 by rounding alone; by more it is no probability, and that is not hidden.
        return replace(found, p=1.0) if found.shift == 0 and 1.0 < found.p <= 1.0 + _ROUNDING else found

    def _explain(self, goal: Goal) -> Found:
        if goal in self._known:
            return self._known[goal]
        if self.sampling is None:
            self._explain_all(goal)
            return self._known[goal]
        before, sampled = len(self._known), self.sampling.times
        self._explain_all(goal)
        found = self._known[goal]
        if self.sampling.times > sampled:
            # What was sampled is sampled anew where it is asked for again: a square of one sample is not right.
            # The last are the new ones: a goal that is known is not found again, and keeps its place.
            while len(self._known) > before:
                self._known.popitem()
        return found

    def _rewritings(self, goal: Goal) -> list[Rewriting]:
        rules = self.grammar.rules[goal.target]
        able = [(k, rule) for k, rule in enumerate(rules) if rule.weight > 0.0]
        return [rewriting(goal, k, rule, self.grammar, self._vanishing, self.sampling) for k, rule in able]

    def _explain_all(self, goal: Goal) -> None:
        """A goal and every other that it leads to on the same content, those first that others hang on."""
        graph: nx.DiGraph[Goal] = nx.DiGraph()
        graph.add_node(goal)
        found: dict[Goal, list[Link]] = {}
        waiting = [goal]
        while waiting:
            here = waiting.pop()
            found[here] = [link for by in self._rewritings(here) for link in links(by)]
            for link in found[here]:
                if link.goal not in found and link.goal not in self._known:
                    found[link.goal] = []
                    waiting.append(link.goal)
                graph.add_edge(here, link.goal)
            if len(found) > _MOST_GOALS:
                raise NotExact(f"'{goal.target}' may be itself, a little farther, any number of times")
        order = {each: k for k, each in enumerate(graph)}
        for together in nx.strongly_connected_components(graph):
            # A set has the order of hashes, which is another in each process, and what is sampled hangs on it.
            new = sorted((each for each in together if each not in self._known), key=order.__getitem__)
            if new:
                self._close(new, found)

    def _direct(self, goal: Goal) -> dict[Said, list[Weight]]:
        """The ways that lead to no other goal on the same content."""
        ways: dict[Said, list[Weight]] = {}
        for by in self._rewritings(goal):
            for said, weight in (*at_once(by), *divided(by, self._explain, self.siblings)):
                ways.setdefault(said, []).append(weight)
        return ways

    def _close(self, goals: Sequence[Goal], found: dict[Goal, list[Link]]) -> None:
        """The goals of one component, which lead to one another: x = direct + W · x."""
        direct: list[dict[Said, list[Weight]]] = []
        inner: list[tuple[int, int, Weight]] = []
        place = {goal: k for k, goal in enumerate(goals)}
        for k, goal in enumerate(goals):
            ways = self._direct(goal)
            for link in found[goal]:
                other = place.get(link.goal)
                if other is None:
                    for said, weight in _through(link, self._known[link.goal]):
                        ways.setdefault(said, []).append(weight)
                elif link.names == tuple(range(len(link.by.own))) and not link.by.rule.conditions:
                    inner.append((k, other, link.weight))
                else:
                    raise NotExact(f"'{goal.target}' comes round with something new that was drawn")
            direct.append(ways)
        closed = solved([{s: total(w) for s, w in ways.items()} for ways in direct], inner)
        self._known.update(zip(goals, closed, strict=True))


def _nothing(grammar: TreeGrammar) -> Mapping[str, Weight]:
    """As `nothing`. What is drawn is gone through for it, so that it is not as fine here as it may be elsewhere."""
    try:
        return nothing(replace(grammar, finer=min(grammar.finer, _FINEST)))
    except NotExact:
        if grammar.finer == 1:
            raise
        return nothing(replace(grammar, finer=1))


def _through(link: Link, below: Found) -> list[tuple[Said, Weight]]:
    """What the goal of a link says, in the words of the goal that it comes from."""
    ways: list[tuple[Said, Weight]] = []
    for said, weight in below.items():
        for start in begun(link.by):
            for knowledge in told(start, said, link.names, link.by.ranges):
                ways += finished(link.by, knowledge, product(link.weight, within(weight)), 0)
    return ways
