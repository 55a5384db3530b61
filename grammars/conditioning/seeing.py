"""What an assembly has: parts by path, counts, boxes, choices. On floats, on lanes, and on forms.

Of a joint run some parts are there in some lanes alone: counts are lanes then, and what is not there is NaN.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, final

import numpy as np

from grammars.conditioning.forms import Bools
from grammars.conditioning.joint.variants import variants_of
from grammars.conditioning.query import Path, Step
from grammars.conditioning.reach import reach_box
from shapelang.assembly.assembly import Assembly
from shapelang.assembly.part import Part, Solid
from shapelang.execution.references import hull_box
from shapelang.execution.trace import Choice
from shapelang.geometry.box import Box
from shapelang.geometry.pose import IDENTITY, UNIT, Pose, Vec3
from shapelang.numbers import Numbers
from shapelang.primitives.protocol import Primitive


@final
@dataclass(frozen=True, slots=True)
class Node:
    """One instance in the tree: the names that it goes by, its pose in the world, the leaves at and below it."""

    names: frozenset[str]
    indices: tuple[int, ...]
    part: Part
    pose: Pose
    first: int
    last: int
    lanes: Bools | None = None
    """Where it is there; None in all lanes."""


_Leaf: TypeAlias = tuple[Part, Pose, "Bools | None"]


@final
class Seen:
    """One assembly, or lanes of one structure, or of several that ran together, with what was chosen."""

    def __init__(self, n: Numbers, assembly: Assembly, choices: Mapping[str, Choice]) -> None:
        self.n, self.choices, self.parameters = n, choices, assembly.parameters
        self.nodes: list[Node] = []
        self._leaves: list[_Leaf] = []
        self._ways: list[tuple[Node, ...]] = []
        self._boxes: dict[Path, Box | None] = {}
        self._list(assembly.root, IDENTITY, "", (), None)

    def _list(self, part: Part, pose: Pose, label: str, around: tuple[Node, ...], lanes: Bools | None) -> None:
        variants = variants_of(part)
        if variants is not None:
            for child, there in zip(part.children, variants, strict=True):
                self._list(child.part, child.pose.then(pose), label, around, _both(lanes, there))
            return
        first = len(self._leaves)
        if part.geometry is not None:
            self._leaves.append((part, pose, lanes))
        place = len(self.nodes)
        names = frozenset((part.name, part.kind, part.kind.rsplit(".", 1)[-1], *part.tags))
        node = Node(names, _indices(label), part, pose, first, first, lanes)
        self.nodes.append(node)
        self._ways.append(around)
        for child in part.children:
            self._list(child.part, child.pose.then(pose), child.label, (*around, node), lanes)
        self.nodes[place] = Node(names, node.indices, part, pose, first, len(self._leaves), lanes)

    def instances(self, path: Path) -> list[Node]:
        """The nodes of a path; of () the whole."""
        if not path:
            return self.nodes[:1]
        return [
            node
            for node, around in zip(self.nodes[1:], self._ways[1:], strict=True)
            if _is(node, path[-1]) and _below(around, path[:-1])
        ]

    def count(self, path: Path) -> Any:
        """How many instances a path has."""
        found = self.instances(path)
        if all(node.lanes is None for node in found):
            return len(found)
        return sum(1 if node.lanes is None else node.lanes.astype(np.int64) for node in found)

    def at(self, names: tuple[str, ...], path: Path) -> list[Node]:
        """Those of a path to which just these names lead below the root, their own the last."""
        return [
            node
            for node, around in zip(self.nodes[1:], self._ways[1:], strict=True)
            if node.part.name == names[-1]
            and len(around) == len(names)
            and all(each.part.name == name for each, name in zip(around[1:], names[:-1], strict=True))
            and _is(node, path[-1])
            and _below(around, path[:-1])
        ]

    def box(self, path: Path) -> Box | None:
        """The box around all instances of a path, in the world; None where there is none, or nothing in them."""
        if path not in self._boxes:
            leaves = [self._leaves[k] for node in self.instances(path) for k in range(node.first, node.last)]
            self._boxes[path] = self._hull(leaves)
        return self._boxes[path]

    def shown(self, kind: str) -> list[tuple[tuple[Any, ...], Vec3]]:
        """The numbers of every leaf of a kind of primitive, and its place in the world; outlines are left out."""
        return [
            (_numbers(geometry, pose), pose.offset)
            for part, pose, _ in self._leaves
            if not isinstance(geometry := part.geometry, Solid | None) and geometry.kind == kind
        ]

    def own_size(self, node: Node) -> Vec3 | None:
        """The extents of an instance in its own frame, with the scale that it has in the world."""
        box = self._hull(_leaves_of(node.part, IDENTITY, None))
        if box is None:
            return None
        x, y, z = box.size
        s = node.pose.scale
        return (x, y, z) if s is UNIT else (x * s, y * s, z * s)

    def _hull(self, leaves: Iterable[_Leaf]) -> Box | None:
        return hull_box(self.n, (_where(lanes, reach_box(self.n, part, pose)) for part, pose, lanes in leaves))

    def chosen(self, address: str) -> Any:
        """The value of a choice or param; None where it does not occur."""
        choice = self.choices.get(address)
        return self.parameters.get(address) if choice is None else choice.value


def _leaves_of(part: Part, pose: Pose, lanes: Bools | None) -> list[_Leaf]:
    found: list[_Leaf] = [] if part.geometry is None else [(part, pose, lanes)]
    variants = variants_of(part) or (None,) * len(part.children)
    for child, there in zip(part.children, variants, strict=True):
        found += _leaves_of(child.part, child.pose.then(pose), _both(lanes, there))
    return found


def _both(lanes: Bools | None, others: Bools | None) -> Bools | None:
    if lanes is None or others is None:
        return others if lanes is None else lanes
    return lanes & others


def _where(lanes: Bools | None, box: Box) -> Box:
    """A box in the lanes where it is there."""
    if lanes is None:
        return box
    (a, b, c), (x, y, z) = (tuple(np.where(lanes, v, np.nan) for v in end) for end in (box.low, box.high))
    return Box((a, b, c), (x, y, z))


def _numbers(geometry: Primitive, pose: Pose) -> tuple[Any, ...]:
    scale = 1.0 if pose.scale is UNIT else pose.scale
    slots = [slot for slot in geometry.slots if slot.type != "points"]
    return tuple(getattr(geometry, s.name) * (scale if s.in_metres else 1.0) for s in slots)


def _indices(label: str) -> tuple[int, ...]:
    """Those at the end of a label: `leg[1][0]`."""
    return tuple(int(piece.rstrip("]")) for piece in label.split("[")[1:])


def _is(node: Node, step: Step) -> bool:
    return step.name in node.names and (not step.indices or step.indices == node.indices)


def _below(around: tuple[Node, ...], path: Path) -> bool:
    """Whether the steps of a path stand above in this order, with or without others between them."""
    place = 0
    for node in around[1:]:
        if place < len(path) and _is(node, path[place]):
            place += 1
    return place == len(path)
