"""What belongs to some facets, against a look at the whole shell."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.infer.instances import leaves_of
from benchmarks.infer.known import fused
from shapelang.inference.fused.facets import facets_of

_FOUND = facets_of(fused(leaves_of("a = sphere(radius: 1)\nb = cuboid(2, 0.3, 2)\nc = cylinder(0.2, 2) at (0, 1, 0)")))


@given(st.sets(st.integers(0, len(_FOUND.areas) - 1)))
def test_what_belongs_to_facets_is_what_a_look_at_all_of_the_shell_finds(chosen: set[int]) -> None:
    some = np.array(sorted(chosen), np.int64)
    own = np.isin(_FOUND.of, some)
    beside = np.setdiff1d(_FOUND.shell.faces[own], _FOUND.shell.faces[~own])
    assert np.array_equal(_FOUND.triangles(some), np.flatnonzero(own))
    assert np.array_equal(_FOUND.corners(some), np.unique(_FOUND.shell.faces[own]))
    assert np.array_equal(_FOUND.inner(some), beside)
    assert np.array_equal(_FOUND.between(some), np.flatnonzero(np.isin(_FOUND.pair, some).all(axis=1)))
