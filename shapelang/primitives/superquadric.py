"""The superquadric, with taper and bend (Barr 1981; Solina & Bajcsy 1990)."""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar, final

from shapelang.elementary import pow as power
from shapelang.elementary.gamma import beta
from shapelang.frozen import frozen
from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import Real, Vec3
from shapelang.numbers import FLOAT, Numbers, either
from shapelang.primitives.cuboid import box_distance
from shapelang.primitives.deform import LEAST_BEND, RADIAN, Bend, Taper, bend, greatest, profile, taper
from shapelang.primitives.extents import DEPTH, HEIGHT, WIDTH, refuse_extents, told
from shapelang.primitives.limits import within
from shapelang.primitives.protocol import BOUND, FieldClass, Refusal, Slot

TIGHTEST = 0.95
"""The greatest half width of a bent solid, as a share of the bend's radius."""


@final
@frozen
class Superquadric:
    """(|x/a|^(2/e2) + |z/c|^(2/e2))^(e2/e1) + |y/b|^(2/e1) = 1, then tapered, then bent; a, b, c are half extents.

    `e1` shapes the sides, `e2` the section seen from above: 0.1 a box, 1 round, 2 pointed. Taper: x is multiplied by
    (1 + taper_x·y/b) / m, where m keeps the width (z likewise). Bend: the y axis becomes an arc of `bend` degrees, as
    long as it was, that turns towards +X. Only a bend changes the box, which is then computed and centred.
    """

    width: Real
    height: Real
    depth: Real
    e1: Real = 1.0
    e2: Real = 1.0
    taper_x: Real = 0.0
    taper_z: Real = 0.0
    bend: Real = 0.0

    kind: ClassVar[str] = "superquadric"
    doc: ClassVar[str] = "a box, ball, cylinder or octahedron and all between, tapered and bent"
    slots: ClassVar[tuple[Slot, ...]] = (
        told(WIDTH, "extent in x before the bend, metres"),
        told(HEIGHT, "extent in y before the bend, metres"),
        DEPTH,
        Slot(
            "e1", "exponent", "roundness of the sides: 0.1 square, 1 round, 2 pointed", default=1.0, low=0.1, high=2.0
        ),
        Slot("e2", "exponent", "roundness of the section from above", default=1.0, low=0.1, high=2.0),
        Slot(
            "taper_x", "number", "how x grows from the middle to the top, as a share", default=0.0, low=-0.9, high=0.9
        ),
        Slot(
            "taper_z", "number", "how z grows from the middle to the top, as a share", default=0.0, low=-0.9, high=0.9
        ),
        Slot("bend", "angle", "degrees by which the y axis turns to +X", default=0.0, low=-180.0, high=180.0),
    )

    def halves(self) -> Vec3:
        """Half extents before the bend."""
        return (self.width * 0.5, self.height * 0.5, self.depth * 0.5)

    def tapers(self, n: Numbers) -> tuple[Taper, Taper]:
        """Of x and of z."""
        return taper(n, self.taper_x, self.e1), taper(n, self.taper_z, self.e1)

    def curve(self, n: Numbers) -> Bend:
        """The bend."""
        return bend(n, self.bend, self.height)

    def reach(self, n: Numbers) -> tuple[Real, Real, Real, Real]:
        """Least and greatest x, least and greatest y of the bent solid about the unbent centre."""
        return _known_reach(self) if n is FLOAT else self.searched_reach(n)

    def searched_reach(self, n: Numbers) -> tuple[Real, Real, Real, Real]:
        """The same, searched anew."""
        a, b, _ = self.halves()
        curve = self.curve(n)
        if n.all(curve.flat):
            return -a, a, -b, b
        far, near = self._sideways(n, curve, 1.0), self._sideways(n, curve, -1.0)
        left = self.bend < 0.0
        low, high = n.where(left, -far, -near), n.where(left, near, far)
        top, foot = self._along(n, curve, self.taper_x), self._along(n, curve, -self.taper_x)
        flat = curve.flat
        return n.where(flat, -a, low), n.where(flat, a, high), n.where(flat, -b, -foot), n.where(flat, b, top)

    def _sideways(self, n: Numbers, curve: Bend, side: float) -> Real:
        """How far it reaches to the side of the bend (side 1), or away from it: x cos γ ± r (1 − cos γ)."""
        fit, b = taper(n, self.taper_x, self.e1), self.height * 0.5

        def at(t: Real) -> Real:
            s, c = curve.turned(n, t * b)
            x = self.width * 0.5 * fit.scale(t) * profile(n, t, self.e1)
            return x * c + side * curve.radius * (s * s / (1.0 + c))

        return greatest(n, at, -1.0, 1.0)

    def _along(self, n: Numbers, curve: Bend, slope: Real) -> Real:
        """How far it reaches up: (r + x) sin γ."""
        fit, b = taper(n, slope, self.e1), self.height * 0.5

        def at(t: Real) -> Real:
            s, _ = curve.turned(n, t * b)
            return (curve.radius + self.width * 0.5 * fit.scale(t) * profile(n, t, self.e1)) * s

        return greatest(n, at, 0.0, 1.0)

    def size(self, n: Numbers) -> Vec3:
        """Its extents; of a bent one computed."""
        if n.all(n.absolute(self.bend) < LEAST_BEND):
            return (self.width, self.height, self.depth)
        flat = n.absolute(self.bend) < LEAST_BEND
        low, high, foot, top = self.reach(n)
        return (n.where(flat, self.width, high - low), n.where(flat, self.height, top - foot), self.depth)

    def refusals(self, n: Numbers) -> tuple[Refusal, ...]:
        """Sizes above 0, shapes within their ranges, and no bend tighter than the solid is thick."""
        found = (
            *refuse_extents(self.width, self.height, self.depth),
            *within("e1", self.e1, 0.1, 2.0), *within("e2", self.e2, 0.1, 2.0),
            *within("taper_x", self.taper_x, -0.9, 0.9), *within("taper_z", self.taper_z, -0.9, 0.9),
            *within("bend", self.bend, -180.0, 180.0),
        )  # fmt: skip
        half = self.width * 0.5 * (1.0 + n.absolute(self.taper_x))
        tight = n.absolute(self.bend) * RADIAN * half > TIGHTEST * self.height
        return found if tight is False else (*found, (tight, "the bend is tighter than the solid is wide"))

    def volume(self) -> float:
        """2 a b c e1 e2 B(e1/2, e1 + 1) B(e2/2, e2/2 + 1), times (1 + kx kz ⟨(y/b)²⟩) / (mx mz); a bend keeps it.

        The first (Jaklič, Leonardis & Solina 2000, eq. 2.60, there with x, y for our x, z) is the plain volume, the
        second the integral of the tapered sections, the third Pappus' theorem.
        """
        a, b, c = self.halves()
        e, f = self.e1, self.e2
        plain = 2.0 * a * b * c * e * f * beta(FLOAT, e / 2.0, e + 1.0) * beta(FLOAT, f / 2.0, f / 2.0 + 1.0)
        spread = beta(FLOAT, 1.5 * e, e + 1.0) / beta(FLOAT, 0.5 * e, e + 1.0)
        x, z = self.tapers(FLOAT)
        return plain * (1.0 + self.taper_x * self.taper_z * spread) / (x.widest * z.widest)

    def mesh(self, segments: int) -> Mesh:
        """Rings of even steps along the surface (Pilu & Fisher 1995)."""
        from shapelang.primitives.superquadric_mesh import surface

        return surface(self, segments)

    def field(self, n: Numbers, x: Real, y: Real, z: Real) -> Real:
        """A bound of slope 1: (F^(e1/2) − 1) · r of the untapered, unbent point, and the box's distance for what bends.

        F^(e1/2) is a norm: a p-norm of (a p-norm of x/a and z/c, and y/b) with p ≥ 1. Its slope is at most
        2^max(0, (e1 − 1)/2) · 2^max(0, (e2 − 1)/2) / min(a, b, c), and r is the inverse.
        """
        plain = (self.taper_x == 0.0) & (self.taper_z == 0.0) & (n.absolute(self.bend) < LEAST_BEND)
        return either(n, plain, lambda: self._norm_field(n, x, y, z), lambda: self._deformed_field(n, x, y, z))

    def _norm(self, n: Numbers, u: Real, v: Real, w: Real) -> Real:
        """F^(e1/2) in units of the half extents."""
        return _norm(n, _norm(n, n.absolute(u), n.absolute(w), self.e2), n.absolute(v), self.e1)

    def slope(self, n: Numbers) -> Real:
        """The greatest slope of `_norm` in its own units."""
        return power(n, 2.0, n.maximum(self.e1 * 0.5 - 0.5, 0.0) + n.maximum(self.e2 * 0.5 - 0.5, 0.0))

    def _norm_field(self, n: Numbers, x: Real, y: Real, z: Real) -> Real:
        a, b, c = self.halves()
        least = n.minimum(a, n.minimum(b, c))
        return (self._norm(n, x / a, y / b, z / c) - 1.0) * (least / self.slope(n))

    def _deformed_field(self, n: Numbers, x: Real, y: Real, z: Real) -> Real:
        """Up to a norm of 1 + q the slopes of taper and bend are bounded; beyond, the value stays, or is the box's."""
        a, b, c = self.halves()
        low, high, foot, top = self.reach(n)
        sx, sz = self.tapers(n)
        curve = self.curve(n)
        u, v = curve.straightened(n, x + (low + high) * 0.5, y + (foot + top) * 0.5)
        t = n.minimum(n.maximum(v / b, -1.0), 1.0)
        norm = self._norm(n, u / (a * sx.scale(t)), v / b, z / (c * sz.scale(t)))
        q, steepest = self.excess(n)
        inner = n.minimum(norm - 1.0, q) / steepest
        outer = box_distance(n, (high - low, top - foot, self.depth), x, y, z)
        return n.maximum(inner, outer)

    def excess(self, n: Numbers) -> tuple[Real, Real]:
        """By how much the norm of a deformed one may be above 1, and its greatest slope up to there."""
        sx, sz = self.tapers(n)
        curve = self.curve(n)
        # The greatest half width of the solid's prolongation, as a share of the bend's radius: must stay below 1.
        share = n.where(curve.flat, 0.0, self.width * 0.5 * sx.most(n) / curve.radius)
        q = n.minimum(0.5, (1.0 / n.maximum(share, 1e-3) - 1.0) * 0.5)
        stretch = self._stretch(n, 1.0 + q, sx, sz) / (1.0 - (1.0 + q) * share)
        return q, stretch * self.slope(n)

    def _stretch(self, n: Numbers, limit: Real, sx: Taper, sz: Taper) -> Real:
        """Bounds the slope of (x, y, z) ↦ (x/(a s), y/b, z/(c s)) where the norm is at most `limit`."""
        a, b, c = self.halves()
        straight = n.maximum(1.0 / (a * sx.least(n)), n.maximum(1.0 / b, 1.0 / (c * sz.least(n))))
        kx, kz = n.absolute(self.taper_x), n.absolute(self.taper_z)
        p, r = limit * kx / (b * (1.0 - kx)), limit * kz / (b * (1.0 - kz))
        return straight + n.sqrt(p * p + r * r)

    def field_class(self) -> FieldClass:
        """A bound."""
        return BOUND

    def mirror_symmetric(self) -> tuple[bool, bool, bool]:
        """In z always; in x unless bent; in y unless tapered."""
        flat = abs(self.bend) < LEAST_BEND
        return (flat, bool(self.taper_x == 0.0 and self.taper_z == 0.0), True)


@lru_cache(maxsize=1024)
def _known_reach(solid: Superquadric) -> tuple[Real, Real, Real, Real]:
    """That of floats, once for equal solids: a search of 20 ms, asked for by each stave of a barrel."""
    return solid.searched_reach(FLOAT)


def _norm(n: Numbers, p: Real, q: Real, e: Real) -> Real:
    """(p^(2/e) + q^(2/e))^(e/2), without overflow: the larger is taken out. Round ones without a power."""
    most = n.maximum(p, q)
    ratio = n.minimum(p, q) / n.where(most > 0.0, most, 1.0)

    def rounded() -> Real:
        return n.sqrt(1.0 + ratio * ratio)

    def any_other() -> Real:
        return power(n, 1.0 + power(n, ratio, 2.0 / e), e * 0.5)

    return most * either(n, e == 1.0, rounded, any_other)
