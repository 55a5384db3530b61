"""How a surface looks: the metallic-roughness model of glTF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from shapelang.geometry.pose import Vec3


@final
@dataclass(frozen=True, slots=True)
class Material:
    """`color` and `emissive` are sRGB in [0, 1], as written; glTF wants them linear, and its writer converts."""

    name: str
    color: Vec3 = (0.8, 0.8, 0.8)
    metallic: float = 0.0
    roughness: float = 0.8
    emissive: Vec3 = (0.0, 0.0, 0.0)
    opacity: float = 1.0


DEFAULT = Material("default")
