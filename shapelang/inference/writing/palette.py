"""Colours for materials that have a name and no colour, as meshes without their material file have."""

from __future__ import annotations

import re
from typing import Final

from shapelang.geometry.pose import Vec3

_WORDS: Final[tuple[tuple[str, str], ...]] = (
    ("wood", "b98b5e"), ("metal", "9aa3ab"), ("iron", "5c6166"), ("steel", "a8afb5"), ("gold", "d9a832"),
    ("silver", "c3c8cc"), ("carpet", "b4584a"), ("fabric", "8a6f9e"), ("cloth", "8a6f9e"), ("leather", "7a4a33"),
    ("glass", "b9d9e2"), ("plant", "5f9247"), ("leaf", "5f9247"), ("leaves", "5f9247"), ("grass", "6ea34c"),
    ("stone", "8f8f8c"), ("rock", "8f8f8c"), ("brick", "a65f45"), ("concrete", "a3a3a0"), ("fur", "9c7a54"),
    ("lamp", "f2e6c4"), ("light", "f2e6c4"), ("skin", "e3b28f"), ("water", "5b9fc9"), ("paper", "efe9dc"),
)  # fmt: skip

_SHADES: Final[tuple[tuple[str, float], ...]] = (("dark", 0.6), ("light", 1.2), ("medium", 0.8))


def guessed_color(material: str) -> Vec3 | None:
    """The usual colour of what a material is called after, sRGB in [0, 1]; None when nothing is recognised."""
    if "white" in material.lower():
        return (0.92, 0.92, 0.9)
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", material).lower()
    found = next((digits for word, digits in _WORDS if word in words), None)
    if found is None:
        return None
    factor = next((f for shade, f in _SHADES if shade in words and not (shade == "light" and found == "f2e6c4")), 1.0)
    r, g, b = (min(0.95, int(found[k : k + 2], 16) / 255.0 * factor) for k in (0, 2, 4))
    return (r, g, b)
