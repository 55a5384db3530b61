"""Silhouettes of triangles from given directions, without perspective."""

from __future__ import annotations

import numpy as np

from shapelang.arrays import Bool, Float64


def silhouettes(
    corners: Float64[np.ndarray, "f 3 3"], directions: Float64[np.ndarray, "v 3"], pixels: int
) -> Bool[np.ndarray, "v p p"]:
    """(views, pixels, pixels) what a shape covers, seen along unit vectors towards the eye.

    The middle of every picture is the middle of the box of all corners; its inscribed circle is the least ball about
    that, so that neither moving nor scaling the shape changes a picture.
    """
    from shapelang.rendering.fill import NOTHING, draw_maps

    middle = 0.5 * (corners.min(axis=(0, 1)) + corners.max(axis=(0, 1)))
    reach = float(np.sqrt(((corners - middle) ** 2).sum(axis=2).max()))
    frames = np.array([_frame(way, middle, pixels / (2.0 * max(reach, 1e-30)), pixels) for way in directions])
    maps = np.zeros((len(directions), pixels, pixels), np.float32)
    draw_maps(corners, frames, np.ones(len(corners)), np.zeros(len(directions)), maps)
    return maps > NOTHING


def _frame(way: np.ndarray, middle: np.ndarray, scale: float, pixels: int) -> np.ndarray:
    """(3, 5) as `draw_maps` takes it: column, row and depth of a point, which is larger nearer to the eye."""
    helper = np.eye(3)[int(np.abs(way).argmin())]
    right = np.cross(helper, way)
    right /= np.linalg.norm(right)
    frame = np.zeros((3, 5))
    for row, axis in enumerate((right, np.cross(way, right))):
        frame[row, :3] = axis * scale
        frame[row, 3] = 0.5 * pixels - scale * float(axis @ middle)
    frame[2, :3] = way * scale
    return frame
