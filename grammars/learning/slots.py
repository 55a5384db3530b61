"""Where parts stand in what is seen: bodies by the places of their parts, and what has been seen at each place.

The most specific grammar of a corpus: bodies whose parts stand at the same places are one rule, and each place of a
rule is a nonterminal of its own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, final

from grammars.charts.observed import Body, Content, Leaf, Standing, Turn

Skeleton: TypeAlias = tuple[tuple[Turn, tuple[int, int, int]], ...]
"""The turns and offsets of a body's parts, sorted."""

Slot: TypeAlias = tuple[Skeleton, int]
"""One place of a rule; the start symbol is the place of the empty skeleton."""

START: Final[Slot] = ((), 0)


@final
@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen at a place: leaves by kind and how many numbers, each with its numbers; bodies by skeleton."""

    leaves: Mapping[tuple[str, int], tuple[tuple[int, ...], ...]]
    bodies: Mapping[Skeleton, int]

    @property
    def count(self) -> int:
        """How often anything was seen there."""
        return sum(map(len, self.leaves.values())) + sum(self.bodies.values())


def slots_of(corpus: Sequence[Standing]) -> dict[Slot, Seen]:
    """All places of a corpus, the start's first."""
    found: dict[Slot, list[Content]] = defaultdict(list)
    for standing in corpus:
        for slot, content in _contents(START, standing.content):
            found[slot].append(content)
    return {slot: _told(contents) for slot, contents in found.items()}


def skeleton_of(body: Body) -> Skeleton:
    """Where the parts of a body stand."""
    return tuple((child.turn, child.offset) for child in _ordered(body))


def _ordered(body: Body) -> list[Standing]:
    """Parts by place; those of one place as they are sorted."""
    return sorted(body.children, key=lambda child: (child.turn, child.offset))


def _contents(slot: Slot, content: Content) -> Iterator[tuple[Slot, Content]]:
    yield slot, content
    if isinstance(content, Body):
        skeleton = skeleton_of(content)
        for k, child in enumerate(_ordered(content)):
            yield from _contents((skeleton, k), child.content)


def _told(contents: Sequence[Content]) -> Seen:
    leaves: dict[tuple[str, int], list[tuple[int, ...]]] = defaultdict(list)
    bodies: Counter[Skeleton] = Counter()
    for content in contents:
        match content:
            case Leaf(kind, numbers):
                leaves[kind, len(numbers)].append(numbers)
            case Body():
                bodies[skeleton_of(content)] += 1
    return Seen({key: tuple(vectors) for key, vectors in leaves.items()}, dict(bodies))


def together(a: Seen, b: Seen) -> Seen:
    """What was seen at either place."""
    leaves = {key: a.leaves.get(key, ()) + b.leaves.get(key, ()) for key in {**a.leaves, **b.leaves}}
    bodies = {key: a.bodies.get(key, 0) + b.bodies.get(key, 0) for key in {**a.bodies, **b.bodies}}
    return Seen(leaves, bodies)
