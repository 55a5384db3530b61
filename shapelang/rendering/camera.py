"""Cameras: a direction that they look from, and the view that frames given points exactly."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, final

import numpy as np

from shapelang.arrays import AnyArray

HALVINGS: Final = 24


@final
@dataclass(frozen=True, slots=True)
class Camera:
    """Where a picture is taken from, in degrees. Azimuth 0 is the front (+Z), 90 the model's left side (+X).

    `field_of_view` is that of the picture's shorter side; `margin` the share of each side left free at its ends.
    """

    azimuth: float = 35.0
    elevation: float = 20.0
    field_of_view: float = 35.0
    margin: float = 0.09

    def turned(self, degrees: float) -> Camera:
        """The same camera, further round the model."""
        return replace(self, azimuth=self.azimuth + degrees)


@final
class Preset(Enum):
    """The usual places to look from."""

    THREE_QUARTER = Camera()
    FRONT = Camera(0.0, 6.0)
    SIDE = Camera(90.0, 6.0)
    BACK = Camera(180.0, 6.0)
    TOP = Camera(0.0, 90.0)
    ISO = Camera(45.0, 35.264389682754654)


@final
@dataclass(frozen=True, slots=True, eq=False)
class View:
    """A pinhole camera: `eye` and the rows of `axes` (right, up, towards the viewer); `focal` in pixels."""

    eye: AnyArray
    axes: AnyArray
    focal: float
    width: int
    height: int

    def project(self, points: AnyArray) -> AnyArray:
        """(..., 3): x and y in pixels from the upper left corner, y down, and 1 / depth."""
        right, up, back = ((points - self.eye) @ axis for axis in self.axes)
        near = -1.0 / back
        return np.stack(
            (self.width * 0.5 + self.focal * right * near, self.height * 0.5 - self.focal * up * near, near), axis=-1
        )

    def scaled(self, factor: int) -> View:
        """The same view with `factor` times as many pixels on each side."""
        return View(self.eye, self.axes, self.focal * factor, self.width * factor, self.height * factor)


def view_of(camera: Camera, points: AnyArray, size: tuple[int, int]) -> View:
    """The view of a size (width, height) that shows all of `points` (p, 3) as large as the margin allows.

    Each point must lie between four planes through the eye; the eye is as near as these planes
    can meet, and where the points are in the middle of the picture.
    """
    width, height = size
    focal = 0.5 * min(width, height) / math.tan(math.radians(camera.field_of_view) * 0.5)
    axes = axes_of(camera)
    x, y, z = (points @ axis for axis in axes)
    free = 1.0 - 2.0 * camera.margin
    far_x, far_y = (_distance(side, z, free * 0.5 * span / focal) for side, span in ((x, width), (y, height)))
    # Never within the points: a flat thing seen along its plane has no extent to keep the eye away.
    away = max(far_x, far_y, float(z.max()) + 1e-3)
    across, along = _balanced(x, away - z), _balanced(y, away - z)
    return View(across * axes[0] + along * axes[1] + away * axes[2], axes, focal, width, height)


def axes_of(camera: Camera) -> AnyArray:
    """(3, 3) rows: right, up and towards the viewer."""
    azimuth, elevation = math.radians(camera.azimuth), math.radians(camera.elevation)
    sin_a, cos_a, sin_e, cos_e = math.sin(azimuth), math.cos(azimuth), math.sin(elevation), math.cos(elevation)
    return np.array(
        (
            (cos_a, 0.0, -sin_a),
            (-sin_a * sin_e, cos_e, -cos_a * sin_e),
            (sin_a * cos_e, sin_e, cos_a * cos_e),
        )
    )


def _distance(side: AnyArray, depth: AnyArray, slope: float) -> float:
    """Where the two planes |side - a| = slope (d - depth) meet that touch the points: d."""
    return 0.5 * (float((side + slope * depth).max()) + float((slope * depth - side).max())) / slope


def _balanced(side: AnyArray, depth: AnyArray) -> float:
    """Where the eye must be, sideways, for the points to reach equally far to both sides in the picture.

    The larger of the two reaches is least there, so that what lay within the margin still does. The difference falls
    as the eye moves, and is halved until it is far below a pixel.
    """
    low, high = float(side.min()), float(side.max())
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        seen = (side - middle) / depth
        if seen.max() + seen.min() > 0.0:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)
