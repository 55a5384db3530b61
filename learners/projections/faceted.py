"""Meshes of 162 vertices that move on fixed lines from the middle, drawn by a renderer without gradients.

D. Rezende et al., NIPS 2016, section 3.6: an orientation and a radius for each vertex of a sphere of triangles, a
colour on each side of the shape, three lights. Which triangle a pixel sees is asked of pyrender (OpenGL), or of the
rasteriser that needs none; light and colours are ours, so that both give the same pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, unique
from functools import cache
from typing import Final, TypeAlias, assert_never, final

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from learners.projections.black_box import Parameters, Pictures
from shapelang.arrays import AnyArray
from shapelang.rendering.gl import visible_by_gl
from shapelang.rendering.shaded import Soup
from shapelang.rendering.stars import SIDES, Sphere, sphere, star_light, star_pictures, star_view

VERTICES: Final = 162
FACES: Final = 320
TURN: Final = 6
"""Numbers of a turn: its first two columns, before they are made orthonormal."""
NUMBERS: Final = VERTICES + TURN
"""Parameters of a mesh: its bumps, a number at each vertex, then its turn."""

_MIDDLING: Final = 0.6
"""The radius of a mesh without bumps."""
_REACH: Final = 8.0
"""How far a bump goes: by exp(8 (cos − 1)) of the angle, a third of its height at 30 degrees."""
_OWN: Final = 0.1
"""Share of a vertex' variance that no neighbour has, so that every mesh has its bumps."""

Frames: TypeAlias = Float[Tensor, "b 6"]


@unique
@final
class Drawing(Enum):
    """What says which triangle a pixel sees."""

    RASTER = "raster"
    """20 microseconds a mesh at 32 pixels a side."""
    OPENGL = "opengl"
    """pyrender, where it is installed and finds a driver: a context for each picture, a thousand times slower."""


@final
@dataclass(frozen=True, slots=True)
class FacetedRenderer:
    """Pictures of so many pixels a side, seen along -z from 4 units."""

    pixels: int
    drawing: Drawing = Drawing.RASTER

    def rendered(self, parameters: Parameters) -> Pictures:
        """Of parameters (b, 168). Raises NoGL where OpenGL is asked for and cannot be used."""
        points = points_of(parameters.detach().float().cpu()).numpy()
        match self.drawing:
            case Drawing.RASTER:
                pictures = star_pictures(faceted_sphere(), points, self.pixels)
            case Drawing.OPENGL:
                pictures = np.stack([_by_gl(one, self.pixels) for one in points])
            case _:
                assert_never(self.drawing)
        return torch.from_numpy(pictures).to(parameters.device).permute(0, 3, 1, 2)


@cache
def faceted_sphere() -> Sphere:
    """The one of 162 vertices."""
    return sphere(2)


def points_of(parameters: Parameters) -> Float[Tensor, "b 162 3"]:
    """The vertices, turned."""
    directions = torch.from_numpy(faceted_sphere().directions).to(parameters)
    points = radii(parameters)[:, :, None] * directions
    return points @ turns(parameters[:, VERTICES:]).transpose(1, 2)


def radii(parameters: Parameters) -> Float[Tensor, "b 162"]:
    """How far each vertex is from the middle.

    Where bumps are independent of deviation 1, logarithms of radii are normal numbers of deviation 1 whose neighbours
    are alike: what is drawn so is a smooth shape, and a picture says more of the few ways that these go.
    """
    smooth = torch.from_numpy(_smooth()).to(parameters)
    return _MIDDLING * (parameters[:, :VERTICES] @ smooth).exp()


@cache
def _smooth() -> AnyArray:
    """(162, 162) the symmetric root of the covariance."""
    directions = faceted_sphere().directions
    alike = np.exp(_REACH * (directions @ directions.T - 1.0))
    values, ways = np.linalg.eigh((1.0 - _OWN) * alike + _OWN * np.eye(VERTICES))
    return (ways * np.sqrt(values)) @ ways.T


def orthonormal(numbers: Frames) -> Frames:
    """The two columns made orthonormal, the first keeping its way (Gram, Schmidt).

    Six numbers, since a net gives no rotation without a jump in four: Y. Zhou et al., "On the continuity of rotation
    representations in neural networks", CVPR 2019.
    """
    first = functional.normalize(numbers[:, :3], dim=1)
    second = numbers[:, 3:] - (numbers[:, 3:] * first).sum(dim=1, keepdim=True) * first
    return torch.cat([first, functional.normalize(second, dim=1)], dim=1)


def turns(numbers: Frames) -> Float[Tensor, "b 3 3"]:
    """The rotation whose first two columns these become."""
    first, second = orthonormal(numbers).split(3, dim=1)
    return torch.stack([first, second, torch.linalg.cross(first, second)], dim=2)


def frames(rotation: Float[Tensor, "b 3 3"]) -> Frames:
    """The numbers of rotations."""
    return torch.cat([rotation[:, :, 0], rotation[:, :, 1]], dim=1)


def _by_gl(points: AnyArray, pixels: int) -> AnyArray:
    """(h, w, 3) float32."""
    of = faceted_sphere()
    corners = points.astype(np.float64)[of.faces]
    colours = np.minimum(star_light(corners)[:, None] * SIDES[of.sides], 1.0)
    seen = visible_by_gl(_soup(corners), star_view(pixels), np.ones(len(corners), np.bool_))
    return np.concatenate([colours, np.zeros((1, 3))])[seen].astype(np.float32)


def _soup(corners: AnyArray) -> Soup:
    """Of what the drawer looks at, the corners alone matter."""
    n = len(corners)
    return Soup(corners, corners, corners[:, 0], np.zeros(n, np.int32), np.zeros((1, 1)), np.ones(3), np.arange(n))
