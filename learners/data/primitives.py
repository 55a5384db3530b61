"""Primitives: one simple solid in a volume of 30³ cells, turned and moved at random.

The set of D. Rezende et al., "Unsupervised Learning of 3D Structure from Images", NIPS 2016, section 3, frozen here
with sizes of our own, since the paper gives none: six kinds equally often, half extents uniform over 4 to 6 cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, unique
from typing import Final, TypeAlias, assert_never, final

import torch
from torch import Tensor

from learners.bounds import Seed
from learners.chance import generator
from learners.data.examples import ENDLESS
from learners.data.motion import SIDE, Row, drawn_motion, uniform
from learners.tensors import Grids, Indices

TEST: Final = 2000
"""Volumes of the test set, which no seed changes."""

_LEAST: Final = 4.0
_MOST: Final = 6.0

Local: TypeAlias = tuple[Tensor, Tensor, Tensor]


@unique
@final
class Kind(IntEnum):
    """The solids; the value is the label."""

    BOX = 0
    SPHERE = 1
    PYRAMID = 2
    CYLINDER = 3
    CAPSULE = 4
    ELLIPSOID = 5


@final
@dataclass(frozen=True, slots=True)
class Primitives:
    """Volumes with a primitive each, drawn when they are asked for. seed: of those to learn from."""

    seed: Seed


@final
@dataclass(frozen=True, slots=True)
class PrimitiveVolumes:
    """Volumes of one series of draws. series: its name; seed: of its draws."""

    series: str
    seed: int
    count: int

    @property
    def resolution(self) -> int:
        """30."""
        return SIDE

    @property
    def axes(self) -> int:
        """Volumes have three: x, y, z."""
        return 3

    @property
    def classes(self) -> int:
        """One for each kind."""
        return len(Kind)

    def __len__(self) -> int:
        return self.count

    def grids(self, indices: Indices) -> Grids:
        """(b, 30, 30, 30)."""
        return torch.stack([self._volume(index) for index in indices.tolist()])

    def labels(self, indices: Indices) -> Indices:
        """The kind of each: they take turns, so that all are equally often there."""
        return indices % len(Kind)

    def _volume(self, index: int) -> Tensor:
        draws = generator(self.seed, "primitives", self.series, index)
        a, b, c = (_LEAST + (_MOST - _LEAST) * number for number in uniform(draws, 3))
        return inside(Kind(index % len(Kind)), (a, b, c), drawn_motion(draws).local())


def primitive_volumes(config: Primitives, held_out: bool) -> PrimitiveVolumes:
    """Those to learn from, which do not end, or the test set."""
    return PrimitiveVolumes("test", 0, TEST) if held_out else PrimitiveVolumes("training", config.seed, ENDLESS)


def inside(kind: Kind, half: Row, local: Local) -> Tensor:
    """Which places are in a solid that fills the box of the half extents about the middle.

    A sphere takes the first of them; a capsule the least as its radius and the largest along w. The base of a pyramid
    is at w = -c, its apex at c.
    """
    u, v, w = local
    a, b, c = half
    match kind:
        case Kind.BOX:
            return (u.abs() <= a) & (v.abs() <= b) & (w.abs() <= c)
        case Kind.SPHERE:
            return u * u + v * v + w * w <= a * a
        case Kind.PYRAMID:
            return (w >= -c) & (u.abs() * (2.0 * c / a) <= c - w) & (v.abs() * (2.0 * c / b) <= c - w)
        case Kind.CYLINDER:
            return (_squared(u, a) + _squared(v, b) <= 1.0) & (w.abs() <= c)
        case Kind.CAPSULE:
            radius, reach = min(half), max(half)
            beyond = (w.abs() - (reach - radius)).clamp(min=0.0)
            return u * u + v * v + beyond * beyond <= radius * radius
        case Kind.ELLIPSOID:
            return _squared(u, a) + _squared(v, b) + _squared(w, c) <= 1.0
        case _:
            assert_never(kind)


def _squared(along: Tensor, extent: float) -> Tensor:
    ratio = along * (1.0 / extent)
    return ratio * ratio
