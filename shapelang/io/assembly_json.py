"""The whole assembly as JSON: parts once, their placements, relations, materials, and how it was made."""

from __future__ import annotations

from typing import Final

from shapelang.assembly.assembly import Assembly
from shapelang.assembly.material import Material
from shapelang.assembly.part import Geometry, Part, Placed, Solid
from shapelang.geometry.pose import EYE, Pose
from shapelang.io.json_text import Json, indented, plain

VERSION: Final = 1
"""Of the layout; a reader refuses one it does not know."""


def assembly_json(assembly: Assembly) -> bytes:
    """Parts are listed once and named by number; `root` is one of them, its children are placements of others.

    Metres, +Y up; a pose is x ↦ rotation · (scale · x) + offset with `rotation` row by row.
    """
    parts = _numbered(assembly.root)
    distinct = dict.fromkeys(part.material for part, _ in parts.values() if part.material is not None)
    materials = {material: number for number, material in enumerate(distinct)}
    document: Json = {
        "format": "shapelang assembly",
        "version": VERSION,
        "program": assembly.program,
        "seed": assembly.seed,
        "parameters": plain(assembly.parameters),
        "materials": [_material(material) for material in materials],
        "parts": [_part(part, parts, materials) for part, _ in parts.values()],
        "root": parts[id(assembly.root)][1],
    }
    return indented(document)


def _numbered(root: Part) -> dict[int, tuple[Part, int]]:
    """Every part once with its number, in the order in which a walk from the root first meets them."""
    found: dict[int, tuple[Part, int]] = {}
    stack = [root]
    while stack:
        part = stack.pop()
        if id(part) not in found:
            found[id(part)] = (part, len(found))
            stack.extend(child.part for child in reversed(part.children))
    return found


def _part(part: Part, parts: dict[int, tuple[Part, int]], materials: dict[Material, int]) -> Json:
    return {
        "name": part.name,
        "kind": part.kind,
        "box": {"low": plain(part.box.low), "high": plain(part.box.high)},
        "geometry": None if part.geometry is None else _geometry(part.geometry),
        "children": [_placed(child, parts) for child in part.children],
        "relations": [plain(relation) for relation in part.relations],
        "arguments": plain(part.arguments or {}),
        "anchors": plain(part.anchors or {}),
        "material": None if part.material is None else materials[part.material],
        "tags": list(part.tags),
        "meta": plain(part.meta or {}),
        "span": list(part.span),
    }


def _placed(child: Placed, parts: dict[int, tuple[Part, int]]) -> Json:
    return {"label": child.label, "part": parts[id(child.part)][1], "pose": _pose(child.pose)}


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
