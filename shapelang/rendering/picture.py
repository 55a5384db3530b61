"""Pictures of assemblies and meshes in a studio, by OpenGL where it works and in software everywhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias, final

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.assembly.assembly import Assembly
from shapelang.diagnostics import UsageError
from shapelang.rendering.camera import Camera, View, view_of
from shapelang.rendering.gl import NoGL, visible_by_gl
from shapelang.rendering.png import png_bytes
from shapelang.rendering.raster import visible
from shapelang.rendering.shaded import Shaded, Soup, points_of, shaded_of, soup_of
from shapelang.rendering.shading import Layers, layers_of, shaded

Model: TypeAlias = Assembly | Sequence[Shaded]
Drawer: TypeAlias = Literal["gl", "software"]
Backend: TypeAlias = Literal["auto", "gl", "software"]
SIZE: Final = (960, 720)
SAMPLES: Final = 3
MOST_SAMPLES: Final = 4
LARGEST: Final = 8192
"""Pixels on a side; more would need gigabytes."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """`rgb` (h, w, 3) uint8 sRGB; what drew it; and a note for the person who asked, empty when all went as usual."""

    rgb: AnyArray
    backend: Drawer
    note: str = ""

    def png(self) -> bytes:
        """The picture as a PNG file, with no time or name in it."""
        return png_bytes(self.rgb)


def render(
    model: Model,
    *,
    size: tuple[int, int] = SIZE,
    camera: Camera | None = None,
    backend: Backend = "auto",
    samples: int = SAMPLES,
    around: AnyArray | None = None,
) -> Picture:
    """A picture of an assembly, or of meshes, that fills the frame whatever its size in metres.

    size: width and height in pixels · samples: on each side of a pixel · around: (p, 3) points to frame instead of the
    model's own, so that two models can be shown alike. `auto` falls back to software where OpenGL does not work, and
    the note says why. Raises UsageError for sizes out of range, and where `gl` was asked for and does not work.
    """
    shapes = placed(model)
    points = points_of(shapes) if around is None else around
    return drawn(shapes, points, size, camera or Camera(), backend, samples)


def placed(model: Model) -> tuple[Shaded, ...]:
    """What is to be drawn of a model."""
    return shaded_of(model) if isinstance(model, Assembly) else tuple(model)


def drawn(
    shapes: Sequence[Shaded], points: AnyArray, size: tuple[int, int], camera: Camera, backend: Backend, samples: int
) -> Picture:
    """A picture of meshes that frames given points (p, 3); see `render`."""
    _check(size, samples)
    if len(points) == 0:
        points = np.zeros((1, 3))
    low, high = points.min(axis=0), points.max(axis=0)
    centre, radius = (low + high) * 0.5, float(np.sqrt(((high - low) ** 2).sum())) * 0.5 or 1.0
    soup = soup_of(shapes, centre, radius)
    view = view_of(camera, (points - centre) / radius, size)
    layers, used, note = _seen(soup, view.scaled(samples), backend)
    return Picture(shaded(soup, camera, view, samples, layers), used, note)


def _seen(soup: Soup, view: View, backend: Backend) -> tuple[Layers, Drawer, str]:
    """What is seen, what drew it, and why not OpenGL."""
    if backend == "software":
        return layers_of(soup, view, visible), "software", ""
    try:
        return layers_of(soup, view, visible_by_gl), "gl", ""
    except NoGL as reason:
        if backend == "gl":
            raise UsageError(f"cannot draw with OpenGL: {reason}\n  help: let `auto` choose the backend") from reason
        note = f"drawn in software, since OpenGL does not work here: {reason}"
    return layers_of(soup, view, visible), "software", note


def _check(size: tuple[int, int], samples: int) -> None:
    if not all(1 <= side <= LARGEST for side in size):
        raise UsageError(f"a picture of {size[0]} × {size[1]} pixels: each side must be from 1 to {LARGEST}")
    if not 1 <= samples <= MOST_SAMPLES:
        raise UsageError(f"{samples} samples on each side of a pixel: give 1 to {MOST_SAMPLES}")
