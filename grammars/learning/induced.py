"""A grammar of trees from assemblies alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final, final

from grammars.charts.forms import Form
from grammars.charts.model import Call, Draw, Item, Place, Terminal, TreeGrammar, TreeRule
from grammars.charts.observed import Standing
from grammars.learning.clusters import Cluster
from grammars.learning.merging import Class, merged, targets
from grammars.learning.numbers import Constant, Drawn
from grammars.learning.plain import told
from grammars.learning.searching import STEPS, searched
from grammars.learning.shares import shares
from grammars.learning.sharing import unshared
from grammars.learning.slots import START, Skeleton, slots_of

_FINE: Final = 1e-6
"""Of a turn's numbers: a step."""


def induced(corpus: Sequence[Standing], grid: float, steps: int = STEPS) -> TreeGrammar:
    """The grammar that Bayesian merging finds, and then a chain of so many `steps`; weights are those of all counts.

    Places at which always the same terminal stands are no nonterminals. Roots stand at the origin.
    """
    places = slots_of(corpus)
    classes = _told(unshared(searched(merged(places, grid), places, grid, steps), places, grid), grid)
    writer = _Writer(classes, grid)
    rules = {writer.name(k): writer.rules(k) for k, one in enumerate(classes) if not one.alone}
    start = writer.name(writer.of[START])
    rules.setdefault(start, writer.rules(writer.of[START]))
    return TreeGrammar(start, rules, dict.fromkeys(rules, 0), grid)


def _told(classes: Sequence[Class], grid: float) -> list[Class]:
    """The classes, with the draws of all their columns as they are told together."""
    every = [cluster for one in classes for cluster in one.clusters]
    columns = [
        [vector[k] for vector in cluster.vectors]
        for cluster in every
        for k, pattern in enumerate(cluster.patterns)
        if isinstance(pattern, Drawn)
    ]
    draws = iter(told(columns, grid))

    def plain(cluster: Cluster) -> Cluster:
        patterns = (Drawn(next(draws)) if isinstance(p, Drawn) else p for p in cluster.patterns)
        return replace(cluster, patterns=tuple(patterns))

    return [
        replace(one, terminals={kind: tuple(map(plain, found)) for kind, found in one.terminals.items()})
        for one in classes
    ]


@final
class _Writer:
    """Rules of classes."""

    def __init__(self, classes: Sequence[Class], grid: float) -> None:
        self.classes, self.grid = classes, grid
        self.of = targets(classes)
        self.shares = shares([one.counts for one in classes])

    def name(self, k: int) -> str:
        """The name of a class."""
        return f"n{k}"

    def rules(self, k: int) -> tuple[TreeRule, ...]:
        """The rules of a class, its terminals first."""
        one, weights = self.classes[k], iter(self.shares[k])
        found: list[TreeRule] = []
        for kind, of_kind in one.terminals.items():
            for cluster in of_kind:
                draws: list[Draw] = []
                item = _terminal(kind, cluster, Place(), draws, self.grid)
                found.append(TreeRule(next(weights), tuple(draws), (item,)))
        return (*found, *(self._body(skeleton, next(weights)) for skeleton in one.seen.bodies))

    def _body(self, skeleton: Skeleton, weight: float) -> TreeRule:
        draws: list[Draw] = []
        items: list[Item] = []
        for k, (turn, offset) in enumerate(skeleton):
            x, y, z = (Form(steps * self.grid) for steps in offset)
            a, b, c, d, e, f, g, h, i = (value * _FINE for value in turn)
            place = Place((a, b, c, d, e, f, g, h, i), (x, y, z))
            target = self.of[skeleton, k]
            one = self.classes[target]
            if one.alone:
                ((kind, (cluster,)),) = one.terminals.items()
                items.append(_terminal(kind, cluster, place, draws, self.grid))
            else:
                items.append(Call(self.name(target), (), (place,)))
        return TreeRule(weight, tuple(draws), tuple(items))


def _terminal(kind: str, cluster: Cluster, place: Place, draws: list[Draw], grid: float) -> Terminal:
    """A terminal whose drawn numbers are further draws of its rule."""
    numbers: list[Form] = []
    for pattern in cluster.patterns:
        match pattern:
            case Constant(steps):
                numbers.append(Form(steps * grid))
            case Drawn(draw):
                numbers.append(Form(0.0, ((len(draws), 1.0),)))
                draws.append(draw)
    return Terminal(kind, tuple(numbers), (place,))
