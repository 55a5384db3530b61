"""From what is seen to a picture: light, shadow, tone curve, and the filter over the samples of a pixel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.rendering.arguments import Ground, Lens, Rig, Triangles
from shapelang.rendering.camera import Camera, View
from shapelang.rendering.raster import Seen, depth_maps, in_threads
from shapelang.rendering.shaded import Soup
from shapelang.rendering.studio import DOME, KEY, SHADOW_DEPTH, SHADOW_FADE, Lights, backdrop, ground_height, lights_of

KEY_MAP: Final = 512
DOME_MAP: Final = 256
GROUND_MAPS: Final = (448, 224)
"""Texels on a side of the ground's two maps, the fine and the wide one."""
BLUR: Final = 0.025
"""How far the dome's shadows on the ground are softened, in radii of the model."""
TABLE: Final = 65535
ROWS: Final = 16
"""Rows that one thread shades at a time."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Share:
    """Some lights of the ground: how much each gives unshaded (k,), its depth map, and how far to soften.

    What is softened may be counted on a grid `coarse` times as wide.
    """

    weights: AnyArray
    frames: AnyArray
    maps: AnyArray
    blur: float = 0.0
    coarse: int = 1


@final
@dataclass(frozen=True, slots=True, eq=False)
class Layers:
    """What each sample sees: the nearest opaque triangle, and the translucent one before it, -1 for none."""

    solid: Seen
    veil: Seen


@final
@dataclass(frozen=True, slots=True, eq=False)
class Lit:
    """A soup with what reaches it: the lights with their shadows, and the ground's."""

    soup: Soup
    rig: Rig
    ground: Ground


def layers_of(soup: Soup, view: View, look: Callable[[Soup, View, AnyArray], Seen]) -> Layers:
    """What is seen of a view, by whatever tells which triangles are."""
    translucent = soup.translucent
    solid = look(soup, view, ~translucent)
    if not translucent.any():
        return Layers(solid, np.full_like(solid, -1))
    nearest = look(soup, view, np.ones(len(translucent), np.bool_))
    return Layers(solid, np.where((nearest >= 0) & translucent[nearest], nearest, -1).astype(np.int32))


def shaded(soup: Soup, camera: Camera, view: View, samples: int, layers: Layers) -> AnyArray:
    """(h, w, 3) uint8 sRGB of a view with `samples`² samples a pixel; the layers have all of these."""
    return shaded_in(lit(soup, lights_of(camera)), view, samples, layers)


def shaded_in(scene: Lit, view: View, samples: int, layers: Layers) -> AnyArray:
    """`shaded` in a light that stands already."""
    from shapelang.rendering.kernels import shade

    soup, rig, ground = scene.soup, scene.rig, scene.ground
    triangles = Triangles(soup.corners, soup.normals, soup.facing, soup.material, soup.materials)
    fine, background = view.scaled(samples), backdrop(view.height)
    lens = Lens(fine.eye, fine.axes, fine.focal)
    out = np.zeros((view.height, view.width, 3))

    def fill(top: int) -> None:
        bottom = min(top + ROWS, view.height)
        shade(layers.solid, layers.veil, top, bottom, samples, lens, triangles, rig, ground, background, out)

    in_threads(fill, range(0, view.height, ROWS))
    return encoded(out)


def lit(soup: Soup, lights: Lights) -> Lit:
    """The lights with what they see of the soup, and the shadows they leave on the ground."""
    from shapelang.rendering.kernels import surround

    key_frames, key_maps = depth_maps(soup, lights.key, KEY_MAP)
    frames, maps = depth_maps(soup, lights.dome, DOME_MAP)
    glow = np.array([surround((x, y, z), 0.15, lights.boxes, lights.tints, 0) for x, y, z in lights.dome])
    rig = Rig(
        lights.axis, lights.key_light, lights.key, key_frames, key_maps,
        lights.dome, glow, frames, maps, lights.boxes, lights.tints,
    )  # fmt: skip
    shares = (
        Share(lights.key_light[1] * lights.key[:, 1] / KEY, key_frames, key_maps),
        Share(4.0 * np.maximum(lights.dome[:, 1], 0.0) * glow[:, 1] / DOME, frames, maps, BLUR, 2),
    )
    height = ground_height(soup)
    near, far = (_ground(height, reach, size, shares) for reach, size in zip(SHADOW_FADE, GROUND_MAPS, strict=True))
    return Lit(soup, rig, Ground(height, near, far, SHADOW_FADE, SHADOW_DEPTH))


def _ground(height: float, reach: float, size: int, shares: Sequence[Share]) -> AnyArray:
    """(size, size) the share of its light that the ground keeps, in a square of half side `reach`; 1 in the open."""
    total = np.zeros((size, size))
    for share in shares:
        light = _laid(height, reach, size // share.coarse, share)
        total += light.repeat(share.coarse, axis=0).repeat(share.coarse, axis=1)
    return total / sum(float(share.weights.sum()) for share in shares)


def _laid(height: float, reach: float, size: int, share: Share) -> AnyArray:
    """(size, size) the light of some lights on the ground."""
    from scipy.ndimage import gaussian_filter

    from shapelang.rendering.kernels import lay

    light = np.zeros((size, size))

    def fill(top: int) -> None:
        lay(height, reach, top, min(top + ROWS, size), share.weights, share.frames, share.maps, light)

    in_threads(fill, range(0, size, ROWS))
    return gaussian_filter(light, share.blur * 0.5 * size / reach, mode="nearest") if share.blur > 0.0 else light


def encoded(light: AnyArray) -> AnyArray:
    """Linear light as sRGB bytes (IEC 61966-2-1), by a table: its steps are a twentieth of a byte's."""
    value = np.arange(TABLE + 1) / TABLE
    value = np.where(value <= 0.0031308, value * 12.92, 1.055 * value ** (1.0 / 2.4) - 0.055)
    table = np.floor(value * 255.0 + 0.5).astype(np.uint8)
    return table[(np.clip(light, 0.0, 1.0) * TABLE + 0.5).astype(np.int32)]
