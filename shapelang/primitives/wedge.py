"""The wedge: a ramp."""

from __future__ import annotations

from typing import ClassVar, final

import numpy as np

from shapelang.frozen import frozen
from shapelang.geometry.mesh import Mesh
from shapelang.geometry.pose import Real
from shapelang.numbers import Numbers
from shapelang.primitives.extents import DEPTH, HEIGHT, WIDTH, Boxed, told
from shapelang.primitives.polygon import distance
from shapelang.primitives.prism_mesh import extruded
from shapelang.primitives.protocol import EXACT, FieldClass, Slot
from shapelang.primitives.rounds import rectangle


@final
@frozen
class Wedge(Boxed):
    """A ramp: as high as its box at the back, falling to nothing at the front."""

    width: Real
    height: Real
    depth: Real

    kind: ClassVar[str] = "wedge"
    doc: ClassVar[str] = "a ramp: full height at the back, falling to nothing at the front"
    slots: ClassVar[tuple[Slot, ...]] = (WIDTH, told(HEIGHT, "extent in y at the back, metres"), DEPTH)

    def volume(self) -> float:
        """w·h·d / 2."""
        return self.width * self.height * self.depth * 0.5

    def _profile(self) -> tuple[tuple[Real, Real], ...]:
        """The triangle (z, y), counter-clockwise with z right and y up."""
        y, z = self.height * 0.5, self.depth * 0.5
        return ((-z, -y), (z, -y), (-z, y))

    def mesh(self, segments: int) -> Mesh:
        """The triangle extruded along x: the prism's axes (x, y, z) become (z, x, y)."""
        del segments
        made = extruded(self._profile(), self.width)
        turn = [1, 2, 0]
        return Mesh(
            np.ascontiguousarray(made.positions[:, turn]), made.faces, np.ascontiguousarray(made.normals[:, turn]),
            made.uvs, made.weld,
        )  # fmt: skip

    def field(self, n: Numbers, x: Real, y: Real, z: Real) -> Real:
        """Exact distance: of the triangle, extruded."""
        return rectangle(n, distance(n, self._profile(), z, y), n.absolute(x) - self.width * 0.5)

    def field_class(self) -> FieldClass:
        """Exact."""
        return EXACT

    def mirror_symmetric(self) -> tuple[bool, bool, bool]:
        """Left and right alone."""
        return (True, False, False)
