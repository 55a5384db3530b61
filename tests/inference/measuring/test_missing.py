"""What a program leaves out is said, with its size."""

from __future__ import annotations

import numpy as np

from shapelang.inference.measuring.evidence import verify
from shapelang.inference.measuring.notes import notes_on
from tests.inference.shapes import mesh_of

TOP = "cylinder(1, 0.08)"
POLE = "cylinder(0.03, 0.5) at (0.6, -0.29, 0)"


def test_a_pole_that_is_left_out_is_said() -> None:
    evidence = verify(f"a = {TOP}", mesh_of(f"table = {{ {TOP}\n{POLE} }}"), samples=20_000)
    (part,) = evidence.missing
    # Its uppermost 2 % of the diagonal are near the top.
    assert np.allclose(part.size, (0.06, 0.45, 0.06), atol=0.03)
    assert np.allclose(part.middle, (0.6, -0.3, 0.0), atol=0.1)  # The mesh stands where the program stands.
    assert any("0.06 × 0.44 × 0.06" in note for note in notes_on(evidence)), notes_on(evidence)


def test_nothing_is_missing_of_the_same_and_of_what_is_hidden() -> None:
    assert verify(f"a = {TOP}", mesh_of(f"a = {TOP}"), samples=20_000).missing == ()
    hidden = mesh_of("a = { cuboid(2, 2, 2)\ncuboid(0.5, 0.5, 0.5) }")
    assert verify("a = cuboid(2, 2, 2)", hidden, samples=20_000).missing == ()
