"""How one solid is repeated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, final

from shapelang.inference.solids.plain import Solid
from shapelang.syntax.tree import AxisName


@final
@dataclass(frozen=True, slots=True)
class Once:
    """No pattern."""


@final
@dataclass(frozen=True, slots=True)
class Mirrored:
    """Images in the planes across these axes through the model's middle."""

    axes: tuple[AxisName, ...]


@final
@dataclass(frozen=True, slots=True)
class Lined:
    """`count` images, each a `step` after the one before."""

    count: int
    step: tuple[float, float, float]


@final
@dataclass(frozen=True, slots=True)
class Gridded:
    """Images on a lattice of one to three steps."""

    counts: tuple[int, ...]
    steps: tuple[tuple[float, float, float], ...]


@final
@dataclass(frozen=True, slots=True)
class Cornered:
    """Images in the planes across two axes through a point of their own."""

    axes: tuple[AxisName, AxisName]
    about: tuple[float, float, float]


@final
@dataclass(frozen=True, slots=True)
class Ringed:
    """`count` images about an axis through `centre`."""

    count: int
    axis: AxisName
    centre: tuple[float, float, float]


@final
@dataclass(frozen=True, slots=True)
class Screwed:
    """`count` images, each the one before turned by `angle` degrees about an axis through `centre` and moved along that
    by `rise`.
    """

    count: int
    axis: AxisName
    angle: float
    rise: float
    centre: tuple[float, float, float]


Pattern: TypeAlias = Once | Mirrored | Lined | Gridded | Cornered | Ringed | Screwed


@final
@dataclass(frozen=True, slots=True, eq=False)
class Repeated:
    """One solid and how it is repeated; `count` is how many there are."""

    solid: Solid
    pattern: Pattern
    count: int
