"""Which items of different bodies are the same part: by name first, then by place, extents and kind."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, final

import numpy as np

from grammars.learning.shapes.bodies import Body, Item, Row, rotation
from grammars.learning.shapes.naming import label_of

_FAR: Final = 0.22
"""Mean distance of two boxes' faces, as a share of the body's extents, beyond which they are different parts."""

_NAMED: Final = 0.4
"""What the distance of parts of one name counts."""

_OTHER_NAME: Final = 0.15
"""What parts of different names are apart besides."""

_OTHER_KIND: Final = 0.04

_OTHER_COPIES: Final = 0.05
"""What a part and one that stands more often are apart besides."""

_OTHER_INSIDE: Final = 0.03
"""What a part and one in which other parts stand are apart besides."""

_ROUNDS: Final = 3

Assignment: TypeAlias = tuple[int | None, ...]
"""The role of each item of a body."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Role:
    """A part of the bodies of a corpus: `faces` (6,) are the mean of its box, as a share of the body's."""

    faces: np.ndarray
    names: Mapping[str, int]
    kinds: Mapping[str, int]
    copies: Mapping[str, int]
    inside: Mapping[str, int]
    count: int

    @property
    def label(self) -> str:
        """What it is called, as other roles may be."""
        return label_of(self.names, self.faces)


@final
@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """What an item is matched by: `faces` (6,) of its box as shares of its body, and words for what it is."""

    faces: np.ndarray
    name: str
    kind: str
    copies: str
    inside: str


@final
class Roster:
    """Roles that items are matched with, all at once: of each word in which of them it was seen."""

    def __init__(self, roles: Iterable[Role] = ()) -> None:
        self.roles: list[Role] = []
        self._faces = np.zeros((8, 6))
        self._named = np.zeros(8, bool)
        # Of names, kinds, copies and what stands inside.
        self._seen: tuple[dict[str, list[int]], ...] = tuple(defaultdict(list) for _ in range(4))
        for role in roles:
            self.put(len(self.roles), role)

    def put(self, k: int, role: Role) -> None:
        """The next role, or one whose items are others now."""
        if k == len(self.roles):
            self.roles.append(role)
            if k == len(self._faces):
                self._faces = np.concatenate([self._faces, np.zeros_like(self._faces)])
                self._named = np.concatenate([self._named, np.zeros_like(self._named)])
        else:
            for seen, words in zip(self._seen, _words(self.roles[k]), strict=True):
                for word in words:
                    seen[word].remove(k)
        self.roles[k] = role
        self._faces[k], self._named[k] = role.faces, bool(role.names)
        for seen, words in zip(self._seen, _words(role), strict=True):
            for word in words:
                seen[word].append(k)

    def apart(self, look: Look) -> np.ndarray:
        """(roles,): how far an item is from each."""
        count = len(self.roles)
        names, kinds, copies, inside = self._seen
        far = np.abs(look.faces - self._faces[:count]).mean(axis=1)
        if look.name:
            scale, besides = np.ones(count), _OTHER_NAME * self._named[:count]
            own = names.get(look.name, [])
            scale[own], besides[own] = _NAMED, 0.0
            far = far * scale + besides
        lacks = (_lacks(kinds, look.kind, count), _lacks(inside, look.inside, count))
        return far + (
            lacks[0] * _OTHER_KIND + lacks[1] * _OTHER_INSIDE + _lacks(copies, look.copies, count) * _OTHER_COPIES
        )


def _words(role: Role) -> tuple[Mapping[str, int], ...]:
    return role.names, role.kinds, role.copies, role.inside


def _lacks(seen: Mapping[str, Sequence[int]], word: str, count: int) -> np.ndarray:
    """(roles,): 1 where a word was never seen."""
    found = np.ones(count)
    found[seen.get(word, [])] = 0.0
    return found


def roles_of(bodies: Sequence[Body]) -> tuple[list[Role], list[Assignment]]:
    """The roles of a corpus, the most frequent first, and the role of each item of each body.

    Bodies are taken one by one, from those of a typical number of items; the items of one are given to the roles so far
    at the least total distance (Kuhn 1955), and what is far from all is a role of its own. Then again from the means.
    """
    counts = [len(body.items) for body in bodies]
    typical = float(np.median(counts)) if counts else 0.0
    order = sorted(range(len(bodies)), key=lambda k: (abs(counts[k] - typical), k))
    looks = [looks_of(body) for body in bodies]
    groups: list[list[Look]] = []
    means = Roster()
    for _ in range(_ROUNDS):
        groups = [[] for _ in means.roles]
        for k in order:
            for look, role in zip(looks[k], matched(looks[k], means), strict=True):
                if role is None:
                    groups.append([look])
                    means.put(len(means.roles), _mean(groups[-1]))
                else:
                    groups[role].append(look)
                    if len(groups[role]) < 8:
                        means.put(role, _mean(groups[role]))
        groups = [group for group in groups if group]
        means = Roster(map(_mean, groups))
    found = sorted(map(_mean, groups), key=lambda role: -role.count)
    roster = Roster(found)
    return found, [matched(one, roster) for one in looks]


def matched(looks: Sequence[Look], roster: Roster) -> Assignment:
    """The role of each item of a body, each role at most once; None for an item that is far from all."""
    from scipy.optimize import linear_sum_assignment

    found: list[int | None] = [None] * len(looks)
    if roster.roles and looks:
        cost = np.minimum([roster.apart(look) for look in looks], _FAR)
        for row, column in zip(*linear_sum_assignment(cost), strict=True):
            if cost[row, column] < _FAR:
                found[int(row)] = int(column)
    return tuple(found)


def looks_of(body: Body) -> list[Look]:
    """What each item of a body is matched by."""
    return [Look(faces_of(body, item), item.name, item.kind, _copies(item), _inside(item)) for item in body.items]


def faces_of(body: Body, item: Item) -> np.ndarray:
    """(6,): the low and high ends of an item's box, as shares of the body's extents."""
    reach = 0.5 * item.size
    if not isinstance(item.repeats, Row) and item.turns.any():
        reach = np.abs(rotation(item.turns)) @ reach
    size = np.maximum(body.size, 1e-9)
    return np.concatenate([(item.centre - reach) / size, (item.centre + reach) / size])


def _inside(item: Item) -> str:
    """What stands in it: how many parts, and of what kinds."""
    return "" if item.body is None else " ".join(sorted(f"{one.kind}{one.mirrored}" for one in item.body.items))


def _copies(item: Item) -> str:
    return f"{item.mirrored} {type(item.repeats).__name__}"


def _mean(group: Sequence[Look]) -> Role:
    return Role(
        np.mean([look.faces for look in group], axis=0),
        Counter(look.name for look in group if look.name),
        Counter(look.kind for look in group),
        Counter(look.copies for look in group),
        Counter(look.inside for look in group),
        len(group),
    )
