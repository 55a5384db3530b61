"""The torus and its arcs."""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from shapelang.arrays import RealArray, read_only
from shapelang.elementary import sincosd
from shapelang.frozen import frozen
from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import Real, Vec3
from shapelang.numbers import FLOAT, Numbers
from shapelang.primitives.circle import PI, TURN, circle
from shapelang.primitives.extents import RADIUS, told
from shapelang.primitives.limits import length, refuse, within
from shapelang.primitives.protocol import EXACT, FieldClass, Refusal, Slot
from shapelang.primitives.rounds import radial

Pair: TypeAlias = tuple[RealArray, RealArray]


@final
@frozen
class Torus:
    """A tube along a circle about +Y.

    An arc of less than 360° is symmetric about +X and has flat ends; its box is centred, so its circle's centre lies
    off the origin by `centre_x`.
    """

    radius: Real
    tube: Real
    arc: Real = 360.0

    kind: ClassVar[str] = "torus"
    doc: ClassVar[str] = "a tube along a circle about +Y, or along an arc of it that is symmetric about +X"
    slots: ClassVar[tuple[Slot, ...]] = (
        told(RADIUS, "radius of the circle, metres"),
        Slot("tube", "length", "radius of the tube, metres; at most `radius`", low=0.0, low_open=True),
        Slot("arc", "angle", "degrees of the circle", default=360.0, low=1.0, high=360.0),
    )

    def _span(self, n: Numbers) -> tuple[Real, Real, Real]:
        """Least x, greatest x and greatest z of the arc about its own centre."""
        s, c = sincosd(n, self.arc * 0.5)
        outer, inner = self.radius + self.tube, self.radius - self.tube
        low = n.minimum(outer * c, inner * c)
        low = n.where(self.arc >= 360.0, -outer, low)
        across = n.where(self.arc >= 180.0, outer, outer * s)
        return low, outer, across

    def centre_x(self, n: Numbers) -> Real:
        """Where the circle's centre lies in x, once the box is centred."""
        low, high, _ = self._span(n)
        return (low + high) * -0.5

    def size(self, n: Numbers) -> Vec3:
        """Extents of the arc with its flat ends."""
        low, high, across = self._span(n)
        return (high - low, self.tube * 2.0, across * 2.0)

    def refusals(self, n: Numbers) -> tuple[Refusal, ...]:
        """A hole in the middle."""
        del n
        fat = refuse(self.tube > self.radius * (1.0 - 1e-6), "tube must be below radius, else the surface cuts itself")
        return (*length("radius", self.radius), *length("tube", self.tube), *fat, *within("arc", self.arc, 1.0, 360.0))

    def volume(self) -> float:
        """π t² times the length of the arc (Pappus)."""
        return PI * self.tube * self.tube * (2.0 * PI * self.radius) * (self.arc / 360.0)

    def mesh(self, segments: int) -> Mesh:
        """Rings of the tube along the arc; flat fans at the ends of an open one."""
        whole = self.arc >= 360.0
        steps = segments if whole else 2 * max(1, int(-(-segments * self.arc // 720.0)))
        around = 4 * max(2, segments // 8)
        faces, weld = _topology(steps, around, whole)
        positions, normals, uvs = _tube(self, _angles(self, steps), around)
        if not whole:
            ends = _ends(self, positions, around)
            positions, normals, uvs = (
                np.concatenate(pair) for pair in zip((positions, normals, uvs), ends, strict=True)
            )
        positions[:, 0] += self.centre_x(FLOAT)
        return Mesh(positions, faces, normals, uvs, weld)

    def field(self, n: Numbers, x: Real, y: Real, z: Real) -> Real:
        """Exact distance: between the ends to the whole torus or, from inside, to an end; beyond them to an end."""
        u, w = x - self.centre_x(n), n.absolute(z)
        q = radial(n, u, z) - self.radius
        ring = n.sqrt(q * q + y * y) - self.tube
        s, c = sincosd(n, self.arc * 0.5)
        # The end with z ≥ 0 is a disc in the plane through the axis and (c, s): never the farther one, as w ≥ 0.
        ahead, out = w * c - u * s, u * c + w * s - self.radius
        past = n.maximum(n.sqrt(out * out + y * y) - self.tube, 0.0)
        disc = n.sqrt(ahead * ahead + past * past)
        between = n.where(ring < 0.0, n.maximum(ring, -disc), ring)
        return n.where(self.arc >= 360.0, ring, n.where(ahead <= 0.0, between, disc))

    def field_class(self) -> FieldClass:
        """Exact."""
        return EXACT

    def mirror_symmetric(self) -> tuple[bool, bool, bool]:
        """All planes when whole; an arc is symmetric about the planes through +X."""
        return (bool(self.arc >= 360.0), True, True)


def _angles(torus: Torus, steps: int) -> Pair:
    """Cosine and sine at the rings."""
    if torus.arc >= 360.0:
        return circle(steps)
    pairs = np.array([sincosd(FLOAT, torus.arc * (k / steps - 0.5)) for k in range(steps + 1)])
    return pairs[:, 1], pairs[:, 0]


def _tube(torus: Torus, angles: Pair, around: int) -> tuple[RealArray, RealArray, RealArray]:
    """Positions, normals and uvs of the rings, each with its first vertex again as its last."""
    (cos, sin), (tube_cos, tube_sin) = angles, circle(around)
    r, steps = torus.radius + torus.tube * tube_cos, len(cos) - 1
    normals = np.zeros((len(cos), around + 1, 3))
    normals[:, :, 0], normals[:, :, 1], normals[:, :, 2] = cos[:, None] * tube_cos, tube_sin, sin[:, None] * tube_cos
    positions = np.zeros_like(normals)
    positions[:, :, 0], positions[:, :, 1] = cos[:, None] * r, torus.tube * tube_sin
    positions[:, :, 2] = sin[:, None] * r
    uvs = np.zeros((len(cos), around + 1, 2))
    uvs[:, :, 0] = (np.arange(steps + 1) * (TURN * torus.radius * (torus.arc / 360.0) / steps))[:, None]
    uvs[:, :, 1] = np.arange(around + 1) * (TURN * torus.tube / around)
    return positions.reshape(-1, 3), normals.reshape(-1, 3), uvs.reshape(-1, 2)


def _ends(torus: Torus, positions: RealArray, around: int) -> tuple[RealArray, RealArray, RealArray]:
    """The same of the two flat ends: the first and the last ring again, without its double."""
    s, c = sincosd(FLOAT, torus.arc * 0.5)
    tube_cos, tube_sin = circle(around)
    disc = np.stack([tube_cos[:-1], tube_sin[:-1]], axis=1) * torus.tube
    rings = np.concatenate([positions[:around], positions[-around - 1 : -1]])
    return rings, np.repeat(((-s, 0.0, -c), (-s, 0.0, c)), around, axis=0), np.concatenate([disc * (-1.0, 1.0), disc])


@lru_cache(maxsize=64)
def _topology(steps: int, around: int, whole: bool) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Faces and weld of the rings, and of the fans at the ends, each about its first corner."""
    rows, columns = np.arange(steps + 1)[:, None], np.arange(around + 1)[None, :] % around
    weld = ((rows % steps if whole else rows) * around + columns).reshape(-1)
    a = (np.arange(steps)[:, None] * (around + 1) + np.arange(around)[None, :]).reshape(-1)
    b, c = a + 1, a + around + 1
    faces = np.concatenate([np.stack([a, b, c], axis=1), np.stack([c, b, c + 1], axis=1)])
    if not whole:
        start, k = len(weld), np.arange(1, around - 1)
        first = np.stack([np.zeros_like(k), k + 1, k], axis=1) + start
        last = np.stack([np.zeros_like(k), k, k + 1], axis=1) + start + around
        ring = np.arange(around)
        weld = np.concatenate([weld, ring, ring + steps * around])
        faces = np.concatenate([faces, first, last])
    found = faces.astype(np.int32), weld.astype(np.int32)
    read_only(*found)
    return found
