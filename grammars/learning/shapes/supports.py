"""What each part of a body hangs on: a tree of contacts, so that what touched in the examples touches in samples.

A part is a role, how it repeats, and the part that it hangs on; one role may be several parts, where it hangs on other
things in other examples. The first part of a body hangs on nothing. Then the part that most bodies have, and whose
support they have, is taken each time (a greedy cover of the examples).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias, final

import numpy as np

from grammars.learning.shapes.bodies import Body, Item, Row
from grammars.learning.shapes.contacts import leaves_of, near
from grammars.learning.shapes.roles import Assignment
from shapelang.geometry.oriented import Oriented

Key: TypeAlias = tuple[int, Hashable]
"""A role, and how it repeats."""

_TURNED: Final = 0.6
"""What a support counts that others can be placed at by its anchors only."""

_HOLLOW: Final = 0.3
"""What a support counts whose box is not filled."""

_FURTHER: Final = 4.0
"""How far what touches nothing may be from what it hangs on, in the distances of what touches."""

_APART: Final = 0.05
"""What one counts that no name reaches."""


@final
@dataclass(frozen=True, slots=True)
class Hung:
    """A part of bodies, with the number of the part that it hangs on; None of what hangs on nothing.

    `apart`: what it is near, in the distances of what touches: more than 1 of what touches nothing.
    """

    key: Key
    support: int | None
    apart: float = 1.0


def standing_of(body: Body, roles: Assignment, near: float) -> Standing:
    """The items of a body that have a role."""
    both = zip(body.items, roles, strict=True)
    return Standing(near, {(role, item.copies): item for item, role in both if role is not None})


@final
class Standing:
    """A body with its items by their keys; which of them touch is found when it is asked."""

    def __init__(self, near: float, keys: Mapping[Key, Item]) -> None:
        self.near, self.keys = near, keys
        self._leaves: dict[Key, list[Oriented]] = {}
        self._touch: dict[tuple[Key, Key, float], bool] = {}

    def without(self, keys: Collection[Key]) -> Standing:
        """The same without some of its items."""
        if not keys:
            return self
        found = Standing(self.near, {key: item for key, item in self.keys.items() if key not in keys})
        found._leaves, found._touch = self._leaves, self._touch
        return found

    def touch(self, one: Key, other: Key, apart: float = 1.0) -> bool:
        """Whether two of its items are near, or not further apart than so many times that."""
        first, second = sorted((one, other), key=lambda key: (key[0], str(key[1])))
        if (first, second, apart) not in self._touch:
            met = near(self._of(first), self._of(second), apart * self.near)
            self._touch[first, second, apart] = bool(met.any())
        return self._touch[first, second, apart]

    def _of(self, key: Key) -> list[Oriented]:
        if key not in self._leaves:
            self._leaves[key] = leaves_of(self.keys[key])
        return self._leaves[key]


def assigned(standing: Standing, parts: Sequence[Hung]) -> dict[int, Item]:
    """The items of a body by the number of their part: each is the first that it can be."""
    done: dict[Key, int] = {}
    for number, part in enumerate(parts):
        if part.key in standing.keys and part.key not in done and _may(standing, part, parts, done):
            done[part.key] = number
    return {number: standing.keys[key] for key, number in done.items()}


def common_parts(standings: Sequence[Standing], fewest: int) -> list[Hung]:
    """The parts of a corpus, each after what it hangs on.

    What stands in fewer bodies is left out, and where it hangs on something in less than half of these, that is.
    """
    stand = Counter(key for s in standings for key in s.keys)
    standings = [s.without([key for key in s.keys if stand[key] < fewest]) for s in standings]
    every = _parts(standings)
    counts = Counter(number for s in standings for number in assigned(s, every))
    kept: dict[int, int] = {}
    found: list[Hung] = []
    for number, part in enumerate(every):
        if 2 * counts[number] >= fewest and (part.support is None or part.support in kept):
            kept[number] = len(found)
            found.append(replace(part, support=None if part.support is None else kept[part.support]))
    return found


def _parts(standings: Sequence[Standing]) -> list[Hung]:
    parts: list[Hung] = []
    done: list[dict[Key, int]] = [{} for _ in standings]
    # Of each part that may be next, how many bodies would have it.
    counts: Counter[Hung] = Counter()
    keys = sorted({key for s in standings for key in s.keys}, key=lambda key: (key[0], str(key[1])))
    worth = {key: _worth([s.keys[key] for s in standings if key in s.keys]) for key in keys}
    while any(len(d) < len(s.keys) for d, s in zip(done, standings, strict=True)):
        part = _commonest(counts, parts, worth) or _further(standings, done, worth) or _first(standings, done, worth)
        for d, standing in zip(done, standings, strict=True):
            if part.key in standing.keys and part.key not in d and _may(standing, part, parts, d):
                near = [key for key in standing.keys if key != part.key and standing.touch(key, part.key)]
                counts.subtract(Hung(part.key, d[key]) for key in near if key in d)
                counts.update(Hung(key, len(parts)) for key in near if key not in d)
                d[part.key] = len(parts)
        parts.append(part)
    return parts


def _may(standing: Standing, part: Hung, parts: Sequence[Hung], done: dict[Key, int]) -> bool:
    if part.support is None:
        return True
    support = parts[part.support].key
    return done.get(support) == part.support and standing.touch(part.key, support, part.apart)


def _commonest(counts: Counter[Hung], parts: Sequence[Hung], worth: Mapping[Key, float]) -> Hung | None:
    def rank(part: Hung) -> tuple[float, int, int, str]:
        assert part.support is not None
        return -counts[part] * worth[parts[part.support].key], part.support, part.key[0], str(part.key[1])

    return min((part for part, count in counts.items() if count > 0), key=rank, default=None)


def _further(standings: Sequence[Standing], done: Sequence[dict[Key, int]], worth: Mapping[Key, float]) -> Hung | None:
    """What is not far from another part, where nothing that is left touches anything."""
    counts: Counter[Hung] = Counter()
    for d, standing in zip(done, standings, strict=True):
        for key in standing.keys:
            if key not in d:
                met = (number for other, number in d.items() if standing.touch(key, other, _FURTHER))
                counts.update(Hung(key, number, _FURTHER) for number in met)
    return min(counts, key=lambda p: (-counts[p] * worth[p.key], p.support, p.key[0], str(p.key[1])), default=None)


def _first(standings: Sequence[Standing], done: Sequence[dict[Key, int]], worth: Mapping[Key, float]) -> Hung:
    """What most bodies have, where nothing that is left is near anything; of equals the largest."""
    counts: Counter[Key] = Counter()
    volumes: dict[Key, float] = {}
    for d, standing in zip(done, standings, strict=True):
        for key, item in standing.keys.items():
            if key not in d:
                counts[key] += 1
                volumes[key] = volumes.get(key, 0.0) + float(np.prod(item.size))
    key = min(counts, key=lambda k: (-counts[k] * worth[k], -volumes[k], k[0], str(k[1])))
    return Hung(key, None)


def _worth(items: Sequence[Item]) -> float:
    """Of a part as a support."""
    if any(isinstance(item.repeats, Row) and item.mirrored for item in items):
        return _APART
    hollow = 2 * sum(item.body is not None or item.repeats is not None for item in items) > len(items)
    return (_TURNED if any(item.turns.any() for item in items) else 1.0) * (_HOLLOW if hollow else 1.0)
