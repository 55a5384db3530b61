"""The superquadric, with taper and bend (Barr 1981; Solina & Bajcsy 1990)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar, final

from shapelang.elementary import atan2d, pow, sincosd
from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import Real, Vec3
from shapelang.numbers import Numbers
from shapelang.primitives.limits import length, within
from shapelang.primitives.protocol import FieldClass, Refusal, Slot
from shapelang.primitives.superquadric_mesh import surface

DEGREE = 0.017453292519943295


@final
@dataclass(frozen=True, slots=True)
class Superquadric:
    """(|x/a|^(2/e2) + |z/c|^(2/e2))^(e2/e1) + |y/b|^(2/e1) = 1, then tapered, then bent.

    `e1` shapes the sides seen from the side, `e2` the section seen from above: 0.1 a box, 1 round, 2 an octahedron.
    Taper: x grows by 1 + taper_x·(y/b), z by 1 + taper_z·(y/b). Bend: the y axis becomes an arc of `bend` degrees that
    turns towards +X, of the same length. The box of a bent one is that of its bent box, so it may be loose.
    """

    width: Real
    height: Real
    depth: Real
    e1: Real
    e2: Real
    taper_x: Real
    taper_z: Real
    bend: Real

    kind: ClassVar[str] = "superquadric"
    doc: ClassVar[str] = "a box, ball, cylinder or octahedron and all between, tapered and bent"
    slots: ClassVar[tuple[Slot, ...]] = (
        Slot("width", "length", "extent in x before taper and bend, metres", low=0.0, low_open=True, axis="x"),
        Slot("height", "length", "extent in y before the bend, metres", low=0.0, low_open=True, axis="y"),
        Slot("depth", "length", "extent in z before the taper, metres", low=0.0, low_open=True, axis="z"),
        Slot("e1", "exponent", "roundness of the sides: 0.1 square, 1 round, 2 pointed", default=1.0, low=0.1, high=2.0),
        Slot("e2", "exponent", "roundness of the section from above", default=1.0, low=0.1, high=2.0),
        Slot("taper_x", "number", "growth of x from the middle to the top, in [-0.9, 0.9]", default=0.0, low=-0.9, high=0.9),
        Slot("taper_z", "number", "growth of z from the middle to the top, in [-0.9, 0.9]", default=0.0, low=-0.9, high=0.9),
        Slot("bend", "angle", "degrees by which the y axis turns towards +X, in [-180, 180]", default=0.0, low=-180.0, high=180.0),
    )

    def _straight(self, n: Numbers) -> Vec3:
        """Half extents before the bend: a tapered one never reaches beyond its widest section, at the top or foot."""
        return (self.width * 0.5, self.height * 0.5, self.depth * 0.5)

    def _widest(self, n: Numbers) -> tuple[Real, Real]:
        """Half extents in x and z with the taper, of the box around it."""
        a, _, c = self._straight(n)
        return a * (1.0 + n.absolute(self.taper_x)), c * (1.0 + n.absolute(self.taper_z))

    def _bent_box(self, n: Numbers) -> tuple[Vec3, Vec3]:
        """Low and high corner of the bent box about the unbent centre."""
        a, c = self._widest(n)
        b = self.height * 0.5
        bent = n.absolute(self.bend) > 1e-6
        turn = n.where(bent, self.bend * DEGREE / self.height, 1.0)
        s, k = sincosd(n, n.absolute(self.bend) * 0.5)
        radius = 1.0 / n.absolute(turn)
        # Seen with the bend towards +x: sections turn by up to half the bend either way about (radius, 0).
        outer, inner = radius + a, radius - a
        reach_y = n.where(n.absolute(self.bend) >= 180.0, outer, outer * s)
        near = radius - outer
        far = n.maximum(radius - n.minimum(inner * k, outer * k), a)
        low, high = n.where(self.bend > 0.0, near, -far), n.where(self.bend > 0.0, far, -near)
        low, high = n.where(bent, low, -a), n.where(bent, high, a)
        y = n.where(bent, reach_y, b)
        return (low, -y, -c), (high, y, c)

    def size(self, n: Numbers) -> Vec3:
        """Extents of its (bent) box."""
        (a, b, c), (p, q, r) = self._bent_box(n)
        return (p - a, q - b, r - c)

    def centre_x(self, n: Numbers) -> Real:
        """Where the unbent centre lies in x, once the box is centred."""
        (a, _, _), (p, _, _) = self._bent_box(n)
        return (a + p) * -0.5

    def refusals(self, n: Numbers) -> tuple[Refusal, ...]:
        """Sizes above 0, shapes within their ranges, and no bend tighter than the solid is thick."""
        found = (
            *length("width", self.width), *length("height", self.height), *length("depth", self.depth),
            *within("e1", self.e1, 0.1, 2.0), *within("e2", self.e2, 0.1, 2.0),
            *within("taper_x", self.taper_x, -0.9, 0.9), *within("taper_z", self.taper_z, -0.9, 0.9),
            *within("bend", self.bend, -180.0, 180.0),
        )  # fmt: skip
        if found:
            return found
        tight = n.absolute(self.bend) * DEGREE * self._widest(n)[0] > 0.95 * self.height
        return () if tight is False else ((tight, "the bend is tighter than the solid is wide"),)

    def volume(self) -> float:
        """2 a b c e1 e2 B(e1/2, e1 + 1) B(e2/2, e2/2 + 1), times 1 + kx kz ⟨(y/b)²⟩ for the taper; a bend keeps it.

        (Jaklič, Leonardis & Solina 2000, eq. 2.60, there with x, y for our x, z.) Gamma functions of the C library: the
        volume reaches no file.
        """
        a, b, c = self.width * 0.5, self.height * 0.5, self.depth * 0.5
        e, f = self.e1, self.e2
        plain = 2.0 * a * b * c * e * f * _beta(e / 2.0, e + 1.0) * _beta(f / 2.0, f / 2.0 + 1.0)
        spread = _beta(1.5 * e, e + 1.0) / _beta(0.5 * e, e + 1.0)
        return plain * (1.0 + self.taper_x * self.taper_z * spread)

    def mesh(self, segments: int) -> Mesh:
        """Rings of even steps along the surface (Pilu & Fisher 1995)."""
        return surface(self, segments)

    def field(self, n: Numbers, x: Real, y: Real, z: Real) -> Real:
        """A bound: (F^(e1/2) − 1) · r in the unbent, untapered frame, r so small that the slope stays ≤ 1 there.

        F^(e1/2) is homogeneous of degree 1. Its slope is at most its greatest value on the unit sphere, which for the
        nested p-norms here is 2^max(0, (e1 − 1)/2) · 2^max(0, (e2 − 1)/2) / min(a, b, c).
        """
        u, v, w = self._unbent(n, x - self.centre_x(n), y, z)
        a, b, c = self._straight(n)
        t = n.minimum(n.maximum(v / b, -1.0), 1.0)
        u, w = u / (1.0 + self.taper_x * t), w / (1.0 + self.taper_z * t)
        p, q, r = n.absolute(u) / a, n.absolute(v) / b, n.absolute(w) / c
        section = _norm(n, p, r, self.e2)
        radius = n.minimum(a, n.minimum(b, c))
        slope = pow(n, 2.0, n.maximum(self.e1 * 0.5 - 0.5, 0.0) + n.maximum(self.e2 * 0.5 - 0.5, 0.0))
        return (_norm(n, section, q, self.e1) - 1.0) * radius / slope

    def _unbent(self, n: Numbers, x: Real, y: Real, z: Real) -> Vec3:
        """The inverse of the bend; beyond the arc's ends the axis goes on straight, so that the map is continuous."""
        bent = n.absolute(self.bend) > 1e-6
        turn = n.where(bent, self.bend * DEGREE / self.height, 1.0)
        radius = 1.0 / turn
        side = n.where(turn > 0.0, 1.0, -1.0)
        u, v = (radius - x) * side, y * side
        half = n.absolute(self.bend) * 0.5
        angle = n.minimum(n.maximum(atan2d(n, v * side, u), -half), half)
        s, c = sincosd(n, angle)
        across = u * c + v * side * s
        beyond = v * side * c - u * s
        along = angle * DEGREE * n.absolute(radius) + beyond
        return (n.where(bent, radius - across * side, x), n.where(bent, along, y), z)

    def field_class(self) -> FieldClass:
        """A bound; taper and bend stretch space, and the declared slope grows with them."""
        steep = 1.0
        k = max(abs(self.taper_x), abs(self.taper_z))
        if k > 0.0:
            a, b, c = self.width, self.height, self.depth
            steep = (1.0 + k * max(a, c) / b * (1.0 + k) / (1.0 - k)) / (1.0 - k)
        if abs(self.bend) > 1e-6:
            a = self.width * 0.5 * (1.0 + abs(self.taper_x))
            steep *= 1.0 / (1.0 - abs(self.bend) * DEGREE * a / self.height)
        return FieldClass(False, steep)

    def mirror_symmetric(self) -> tuple[bool, bool, bool]:
        """In z always; in x unless bent; in y unless tapered."""
        return (bool(self.bend == 0.0), bool(self.taper_x == 0.0 and self.taper_z == 0.0), True)


def _norm(n: Numbers, p: Real, q: Real, e: Real) -> Real:
    """(p^(2/e) + q^(2/e))^(e/2), without overflow: the larger is taken out."""
    most = n.maximum(p, q)
    safe = n.where(most > 0.0, most, 1.0)
    ratio = n.minimum(p, q) / safe
    power = n.where(ratio > 0.0, pow(n, n.where(ratio > 0.0, ratio, 1.0), 2.0 / e), 0.0)
    return most * pow(n, 1.0 + power, e * 0.5)


def _beta(a: float, b: float) -> float:
    return math.exp(math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b))
