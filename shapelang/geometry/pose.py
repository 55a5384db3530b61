"""Poses: similarity transforms, generic over the number (floats, NumPy lanes, torch)."""

from __future__ import annotations

from typing import Any, TypeAlias, final

from shapelang.frozen import frozen

Real: TypeAlias = Any
"""A number of one of the `Numbers`: a float, or an array of lanes (one value a variant)."""

Vec3: TypeAlias = tuple[Real, Real, Real]
Mat3: TypeAlias = tuple[Real, Real, Real, Real, Real, Real, Real, Real, Real]
"""Row-major 3×3 matrix."""

UNIT: float = 1.0
"""The scale nobody wrote; compared by identity, so that lanes are never asked for their truth."""

ZERO: Vec3 = (0.0, 0.0, 0.0)
EYE: Mat3 = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


def add(a: Vec3, b: Vec3) -> Vec3:
    """Sum of two vectors."""
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2])


def subtract(a: Vec3, b: Vec3) -> Vec3:
    """Difference of two vectors."""
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


def scaled(a: Vec3, s: Real) -> Vec3:
    """A vector times a number."""
    return (a[0] * s, a[1] * s, a[2] * s)


def turned(m: Mat3, v: Vec3) -> Vec3:
    """Matrix times vector, as explicit sums: BLAS would change the last bits from CPU to CPU."""
    x, y, z = v
    return (
        m[0] * x + m[1] * y + m[2] * z,
        m[3] * x + m[4] * y + m[5] * z,
        m[6] * x + m[7] * y + m[8] * z,
    )


def product(a: Mat3, b: Mat3) -> Mat3:
    """Matrix product a·b."""
    return (
        a[0] * b[0] + a[1] * b[3] + a[2] * b[6],
        a[0] * b[1] + a[1] * b[4] + a[2] * b[7],
        a[0] * b[2] + a[1] * b[5] + a[2] * b[8],
        a[3] * b[0] + a[4] * b[3] + a[5] * b[6],
        a[3] * b[1] + a[4] * b[4] + a[5] * b[7],
        a[3] * b[2] + a[4] * b[5] + a[5] * b[8],
        a[6] * b[0] + a[7] * b[3] + a[8] * b[6],
        a[6] * b[1] + a[7] * b[4] + a[8] * b[7],
        a[6] * b[2] + a[7] * b[5] + a[8] * b[8],
    )


def transposed(m: Mat3) -> Mat3:
    """The transpose; for a rotation, its inverse."""
    return (m[0], m[3], m[6], m[1], m[4], m[7], m[2], m[5], m[8])


@final
@frozen
class Pose:
    """x ↦ rotation · (scale · x) + offset.

    `rotation` is orthogonal (None is the identity, known without looking at numbers) and has determinant −1 exactly
    when `mirrored`. `scale` is one positive number. Metres; right-handed; +Y up, +Z front.
    """

    rotation: Mat3 | None = None
    scale: Real = UNIT
    offset: Vec3 = ZERO
    mirrored: bool = False

    def apply(self, point: Vec3) -> Vec3:
        """The image of a point."""
        if self.scale is not UNIT:
            point = scaled(point, self.scale)
        if self.rotation is not None:
            point = turned(self.rotation, point)
        return add(point, self.offset)

    def then(self, outer: Pose) -> Pose:
        """This pose first, `outer` after it (outer ∘ self)."""
        if outer is IDENTITY:
            return self
        if self is IDENTITY:
            return outer
        if outer.rotation is None and outer.scale is UNIT and not outer.mirrored:
            return Pose(self.rotation, self.scale, add(self.offset, outer.offset), self.mirrored)
        if outer.rotation is None:
            rotation = self.rotation
        elif self.rotation is None:
            rotation = outer.rotation
        else:
            rotation = product(outer.rotation, self.rotation)
        return Pose(
            rotation,
            self.scale if outer.scale is UNIT else outer.scale if self.scale is UNIT else outer.scale * self.scale,
            outer.apply(self.offset),
            self.mirrored != outer.mirrored,
        )

    def inverse(self) -> Pose:
        """The pose that undoes this one."""
        back = 1.0 / self.scale
        rotation = None if self.rotation is None else transposed(self.rotation)
        offset = scaled(self.offset, -back)
        return Pose(rotation, back, offset if rotation is None else turned(rotation, offset), self.mirrored)


IDENTITY = Pose(None, UNIT, ZERO, False)
