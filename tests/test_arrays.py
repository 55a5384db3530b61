"""Arrays that are kept and handed out again cannot be changed by whoever gets them."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from shapelang.arrays import PointArray, read_only
from shapelang.checked import CHECKED
from shapelang.primitives.capsule import Capsule
from shapelang.primitives.circle import circle
from shapelang.primitives.cuboid import Cuboid
from shapelang.primitives.prism import Prism
from shapelang.primitives.superquadric import Superquadric
from shapelang.primitives.torus import Torus
from shapelang.representations.surface import geometry_mesh


def test_read_only_refuses_every_write() -> None:
    first, second = np.zeros(3), np.zeros((2, 2), np.int32)
    read_only(first, second)
    for array in (first, second):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    copied = first.copy()
    copied[0] = 1.0
    assert copied[0] == 1.0


def test_tables_that_are_kept_are_read_only() -> None:
    solids = (Cuboid(1, 2, 3), Capsule(1, 3), Torus(2, 0.5, 90), Prism(1.0, 5, 1.0), Superquadric(1, 1, 1))
    for solid in solids:
        mesh = geometry_mesh(solid, 8)
        for array in (mesh.positions, mesh.faces, mesh.normals, mesh.uvs, mesh.weld):
            assert not array.flags.writeable, solid
        # Made anew, it shares its faces with every other of as many segments.
        again, other = solid.mesh(8), solid.mesh(8)
        assert again.faces is not other.faces or not again.faces.flags.writeable, solid
    assert not any(column.flags.writeable for column in circle(8))


PLAIN = """
import sys
import numpy as np
from shapelang.arrays import FaceArray, PointArray
from shapelang.checked import CHECKED
assert not CHECKED and PointArray is np.ndarray and FaceArray is np.ndarray
assert "jaxtyping" not in sys.modules
"""


def test_names_of_arrays_carry_their_shapes_in_the_test_run_alone() -> None:
    assert CHECKED
    name: Any = PointArray
    assert isinstance(np.zeros((4, 3)), name)
    assert not isinstance(np.zeros((4, 2)), name)
    done = subprocess.run([sys.executable, "-c", PLAIN], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
