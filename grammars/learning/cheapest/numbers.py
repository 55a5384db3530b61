"""The numbers of matched parts of a few examples: what a program has to say, and what it may say it by."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from grammars.learning.shapes.alternatives import Alternative
from grammars.learning.shapes.bodies import Body, Item, Mirrored, Operator, Ring, Row
from grammars.learning.shapes.model import EXTENTS, FACES
from grammars.learning.shapes.naming import distinct
from grammars.learning.shapes.roles import roles_of
from grammars.learning.shapes.structure import structure_of
from shapelang.primitives.table import PRIMITIVE_BY_KIND

Column: TypeAlias = NDArray[np.float64]
"""(examples,): a number in each of them; nan where its part does not stand."""

Unit: TypeAlias = Literal["length", "angle", "share", "count"]

_SIDES: Final = (0, -1, 1)


@final
@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """A number that may be told: what it would be called, its unit, and the axis of a length (3: of none)."""

    name: str
    column: Column
    unit: Unit
    axis: int = 3


Slot: TypeAlias = tuple[Told, ...]
"""What a program has to say once, in one of several ways: where one face of a part is, or the other."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part that stands in the examples `there`: the slots of its arguments, turns, place, count and span.

    Where `inner` is given it is a body of its own. `fixed` are arguments that are lists or whole numbers.
    """

    name: str
    kind: str
    fixed: Hashable
    mirrored: Mirrored
    ring: bool
    arguments: tuple[Slot, ...]
    turns: tuple[Slot, ...]
    place: tuple[Slot, ...]
    count: Slot | None
    span: tuple[Slot, ...]
    inner: Inside | None

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Its own, without those of what stands in it."""
        return (*self.arguments, *self.turns, *self.place, *((self.count,) if self.count else ()), *self.span)


@final
@dataclass(frozen=True, slots=True, eq=False)
class Inside:
    """A body: parts by number, which of them stand together, its operator and blend, its extents, and the gaps from its
    parts to its ends.
    """

    parts: Mapping[int, Part]
    shape: Alternative
    operator: Operator
    blend: float
    extents: tuple[Told, ...]
    gaps: tuple[Told, ...]

    def slots(self) -> list[Slot]:
        """Of all parts, inner ones included."""
        found: list[Slot] = []
        for part in self.parts.values():
            found += part.slots
            found += part.inner.slots() if part.inner is not None else []
        return found

    def known(self) -> list[Told]:
        """What a param may be: extents, gaps, and each way to tell a slot."""
        found = list(self.extents)
        for part in self.parts.values():
            found += [told for slot in part.slots for told in slot]
            found += part.inner.known() if part.inner is not None else []
        return [*found, *self.gaps]


def collected(bodies: Mapping[int, Body], examples: int, prefix: str = "") -> Inside:
    """The numbers of bodies that are one thing in different examples, by the number of the example."""
    order = sorted(bodies)
    roles, assignments = roles_of([bodies[k] for k in order])
    seen: dict[tuple[int, Hashable, Hashable], dict[int, Item]] = {}
    spare = len(roles)
    for k, assignment in zip(order, assignments, strict=True):
        for item, role in zip(bodies[k].items, assignment, strict=True):
            known = spare if role is None else role
            spare += role is None
            seen.setdefault((known, item.copies, item.content), {})[k] = item
    keys = sorted(seen, key=lambda key: (-len(seen[key]), key[0], str(key)))
    shape = structure_of([frozenset(seen[key]) for key in keys], frozenset(order))
    parts: dict[int, Part] = {}
    gaps: list[Told] = []
    names = distinct([roles[key[0]].label if key[0] < len(roles) else "part" for key in keys])
    for number, (key, name) in enumerate(zip(keys, names, strict=True)):
        parts[number] = _part(name, seen[key], examples, prefix)
        gaps += _gaps(f"{prefix}{name}", seen[key], bodies, examples)
    one = bodies[order[0]]
    return Inside(parts, shape, one.operator, float(one.blend), tuple(_extents(bodies, examples, prefix)), tuple(gaps))


def _column(values: Mapping[int, float], examples: int) -> Column:
    found = np.full(examples, np.nan)
    for k, value in values.items():
        found[k] = value
    return found


def _extents(bodies: Mapping[int, Body], examples: int, prefix: str) -> list[Told]:
    return [
        Told(prefix + name, _column({k: float(b.size[axis]) for k, b in bodies.items()}, examples), "length", axis)
        for axis, name in enumerate(EXTENTS)
    ]


def _gaps(name: str, items: Mapping[int, Item], bodies: Mapping[int, Body], examples: int) -> list[Told]:
    """From a part to the right, the top and the front of its body."""
    found: list[Told] = []
    for axis in range(3):
        ends = {k: float(bodies[k].size[axis]) * (1.0 if axis == 1 else 0.5) for k in items}
        gaps = {k: ends[k] - float(i.centre[axis] + 0.5 * i.size[axis]) for k, i in items.items()}
        found.append(Told(f"{name}_from_{FACES[axis][1]}", _column(gaps, examples), "length", axis))
    return found


def _part(name: str, items: Mapping[int, Item], examples: int, prefix: str) -> Part:
    one = next(iter(items.values()))
    full = f"{prefix}{name}"

    def told(what: str, values: Mapping[int, float], unit: Unit, axis: int = 3) -> Told:
        return Told(f"{full}_{what}", _column(values, examples), unit, axis)

    arguments: list[Slot] = []
    slots = () if one.body is not None else PRIMITIVE_BY_KIND[one.kind].slots
    for j, slot in enumerate(s for s in slots if s.type not in ("points", "int")):
        unit: Unit = "length" if slot.in_metres else "angle" if slot.type in ("angle", "curvature") else "share"
        axis = EXTENTS.index(slot.name) if slot.name in EXTENTS else 3
        arguments.append((told(slot.name, {k: float(i.arguments[j]) for k, i in items.items()}, unit, axis),))
    turned = any(item.turns.any() for item in items.values())
    turns = tuple(
        (told(f"turn_{'xyz'[a]}", {k: float(i.turns[a]) for k, i in items.items()}, "angle"),) for a in range(3)
    )
    sides = (0,) if turned else _SIDES
    place = tuple(
        tuple(
            told(
                "xyz"[a] if side == 0 else FACES[a][0 if side < 0 else 1],
                {k: float(i.centre[a] + 0.5 * side * i.size[a]) for k, i in items.items()},
                "length",
                a,
            )
            for side in sides
        )
        for a in range(3)
    )
    counts = {k: float(i.repeats.count) for k, i in items.items() if i.repeats is not None}
    rows = {k: i.repeats for k, i in items.items() if isinstance(i.repeats, Row)}
    span = tuple(
        (
            told(f"span_{'xyz'[a]}", {k: float(r.span[a]) for k, r in rows.items()}, "length", a),
            told(f"step_{'xyz'[a]}", {k: float(r.span[a]) / (r.count - 1) for k, r in rows.items()}, "length", a),
        )
        for a in range(3 if rows else 0)
    )
    inner = None
    if one.body is not None:
        inner = collected({k: i.body for k, i in items.items() if i.body is not None}, examples, f"{full}_")
    count = (told("count", counts, "count"),) if counts else None
    ring = isinstance(one.repeats, Ring)
    fixed, mirrored = one.fixed, one.mirrored
    return Part(name, one.kind, fixed, mirrored, ring, tuple(arguments), turns, place, count, span, inner)
