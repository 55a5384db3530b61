"""Panels of another material that are let into a face do not open the solid around them."""

from __future__ import annotations

import numpy as np

from shapelang.inference.bodies.bodies import bodies_of
from shapelang.metrics.triangles import Triangles, triangles

BOX = np.array([[x, y, z] for x in (0.0, 4.0) for y in (0.0, 3.0) for z in (0.0, 2.0)])
HOLE = np.array([[1.0, 1.0, 2.0], [3.0, 1.0, 2.0], [3.0, 2.0, 2.0], [1.0, 2.0, 2.0]])


def _cabinet() -> Triangles:
    """A box whose front (z = 2) has a rectangular hole: rows 0 to 7 are the box, 8 to 11 the hole's rim."""
    sides = [
        (0, 1, 3),
        (0, 3, 2),
        (4, 6, 7),
        (4, 7, 5),
        (0, 4, 5),
        (0, 5, 1),
        (2, 3, 7),
        (2, 7, 6),
        (0, 2, 6),
        (0, 6, 4),
    ]
    outer, inner = (1, 5, 7, 3), (8, 9, 10, 11)
    front = [
        face for k in range(4) for face in ((outer[k], outer[k - 3], inner[k]), (outer[k - 3], inner[k - 3], inner[k]))
    ]
    return triangles(np.vstack([BOX, HOLE]), np.array(sides + front))


def test_a_panel_in_a_front_is_no_wall() -> None:
    panel = triangles(HOLE, np.array([(0, 1, 2), (0, 2, 3)]))
    found = bodies_of([_cabinet(), panel], 5.4, lambda: False)
    assert [body.closed for body in found] == [True]


def test_a_panel_in_front_of_it_is_one() -> None:
    away = triangles(HOLE + np.array([0.0, 0.0, 0.5]), np.array([(0, 1, 2), (0, 2, 3)]))
    found = bodies_of([_cabinet(), away], 5.4, lambda: False)
    assert sorted(body.closed for body in found) == [False, True]
