"""Queries on the examples: what held-out samples are like, and what no sample can be like."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias, final

import numpy as np

from benchmarks.grammars.scenes import Node, Scene
from shapelang.primitives.table import PRIMITIVE_BY_KIND

Choices: TypeAlias = Mapping[str, object]
Check: TypeAlias = Callable[[Scene, Choices], bool]
"""Whether a measured GLB (and what was chosen) meets a clause; up to 1 mm where lengths are compared."""

NEAR: Final = 1e-3
_AXES: Final = ("width", "height", "depth")
_LIKE: Final = 0.02


@final
@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A query: clauses as text, and for each a check that was written apart from them."""

    kind: str
    program: str
    clauses: tuple[str, ...]
    checks: tuple[Check, ...]


HELD_OUT: Final = {
    "chair": 60, "bed": 8, "street_lamp": 8, "tower": 6, "crate": 4, "bridge": 4, "market_stall": 4, "mushroom": 3,
    "barrel": 3,
}  # fmt: skip
"""How many of the queries each example gives."""

KINDS: Final = ("count", "size", "fits", "equal", "given", "pair")


@final
@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """What a query is about: a measured sample, what was chosen for it, and how its parts are called in queries."""

    scene: Scene
    choices: Choices
    named: Callable[[Node], str | None]

    def parts(self) -> list[tuple[str, Node]]:
        """Those that have a surface and can be called something."""
        found = ((self.named(node), node) for node in self.scene.nodes[1:] if len(node.world))
        return [(name, node) for name, node in found if name is not None]

    def name(self, rng: random.Random) -> str:
        """What some part is called."""
        return rng.choice(sorted({name for name, _ in self.parts()}))


def by_name(node: Node) -> str | None:
    """A part by its name, in queries on the program that made it."""
    return node.name


def by_kind(node: Node) -> str | None:
    """A part by the kind of primitive that it is, in queries on programs with other names."""
    return node.kind if node.kind in PRIMITIVE_BY_KIND else None


def asked_of(program: str, kind: str, sample: Sample, rng: random.Random) -> Asked:
    """A query of a kind that a held-out sample meets."""
    if kind == "pair":
        first, second = rng.sample(KINDS[:5], 2)
        a, b = (asked_of(program, each, sample, rng) for each in (first, second))
        return Asked("pair", program, a.clauses + b.clauses, a.checks + b.checks)
    make = {"count": _count, "size": _size, "fits": _fits, "equal": _equal, "given": _given}[kind]
    text, check = make(sample, rng)
    return Asked(kind, program, (text,), (check,))


def _count(sample: Sample, rng: random.Random) -> tuple[str, Check]:
    name = sample.name(rng)
    wanted = sample.scene.count(name)
    return f"count({name}) == {wanted}", lambda s, _: s.count(name) == wanted


def _size(sample: Sample, rng: random.Random) -> tuple[str, Check]:
    """An extent within 3 %, of the whole or of a part."""
    axis = rng.randrange(3)
    name = None if rng.random() < 0.6 else sample.name(rng)
    have = sample.scene.extent(name, axis)
    low, high = round(0.97 * have, 4), round(1.03 * have, 4)
    term = _AXES[axis] if name is None else f"{name}.{_AXES[axis]}"
    text = f"{term} > {low} and {term} < {high}"
    return text, lambda s, _: low - NEAR <= s.extent(name, axis) <= high + NEAR


def _fits(sample: Sample, rng: random.Random) -> tuple[str, Check]:
    low, high = sample.scene.box(None)
    size = [round(float(v), 4) for v in (high - low) * 1.005 + 1e-4]
    text = f"fits({size[0]}, {size[1]}, {size[2]})"
    return text, lambda s, _: bool((s.box(None)[1] - s.box(None)[0] <= np.array(size) + NEAR).all())


def _equal(sample: Sample, rng: random.Random) -> tuple[str, Check]:
    """A side of a part at the place where it is, two parts of equal extent, or a choice."""
    whole = {a: v for a, v in sample.choices.items() if "/" not in a and isinstance(v, str | int) and a.isidentifier()}
    if whole and rng.random() < 0.3:
        address = rng.choice(sorted(whole))
        wanted = whole[address]
        shown = f'"{wanted}"' if isinstance(wanted, str) else str(wanted).lower()
        return f"chosen({address}) == {shown}", lambda _, c: c.get(address) == wanted
    alike = _alike(sample)
    if alike and rng.random() < 0.4:
        a, b, axis = rng.choice(alike)
        text = f"{a}.{_AXES[axis]} == {b}.{_AXES[axis]}"
        return text, lambda s, _: abs(s.extent(a, axis) - s.extent(b, axis)) <= 5e-4 + NEAR
    name = sample.name(rng)
    level = round(float(sample.scene.box(name)[1][1]), 4)
    return f"{name}.top.y == {level}", lambda s, _: abs(s.box(name)[1][1] - level) <= 5e-4 + NEAR


def _alike(sample: Sample) -> list[tuple[str, str, int]]:
    """Parts of different names with the same extent."""
    scene = sample.scene
    names = sorted({name for name, _ in sample.parts()})
    return [
        (a, b, axis)
        for k, a in enumerate(names)
        for b in names[k + 1 :]
        for axis in range(3)
        if abs(scene.extent(a, axis) - scene.extent(b, axis)) < 1e-4
    ]


def _given(sample: Sample, rng: random.Random) -> tuple[str, Check]:
    name, node = rng.choice(sample.parts())
    size = [round(float(v), 4) for v in node.size]
    text = f"contains({name}, {size[0]}, {size[1]}, {size[2]})"

    def check(other: Scene, _: Choices) -> bool:
        wanted = np.array(size)
        return any(bool((abs(n.size - wanted) <= _LIKE * wanted + NEAR).all()) for n in other.called(name))

    return text, check


INFEASIBLE: Final[tuple[tuple[str, tuple[str, ...], tuple[int, ...]], ...]] = (
    ("chair", ("count(leg) == 5",), (0,)),
    ("chair", ("count(leg) == 4", "height > 1.25"), (1,)),
    ("chair", ("fits(0.6, 0.65, 0.6)", 'finish == "oak"'), (0,)),
    ("chair", ("seat.width == 0.5",), (0,)),
    ("chair", ('back == "panel"', "count(slat) >= 1"), (0, 1)),
    ("chair", ("slats == 5", "count(slat) == 6", "height > 0.8"), (0, 1)),
    ("chair", ("seat.top.y > 0.545",), (0,)),
    ("chair", ("seat.top.y < 0.4", "height > 0.95"), (0, 1)),
    ("chair", ("contains(seat, 0.9, 0.04, 0.44)",), (0,)),
    ("chair", ("leg.height == seat.top.y",), (0,)),
    ("chair", ("count(slat) == 8", "height < 1"), (0,)),
    ("chair", ("back.height > 0.75",), (0,)),
    ("bed", ("count(pillow) == 3",), (0,)),
    ("bed", ("fits(1.3, 2, 3)",), (0,)),
    ("bed", ("head.top.y > 1.25", 'linen == "rust"'), (0,)),
    ("street_lamp", ("count(lantern) == 3",), (0,)),
    ("street_lamp", ('arms == "one"', "count(spire) == 1"), (0, 1)),
    ("market_stall", ("rear.height > 2.6",), (0,)),
    ("crate", ("width == height + 0.1",), (0,)),
    ("tower", ("floors == 2", "count(course) == 3"), (0, 1)),
)
"""Program, clauses, and which of them cannot be met, by the ranges that the programs give."""
