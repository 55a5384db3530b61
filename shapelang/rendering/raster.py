"""Which triangle each sample of a picture sees, and which light reaches what: z-buffers in software."""

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.rendering.camera import View
from shapelang.rendering.shaded import Soup
from shapelang.threads import each_in_threads as in_threads

Seen: TypeAlias = AnyArray
"""(h, w) int32: the number of the triangle that a sample sees, -1 for none."""

BAND: Final = 96
"""Rows that one thread fills at a time."""
GROUP: Final = 12
"""Maps that one thread fills at a time."""


def visible(soup: Soup, view: View, kept: AnyArray) -> Seen:
    """What each pixel of a view sees of the triangles that are `kept` (n,)."""
    from shapelang.rendering.fill import draw

    placed = view.project(soup.corners)
    # What reaches behind the eye is left out; a camera that frames the model has nothing there.
    kept = kept & (placed[:, :, 2] > 0.0).all(axis=1)
    depth = np.zeros((view.height, view.width), np.float32)
    numbers = np.full((view.height, view.width), -1, np.int32)

    def fill(top: int) -> None:
        bottom = min(top + BAND, view.height)
        draw(placed, top, bottom, kept, depth[top:bottom], numbers[top:bottom])

    in_threads(fill, range(0, view.height, BAND))
    return numbers


def depth_maps(soup: Soup, directions: AnyArray, size: int) -> tuple[AnyArray, AnyArray]:
    """Frames (k, 3, 5) and depth maps (k, size, size) float32 of the soup as seen from directions (k, 3).

    A frame's rows give a point's column, row and depth: three factors, a summand, and one over the factors' squares.
    """
    from shapelang.rendering.fill import draw_maps

    frames = np.array([_frame(way, soup.half, size) for way in directions])
    maps = np.zeros((len(directions), size, size), np.float32)
    opacity = np.ascontiguousarray(soup.materials[soup.material, 8])
    thresholds = np.array([_radical_inverse(k) for k in range(len(directions))])

    def fill(start: int) -> None:
        part = slice(start, start + GROUP)
        draw_maps(soup.corners, frames[part], opacity, thresholds[part], maps[part])

    in_threads(fill, range(0, len(directions), GROUP))
    return frames, maps


def _frame(way: AnyArray, half: AnyArray, size: int) -> AnyArray:
    """From the world to texels and depth. The box fills the map, its longest side along the texels' rows.

    A long wall would otherwise have only a few texels across.
    """
    order = np.argsort(-half, kind="stable")
    longest = order[0] if abs(way[order[0]]) < 0.95 else order[1]
    side = np.zeros(3)
    side[longest] = 1.0
    side = side - way * way[longest]
    side /= np.sqrt((side * side).sum())
    frame = np.zeros((3, 5))
    for row, axis in enumerate((side, np.cross(way, side))):
        reach = 1.02 * float((np.abs(axis) * half).sum()) + 1e-3
        frame[row, :3] = axis * (size / (2.0 * reach))
        frame[row, 3] = 0.5 * size
        frame[row, 4] = (2.0 * reach / size) ** 2
    frame[2, :3] = way
    return frame


def _radical_inverse(number: int) -> float:
    """Van der Corput's sequence: any run of numbers is spread evenly over [0, 1)."""
    value, digit = 0.0, 0.5
    while number:
        value, number, digit = value + digit * (number & 1), number >> 1, digit * 0.5
    return value
