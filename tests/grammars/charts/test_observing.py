"""What is seen of an assembly: numbers as they stand in the world."""

from __future__ import annotations

from grammars.charts.observing import observed
from shapelang.execution.simulate import simulate
from shapelang.semantics.check import check_text


def _seen(text: str) -> object:
    return observed(simulate(check_text(text, "one.shape")).assembly, 0.001)


def test_radii_that_may_be_0_are_scaled_as_lengths_are():
    assert _seen("cone(0.3, 0.5, top_radius: 0.1) scale 2") == _seen("cone(0.6, 1, top_radius: 0.2)")
    assert _seen("cone(0.3, 0.5, top_radius: 0.1) scale 2") != _seen("cone(0.6, 1, top_radius: 0.1)")
    assert _seen("prism(0.5, 6, 0.2) scale 2") == _seen("prism(1, 6, 0.4)")


def test_what_has_no_length_is_not_scaled():
    assert _seen("superquadric(1, 1, 1, 0.5, 0.4) scale 2") == _seen("superquadric(2, 2, 2, 0.5, 0.4)")
    assert _seen("torus(1, 0.2, 180) scale 2") == _seen("torus(2, 0.4, 180)")
