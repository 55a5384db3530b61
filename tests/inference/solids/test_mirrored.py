"""The mirror image of a solid: every point of one is a point of the other."""

from __future__ import annotations

import numpy as np
import pytest

from shapelang.inference.rounding.turns import matrix_of
from shapelang.inference.solids.kinds import Carved, Cuboid, Joined, Kind, Placed, Prism, Tapered
from shapelang.inference.solids.mirrored import mirrored

LEG = ((-0.5, -0.4), (0.5, -0.4), (0.1, 0.4))
TURNED = tuple(matrix_of((("y", 30.0), ("z", 20.0))).reshape(-1).tolist())
HOLE = Placed(Cuboid((0.3, 2.0, 0.2)), TURNED, (0.2, 0.1, -0.1))
WEDGE = Placed(Tapered(LEG, 1.0, 0.4), TURNED, (-0.3, 0.0, 0.2))


@pytest.mark.parametrize(
    "kind",
    [
        Prism(LEG, 0.7),
        Tapered(LEG, 0.7, 0.3),
        Carved(Prism(LEG, 0.7), (HOLE,)),
        Carved(Cuboid((1.0, 0.5, 0.8)), (HOLE, WEDGE)),
        Joined((HOLE, WEDGE)),
    ],
)
def test_what_is_inside_is_inside_the_image(kind: Kind) -> None:
    points = np.random.default_rng(0).uniform(-0.8, 0.8, (4000, 3))
    assert 100 < kind.inside(points).sum() < 3900
    assert (mirrored(kind).inside(points * (-1.0, 1.0, 1.0)) == kind.inside(points)).all()
    assert (mirrored(mirrored(kind)).inside(points) == kind.inside(points)).all()
    assert (mirrored(kind).inside(points) != kind.inside(points)).any()
