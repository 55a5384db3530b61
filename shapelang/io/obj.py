"""Wavefront OBJ with its material library: one object a leaf, named by its path; metres, +Y up."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from shapelang.assembly.assembly import Assembly
from shapelang.assembly.material import Material
from shapelang.io.names import unused_name
from shapelang.io.welded_surface import welded_surface
from shapelang.representations.labels import instance_of
from shapelang.representations.surface import SEGMENTS, flattened


def obj_bytes(assembly: Assembly, material_file: str | None = None, *, segments: int = SEGMENTS) -> bytes:
    """OBJ text; `material_file` is the name of the library beside it (without one, no materials are named).

    Each leaf is an object `o` and a group `g` of its path (`lamp.arm[1]`), closed by vertex numbers.
    """
    flat = flattened(assembly, segments)
    surface = welded_surface(flat)
    lines = [f"# shapelang: {safe_name(assembly.program)}, seed {assembly.seed}"]
    if material_file is not None:
        lines.append(f"mtllib {safe_name(material_file)}")
    lines += _rows("v", surface.points)
    lines += _rows("vt", flat.uvs + 0.0)
    lines += _rows("vn", flat.normals + 0.0)
    names = material_names(flat.materials)
    order = np.argsort(flat.face_leaf, kind="stable")
    bounds = np.searchsorted(flat.face_leaf[order], np.arange(len(flat.leaves) + 1))
    corners = np.stack([surface.faces, flat.faces], axis=2)[order] + 1
    for number, leaf in enumerate(flat.leaves):
        path = safe_name(instance_of(leaf.path)) or "shape"
        lines += [f"o {path}", f"g {path}"]
        if material_file is not None:
            lines.append(f"usemtl {names[leaf.material]}")
        for (a, p), (b, q), (c, r) in corners[bounds[number] : bounds[number + 1]].tolist():
            lines.append(f"f {a}/{p}/{p} {b}/{q}/{q} {c}/{r}/{r}")
    return "\n".join((*lines, "")).encode()


def mtl_bytes(assembly: Assembly) -> bytes:
    """The material library of `obj_bytes`: colours as sRGB, with the metallic-roughness terms many readers know."""
    materials = _materials(assembly)
    names = material_names(materials)
    lines = [f"# shapelang: {safe_name(assembly.program)}"]
    for material in materials:
        # Ns is the exponent of a highlight as wide as the roughness (Blender's conversion).
        smooth = 1.0 - material.roughness
        lines += [
            f"newmtl {names[material]}",
            f"Kd {_numbers(material.color)}",
            f"Ke {_numbers(material.emissive)}",
            f"Ns {_number(smooth * smooth * 1000.0)}",
            f"d {_number(material.opacity)}",
            f"Pm {_number(material.metallic)}",
            f"Pr {_number(material.roughness)}",
        ]
    return "\n".join((*lines, "")).encode()


def _materials(assembly: Assembly) -> tuple[Material, ...]:
    return tuple(dict.fromkeys(leaf.material for leaf in assembly.leaves()))


def material_names(materials: Sequence[Material]) -> dict[Material, str]:
    """A name for each, without blanks, no two alike."""
    taken: set[str] = set()
    return {material: unused_name(safe_name(material.name) or "material", taken) for material in materials}


def safe_name(name: str) -> str:
    """A name that stays one word on one line: blanks and what cannot be printed become `_`."""
    return "".join(c if c.isprintable() and not c.isspace() and not 0xD800 <= ord(c) < 0xE000 else "_" for c in name)


def _rows(key: str, values: np.ndarray) -> list[str]:
    return [f"{key} {_numbers(row)}" for row in values.tolist()]


def _numbers(values: Sequence[float]) -> str:
    return " ".join(map(_number, values))


def _number(value: float) -> str:
    """The shortest text that reads back as the same number."""
    return repr(float(value)).removesuffix(".0")
