"""Small star-shaped meshes, drawn many at once: a sphere of triangles whose vertices move on lines from the middle.

The scene is that of D. Rezende et al., "Unsupervised Learning of 3D Structure from Images", NIPS 2016, section 3.6,
which gives no numbers: a colour on each of six sides, three lights, black behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, final

import numpy as np

from shapelang.arrays import AnyArray
from shapelang.rendering.camera import View

SIDES: Final = np.array(
    [[0.85, 0.2, 0.2], [0.2, 0.75, 0.25], [0.25, 0.35, 0.9], [0.9, 0.8, 0.2], [0.2, 0.8, 0.85], [0.85, 0.35, 0.8]]
)
"""Colours of the sides x, y, z, -x, -y, -z."""
LIGHTS: Final = np.array([[0.6, 0.7, 0.4], [-0.8, 0.3, 0.5], [0.1, -0.6, 0.8]])
"""Ways to the lights, of any length."""
STRENGTHS: Final = np.array([0.6, 0.35, 0.25])
AMBIENT: Final = 0.15
DISTANCE: Final = 4.0
"""Of the eye from the middle."""
_FOCAL: Final = 1.3
"""In pictures' sides."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Sphere:
    """Unit vectors (v, 3); faces (f, 3), counter-clockwise from outside; sides (f,): the row of `SIDES` of each face,
    by the axis that its middle is nearest to.
    """

    directions: AnyArray
    faces: AnyArray
    sides: AnyArray


def sphere(halvings: int) -> Sphere:
    """An icosahedron whose triangles are cut in four so many times: 162 vertices and 320 faces for two."""
    golden = 0.5 * (1.0 + 5.0**0.5)
    ring = [(-1.0, golden), (1.0, golden), (-1.0, -golden), (1.0, -golden)]
    points = [np.array([a, b, 0.0]) for a, b in ring] + [np.array([0.0, a, b]) for a, b in ring]
    points += [np.array([b, 0.0, a]) for a, b in ring]
    unit = [point / np.linalg.norm(point) for point in points]
    faces = _hull(np.stack(unit))
    for _ in range(halvings):
        unit, faces = _halved(unit, faces)
    directions, corners = np.stack(unit), np.array(faces)
    middles = directions[corners].mean(axis=1)
    axis = np.abs(middles).argmax(axis=1)
    return Sphere(directions, corners, axis + 3 * (middles[np.arange(len(middles)), axis] < 0.0))


def star_pictures(of: Sphere, points: AnyArray, pixels: int) -> AnyArray:
    """(b, h, w, 3) float32 from 0 to 1 of vertices (b, v, 3), seen along -z: rows from the top, one look a pixel."""
    from shapelang.rendering.stars_fill import draw_many

    lights = LIGHTS / np.linalg.norm(LIGHTS, axis=1, keepdims=True)
    lamps = np.zeros((1 + len(lights), 4), np.float32)
    lamps[0, 3], lamps[1:, :3], lamps[1:, 3] = AMBIENT, lights, STRENGTHS
    view = star_view(pixels)
    pictures = np.zeros((len(points), pixels, pixels, 3), np.float32)
    camera = np.array([view.focal, DISTANCE], np.float32)
    paints = SIDES[of.sides].astype(np.float32)
    draw_many(np.ascontiguousarray(points, np.float32), of.faces.astype(np.int32), paints, lamps, camera, pictures)
    return pictures


def star_light(corners: AnyArray) -> AnyArray:
    """(n,) what light falls on triangles (n, 3, 3)."""
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    facing = across / np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-12)
    lights = LIGHTS / np.linalg.norm(LIGHTS, axis=1, keepdims=True)
    return AMBIENT + np.maximum(facing @ lights.T, 0.0) @ STRENGTHS


def star_view(pixels: int) -> View:
    """The camera of so many pixels a side."""
    return View(np.array([0.0, 0.0, DISTANCE]), np.eye(3), _FOCAL * pixels, pixels, pixels)


def _hull(points: AnyArray) -> list[tuple[int, int, int]]:
    """Triangles of neighbours of the icosahedron, each counter-clockwise from outside."""
    near = np.linalg.norm(points[:, None] - points[None], axis=2) < 1.1
    found: list[tuple[int, int, int]] = []
    for a in range(12):
        for b in range(a + 1, 12):
            for c in range(b + 1, 12):
                if near[a, b] and near[b, c] and near[a, c]:
                    outward = np.linalg.det(points[[a, b, c]]) > 0.0
                    found.append((a, b, c) if outward else (a, c, b))
    return found


def _halved(
    points: list[AnyArray], faces: list[tuple[int, int, int]]
) -> tuple[list[AnyArray], list[tuple[int, int, int]]]:
    """Each triangle in four, new points on the sphere."""
    points, between = list(points), dict[tuple[int, int], int]()

    def middle(a: int, b: int) -> int:
        key = (min(a, b), max(a, b))
        if key not in between:
            between[key] = len(points)
            whole = points[a] + points[b]
            points.append(whole / np.linalg.norm(whole))
        return between[key]

    finer: list[tuple[int, int, int]] = []
    for a, b, c in faces:
        p, q, r = middle(a, b), middle(b, c), middle(c, a)
        finer += [(a, p, r), (p, b, q), (r, q, c), (p, q, r)]
    return points, finer
