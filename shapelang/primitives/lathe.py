"""The lathe: a profile turned about +Y."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import Real, Vec3
from shapelang.numbers import FLOAT, Numbers
from shapelang.primitives.cylinder import PI
from shapelang.primitives.limits import LARGEST, SMALLEST
from shapelang.primitives.polygon import Point, distance, signed_area, simple
from shapelang.primitives.protocol import FieldClass, Refusal, Slot
from shapelang.primitives.revolve import Band, revolved
from shapelang.primitives.rounds import radial

SMOOTH_COSINE = 0.8191520442889918
"""cos 35°: profile corners flatter than this are shaded smooth."""


@final
@dataclass(frozen=True, slots=True)
class Lathe:
    """A profile of points (r, y), r ≥ 0, turned about +Y and centred on its box in y.

    A profile that does not begin or end on the axis is closed to it by flat discs.
    """

    points: tuple[Point, ...]

    kind: ClassVar[str] = "lathe"
    doc: ClassVar[str] = "a profile of points (r, y) turned about +Y, closed to the axis at both ends"
    slots: ClassVar[tuple[Slot, ...]] = (Slot("points", "points", "the profile (r, y) in metres, upward or downward"),)

    def profile(self, n: Numbers) -> tuple[Point, ...]:
        """The profile centred in y, from its lower to its upper end on the axis."""
        low, high = self.points[0][1], self.points[0][1]
        for _, y in self.points[1:]:
            low, high = n.minimum(low, y), n.maximum(high, y)
        shift = (low + high) * 0.5
        made = [(r, y - shift) for r, y in self.points]
        if not n.batched and signed_area([(0.0, made[0][1]), *made, (0.0, made[-1][1])]) < 0:
            made.reverse()
        return tuple(made)

    def _closed(self, n: Numbers) -> list[Point]:
        """The half polygon: the profile, with its ends on the axis."""
        made = list(self.profile(n))
        if self._off(made[0]):
            made.insert(0, (0.0, made[0][1]))
        if self._off(made[-1]):
            made.append((0.0, made[-1][1]))
        return made

    def _off(self, point: Point) -> bool:
        r = point[0]
        return not (isinstance(r, int | float) and r == 0)

    def size(self, n: Numbers) -> Vec3:
        """Twice the widest radius across."""
        r, low, high = self.points[0][0], self.points[0][1], self.points[0][1]
        for q, y in self.points[1:]:
            r, low, high = n.maximum(r, q), n.minimum(low, y), n.maximum(high, y)
        return (r * 2.0, high - low, r * 2.0)

    def refusals(self, n: Numbers) -> tuple[Refusal, ...]:
        """A simple profile on the right side of the axis."""
        if not 2 <= len(self.points) <= 1024:
            return ((True, "a profile has 2 to 1024 points"),)
        for r, y in self.points:
            wild = (r < 0) | (r > LARGEST) | (n.absolute(y) > LARGEST) | (r != r) | (y != y)
            if wild is not False:
                return ((wild, f"a point (r, y) has r from 0 to {LARGEST:g}, and y within {LARGEST:g} m"),)
        wide, tall, _ = self.size(n)
        thin = (wide < SMALLEST) | (tall < SMALLEST)
        if thin is not False:
            return ((thin, "the profile has no extent"),)
        if any(isinstance(r, int | float) and r == 0 for r, _ in self.points[1:-1]):
            return ((True, "only the ends of a profile may touch the axis"),)
        if not n.batched and not simple(self._closed(n)):
            return ((True, "the profile cuts or touches itself"),)
        return ()

    def volume(self) -> float:
        """Sum of frustums: π Σ (y₂ − y₁)(a² + a b + b²) / 3."""
        made = self._closed(FLOAT)
        total = 0.0
        for (a, y), (b, z) in zip(made[:-1], made[1:], strict=True):
            total += (z - y) * (a * a + a * b + b * b)
        return PI * abs(total) / 3.0

    def mesh(self, segments: int) -> Mesh:
        """Bands between the sharp corners of the profile."""
        made = np.array(self._closed(FLOAT), dtype=np.float64)
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
        return distance(n, self._closed(n), radial(n, x, z), y, axis=True)

    def field_class(self) -> FieldClass:
        """Exact."""
        return FieldClass(True, 1.0)

    def mirror_symmetric(self) -> tuple[bool, bool, bool]:
        """Across the axis; top and bottom differ unless the profile says otherwise."""
        made = self.profile(FLOAT)
        return (True, made == tuple((r, -y) for r, y in reversed(made)), True)


def _smooth(points: np.ndarray, outward: np.ndarray) -> Band:
    """Normals of the corners are the means of both sides', unit again."""
    mean = np.concatenate([outward[:1], outward[:-1] + outward[1:], outward[-1:]])
    size = np.sqrt(mean[:, 0] * mean[:, 0] + mean[:, 1] * mean[:, 1])
    return Band(points, mean / size[:, None])
