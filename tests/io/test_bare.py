"""Meshes without a program, read back by the readers here."""

from __future__ import annotations

import numpy as np
import pytest

from shapelang.execution.simulate import simulate
from shapelang.geometry.mesh import Mesh
from shapelang.io.bare import MeshFormat, bare_bytes
from shapelang.io.read import read_mesh
from shapelang.metrics.inside import is_closed
from shapelang.metrics.triangles import triangles
from shapelang.representations.surface import flattened
from shapelang.semantics.check import check_text


def _mesh() -> Mesh:
    return flattened(simulate(check_text("cuboid(1, 2, 3)\n", "x.shape")).assembly, 8).mesh


@pytest.mark.parametrize("form", MeshFormat)
def test_what_is_written_is_read_back(form: MeshFormat) -> None:
    mesh = _mesh()
    found = read_mesh(bare_bytes(mesh, form, "a box"), f"box.{form.value}")
    assert is_closed(triangles(found.positions, found.faces))
    assert np.array_equal(found.positions.min(axis=0), mesh.positions.min(axis=0))
    assert np.array_equal(found.positions.max(axis=0), mesh.positions.max(axis=0))
    assert len(found.faces) == 12


def test_points_are_shared_where_the_surface_is_one() -> None:
    text = bare_bytes(_mesh(), MeshFormat.OBJ, "a box").decode()
    assert text.count("\nv ") == 8 and text.count("\nvn ") == 24 and text.count("\nf ") == 12
