"""Variants taken out of a batch: arrays of lanes become floats.

Column by column: each array is turned into Python's numbers once for all lanes, and each record is made for all of them
by one `map`. What holds no array is the same object in all variants; what was shared in the batch is shared in each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from itertools import repeat
from typing import Any, TypeAlias, final

import numpy as np

from shapelang.assembly.assembly import Assembly
from shapelang.assembly.material import Material
from shapelang.assembly.part import Geometry, Group, Operand, Part, Placed, Reference, Solid
from shapelang.assembly.relation import Relation
from shapelang.execution.trace import Choice
from shapelang.geometry.box import Box
from shapelang.geometry.pose import Pose

Column: TypeAlias = "list[Any] | None"
"""A value for each lane; None where all have the one that the batch has."""


def lane_value(value: Any, lane: int) -> Any:
    """A value of the language (or a tuple of them) at one lane."""
    if isinstance(value, np.ndarray):
        return value[lane].item()
    if isinstance(value, tuple):
        return tuple([lane_value(v, lane) for v in value])  # pyright: ignore[reportUnknownVariableType]
    return value


@final
class Lanes:
    """Some lanes of one batch."""

    def __init__(self, lanes: Sequence[int]) -> None:
        self._lanes = np.array(lanes, np.int64)
        self._arrays: dict[int, list[Any]] = {}
        self._objects: dict[int, Column] = {}
        """By id: all of them are the batch's, and live as long as it does."""

    def assemblies(self, assembly: Assembly, seeds: Sequence[int]) -> list[Assembly]:
        """The assembly of each lane, which has a seed of its own."""
        roots, parameters = self._part(assembly.root), self._mapping(assembly.parameters)
        return list(
            map(
                Assembly,
                repeat(assembly.root) if roots is None else roots,
                repeat(assembly.program),
                seeds,
                [dict(assembly.parameters) for _ in seeds] if parameters is None else parameters,
            )
        )

    def choices(self, choices: Mapping[str, Choice]) -> list[dict[str, Choice]]:
        """The choices of each lane."""
        columns = [self._choice(choice) for choice in choices.values()]
        rows = _rows(choices.values(), columns)
        return (
            [dict(choices) for _ in self._lanes]
            if rows is None
            else [dict(zip(choices, row, strict=True)) for row in rows]
        )

    def _choice(self, choice: Choice) -> Column:
        kind = type(choice.distribution)
        given = [getattr(choice.distribution, name) for name in kind.__slots__]
        distribution = self._made(kind, given, map(self._values, given))
        columns = (self._values(choice.value), distribution, self._values(choice.support))
        return self._made(Choice, (choice.value, choice.distribution, choice.support), columns)

    def _made(self, make: Any, given: Sequence[Any], columns: Iterable[Column]) -> Column:
        """What `make` makes of the values of each lane."""
        found = list(columns)
        if all(column is None for column in found):
            return None
        return list(map(make, *(repeat(one) if c is None else c for one, c in zip(given, found, strict=True))))

    def _values(self, value: Any) -> Column:
        """A value of the language, or a tuple of them."""
        if isinstance(value, np.ndarray):
            found = self._arrays.get(id(value))
            if found is None:
                found = self._arrays[id(value)] = value[self._lanes].tolist()
            return found
        if isinstance(value, tuple) and value:
            items: tuple[Any, ...] = value
            return _rows(items, [self._values(item) for item in items])
        return None

    def _mapping(self, mapping: Mapping[str, Any] | None) -> Column:
        if not mapping:
            return None
        rows = _rows(mapping.values(), [self._values(value) for value in mapping.values()])
        return None if rows is None else [dict(zip(mapping, row, strict=True)) for row in rows]

    def _part(self, part: Part) -> Column:
        return self._kept(part, self._part_columns)

    def _part_columns(self, part: Part) -> Column:
        given = (
            part.name, part.kind, part.box, part.geometry, part.children, part.relations, part.arguments, part.anchors,
            part.material, part.tags, part.meta, part.names, part.count, part.span, part.source,
        )  # fmt: skip
        columns = (
            None,
            None,
            self._kept(part.box, self._box),
            None if part.geometry is None else self._kept(part.geometry, self._geometry),
            _rows(part.children, [self._kept(child, self._placed) for child in part.children]),
            _rows(part.relations, [self._relation(relation) for relation in part.relations]),
            self._mapping(part.arguments),
            self._mapping(part.anchors),
            None if part.material is None else self._kept(part.material, self._material),
            None,
            self._mapping(part.meta),
            self._names(part.names),
            None,
            None,
            None,
        )
        return self._made(Part, given, columns)

    def _kept(self, here: Any, columns: Any) -> Column:
        """The columns of an object that may be met again."""
        if id(here) not in self._objects:
            self._objects[id(here)] = columns(here)
        return self._objects[id(here)]

    def _placed(self, placed: Placed) -> Column:
        given = (placed.part, placed.pose, placed.label)
        return self._made(Placed, given, (self._part(placed.part), self._kept(placed.pose, self._pose), None))

    def _names(self, names: Mapping[str, Reference] | None) -> Column:
        if not names:
            return None
        rows = _rows(names.values(), [self._reference(each) for each in names.values()])
        return None if rows is None else [dict(zip(names, row, strict=True)) for row in rows]

    def _reference(self, reference: Reference) -> Column:
        if isinstance(reference, Group):
            rows = _rows(reference.members.values(), [self._reference(each) for each in reference.members.values()])
            return None if rows is None else [Group(dict(zip(reference.members, row, strict=True))) for row in rows]
        return self._kept(reference, self._placed)

    def _pose(self, pose: Pose) -> Column:
        given = (pose.rotation, pose.scale, pose.offset, pose.mirrored)
        return self._made(Pose, given, map(self._values, given))

    def _box(self, box: Box) -> Column:
        return self._made(Box, (box.low, box.high), (self._values(box.low), self._values(box.high)))

    def _material(self, material: Material) -> Column:
        given = [getattr(material, field.name) for field in fields(Material)]
        return self._made(Material, given, map(self._values, given))

    def _geometry(self, geometry: Geometry) -> Column:
        if isinstance(geometry, Solid):
            operands = _rows(geometry.operands, [self._operand(operand) for operand in geometry.operands])
            given = (geometry.operator, geometry.blend, geometry.operands)
            return self._made(Solid, given, (None, self._values(geometry.blend), operands))
        given = [getattr(geometry, slot.name) for slot in type(geometry).slots]
        return self._made(type(geometry), given, map(self._values, given))

    def _operand(self, operand: Operand) -> Column:
        columns = (self._geometry(operand.geometry), self._kept(operand.pose, self._pose))
        return self._made(Operand, (operand.geometry, operand.pose), columns)

    def _relation(self, relation: Relation) -> Column:
        given = [getattr(relation, field.name) for field in fields(relation)]
        return self._made(type(relation), given, map(self._values, given))


def _rows(given: Iterable[Any], columns: Sequence[Column]) -> Column:
    """A tuple for each lane."""
    if all(column is None for column in columns):
        return None
    same = (repeat(one) if column is None else column for one, column in zip(given, columns, strict=True))
    return list(zip(*same, strict=False))
