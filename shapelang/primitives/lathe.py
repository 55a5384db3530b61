"""The lathe: a profile turned about +Y."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, ClassVar, final

import numpy as np

from shapelang.frozen import frozen
from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import Real, Vec3
from shapelang.numbers import FLOAT, Numbers
from shapelang.primitives.circle import PI
from shapelang.primitives.limits import SMALLEST, refuse, spaced
from shapelang.primitives.polygon import MOST_POINTS, Point, bounds, crossing, distance, signed_area
from shapelang.primitives.protocol import EXACT, FieldClass, Refusal, Slot
from shapelang.primitives.revolve import Band, revolved
from shapelang.primitives.rounds import radial

SMOOTH_COSINE = 0.8191520442889918
"""cos 35°: profile corners flatter than this are shaded smooth."""


@final
@frozen
class Lathe:
    """A profile of points (r, y), r ≥ 0, turned about +Y and centred on its box in y.

    A profile that does not begin or end on the axis is closed to it by flat discs.
    """

    points: tuple[Point, ...]

    kind: ClassVar[str] = "lathe"
    doc: ClassVar[str] = "a profile of points (r, y) turned about +Y, closed to the axis at both ends"
    slots: ClassVar[tuple[Slot, ...]] = (Slot("points", "points", "the profile (r, y) in metres, upward or downward"),)

    def outline(self, n: Numbers) -> tuple[Point, ...]:
        """The half polygon: the profile, centred in y, between the feet of its ends on the axis."""
        (_, low), (_, high) = bounds(n, self.points)
        middle = (low + high) * 0.5
        made = [(r, y - middle) for r, y in self.points]
        return ((0.0, made[0][1]), *made, (0.0, made[-1][1]))

    def size(self, n: Numbers) -> Vec3:
        """Twice the widest radius across."""
        (_, low), (r, high) = bounds(n, self.points)
        return (r * 2.0, high - low, r * 2.0)

    def refusals(self, n: Numbers) -> tuple[Refusal, ...]:
        """A profile on the right side of the axis that does not cut itself."""
        if not 2 <= len(self.points) <= MOST_POINTS:
            return ((True, f"a profile has 2 to {MOST_POINTS} points"),)
        first, *inner, last = self.points
        behind = (first[0] < 0.0) | (last[0] < 0.0)
        touches: Any = False
        for r, _ in inner:
            behind, touches = behind | (r < 0.0), touches | ((r >= 0.0) & (r < SMALLEST))
        wide, tall, _ = self.size(n)
        return (
            *spaced(n, self.points),
            *refuse(behind, "a profile has no radius below 0"),
            *refuse(touches, "only the ends of a profile may touch the axis"),
            *refuse((wide < SMALLEST) | (tall < SMALLEST), "the profile has no extent"),
            *refuse(crossing(n, self.outline(n), closed=False), "the profile cuts or touches itself"),
        )

    def _upward(self) -> list[Point]:
        """The outline from its lower to its upper end on the axis, so that out is to the right (floats only)."""
        made = list(self.outline(FLOAT))
        first = 1 if made[1][0] < SMALLEST else 0
        last = len(made) - (1 if made[-2][0] < SMALLEST else 0)
        made = made[first:last]
        made[0], made[-1] = (0.0, made[0][1]), (0.0, made[-1][1])
        return made if signed_area(made) > 0.0 else made[::-1]

    def volume(self) -> float:
        """Sum of frustums: π Σ (y₂ − y₁)(a² + a b + b²) / 3."""
        total = 0.0
        for (a, y), (b, z) in pairwise(self.outline(FLOAT)):
            total += (z - y) * (a * a + a * b + b * b)
        return PI * abs(total) / 3.0

    def mesh(self, segments: int) -> Mesh:
        """Bands between the sharp corners of the profile."""
        made = np.array(self._upward(), dtype=np.float64)
        step = np.diff(made, axis=0)
        size = np.sqrt(step[:, 0] * step[:, 0] + step[:, 1] * step[:, 1])
        outward = np.stack([step[:, 1] / size, -step[:, 0] / size], axis=1)
        bands: list[Band] = []
        first = 0
        for k in range(1, len(step) + 1):
            flat = k < len(step) and float((outward[k - 1] * outward[k]).sum()) > SMOOTH_COSINE
            if not flat:
                bands.append(_smooth(made[first : k + 1], outward[first:k]))
                first = k
        return revolved(bands, segments)

    def field(self, n: Numbers, x: Real, y: Real, z: Real) -> Real:
        """Exact distance: of the half polygon, turned."""
        return distance(n, self.outline(n), radial(n, x, z), y, on_axis=True)

    def field_class(self) -> FieldClass:
        """Exact."""
        return EXACT

    def mirror_symmetric(self) -> tuple[bool, bool, bool]:
        """Across the axis; top and bottom differ unless the profile says otherwise."""
        made = self.outline(FLOAT)
        return (True, made == tuple((r, -y) for r, y in reversed(made)), True)


def _smooth(points: np.ndarray, outward: np.ndarray) -> Band:
    """Normals of the corners are the means of both sides', unit again."""
    mean = np.concatenate([outward[:1], outward[:-1] + outward[1:], outward[-1:]])
    size = np.sqrt(mean[:, 0] * mean[:, 0] + mean[:, 1] * mean[:, 1])
    return Band(points, mean / size[:, None])
