"""Which nonterminals can become nothing, and whether every derivation ends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from grammars.charts.amounts import variables
from grammars.charts.bounds import ANYTHING
from grammars.charts.errors import EndlessGrammar, NotExact
from grammars.charts.forms import Form
from grammars.charts.goals import Goal
from grammars.charts.model import Call, Terminal, TreeGrammar, TreeRule
from grammars.charts.observed import Leaf
from grammars.charts.rewriting import begun, finished, rewriting
from grammars.charts.weights import NEVER, ONE, Took, Weight, once, product, total, within

_ROUNDS: Final = 10_000

_ENOUGH: Final = 1e-15


def nothing(grammar: TreeGrammar) -> Mapping[str, Weight]:
    """The probability that each nonterminal becomes nothing: the least solution of e = Σ w · Π e, from below."""
    found = {left: NEVER for left in grammar.rules}
    holding: dict[Took, Weight] = {}
    for _ in range(_ROUNDS):
        new = {left: _round(grammar, left, found, holding) for left in grammar.rules}
        change = max((abs(new[left].p - found[left].p) for left in new), default=0.0)
        found = new
        if change <= _ENOUGH:
            break
    return found


def _round(grammar: TreeGrammar, left: str, found: Mapping[str, Weight], holding: dict[Took, Weight]) -> Weight:
    ways: list[Weight] = []
    for k, rule in enumerate(grammar.rules[left]):
        if all(isinstance(item, Call) and found[item.target].p > 0.0 for item in rule.items):
            took = Took(left, k)
            if took not in holding:
                holding[took] = _holding(grammar, took, rule)
            way = product(once(rule.weight, took), holding[took])
            for item in rule.items:
                assert isinstance(item, Call)
                way = product(way, within(found[item.target]))
            ways.append(way)
    return total(ways)


def _holding(grammar: TreeGrammar, took: Took, rule: TreeRule) -> Weight:
    """The probability that the conditions of a rule hold. Raises NotExact where that hangs on what is handed to it."""
    if not rule.conditions:
        return ONE
    count = grammar.parameters[took.left]
    handed = tuple(Form(0.0, ((k, 1.0),)) for k in range(count))
    goal = Goal(took.left, handed, (), Leaf("", ()), (ANYTHING,) * count)
    asked = {v for test in rule.conditions for v in variables(test)}
    for k, draw in reversed(list(enumerate(rule.draws))):
        if count + k in asked:
            asked.update(draw.parents)
    if any(v < count for v in asked):
        raise NotExact(f"whether '{took.left}' makes nothing hangs on what is handed to it")
    by = rewriting(goal, took.rule, rule, grammar, {})
    return total(weight for start in begun(by) for _, weight in finished(by, start, ONE, 0))


def refuse_endless(grammar: TreeGrammar) -> None:
    """Raises EndlessGrammar where a derivation may go on for ever: a branching process that does not die out.

    The mean number of each nonterminal that one makes is a matrix; derivations end with probability 1 where its
    spectral radius is at most 1 and every nonterminal can end (Harris, "The theory of branching processes", 1963).
    Rules under conditions count as if these held, so that some recursions are refused that would end.
    """
    names = sorted(_reached(grammar))
    place = {name: k for k, name in enumerate(names)}
    mean = np.zeros((len(names), len(names)))
    for name in names:
        for rule in grammar.rules[name]:
            for item in rule.items:
                if isinstance(item, Call):
                    mean[place[name], place[item.target]] += rule.weight
    productive = _productive(grammar)
    endless = [name for name in names if name not in productive]
    if endless:
        raise EndlessGrammar(f"'{endless[0]}' never ends: each of its rules needs one that does not end")
    radius = float(np.abs(np.linalg.eigvals(mean)).max(initial=0.0))
    if radius > 1.0 + 1e-9:
        raise EndlessGrammar(f"the recursion grows: one round makes {radius:.3g} of what it replaces, on average")


def _reached(grammar: TreeGrammar) -> set[str]:
    found: set[str] = set()
    waiting = [grammar.start]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [i.target for r in grammar.rules[name] if r.weight > 0.0 for i in r.items if isinstance(i, Call)]
    return found


def _productive(grammar: TreeGrammar) -> set[str]:
    """Nonterminals of which some derivation ends."""
    found: set[str] = set()
    while True:
        new = {left for left, rules in grammar.rules.items() if any(_ends(rule, found) for rule in rules)}
        if new == found:
            return found
        found = new


def _ends(rule: TreeRule, ending: set[str]) -> bool:
    return rule.weight > 0.0 and all(isinstance(i, Terminal) or i.target in ending for i in rule.items)
