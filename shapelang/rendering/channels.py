"""What a camera sees, number by number: colour, depth, normal and instance of every pixel.

Colour has several samples a pixel; all else is that of the one in the pixel's middle, so that no number is a mixture of
two. Drawn in software, alike on every machine.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.assembly.assembly import Assembly
from shapelang.diagnostics import EmptyError
from shapelang.rendering.camera import Camera, View, view_of
from shapelang.rendering.raster import visible
from shapelang.rendering.shaded import Soup, points_of, shaded_of_flat, soup_of
from shapelang.rendering.shading import layers_of, lit, shaded_in
from shapelang.rendering.studio import lights_of
from shapelang.representations.surface import SEGMENTS, Flat, flattened

SAMPLES: Final = 3
"""On each side of a pixel: odd, so that one of them is in its middle."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Pinhole:
    """A camera in the world by OpenCV's convention: x right, y down, z forward, the middles of pixels at whole numbers.

    intrinsics: (3, 3) in pixels · rotation: (3, 3) and translation: (3,) metres take a point of the world to the
    camera's frame, x ↦ rotation · x + translation · width, height: pixels.
    """

    intrinsics: AnyArray
    rotation: AnyArray
    translation: AnyArray
    width: int
    height: int

    def unprojected(self, depth: AnyArray) -> AnyArray:
        """(h, w, 3) points of the world at the depths (h, w) of the pixels."""
        column, row = np.meshgrid(np.arange(self.width), np.arange(self.height))
        focal_x, focal_y = self.intrinsics[0, 0], self.intrinsics[1, 1]
        x, y = (column - self.intrinsics[0, 2]) / focal_x, (row - self.intrinsics[1, 2]) / focal_y
        here = np.stack((x * depth, y * depth, depth), axis=-1) - self.translation
        return here @ self.rotation


@final
@dataclass(frozen=True, slots=True, eq=False)
class Channels:
    """One view. `rgb` (h, w, 3) uint8 sRGB · `depth` (h, w) float32 metres along the camera's z, 0 where nothing is ·
    `normals` (h, w, 3) float32 unit vectors in the world's frame, outward, as they are shaded · `leaf` (h, w) int32,
    which of `assembly.leaves()`, −1 for none. What can be seen through hides what is behind it from all but the colour.
    """

    pinhole: Pinhole
    rgb: AnyArray
    depth: AnyArray
    normals: AnyArray
    leaf: AnyArray


def channels_of(
    assembly: Assembly, cameras: Sequence[Camera], size: tuple[int, int], segments: int = SEGMENTS
) -> Iterator[Channels]:
    """A view from each camera, of so many pixels (width, height), all in the light that belongs to the first.

    The model fills each picture. Raises EmptyError where there is nothing to see, and what making a solid raises.
    """
    flat = flattened(assembly, segments)
    if not len(flat.faces):
        raise EmptyError(f"{assembly.program}: the program makes no shape, so there is nothing to see")
    shapes = shaded_of_flat(flat)
    points = points_of(shapes)
    low, high = points.min(axis=0), points.max(axis=0)
    centre, radius = (low + high) * 0.5, float(np.sqrt(((high - low) ** 2).sum())) * 0.5
    soup = soup_of(shapes, centre, radius)
    scene = lit(soup, lights_of(cameras[0]))
    leaf = _leaves(flat)[soup.source]
    for camera in cameras:
        view = view_of(camera, (points - centre) / radius, size)
        layers = layers_of(soup, view.scaled(SAMPLES), visible)
        rgb = shaded_in(scene, view, SAMPLES, layers)
        middle = slice(SAMPLES // 2, None, SAMPLES)
        solid, veil = layers.solid[middle, middle], layers.veil[middle, middle]
        seen = np.where(veil >= 0, veil, solid)
        depth, normals = _surface(soup, view, seen)
        found = np.where(seen >= 0, leaf[seen], -1).astype(np.int32)
        yield Channels(_pinhole(view, centre, radius), rgb, (depth * radius).astype(np.float32), normals, found)


def _leaves(flat: Flat) -> AnyArray:
    """The leaf of each face, in the order in which `shaded_of_flat` has them."""
    return flat.face_leaf[np.argsort(flat.face_materials, kind="stable")]


def _pinhole(view: View, centre: AnyArray, radius: float) -> Pinhole:
    rotation = view.axes * np.array((1.0, -1.0, -1.0))[:, None]
    eye = centre + view.eye * radius
    intrinsics = np.array(
        (
            (view.focal, 0.0, view.width * 0.5 - 0.5),
            (0.0, view.focal, view.height * 0.5 - 0.5),
            (0.0, 0.0, 1.0),
        )
    )
    return Pinhole(intrinsics, rotation, -(rotation @ eye), view.width, view.height)


def _surface(soup: Soup, view: View, seen: AnyArray) -> tuple[AnyArray, AnyArray]:
    """Depths (h, w) in the soup's frame, and normals (h, w, 3) float32; 0 where nothing is seen."""
    rows, columns = np.nonzero(seen >= 0)
    number = seen[rows, columns]
    right, up, back = view.axes
    x = (columns + 0.5 - view.width * 0.5) / view.focal
    y = (view.height * 0.5 - rows - 0.5) / view.focal
    ray = x[:, None] * right + y[:, None] * up - back
    corners = soup.corners[number]
    facing = soup.facing[number]
    # On an edge-on triangle the plane says little: the depth stays between those of its corners.
    among = (view.eye - corners) @ back
    slope = (facing * ray).sum(axis=1)
    above = (facing * (corners[:, 0] - view.eye)).sum(axis=1)
    exact = above / np.where(slope == 0.0, 1.0, slope)
    exact = np.clip(np.where(slope == 0.0, among[:, 0], exact), among.min(axis=1), among.max(axis=1))
    depth, normals = np.zeros(seen.shape), np.zeros((*seen.shape, 3), np.float32)
    depth[rows, columns] = exact
    shares = _barycentric(corners, facing, view.eye + ray * exact[:, None])
    mixed = (soup.normals[number] * shares[..., None]).sum(axis=1)
    length = np.sqrt((mixed * mixed).sum(axis=1))[:, None]
    normals[rows, columns] = np.where(length > 1e-6, mixed / np.maximum(length, 1e-6), facing)
    return depth, normals


def _barycentric(corners: AnyArray, facing: AnyArray, points: AnyArray) -> AnyArray:
    """(n, 3) the shares of three corners in points of their triangles, none below 0."""
    shares = np.zeros((len(points), 3))
    for k in range(3):
        a, b = corners[:, (k + 1) % 3], corners[:, (k + 2) % 3]
        shares[:, k] = (np.cross(a - points, b - points) * facing).sum(axis=1)
    shares = np.maximum(shares, 0.0)
    return shares / np.maximum(shares.sum(axis=1), 1e-30)[:, None]
