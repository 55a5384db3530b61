"""Planted grammars, from a seed: what a learner is to find again from what they make."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from grammars.charts.ending import refuse_endless
from grammars.charts.errors import EndlessGrammar
from grammars.charts.forms import Form
from grammars.charts.model import Call, Draw, Item, Place, Terminal, TreeGrammar, TreeRule

GRID: Final = 0.001

_KINDS: Final = ("cuboid", "cylinder", "sphere", "cone")

_NUMBERS: Final = {"cuboid": 3, "cylinder": 2, "sphere": 1, "cone": 3}

_FEWEST, _MOST = 6, 15
"""Rules."""

_EXPECTED: Final = 0.05
"""Times that each rule is taken in one assembly, at least: 10 in 200."""


def planted(seed: int) -> TreeGrammar:
    """A reduced grammar of 6 to 15 rules, each expected at least 10 times in 200 assemblies.

    Every nonterminal is reached and ends; none only passes on; no two bodies have their parts at the same places, and a
    rule of one terminal has it at the origin, which is no loss: where it stands is said where it is called.
    """
    rng = np.random.default_rng(seed)
    while True:
        grammar = _drawn(rng)
        if _fit(grammar):
            return grammar


def _drawn(rng: np.random.Generator) -> TreeGrammar:
    names = ["s", *(f"p{k}" for k in range(rng.integers(2, 5)))]
    used: set[tuple[float, ...]] = set()
    rules: dict[str, tuple[TreeRule, ...]] = {}
    for k, name in enumerate(names):
        count = int(rng.integers(1 if k == 0 else 2, 4))
        weights = rng.dirichlet(np.full(count, 4.0))
        later = [*names[k + 1 :], *([name] if k and rng.random() < 0.3 else [])]
        bodies = int(rng.integers(1, count + 1)) if k == 0 or later else 0
        bodies = count if k == 0 else min(bodies, count - 1)
        rules[name] = tuple(
            _body(rng, float(weights[j]), later, used) if j < bodies else _leaf(rng, float(weights[j]))
            for j in range(count)
        )
    return TreeGrammar("s", rules, dict.fromkeys(rules, 0), GRID)


def _leaf(rng: np.random.Generator, weight: float) -> TreeRule:
    draws: list[Draw] = []
    item = _terminal(rng, Place(), draws)
    return TreeRule(weight, tuple(draws), (item,))


def _body(rng: np.random.Generator, weight: float, later: Sequence[str], used: set[tuple[float, ...]]) -> TreeRule:
    draws: list[Draw] = []
    items: list[Item] = []
    count = int(rng.integers(2, 5))
    places = _places(rng, count)
    while (key := tuple(sorted(places))) in used:
        places = _places(rng, count)
    used.add(key)
    for x in places:
        place = Place(offset=(Form(x), Form(0.0), Form(0.0)))
        if later and rng.random() < 0.5:
            items.append(Call(str(rng.choice(list(later))), (), (place,)))
        else:
            items.append(_terminal(rng, place, draws))
    return TreeRule(weight, tuple(draws), tuple(items))


def _places(rng: np.random.Generator, count: int) -> list[float]:
    return [0.1 * int(k) for k in rng.choice(40, size=count, replace=False)]


def _terminal(rng: np.random.Generator, place: Place, draws: list[Draw]) -> Terminal:
    kind = str(rng.choice(_KINDS))
    numbers: list[Form] = []
    for _ in range(_NUMBERS[kind]):
        size = 0.05 * int(rng.integers(1, 20))
        how = rng.random()
        if how < 0.5:
            numbers.append(Form(size))
            continue
        numbers.append(Form(0.0, ((len(draws), 1.0),)))
        if how < 0.75:
            draws.append(Draw("normal", (Form(size), Form(0.1 * size))))
        else:
            draws.append(Draw("uniform", (Form(0.8 * size), Form(1.2 * size))))
    return Terminal(kind, tuple(numbers), (place,))


def _fit(grammar: TreeGrammar) -> bool:
    count = sum(map(len, grammar.rules.values()))
    if not _FEWEST <= count <= _MOST:
        return False
    try:
        refuse_endless(grammar)
    except EndlessGrammar:
        return False
    return all(times >= _EXPECTED for times in expected_rules(grammar).values())


def expected_rules(grammar: TreeGrammar) -> dict[tuple[str, int], float]:
    """How often each rule is taken in one assembly, on average."""
    names = list(grammar.rules)
    mean = np.zeros((len(names), len(names)))
    for name in names:
        for rule in grammar.rules[name]:
            for item in rule.items:
                if isinstance(item, Call):
                    mean[names.index(name), names.index(item.target)] += rule.weight
    if np.abs(np.linalg.eigvals(mean)).max() > 0.9:
        return {("s", 0): 0.0}
    visits = np.linalg.solve(np.eye(len(names)) - mean.T, np.eye(len(names))[names.index(grammar.start)])
    return {(n, k): float(visits[names.index(n)] * r.weight) for n in names for k, r in enumerate(grammar.rules[n])}
