"""The torus and its arcs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np
from numpy.typing import NDArray

from shapelang.elementary import sincosd
from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import Real, Vec3
from shapelang.numbers import FLOAT, Numbers
from shapelang.primitives.circle import circle
from shapelang.primitives.cylinder import PI
from shapelang.primitives.limits import length, within
from shapelang.primitives.protocol import FieldClass, Refusal, Slot
from shapelang.primitives.revolve import compacted
from shapelang.primitives.rounds import radial


@final
@dataclass(frozen=True, slots=True)
class Torus:
    """A tube along a circle about +Y.

    An arc of less than 360° is symmetric about +X and has flat ends; its box is centred, so its circle's centre lies
    off the origin by `centre_x`.
    """

    radius: Real
    tube: Real
    arc: Real

    kind: ClassVar[str] = "torus"
    doc: ClassVar[str] = "a tube along a circle about +Y, or along an arc of it that is symmetric about +X"
    slots: ClassVar[tuple[Slot, ...]] = (
        Slot("radius", "length", "radius of the circle, metres", low=0.0, low_open=True),
        Slot("tube", "length", "radius of the tube, metres; at most `radius`", low=0.0, low_open=True),
        Slot("arc", "angle", "degrees of the circle", default=360.0, low=1.0, high=360.0),
    )

    def _ends(self, n: Numbers) -> tuple[Real, Real, Real]:
        """Least x, greatest x and greatest z of the arc about its own centre."""
        s, c = sincosd(n, self.arc * 0.5)
        outer, inner = self.radius + self.tube, self.radius - self.tube
        low = n.minimum(outer * c, inner * c)
        low = n.where(self.arc >= 360.0, -outer, low)
        across = n.where(self.arc >= 180.0, outer, outer * s)
        return low, outer, across

    def centre_x(self, n: Numbers) -> Real:
        """Where the circle's centre lies in x, once the box is centred."""
        low, high, _ = self._ends(n)
        return (low + high) * -0.5

    def size(self, n: Numbers) -> Vec3:
        """Extents of the arc with its flat ends."""
        low, high, across = self._ends(n)
        return (high - low, self.tube * 2.0, across * 2.0)

    def refusals(self, n: Numbers) -> tuple[Refusal, ...]:
        """A hole, or at least a point, in the middle."""
        del n
        tube = within("tube", self.tube, 0.0, 1e6)
        thick = self.tube > self.radius * (1.0 - 1e-9)
        fat = () if thick is False else ((thick, "tube must be below radius, else the surface cuts itself"),)
        return (
            *length("radius", self.radius),
            *length("tube", self.tube),
            *tube,
            *fat,
            *within("arc", self.arc, 1.0, 360.0),
        )

    def volume(self) -> float:
        """π t² times the length of the arc (Pappus)."""
        return PI * self.tube * self.tube * (2.0 * PI * self.radius) * (self.arc / 360.0)

    def mesh(self, segments: int) -> Mesh:
        """Rings of the tube along the arc; flat fans at the ends of an open one."""
        whole = self.arc >= 360.0
        steps = segments if whole else max(3, int(-(-segments * self.arc // 360.0)))
        around = max(6, segments // 2)
        made = _tube(self, steps, around, whole)
        positions = made.positions.copy()
        positions[:, 0] += self.centre_x(FLOAT)
        return Mesh(positions, made.faces, made.normals, made.uvs, made.weld)

    def field(self, n: Numbers, x: Real, y: Real, z: Real) -> Real:
        """Exact distance of the whole torus; of an arc the tube cut by its end planes, a bound."""
        u = x - self.centre_x(n)
        q = radial(n, u, z) - self.radius
        ring = n.sqrt(q * q + y * y) - self.tube
        s, c = sincosd(n, self.arc * 0.5)
        # Beyond an end: in front of both half planes when the arc is above half a turn, of one when below.
        beyond = n.absolute(z) * c - u * s
        cut = n.maximum(ring, beyond)
        return n.where(self.arc >= 360.0, ring, n.where(self.arc > 180.0, n.maximum(ring, n.minimum(beyond, -u)), cut))

    def field_class(self) -> FieldClass:
        """Exact when whole, else a bound."""
        return FieldClass(bool(self.arc >= 360.0), 1.0)

    def mirror_symmetric(self) -> tuple[bool, bool, bool]:
        """All planes when whole; an arc is symmetric about the planes through +X."""
        return (bool(self.arc >= 360.0), True, True)


def _tube(torus: Torus, steps: int, around: int, whole: bool) -> Mesh:
    cos, sin = circle(steps) if whole else _arc(torus.arc, steps)
    tube_cos, tube_sin = circle(around)
    r = torus.radius + torus.tube * tube_cos
    shape = (steps + 1, around + 1)
    positions = np.stack(
        [cos[:, None] * r, np.broadcast_to(torus.tube * tube_sin, shape), sin[:, None] * r], axis=-1
    ).reshape(-1, 3)
    normals = np.stack(
        [cos[:, None] * tube_cos, np.broadcast_to(tube_sin, shape), sin[:, None] * tube_cos], axis=-1
    ).reshape(-1, 3)
    along = np.arange(steps + 1) * (PI * torus.arc / 180.0 * torus.radius / steps)
    uvs = np.stack(
        [
            np.broadcast_to(along[:, None], shape),
            np.broadcast_to(np.arange(around + 1) * (2.0 * PI * torus.tube / around), shape),
        ],
        axis=-1,
    ).reshape(-1, 2)
    rows, columns = np.arange(steps + 1)[:, None], np.arange(around + 1)[None, :] % around
    weld = ((rows % steps if whole else rows) * around + columns).reshape(-1)
    a = (np.arange(steps)[:, None] * (around + 1) + np.arange(around)[None, :]).reshape(-1)
    b, c = a + 1, a + around + 1
    faces = np.concatenate([np.stack([a, b, c], axis=1), np.stack([c, b, c + 1], axis=1)])
    if not whole:
        positions, faces, normals, uvs, weld = _capped(torus, positions, faces, normals, uvs, weld, steps, around)
    return compacted(positions, faces, normals, uvs, weld)


def _arc(arc: float, steps: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    pairs = [sincosd(FLOAT, arc * (k / steps - 0.5)) for k in range(steps + 1)]
    table = np.array(pairs)
    return table[:, 1], table[:, 0]


def _capped(
    torus: Torus, positions: NDArray[np.float64], faces: NDArray[np.int64], normals: NDArray[np.float64],
    uvs: NDArray[np.float64], weld: NDArray[np.int64], steps: int, around: int,
) -> tuple[NDArray[np.float64], ...]:  # fmt: skip
    """Adds the two flat ends, each a fan about its first corner."""
    tube_cos, tube_sin = circle(around)
    for row, side in ((0, -1.0), (steps, 1.0)):
        ring = np.arange(around) + row * (around + 1)
        s, c = sincosd(FLOAT, torus.arc * 0.5 * side)
        start = len(positions)
        normal = np.tile((-s * side, 0.0, c * side), (around, 1))
        k = np.arange(1, around - 1)
        fan = np.stack([np.zeros_like(k), k + 1, k] if side < 0 else [np.zeros_like(k), k, k + 1], axis=1) + start
        positions = np.concatenate([positions, positions[ring]])
        normals = np.concatenate([normals, normal])
        uvs = np.concatenate([uvs, np.stack([tube_cos[:-1], tube_sin[:-1]], axis=1) * torus.tube])
        weld = np.concatenate([weld, weld[ring]])
        faces = np.concatenate([faces, fan])
    return positions, faces, normals, uvs, weld
