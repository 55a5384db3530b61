"""Hierarchical part graphs: a shape, its slots and their pieces, with boxes, and how they hang together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from grammars.graphs.pieces import Piece, around, attached
from shapelang.geometry.box import Box

if TYPE_CHECKING:
    import networkx as nx

ROOT: Final = "shape"
_ALIKE: Final = 0.02
"""Of the shape's size: how far an image may be off."""

CHAIR_GROUPS: Final[Mapping[str, str]] = {
    "seat": "seat", "back": "back", "arm": "arms", "leg": "support", "base": "support", "stretcher": "support",
}  # fmt: skip
"""Label of a piece → the group that it belongs to."""


def part_graph(pieces: Sequence[Piece], groups: Mapping[str, str] = CHAIR_GROUPS) -> nx.MultiDiGraph[str]:
    """Nodes: `shape`, its groups, and in these the pieces (`leg[2]`), with `label`, `box` (metres), `parent`, `order`.

    Edges have a `kind`: `part`, from a body to what it consists of; between pieces `attach`, where their boxes are
    within 2 % of the diagonal, and `symmetry`, from a piece to its image in the middle plane x; between groups
    `adjacency`, where pieces of both are attached. Labels that no group is named for are groups of their own.
    """
    import networkx as nx

    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    whole = around(pieces)
    graph.add_node(ROOT, label=ROOT, box=whole, parent=None)
    home = [groups.get(piece.label, piece.label) for piece in pieces]
    for group in dict.fromkeys(home):
        box = around([piece for piece, g in zip(pieces, home, strict=True) if g == group])
        graph.add_node(group, label=group, box=box, parent=ROOT)
        graph.add_edge(ROOT, group, kind="part")
    names = _names(pieces)
    for name, piece, group in zip(names, pieces, home, strict=True):
        graph.add_node(name, label=piece.label, box=piece.bounds, parent=group)
        graph.add_edge(group, name, kind="part")
    near: set[tuple[str, str]] = set()
    for i, j in attached(pieces):
        graph.add_edge(names[i], names[j], kind="attach")
        if home[i] != home[j]:
            near.add((min(home[i], home[j]), max(home[i], home[j])))
    for first, second in sorted(near):
        graph.add_edge(first, second, kind="adjacency")
    for i, j in _images(pieces, whole):
        graph.add_edge(names[i], names[j], kind="symmetry")
    _ordered(graph)
    return graph


def children(graph: nx.MultiDiGraph[str], node: str) -> list[str]:
    """What a node consists of, in its order: by labels and places, lowest, then rightmost, then hindmost first."""
    found = [other for _, other, kind in graph.out_edges(node, data="kind") if kind == "part"]
    return sorted(found, key=lambda name: graph.nodes[name]["order"])


def _ordered(graph: nx.MultiDiGraph[str]) -> None:
    """Numbers nodes by labels and places; a sampled graph keeps the order of its productions instead."""

    def place(name: str) -> tuple[str, float, float, float]:
        x, y, z = graph.nodes[name]["box"].centre
        return graph.nodes[name]["label"], round(y, 3), round(x, 3), round(z, 3)

    for number, name in enumerate(sorted(graph.nodes, key=place)):
        graph.nodes[name]["order"] = number


def _names(pieces: Sequence[Piece]) -> list[str]:
    seen: dict[str, int] = {}
    found: list[str] = []
    for piece in pieces:
        seen[piece.label] = seen.get(piece.label, -1) + 1
        found.append(f"{piece.label}[{seen[piece.label]}]")
    return found


def _images(pieces: Sequence[Piece], whole: Box) -> Iterator[tuple[int, int]]:
    """Pairs of one label whose boxes are mirror images in the plane x through the middle."""
    boxes, near = [piece.bounds for piece in pieces], _ALIKE * max(whole.size)
    for j, b in enumerate(boxes):
        for i, a in enumerate(boxes[:j]):
            if pieces[i].label == pieces[j].label and abs(a.centre[0] - whole.centre[0]) > near:
                flipped = (2 * whole.centre[0] - a.centre[0], a.centre[1], a.centre[2])
                off = max(abs(p - q) for p, q in zip((*flipped, *a.size), (*b.centre, *b.size), strict=True))
                if off <= near:
                    yield i, j
