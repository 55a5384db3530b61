"""Materials as glTF has them: metallic-roughness, colours linear."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from shapelang.assembly.material import Material
from shapelang.elementary import pow as power
from shapelang.geometry.pose import Vec3
from shapelang.io.json_text import Json
from shapelang.io.names import engine_name
from shapelang.numbers import FLOAT

EMISSIVE_STRENGTH: Final = "KHR_materials_emissive_strength"


@lru_cache(maxsize=4096)
def linear(value: float) -> float:
    """sRGB to linear light (IEC 61966-2-1), portable; above 1 the curve goes on."""
    return value / 12.92 if value <= 0.04045 else power(FLOAT, (value + 0.055) / 1.055, 2.4)


@lru_cache(maxsize=4096)
def srgb(value: float) -> float:
    """Linear light to sRGB, the inverse of `linear`."""
    return value * 12.92 if value <= 0.0031308 else 1.055 * power(FLOAT, value, 1.0 / 2.4) - 0.055


def gltf_material(material: Material) -> Json:
    """The material as an object of glTF; what has glTF's default value is left out."""
    surface: Json = {
        "baseColorFactor": [*_bounded(material.color), _unit(material.opacity)],
        "metallicFactor": _unit(material.metallic),
        "roughnessFactor": _unit(material.roughness),
    }
    made: Json = {"name": engine_name(material.name), "pbrMetallicRoughness": surface}
    if made["name"] != material.name:
        made["extras"] = {"name": material.name}
    if material.opacity < 1.0:
        made["alphaMode"] = "BLEND"
    light = [linear(max(0.0, float(channel))) for channel in material.emissive]
    brightest = max(light)
    if brightest > 1.0:
        light = [channel / brightest for channel in light]
        made["extensions"] = {EMISSIVE_STRENGTH: {"emissiveStrength": brightest}}
    if brightest > 0.0:
        made["emissiveFactor"] = light
    return made


def _bounded(color: Vec3) -> list[float]:
    return [linear(_unit(channel)) for channel in color]


def _unit(value: float) -> float:
    return min(1.0, max(0.0, float(value)))
