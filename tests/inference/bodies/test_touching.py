"""Which bodies count as an assembly: those that touch, but for crumbs."""

from __future__ import annotations

import numpy as np

from shapelang.inference.bodies.bodies import Body
from shapelang.inference.bodies.touching import touching
from shapelang.metrics.triangles import Triangles
from shapelang.primitives.cuboid import Cuboid
from shapelang.representations.surface import geometry_mesh


def _box(size: tuple[float, float, float], at: tuple[float, float, float]) -> Body:
    mesh = geometry_mesh(Cuboid(*size))
    shell = Triangles(np.asarray(mesh.positions, np.float64) + np.array(at), np.asarray(mesh.faces, np.int64))
    return Body(shell, np.zeros(len(shell.faces), np.int64), True, shell)


def test_a_box_on_another_touches_it_and_one_above_it_does_not() -> None:
    base = _box((1, 1, 1), (0, 0, 0))
    assert touching([base, _box((0.2, 0.2, 0.2), (0, 0.6, 0))], 2.0, lambda: False)
    assert not touching([base, _box((0.2, 0.2, 0.2), (0, 0.61, 0))], 2.0, lambda: False)


def test_a_crumb_on_a_box_is_no_part_that_touches_it() -> None:
    base = _box((1, 1, 1), (0, 0, 0))
    assert not touching([base, _box((0.02, 0.02, 0.02), (0, 0.51, 0))], 2.0, lambda: False)
    assert touching([base, _box((0.03, 0.03, 0.03), (0, 0.515, 0))], 2.0, lambda: False)
