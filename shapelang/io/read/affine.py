"""Affine maps of mesh files: unlike poses they may stretch and shear."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

import numpy as np

from shapelang.arrays import Float64
from shapelang.geometry.pose import EYE, ZERO, Mat3, Vec3, add, product, turned


@final
@dataclass(frozen=True, slots=True)
class Affine:
    """x ↦ matrix · x + offset."""

    matrix: Mat3
    offset: Vec3

    @staticmethod
    def of_columns(m: Sequence[float]) -> Affine:
        """Of 16 numbers, column after column, as glTF has them; the last row is taken as 0 0 0 1."""
        return Affine((m[0], m[4], m[8], m[1], m[5], m[9], m[2], m[6], m[10]), (m[12], m[13], m[14]))

    @staticmethod
    def of_rows(m: Sequence[float]) -> Affine:
        """Of 12 numbers as 3MF has them: the images of the three axes, then the offset."""
        return Affine((m[0], m[3], m[6], m[1], m[4], m[7], m[2], m[5], m[8]), (m[9], m[10], m[11]))

    @staticmethod
    def of_parts(offset: Sequence[float], rotation: Sequence[float], scale: Sequence[float]) -> Affine:
        """Of a translation, a quaternion x, y, z, w (made a unit one; the identity where it is zero) and a scale."""
        x, y, z, w = rotation
        largest = max(abs(x), abs(y), abs(z), abs(w))
        if largest == 0.0:
            x, y, z, w, largest = 0.0, 0.0, 0.0, 1.0, 1.0
        x, y, z, w = x / largest, y / largest, z / largest, w / largest
        length = math.sqrt(x * x + y * y + z * z + w * w)
        x, y, z, w = x / length, y / length, z / length, w / length
        a, b, c = scale
        matrix = (
            (1 - 2 * (y * y + z * z)) * a, 2 * (x * y - z * w) * b, 2 * (x * z + y * w) * c,
            2 * (x * y + z * w) * a, (1 - 2 * (x * x + z * z)) * b, 2 * (y * z - x * w) * c,
            2 * (x * z - y * w) * a, 2 * (y * z + x * w) * b, (1 - 2 * (x * x + y * y)) * c,
        )  # fmt: skip
        return Affine(matrix, (offset[0], offset[1], offset[2]))

    def then(self, outer: Affine) -> Affine:
        """This map first, `outer` after it."""
        if outer is IDENTITY:
            return self
        if self is IDENTITY:
            return outer
        return Affine(product(outer.matrix, self.matrix), add(turned(outer.matrix, self.offset), outer.offset))

    def apply(self, points: Float64[np.ndarray, "v 3"]) -> Float64[np.ndarray, "v 3"]:
        """The images of points; what overflows is infinite or NaN."""
        if self is IDENTITY:
            return points
        with np.errstate(over="ignore", invalid="ignore"):
            columns = add(turned(self.matrix, (points[:, 0], points[:, 1], points[:, 2])), self.offset)
            return np.stack(columns, axis=1)

    def mirrors(self) -> bool:
        """Whether the map turns left hands into right ones."""
        a, b, c, d, e, f, g, h, i = self.matrix
        return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g) < 0.0


IDENTITY = Affine(EYE, ZERO)
