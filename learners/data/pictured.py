"""Pictures of primitives in colours: the same six solids, in the middle, each from two sides at random.

The set of D. Rezende et al., NIPS 2016, section 3.6, with numbers of our own: half extents uniform over 0.5 to 0.75,
every rotation as likely, the camera and lights of `rendering/stars.py`. A point of a solid has the colour of the side
that it lies to from the middle, so that the mesh of a system can have the very colours of a solid.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, assert_never, final

import numpy as np
import torch
from jaxtyping import Float

from learners.bounds import Count, Seed
from learners.chance import generator
from learners.data.motion import Row, drawn_turn, uniform
from learners.data.primitives import Kind
from learners.tensors import Colours, Grids, Indices
from shapelang.arrays import AnyArray
from shapelang.rendering.stars import Sphere, sphere, star_pictures

PIXELS: Final = 32
VIEWS: Final = 2
"""Pictures of each solid."""
TEST: Final = 300
"""Solids that are kept away from learning, which no seed changes."""

_LEAST: Final = 0.5
_MOST: Final = 0.75
_HALVINGS: Final = 3
"""Of the sphere that a solid is drawn with: 642 vertices."""
_TINY: Final = 1e-9


@final
@dataclass(frozen=True, slots=True)
class PrimitivePictures:
    """count: solids to learn from; seed: of their draws."""

    count: Count
    seed: Seed


@final
@dataclass(frozen=True, slots=True, eq=False)
class PictureExamples:
    """Pictures in memory: rgb (n, 2, 3, h, w) uint8. Their grids are where the first one sees the solid."""

    rgb: AnyArray

    @property
    def resolution(self) -> int:
        """Pixels along each side."""
        return self.rgb.shape[-1]

    @property
    def axes(self) -> int:
        """Pictures have two."""
        return 2

    @property
    def classes(self) -> int:
        """One for each kind."""
        return len(Kind)

    def __len__(self) -> int:
        return len(self.rgb)

    def grids(self, indices: Indices) -> Grids:
        """(b, h, w) what is not black."""
        return torch.from_numpy(self.rgb[indices.numpy(), 0].any(axis=1))

    def labels(self, indices: Indices) -> Indices:
        """The kind of each: they take turns."""
        return indices % len(Kind)

    def colours(self, indices: Indices) -> Colours:
        """(b, 2, 3, h, w)."""
        return torch.from_numpy(self.rgb[indices.numpy()].astype(np.float32) / np.float32(255.0))


def picture_examples(config: PrimitivePictures, held_out: bool) -> PictureExamples:
    """Those to learn from, or the test set. A quarter of a millisecond each."""
    series, seed, count = ("test", 0, TEST) if held_out else ("training", config.seed, config.count)
    fine = sphere(_HALVINGS)
    return PictureExamples(np.stack([_pictures(fine, series, seed, index) for index in range(count)]))


def _pictures(fine: Sphere, series: str, seed: int, index: int) -> AnyArray:
    """(2, 3, h, w) uint8."""
    draws = generator(seed, "pictures", series, index)
    points = fine.directions * reach(Kind(index % len(Kind)), _half(draws), fine.directions)[:, None]
    turned = np.stack([points @ np.array(drawn_turn(draws)).T for _ in range(VIEWS)])
    return np.rint(star_pictures(fine, turned, PIXELS) * 255.0).astype(np.uint8).transpose(0, 3, 1, 2)


def held_out_reach(index: int, directions: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, " n"]:
    """How far a solid of the test set goes from the middle, in its own frame: what no system is shown."""
    return reach(Kind(index % len(Kind)), _half(generator(0, "pictures", "test", index)), directions)


def _half(draws: torch.Generator) -> Row:
    a, b, c = (_LEAST + (_MOST - _LEAST) * number for number in uniform(draws, 3))
    return a, b, c


def reach(kind: Kind, half: Row, directions: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, " n"]:
    """How far a solid goes from the middle along unit vectors; the solids are those of `primitives.inside`."""
    a, b, c = half
    x, y, w = np.maximum(np.abs(directions), _TINY).T
    up = directions[:, 2]
    match kind:
        case Kind.BOX:
            return np.minimum(np.minimum(a / x, b / y), c / w)
        case Kind.SPHERE:
            return np.full(len(directions), a)
        case Kind.PYRAMID:
            return np.minimum.reduce(
                [_until(-up, c), _until(x * (2.0 * c / a) + up, c), _until(y * (2.0 * c / b) + up, c)]
            )
        case Kind.CYLINDER:
            return np.minimum(1.0 / np.hypot(x / a, y / b), c / w)
        case Kind.CAPSULE:
            radius, straight = min(half), max(half) - min(half)
            side = radius / np.hypot(x, y)
            # On the half ball about (0, 0, straight): t² − 2 t w straight + straight² = radius².
            ball = w * straight + np.sqrt(np.maximum((w * straight) ** 2 - straight**2 + radius**2, 0.0))
            return np.where(side * w <= straight, side, ball)
        case Kind.ELLIPSOID:
            return 1.0 / np.sqrt((x / a) ** 2 + (y / b) ** 2 + (w / c) ** 2)
        case _:
            assert_never(kind)


def _until(slope: AnyArray, height: float) -> AnyArray:
    """Where something that grows by a slope from 0 has a height; infinite where it does not grow."""
    return np.where(slope > _TINY, height / np.maximum(slope, _TINY), np.inf)
