"""What is worked out for many examples at once is what is worked out for each."""

from __future__ import annotations

import numpy as np
import pytest

from grammars.learning.shapes.bodies import Body
from grammars.learning.shapes.fitting import sources_of
from grammars.learning.shapes.frames import anchored, boxes_of, share_of
from grammars.learning.shapes.growing import Growth, Steps
from grammars.learning.shapes.learned import learned
from grammars.learning.shapes.model import read_source
from grammars.learning.shapes.precision import precision_of
from grammars.learning.shapes.roles import Role, Roster, looks_of, roles_of
from tests.grammars.learning.shapes.test_contacts import ARMS, BLOCKS
from tests.grammars.learning.shapes.test_learned import bodies


@pytest.fixture(scope="module")
def examples() -> list[Body]:
    return [*bodies(ARMS, 12), *bodies(BLOCKS, 12)]


def apart(role: Role, look) -> float:
    """How far an item is from one role, word by word."""
    found = float(np.abs(look.faces - role.faces).mean())
    if look.name:
        found = 0.4 * found if look.name in role.names else found + 0.15 * bool(role.names)
    for seen, word, more in ((role.kinds, look.kind, 0.04), (role.inside, look.inside, 0.03)):
        found += more * (word not in seen)
    return found + 0.05 * (look.copies not in role.copies)


def test_distances_from_a_roster_are_those_from_each_role(examples: list[Body]) -> None:
    roles, _ = roles_of(examples)
    roster = Roster(roles[::-1])
    for k, role in enumerate(roles):
        roster.put(k, role)
    for look in (look for body in examples for look in looks_of(body)):
        assert roster.apart(look) == pytest.approx([apart(role, look) for role in roles], abs=1e-12)


def test_boxes_of_many_items_are_those_of_each(examples: list[Body]) -> None:
    items = [item for body in examples for item in body.items]
    assert any(item.turns.any() for item in items)
    boxes = boxes_of(items)
    points = boxes.points((0.3, -1.0, 0.7))
    for item, point, share in zip(items, points, boxes.shares(points), strict=True):
        assert point == pytest.approx(anchored(item, (0.3, -1.0, 0.7)), abs=1e-12)
        assert share == pytest.approx(share_of(item, point), abs=1e-9)
        assert share == pytest.approx([0.3, -1.0, 0.7], abs=1e-9)


def test_sources_of_many_bodies_are_those_of_each(examples: list[Body]) -> None:
    both = [body for body in examples if len(body.items) > 1]
    sizes = np.array([body.size for body in both])
    boxes = {k: boxes_of([body.items[k] for body in both]) for k in (0, 1)}
    for source in sources_of((0, 1), True):
        each = [float(read_source(source, body.size, dict(enumerate(body.items)))) for body in both]
        assert read_source(source, sizes, boxes) == pytest.approx(each, abs=1e-12)


def test_bodies_within_others_are_learned_once() -> None:
    shapes = bodies(BLOCKS, 12)
    growth, steps = Growth(precision_of(shapes, 0.004)), Steps(merged=True, dependent=True)

    def inner(framed: bool) -> list[object]:
        grammar = growth.grown(shapes, steps, framed=framed)
        return [content.inner for part in grammar.root.parts for content in part.contents if content.inner]

    first, second = inner(True), inner(False)
    assert first and len(first) == len(second) and all(a is b for a, b in zip(first, second, strict=True))


def test_how_much_is_behind_is_told_within_the_steps_and_never_falls() -> None:
    told: list[tuple[str, float]] = []
    shapes = [*bodies(ARMS, 20), *bodies(BLOCKS, 20)]
    learned(shapes, [], precision_of(shapes, 0.004), count=2, tell=lambda what, done: told.append((what, done)))
    shares = [done for _, done in told]
    assert shares == sorted(shares) and 0.0 <= shares[0] and shares[-1] <= 1.0
    for step in ("most specific", "structure merged", "numbers described", "in families"):
        assert len({done for what, done in told if what.startswith(step)}) > 3
