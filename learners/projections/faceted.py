"""Meshes of 162 vertices that move on fixed lines from the middle, drawn by a renderer without gradients.

D. Rezende et al., NIPS 2016, section 3.6: an orientation and a radius for each vertex of a sphere of triangles, a
colour on each side of the shape, three lights. Which triangle a pixel sees is asked of pyrender (OpenGL), or of the
rasteriser that needs none; light and colours are ours, so that both give the same pictures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, final

import numpy as np
import torch
from torch import Tensor

from learners.projections.black_box import Parameters, Pictures
from learners.spatial import rotations
from shapelang.arrays import AnyArray
from shapelang.rendering.camera import View
from shapelang.rendering.raster import Seen
from shapelang.rendering.shaded import Soup

VERTICES: Final = 162
FACES: Final = 320
NUMBERS: Final = VERTICES + 4
"""Parameters of a mesh: the logarithm of each vertex' radius, then the quaternion of its turn."""

_SIDES: Final = np.array(
    [[0.85, 0.2, 0.2], [0.2, 0.75, 0.25], [0.25, 0.35, 0.9], [0.9, 0.8, 0.2], [0.2, 0.8, 0.85], [0.85, 0.35, 0.8]]
)
"""Colours of the sides x, y, z, -x, -y, -z."""
_LIGHTS: Final = np.array([[0.6, 0.7, 0.4], [-0.8, 0.3, 0.5], [0.1, -0.6, 0.8]])
_STRENGTHS: Final = np.array([0.6, 0.35, 0.25])
_AMBIENT: Final = 0.15
_DISTANCE: Final = 4.0

Draw = Callable[[Soup, View, AnyArray], Seen]


@final
@dataclass(frozen=True, slots=True, eq=False)
class FacetedRenderer:
    """Pictures of so many pixels a side, seen along -z from 4 units. draw: `raster.visible`, or `gl.visible_by_gl`."""

    pixels: int
    draw: Draw

    def rendered(self, parameters: Parameters) -> Pictures:
        """Of parameters (b, 166). Raises NoGL where OpenGL is asked for and cannot be used."""
        corners = corners_of(parameters.detach().double().cpu()).numpy()
        pictures = np.stack([self._picture(one) for one in corners])
        return torch.from_numpy(pictures).to(parameters.device, torch.float32).permute(0, 3, 1, 2)

    def _picture(self, corners: AnyArray) -> AnyArray:
        """(h, w, 3)."""
        across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        facing = across / np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-12)
        lights = _LIGHTS / np.linalg.norm(_LIGHTS, axis=1, keepdims=True)
        light = _AMBIENT + np.maximum(facing @ lights.T, 0.0) @ _STRENGTHS
        colours = np.minimum(light[:, None] * _SIDES[_sides()], 1.0)
        seen = self.draw(_soup(corners, facing), self._view(), np.ones(len(corners), np.bool_))
        return np.concatenate([colours, np.zeros((1, 3))])[seen]

    def _view(self) -> View:
        return View(np.array([0.0, 0.0, _DISTANCE]), np.eye(3), 1.3 * self.pixels, self.pixels, self.pixels)


def corners_of(parameters: Tensor) -> Tensor:
    """(b, 320, 3, 3) corners of the triangles, turned."""
    directions, faces = sphere()
    radii = parameters[:, :VERTICES].exp()
    points = radii[:, :, None] * torch.from_numpy(directions).to(parameters)
    turned = points @ rotations(parameters[:, VERTICES:]).transpose(1, 2)
    return turned[:, torch.from_numpy(faces)]


def sphere() -> tuple[AnyArray, AnyArray]:
    """Unit vectors (162, 3) and faces (320, 3), counter-clockwise from outside: an icosahedron, halved twice."""
    golden = 0.5 * (1.0 + 5.0**0.5)
    ring = [(-1.0, golden), (1.0, golden), (-1.0, -golden), (1.0, -golden)]
    points = [np.array([a, b, 0.0]) for a, b in ring] + [np.array([0.0, a, b]) for a, b in ring]
    points += [np.array([b, 0.0, a]) for a, b in ring]
    unit = [point / np.linalg.norm(point) for point in points]
    faces = _hull(np.stack(unit))
    for _ in range(2):
        unit, faces = _halved(unit, faces)
    return np.stack(unit), np.array(faces)


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


def _sides() -> AnyArray:
    """(320,) which colour each face has: by the axis that its direction at rest is nearest to."""
    directions, faces = sphere()
    middles = directions[faces].mean(axis=1)
    axis = np.abs(middles).argmax(axis=1)
    return axis + 3 * (middles[np.arange(len(middles)), axis] < 0.0)


def _soup(corners: AnyArray, facing: AnyArray) -> Soup:
    """Of what the drawers look at, the corners alone matter."""
    n = len(corners)
    normals = np.repeat(facing[:, None], 3, axis=1)
    return Soup(corners, normals, facing, np.zeros(n, np.int32), np.zeros((1, 1)), np.ones(3), np.arange(n))
