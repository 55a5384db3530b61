"""The whole assembly as JSON: parts once, their placements, relations, materials, and how it was made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, final

from shapelang.assembly.assembly import Assembly
from shapelang.assembly.material import Material
from shapelang.assembly.part import Geometry, Part, Solid
from shapelang.geometry.pose import EYE, Pose
from shapelang.io.json_text import Json, compact, indented, plain

VERSION: Final = 1
"""Of the layout; a reader refuses one it does not know."""


def assembly_json(assembly: Assembly) -> bytes:
    """Parts are listed once and named by number; `root` is one of them, its children are placements of others.

    Equal parts are one, whether they are one object or not: variants of a batch share less than one that ran alone.
    Metres, +Y up; a pose is x ↦ rotation · (scale · x) + offset with `rotation` row by row.
    """
    distinct: dict[Material, int] = {}
    for part in _walk(assembly.root):
        if part.material is not None:
            distinct.setdefault(part.material, len(distinct))
    parts = _Parts(distinct)
    parts.number(assembly.root)
    document: Json = {
        "format": "shapelang assembly",
        "version": VERSION,
        "program": assembly.program,
        "seed": assembly.seed,
        "parameters": plain(assembly.parameters),
        "materials": [_material(material) for material in distinct],
        **parts.listed(assembly.root),
    }
    return indented(document)


def _walk(root: Part) -> Iterator[Part]:
    """Every object once, in the order in which a walk from the root first meets it."""
    found: set[int] = set()
    stack = [root]
    while stack:
        part = stack.pop()
        if id(part) not in found:
            found.add(id(part))
            yield part
            stack.extend(child.part for child in reversed(part.children))


@final
class _Parts:
    """Parts by what they say, whose children are named by the numbers that they got here."""

    def __init__(self, materials: Mapping[Material, int]) -> None:
        self._materials = materials
        self._numbers: dict[int, int] = {}
        self._known: dict[bytes, int] = {}
        self._parts: list[Json] = []

    def number(self, part: Part) -> int:
        """The number of a part, equal ones having the same."""
        found = self._numbers.get(id(part))
        if found is None:
            children = [
                {"label": child.label, "part": self.number(child.part), "pose": _pose(child.pose)}
                for child in part.children
            ]
            made = _part(part, children, self._materials)
            found = self._known.setdefault(compact(made), len(self._parts))
            if found == len(self._parts):
                self._parts.append(made)
            self._numbers[id(part)] = found
        return found

    def listed(self, root: Part) -> Json:
        """The parts in the order in which a walk from the root first meets them, numbered by that order."""
        order: dict[int, int] = {}
        for part in _walk(root):
            order.setdefault(self._numbers[id(part)], len(order))
        parts = [self._parts[number] for number in order]
        for part in parts:
            for child in part["children"]:
                child["part"] = order[child["part"]]
        return {"parts": parts, "root": order[self._numbers[id(root)]]}


def _part(part: Part, children: Json, materials: Mapping[Material, int]) -> Json:
    return {
        "name": part.name,
        "kind": part.kind,
        "box": {"low": plain(part.box.low), "high": plain(part.box.high)},
        "geometry": None if part.geometry is None else _geometry(part.geometry),
        "children": children,
        "relations": [plain(relation) for relation in part.relations],
        "arguments": plain(part.arguments or {}),
        "anchors": plain(part.anchors or {}),
        "material": None if part.material is None else materials[part.material],
        "tags": list(part.tags),
        "meta": plain(part.meta or {}),
        "span": list(part.span),
    }


def _geometry(geometry: Geometry) -> Json:
    match geometry:
        case Solid(operator, blend, operands):
            posed = [{"geometry": _geometry(o.geometry), "pose": _pose(o.pose)} for o in operands]
            return {"kind": "solid", "operator": operator, "blend": plain(blend), "operands": posed}
        case _:
            arguments = {slot.name: plain(getattr(geometry, slot.name)) for slot in geometry.slots}
            return {"kind": geometry.kind, "arguments": arguments}


def _pose(pose: Pose) -> Json:
    rotation = EYE if pose.rotation is None else pose.rotation
    return {
        "rotation": [[plain(float(rotation[3 * row + k])) for k in range(3)] for row in range(3)],
        "scale": float(pose.scale),
        "offset": [plain(float(value)) for value in pose.offset],
        "mirrored": pose.mirrored,
    }


def _material(material: Material) -> Json:
    made = plain(material)
    del made["type"]
    return made
