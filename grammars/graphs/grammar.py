"""The grammar that grows part graphs: productions from a node to its children with their edges, learned from graphs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from math import inf, log
from typing import TYPE_CHECKING, Any, Final, final

import numpy as np
from numpy.typing import NDArray

from grammars.graphs.part_graph import ROOT, children
from shapelang.geometry.box import Box

if TYPE_CHECKING:
    import networkx as nx

_SMALLEST: Final = 0.01
"""Of the parent's size: sides of boxes that are drawn."""
_LEAST: Final = 0.02
"""Standard deviation of a box's numbers, of the parent's size: fewer examples than numbers leave it 0."""

Edge = tuple[int, int, str]


@final
@dataclass(frozen=True, slots=True)
class Production:
    """What a node of a label may consist of: labels of its children in order, edges between them by number."""

    children: tuple[str, ...]
    edges: tuple[Edge, ...]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Boxes:
    """Children's boxes under a production, seen from the parent's: six numbers a child, each normal on its own."""

    mean: NDArray[np.float64]
    deviation: NDArray[np.float64]


@final
@dataclass(frozen=True, slots=True, eq=False)
class PartGrammar:
    """By label: productions with weights that sum to 1, where their children's boxes are; the size's logarithm."""

    rules: Mapping[str, Mapping[Production, float]]
    boxes: Mapping[tuple[str, Production], Boxes]
    size: Boxes

    def log_probability(self, graph: nx.MultiDiGraph[str]) -> float:
        """Of a part graph's structure: its labels and edges, natural logarithm; −inf where no production makes it."""
        total = 0.0
        for node in _bodies(graph):
            weight = self.rules.get(graph.nodes[node]["label"], {}).get(production_of(graph, node), 0.0)
            if weight == 0.0:
                return -inf
            total += log(weight)
        return total

    def sample(self, seed: int) -> nx.MultiDiGraph[str]:
        """A part graph with boxes, in metres, the lowest level 0. Between groups edges are those of the production."""
        import networkx as nx

        rng = np.random.default_rng(seed)
        width, height, depth = np.exp(rng.normal(self.size.mean, self.size.deviation))
        graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        box = Box((-width / 2, 0.0, -depth / 2), (width / 2, height, depth / 2))
        graph.add_node(ROOT, label=ROOT, box=box, parent=None, order=0)
        waiting = [ROOT]
        while waiting:
            node = waiting.pop()
            waiting += self._grow(graph, node, rng)
        return graph

    def _grow(self, graph: nx.MultiDiGraph[str], node: str, rng: np.random.Generator) -> list[str]:
        label, parent = graph.nodes[node]["label"], graph.nodes[node]["box"]
        if label not in self.rules or (node != ROOT and graph.nodes[node]["parent"] != ROOT):
            return []
        options = list(self.rules[label])
        chosen = options[rng.choice(len(options), p=[self.rules[label][o] for o in options])]
        law = self.boxes[label, chosen]
        names: list[str] = []
        for k, (child, numbers) in enumerate(zip(chosen.children, rng.normal(law.mean, law.deviation), strict=True)):
            names.append(_unused(graph, child, plain=node == ROOT))
            graph.add_node(names[k], label=child, box=_placed(numbers, parent), parent=node, order=k)
            graph.add_edge(node, names[k], kind="part")
        for i, j, kind in chosen.edges:
            graph.add_edge(names[i], names[j], kind=kind)
        return names


def learned(graphs: Sequence[nx.MultiDiGraph[str]]) -> PartGrammar:
    """The grammar under which graphs are most probable: weights are shares, boxes the means and spreads seen."""
    counts: dict[str, Counter[Production]] = {}
    seen: dict[tuple[str, Production], list[NDArray[np.float64]]] = {}
    for graph in graphs:
        for node in _bodies(graph):
            label, rule = graph.nodes[node]["label"], production_of(graph, node)
            counts.setdefault(label, Counter())[rule] += 1
            here = graph.nodes[node]["box"]
            rows = [_relative(graph.nodes[child]["box"], here) for child in children(graph, node)]
            seen.setdefault((label, rule), []).append(np.array(rows))
    rules = {label: {rule: n / c.total() for rule, n in c.items()} for label, c in counts.items()}
    boxes = {key: _law(np.stack(rows), _LEAST) for key, rows in seen.items()}
    sizes = np.log(np.array([graph.nodes[ROOT]["box"].size for graph in graphs], np.float64))
    return PartGrammar(rules, boxes, _law(sizes, _LEAST))


def production_of(graph: nx.MultiDiGraph[str], node: str) -> Production:
    """What a node consists of in a graph."""
    below = children(graph, node)
    number = {name: k for k, name in enumerate(below)}
    edges = {
        (min(number[a], number[b]), max(number[a], number[b]), kind)
        for a, b, kind in graph.edges(below, data="kind")
        if kind != "part" and a in number and b in number
    }
    return Production(tuple(graph.nodes[name]["label"] for name in below), tuple(sorted(edges)))


def expected_bits(grammar: PartGrammar) -> float:
    """The entropy of structures that the grammar grows, bits."""
    bits = {label: -sum(w * log(w) / log(2.0) for w in rules.values()) for label, rules in grammar.rules.items()}
    found = bits[ROOT]
    for rule, weight in grammar.rules[ROOT].items():
        found += weight * sum(bits.get(label, 0.0) for label in rule.children)
    return found


def _bodies(graph: nx.MultiDiGraph[str]) -> list[str]:
    return [n for n in graph.nodes if n == ROOT or graph.nodes[n]["parent"] == ROOT]


def _unused(graph: nx.MultiDiGraph[str], label: str, *, plain: bool) -> str:
    """A name that no node has: pieces are numbered, groups may bear the plain label of their pieces."""
    if plain and label not in graph:
        return label
    return next(name for k in count() if (name := f"{label}[{k}]") not in graph)


def _relative(box: Box, parent: Box) -> list[float]:
    """Middle and size of a box, each axis as a share of the parent's."""
    sides = [max(float(s), 1e-6) for s in parent.size]
    middle = [float(a - b) / s for a, b, s in zip(box.centre, parent.low, sides, strict=True)]
    return [*middle, *(float(a) / s for a, s in zip(box.size, sides, strict=True))]


def _placed(numbers: Any, parent: Box) -> Box:
    size = [max(float(n), _SMALLEST) * float(s) for n, s in zip(numbers[3:], parent.size, strict=True)]
    middle = [float(low) + float(n) * float(s) for low, n, s in zip(parent.low, numbers[:3], parent.size, strict=True)]
    (x, y, z), (a, b, c) = middle, (side / 2 for side in size)
    return Box((x - a, y - b, z - c), (x + a, y + b, z + c))


def _law(rows: NDArray[np.float64], least: float) -> Boxes:
    return Boxes(rows.mean(axis=0), np.maximum(rows.std(axis=0), least))
