"""The look: where the light comes from, and what stands behind. All of it turns with the camera."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.rendering.camera import Camera
from shapelang.rendering.shaded import Soup, linear

# Both counts are multiples of 4, 9 and 36: every sample of a pixel takes an equal share of the lights.
DOME: Final = 216
"""Directions of the light from all around."""
KEY: Final = 36
"""Directions of the key light, which is a disc, so that its shadows are soft."""

KEY_DIRECTION: Final = (-0.50, 0.69, 0.60)
"""From the viewer's upper left, in the frame of a level camera (right, up, towards the viewer)."""
KEY_SPREAD: Final = 0.085
"""Radius of the disc over its distance."""
KEY_LIGHT: Final = (0.80, 0.77, 0.725)

BOXES: Final = (
    # direction, inner and outer cosine of its soft edge, radiance
    ((0.15, 0.96, 0.20), 0.90, 0.60, (0.95, 0.95, 0.96)),  # above
    ((0.90, 0.22, 0.40), 0.90, 0.60, (0.46, 0.50, 0.58)),  # fill: right, cool and weak
    ((0.45, 0.42, -0.80), 0.93, 0.70, (1.60, 1.60, 1.62)),  # rim: behind, strong
    ((-0.85, 0.25, -0.45), 0.95, 0.75, (1.20, 1.15, 1.10)),  # rim: behind, left
)
"""Soft boxes: reflected by what shines, and felt as light by what does not."""

LIGHT_TINTS: Final = ((0.26, 0.265, 0.28), (0.21, 0.21, 0.21), (0.20, 0.192, 0.18))
"""Zenith, horizon and floor, as they light what is not shiny."""
MIRROR_TINTS: Final = ((0.60, 0.61, 0.63), (0.85, 0.845, 0.83), (0.60, 0.59, 0.575))
"""The same, as shiny things mirror them."""

BACKDROP_TOP: Final = (0.945, 0.941, 0.933)
BACKDROP_BOTTOM: Final = (0.865, 0.858, 0.846)
SHADOW_DEPTH: Final = 0.92
"""How much of the shadow on the ground is shown."""
SHADOW_FADE: Final = (1.5, 4.5)
"""Distances from the middle, in radii of the model, between which shadows on the ground vanish."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Lights:
    """All that shines, in the frame of the world. Directions point to the light; colours are linear radiance.

    key, dome: (k, 3) and (d, 3) directions · dome_light: (d, 3) what comes from each · key_light, axis: (3,)
    · boxes: (b, 8) direction, cosines, radiance · tints: (6, 3) zenith, horizon, floor, as light and as
    what is mirrored.
    """

    key: AnyArray
    axis: AnyArray
    key_light: AnyArray
    dome: AnyArray
    boxes: AnyArray
    tints: AnyArray


def lights_of(camera: Camera) -> Lights:
    """The lights for a camera: turned with it round the vertical."""
    azimuth = math.radians(camera.azimuth)
    sin_a, cos_a = math.sin(azimuth), math.cos(azimuth)
    turn = np.array(((cos_a, 0.0, sin_a), (0.0, 1.0, 0.0), (-sin_a, 0.0, cos_a)))
    axis = _unit(np.array(KEY_DIRECTION)) @ turn.T
    boxes = np.array([(*_unit(np.array(way)), inner, outer, *light) for way, inner, outer, light in BOXES])
    boxes[:, :3] = boxes[:, :3] @ turn.T
    return Lights(
        _disc(axis), axis, np.array(KEY_LIGHT), _sphere() @ turn.T, boxes, np.array(LIGHT_TINTS + MIRROR_TINTS)
    )


def backdrop(height: int) -> AnyArray:
    """(height, 3) linear colours of the background from the top row to the lowest."""
    share = (np.arange(height) + 0.5) / height
    share = (share * share * (3.0 - 2.0 * share))[:, None]
    top, bottom = np.array(BACKDROP_TOP), np.array(BACKDROP_BOTTOM)
    return np.array([linear(tuple(color)) for color in top + (bottom - top) * share])


def ground_height(soup: Soup) -> float:
    """Where the model stands, in the soup's frame."""
    return float(soup.corners[:, :, 1].min(initial=0.0))


def _unit(vector: AnyArray) -> AnyArray:
    return vector / np.sqrt((vector * vector).sum())


def _sphere() -> AnyArray:
    """(DOME, 3) directions spread evenly over the sphere by the golden angle."""
    number = np.arange(DOME)
    y = 1.0 - (2.0 * number + 1.0) / DOME
    angle = number * (math.pi * (3.0 - math.sqrt(5.0)))
    ring = np.sqrt(1.0 - y * y)
    return np.stack((ring * np.cos(angle), y, ring * np.sin(angle)), axis=1)


def _disc(axis: AnyArray) -> AnyArray:
    """(KEY, 3) directions within the disc of the key light, spread by the golden angle."""
    number = np.arange(KEY)
    radius = KEY_SPREAD * np.sqrt((number + 0.5) / KEY)[:, None]
    angle = (number * (math.pi * (3.0 - math.sqrt(5.0))))[:, None]
    side = _unit(np.cross(axis, (0.0, 1.0, 0.0)))
    ways = axis + radius * (np.cos(angle) * side + np.sin(angle) * np.cross(axis, side))
    return ways / np.sqrt((ways * ways).sum(axis=1))[:, None]
