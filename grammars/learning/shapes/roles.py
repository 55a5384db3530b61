"""Which items of different bodies are the same part: by name first, then by place, extents and kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias, final

import numpy as np

from grammars.learning.shapes.bodies import Body, Item, Row
from shapelang.io.turns import AXES, Turns, matrix_of

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

    name: str
    faces: np.ndarray
    names: Mapping[str, int]
    kinds: Mapping[str, int]
    copies: Mapping[str, int]
    inside: Mapping[str, int]
    count: int


def roles_of(bodies: Sequence[Body]) -> tuple[list[Role], list[Assignment]]:
    """The roles of a corpus, the most frequent first, and the role of each item of each body.

    Bodies are taken one by one, from those of a typical number of items; the items of one are given to the roles so far
    at the least total distance (Kuhn 1955), and what is far from all is a role of its own. Then again from the means.
    """
    counts = [len(body.items) for body in bodies]
    typical = float(np.median(counts)) if counts else 0.0
    order = sorted(range(len(bodies)), key=lambda k: (abs(counts[k] - typical), k))
    groups: list[list[tuple[Body, Item]]] = []
    means: list[Role] = []
    for _ in range(_ROUNDS):
        groups = [[] for _ in means]
        for k in order:
            for item, role in zip(bodies[k].items, matched(bodies[k], means), strict=True):
                if role is None:
                    groups.append([(bodies[k], item)])
                    means.append(_mean(groups[-1]))
                else:
                    groups[role].append((bodies[k], item))
                    if len(groups[role]) < 8:
                        means[role] = _mean(groups[role])
        groups = [group for group in groups if group]
        means = [_mean(group) for group in groups]
    found = roles_from(groups)
    return found, [matched(body, found) for body in bodies]


def roles_from(groups: Sequence[Sequence[tuple[Body, Item]]]) -> list[Role]:
    """Roles from the items of each, the most frequent first, with names of their own."""
    return _named(sorted(map(_mean, groups), key=lambda role: -role.count))


def matched(body: Body, roles: Sequence[Role]) -> Assignment:
    """The role of each item of a body, each role at most once; None for an item that is far from all."""
    from scipy.optimize import linear_sum_assignment

    found: list[int | None] = [None] * len(body.items)
    if roles and body.items:
        means = np.array([role.faces for role in roles])
        cost = np.minimum([_apart(body, item, roles, means) for item in body.items], _FAR)
        for row, column in zip(*linear_sum_assignment(cost), strict=True):
            if cost[row, column] < _FAR:
                found[int(row)] = int(column)
    return tuple(found)


def faces_of(body: Body, item: Item) -> np.ndarray:
    """(6,): the low and high ends of an item's box, as shares of the body's extents."""
    reach = 0.5 * item.size
    if not isinstance(item.repeats, Row) and item.turns.any():
        reach = np.abs(matrix_of(turns_named(item.turns))) @ reach
    size = np.maximum(body.size, 1e-9)
    return np.concatenate([(item.centre - reach) / size, (item.centre + reach) / size])


def turns_named(turns: np.ndarray) -> Turns:
    """Turns about x, y and z as `matrix_of` takes them."""
    return tuple(zip(AXES, turns.tolist(), strict=True))


def _apart(body: Body, item: Item, roles: Sequence[Role], faces: np.ndarray) -> np.ndarray:
    """(roles,): how far an item is from each, whose mean faces (roles, 6) are given."""
    far = np.abs(faces_of(body, item) - faces).mean(axis=1)
    if item.name:
        named = [
            (_NAMED, 0.0) if item.name in role.names else (1.0, _OTHER_NAME if role.names else 0.0) for role in roles
        ]
        scale, besides = np.array(named).T
        far = far * scale + besides
    copies, inside = _copies(item), _inside(item)
    other = [
        (item.kind not in role.kinds) * _OTHER_KIND
        + (inside not in role.inside) * _OTHER_INSIDE
        + (copies not in role.copies) * _OTHER_COPIES
        for role in roles
    ]
    return far + np.array(other)


def _inside(item: Item) -> str:
    """What stands in it: how many parts, and of what kinds."""
    return "" if item.body is None else " ".join(sorted(f"{one.kind}{one.mirrored}" for one in item.body.items))


def _copies(item: Item) -> str:
    return f"{item.mirrored} {type(item.repeats).__name__}"


def _mean(group: Sequence[tuple[Body, Item]]) -> Role:
    return Role(
        "",
        np.mean([faces_of(body, item) for body, item in group], axis=0),
        Counter(item.name for _, item in group if item.name),
        Counter(item.kind for _, item in group),
        Counter(_copies(item) for _, item in group),
        Counter(_inside(item) for _, item in group),
        len(group),
    )


def _named(roles: Sequence[Role]) -> list[Role]:
    """The roles with names of their own: the most frequent of their items' names, else what their box looks like."""
    taken: set[str] = set()
    found: list[Role] = []
    for role in roles:
        name = max(role.names, key=lambda n: role.names[n]) if role.names else looks(role.faces)
        own = next(n for k in range(1, len(roles) + 2) if (n := name if k == 1 else f"{name}_{k}") not in taken)
        taken.add(own)
        found.append(Role(own, role.faces, role.names, role.kinds, role.copies, role.inside, role.count))
    return found


def looks(faces: np.ndarray) -> str:
    """A word for a box by its place and proportions, both as shares of its body."""
    x, y, z = faces[3:] - faces[:3]
    low, high = faces[1], faces[4]
    if y <= 0.35 * min(x, z):
        return "top" if high > 0.95 else "seat" if min(x, z) > 0.5 and 0.15 < low else "board"
    if y > 1.6 * max(x, z):
        return "leg" if low < 0.1 else "post"
    if z < 0.35 * min(x, y):
        return "back" if faces[5] < 0.35 and high > 0.7 else "front" if faces[2] > 0.65 else "panel"
    if x < 0.35 * min(y, z):
        return "side"
    if max(y, z) < 0.5 * x:
        return "rail"
    if max(x, y) < 0.5 * z:
        return "bar"
    return "base" if low < 0.1 and high < 0.6 else "body"
