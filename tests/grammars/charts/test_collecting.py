"""What a run made as the items of a rule."""

from __future__ import annotations

from random import Random

import pytest

from grammars.charts.collecting import Collector
from grammars.charts.errors import Unreadable
from grammars.charts.model import Call
from grammars.charts.opened import Opened
from shapelang.assembly.part import Part, Placed
from shapelang.geometry.box import Box
from shapelang.geometry.pose import IDENTITY
from shapelang.primitives.sphere import Sphere

BOX = Box((-1.0, -1.0, -1.0), (1.0, 1.0, 1.0))
CALL = Opened("leg", ())
DRAWN = Placed(Part("leg", "call", BOX, CALL), IDENTITY, "leg")  # pyright: ignore[reportArgumentType]


def body(rng: Random) -> Placed:
    """Some spheres, and the call between them once or twice."""
    spheres = [Placed(Part("ball", "sphere", BOX, Sphere(1.0)), IDENTITY, "ball") for _ in range(rng.randint(1, 3))]
    children = spheres + [DRAWN] * rng.randint(1, 2)
    rng.shuffle(children)
    return Placed(Part("body", "block", BOX, children=tuple(children), count=len(children)), IDENTITY, "body")


def test_a_call_in_two_bodies_is_refused_wherever_their_places_lie_in_memory() -> None:
    """Places of one body were known from those of another by their numbers, which a later body may have again."""
    for seed in range(3000):
        rng = Random(seed)
        bodies = tuple(body(rng) for _ in range(2))
        with pytest.raises(Unreadable, match="drawn once and stands in two bodies"):
            Collector(lambda name, items: Call(name, (), ())).items(Part("all", "block", BOX, None, bodies, count=6))
