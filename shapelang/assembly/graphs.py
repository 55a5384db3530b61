"""The assembly as graphs: hierarchy, part set, relation graph, hierarchical graph.

A node is an instance, known by its path from the root: `desk.drawer[1].front`; the root itself is the empty path. Its
attributes: `name` (its label alone, without indices), `label` (the path without indices), `kind`, `tags`, `material`,
`arguments`, `box` (in its own frame), `pose` (to the world) and `leaf`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, assert_never, final

from shapelang.assembly.assembly import Assembly, Leaf
from shapelang.assembly.material import DEFAULT, Material
from shapelang.assembly.part import Part
from shapelang.assembly.relation import Adjacency, Alignment, Attachment, Path, Relation, Spanning, Symmetry
from shapelang.geometry.oriented import TOLERANCE, oriented, touches
from shapelang.geometry.pose import IDENTITY, Pose
from shapelang.numbers import FLOAT

if TYPE_CHECKING:
    import networkx as nx

ROOT: Final[Path] = ""


def hierarchy(assembly: Assembly) -> nx.DiGraph[Path]:
    """The tree of instances, edges from a body to what stands in it."""
    import networkx as nx

    graph: nx.DiGraph[Path] = nx.DiGraph()
    for node in _nodes(assembly):
        graph.add_node(node.path, **node.attributes())
        if node.body is not None:
            graph.add_edge(node.body, node.path)
    return graph


def part_set(assembly: Assembly) -> tuple[Leaf, ...]:
    """The leaves alone, in the order of the program."""
    return tuple(assembly.leaves())


def relation_graph(assembly: Assembly, contacts: bool = False) -> nx.MultiDiGraph[Path]:
    """What the program says of its parts: an edge for each relation between two instances.

    Edges have `kind` and what belongs to it: `attach` (`anchor`, `target_anchor`, `point`), `between` (`end`: 0 or 1,
    `point`), `align` (`axis`, `anchor`, `point`), all from the moved part to what it was placed by (its body where that
    was a free point); `symmetry` (`symmetry`: mirror, array or ring, `axes`, `count`, `step`), from the original to
    each image; `adjacency` (`axis`), from a slice to the next one. A relation with a group has an edge for each member.
    With `contacts`, also `contact`, from the earlier to the later of two leaves whose oriented boxes touch.
    """
    import networkx as nx

    graph: nx.MultiDiGraph[Path] = nx.MultiDiGraph()
    nodes = list(_nodes(assembly))
    for node in nodes:
        graph.add_node(node.path, **node.attributes())
    for first, second, attributes in _edges(nodes):
        graph.add_edge(first, second, **attributes)
    if contacts:
        for first, second in contact_pairs(assembly):
            graph.add_edge(first, second, kind="contact")
    return graph


def hierarchical_graph(assembly: Assembly, contacts: bool = False) -> nx.MultiDiGraph[Path]:
    """The relation graph with the tree's edges, of kind `part`, from a body to what stands in it."""
    graph = relation_graph(assembly, contacts)
    for node in _nodes(assembly):
        if node.body is not None:
            graph.add_edge(node.body, node.path, kind="part")
    return graph


def contact_pairs(assembly: Assembly, tolerance: float = TOLERANCE) -> Iterator[tuple[Path, Path]]:
    """The paths of all pairs of leaves whose oriented boxes touch, in the order of the program."""
    leaves = tuple(assembly.leaves())
    boxes = [(leaf.pose, leaf.part.box) for leaf in leaves]
    spans: list[tuple[float, float]] = []
    for box in map(oriented, boxes):
        middle, reach = box.centre[0], box.reach()[0]
        spans.append((middle - reach - tolerance, middle + reach + tolerance))
    # Sweep along x: only boxes that share a part of it are compared.
    found: list[tuple[int, int]] = []
    active: list[int] = []
    for k in sorted(range(len(leaves)), key=lambda k: spans[k]):
        active = [other for other in active if spans[other][1] >= spans[k][0]]
        found.extend((min(k, o), max(k, o)) for o in active if touches(FLOAT, boxes[k], boxes[o], tolerance))
        active.append(k)
    for first, second in sorted(found):
        yield ".".join(leaves[first].path), ".".join(leaves[second].path)


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Node:
    path: Path
    body: Path | None
    part: Part
    pose: Pose
    material: Material

    def attributes(self) -> dict[str, Any]:
        steps = [step.partition("[")[0] for step in self.path.split(".")]
        return {
            "name": steps[-1] or self.part.name,
            "label": ".".join(steps),
            "kind": self.part.kind,
            "tags": self.part.tags,
            "material": self.material,
            "arguments": dict(self.part.arguments or {}),
            "box": self.part.box,
            "pose": self.pose,
            "leaf": self.part.geometry is not None,
        }


def _nodes(assembly: Assembly) -> Iterator[_Node]:
    """All instances, a body before what stands in it."""
    stack = [_Node(ROOT, None, assembly.root, IDENTITY, assembly.root.material or DEFAULT)]
    while stack:
        node = stack.pop()
        yield node
        for child in reversed(node.part.children):
            stack.append(
                _Node(
                    _joined(node.path, child.label),
                    node.path,
                    child.part,
                    child.pose.then(node.pose),
                    child.part.material or node.material,
                )
            )


def _joined(body: Path, path: Path) -> Path:
    return f"{body}.{path}" if body else path


def _edges(nodes: list[_Node]) -> Iterator[tuple[Path, Path, dict[str, Any]]]:
    for node in nodes:
        for relation in node.part.relations:
            yield from _relation_edges(node, relation)


def _relation_edges(body: _Node, relation: Relation) -> Iterator[tuple[Path, Path, dict[str, Any]]]:
    match relation:
        case Attachment(part, anchor, target, target_anchor, point):
            attributes = {"kind": "attach", "anchor": anchor, "target_anchor": target_anchor, "point": point}
            yield from _between(body, part, target, attributes)
        case Spanning(part, first, second, start, end):
            yield from _between(body, part, first, {"kind": "between", "end": 0, "point": start})
            yield from _between(body, part, second, {"kind": "between", "end": 1, "point": end})
        case Alignment(part, axis, anchor, target, point):
            yield from _between(body, part, target, {"kind": "align", "axis": axis, "anchor": anchor, "point": point})
        case Symmetry(kind, axes, count, step, parts):
            attributes = {"kind": "symmetry", "symmetry": kind, "axes": axes, "count": count, "step": step}
            for image in parts[1:]:
                yield from _between(body, parts[0], image, attributes)
        case Adjacency(first, second, axis):
            yield from _between(body, first, second, {"kind": "adjacency", "axis": axis})
        case _:
            assert_never(relation)


def _between(
    body: _Node, first: Path, second: Path | None, attributes: dict[str, Any]
) -> Iterator[tuple[Path, Path, dict[str, Any]]]:
    targets = [body.path] if second is None else instances(body.part, body.path, second)
    for source in instances(body.part, body.path, first):
        for target in targets:
            yield source, target, attributes


def instances(body: Part, prefix: Path, path: Path) -> list[Path]:
    """The instances, by their paths from the root, that a path in a body means: one, or the members of a group.

    A path that leads to no instance (a name for placement inside a solid) means the deepest instance on its way.
    """
    found, reached = [(prefix, body)], [prefix]
    for step in path.split("."):
        found = [
            (_joined(place, child.label), child.part)
            for place, part in found
            for child in part.children
            if child.label == step or child.label.startswith(step + "[")
        ]
        if not found:
            break
        reached = [place for place, _ in found]
    return reached
