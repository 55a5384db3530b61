"""How differently meshes look from all around: silhouettes of each, told by the metric of light fields."""

from __future__ import annotations

from typing import Final

from shapelang.metrics.light_field import LightFields, directions, light_fields
from shapelang.metrics.triangles import Triangles
from shapelang.rendering.silhouettes import silhouettes

PIXELS: Final = 256
"""Of each silhouette along a side, as in the authors' program."""


def looks_of(mesh: Triangles) -> LightFields:
    """The light fields of a mesh."""
    ways = directions()
    pictures = silhouettes(mesh.corners, ways.reshape(-1, 3), PIXELS)
    return light_fields(pictures.reshape(*ways.shape[:2], PIXELS, PIXELS))
