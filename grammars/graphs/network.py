"""A Bayesian network over what shapes consist of: which kinds of parts, how many, how large; trees by Chow and Liu.

For component-based synthesis: Kalogerakis, Chaudhuri, Koller, Koltun, "A probabilistic model for component-based shape
synthesis", SIGGRAPH 2012, whose latent styles are left out: every variable is seen. The tree with the largest sum of
mutual information is the most probable one: Chow, Liu, "Approximating discrete probability distributions with
dependence trees", IEEE Transactions on Information Theory 14 (1968). In a tree sums over what is not given are exact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import log, log2
from typing import Final, final

import numpy as np

from grammars.graphs.pieces import Piece, around

Row = Mapping[str, str]
"""What a shape has, by variable."""

_PRIOR: Final = 0.5
"""Added to each count: Jeffreys' prior."""


@final
@dataclass(frozen=True, slots=True)
class Variable:
    """A variable with its outcomes, what it hangs on, and its shares by the outcome of that ("" for none)."""

    name: str
    outcomes: tuple[str, ...]
    parent: str | None
    shares: Mapping[str, tuple[float, ...]]


@final
@dataclass(frozen=True, slots=True)
class Network:
    """Variables, each after the one that it hangs on."""

    variables: tuple[Variable, ...]

    def log_probability(self, row: Row) -> float:
        """Natural logarithm; −∞ is avoided by the prior, a KeyError or ValueError tells an outcome never seen."""
        return sum(
            log(v.shares[row[v.parent] if v.parent else ""][v.outcomes.index(row[v.name])]) for v in self.variables
        )

    def sample(self, seed: int, given: Row | None = None) -> dict[str, str]:
        """A shape's row with what is given: messages from the leaves up, then draws from the root down."""
        rng, given, up = np.random.default_rng(seed), given or {}, self._messages(given or {})
        found: dict[str, str] = {}
        for v in self.variables:
            weights = np.array(v.shares[found[v.parent] if v.parent else ""]) * up[v.name]
            if weights.sum() == 0.0:
                raise ValueError(f"nothing has what is given: {dict(given)}")
            found[v.name] = v.outcomes[rng.choice(len(weights), p=weights / weights.sum())]
        return found

    def probability(self, given: Row) -> float:
        """Of what is given, the rest summed out."""
        up = self._messages(given)
        return float(np.prod([np.array(v.shares[""]) @ up[v.name] for v in self.variables if v.parent is None]))

    def _messages(self, given: Row) -> dict[str, np.ndarray]:
        """For each outcome of a variable: the probability of what is given at and below it."""
        up = {v.name: np.array([given.get(v.name, o) == o for o in v.outcomes], np.float64) for v in self.variables}
        for v in reversed(self.variables):
            if v.parent:
                above = next(p for p in self.variables if p.name == v.parent)
                up[v.parent] = up[v.parent] * np.array([np.array(v.shares[o]) @ up[v.name] for o in above.outcomes])
        return up


def learned(rows: Sequence[Row], tree: bool = True) -> Network:
    """The most probable tree over the variables of rows; without `tree`, independent variables."""
    import networkx as nx

    names = sorted(rows[0])
    outcomes = {name: tuple(sorted({row[name] for row in rows})) for name in names}
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(names)
    if tree:
        for i, a in enumerate(names):
            for b in names[:i]:
                graph.add_edge(a, b, weight=mutual_information(rows, a, b))
        graph = nx.maximum_spanning_tree(graph)
    found: list[Variable] = []
    for part in nx.connected_components(graph):
        root = min(part)
        parents = {child: above for above, child in nx.bfs_edges(graph, root)}
        for name in [root, *(child for _, child in nx.bfs_edges(graph, root))]:
            found.append(_variable(rows, name, outcomes, parents.get(name)))
    return Network(tuple(found))


def mutual_information(rows: Sequence[Row], a: str, b: str) -> float:
    """Of two variables among rows, bits."""
    both, first, second = (
        Counter((row[a], row[b]) for row in rows), Counter(row[a] for row in rows), Counter(row[b] for row in rows),
    )  # fmt: skip
    n = len(rows)
    return sum(c / n * log2(c * n / (first[x] * second[y])) for (x, y), c in both.items())


def features(pieces: Sequence[Piece]) -> dict[str, str]:
    """A chair's row: how many of each role (0, 1, 2, 3–4, more), and thirds of its proportions."""
    counts = Counter(piece.label for piece in pieces)
    width, height, depth = around(pieces).size
    seat = [piece for piece in pieces if piece.label == "seat"]
    level = around(seat).high[1] - around(pieces).low[1] if seat else height
    row = {f"{role}s": _few(counts[role]) for role in ("arm", "back", "base", "leg", "seat", "stretcher")}
    row["seat level"] = _band(level / height, (0.35, 0.5))
    row["width"] = _band(width / height, (0.5, 0.75))
    row["depth"] = _band(depth / width, (0.95, 1.1))
    return row


def _variable(rows: Sequence[Row], name: str, outcomes: Mapping[str, tuple[str, ...]], parent: str | None) -> Variable:
    shares: dict[str, tuple[float, ...]] = {}
    for above in outcomes[parent] if parent else ("",):
        counts = Counter(row[name] for row in rows if not parent or row[parent] == above)
        whole = counts.total() + _PRIOR * len(outcomes[name])
        shares[above] = tuple((counts[o] + _PRIOR) / whole for o in outcomes[name])
    return Variable(name, outcomes[name], parent, shares)


def _few(number: int) -> str:
    return str(number) if number <= 2 else "3-4" if number <= 4 else "more"


def _band(value: float, limits: tuple[float, float]) -> str:
    return "low" if value < limits[0] else "middle" if value < limits[1] else "high"
