"""Which sections are worth a look."""

from __future__ import annotations

import numpy as np
import pytest

from shapelang.inference.contacts.creases import Plane, Segments
from shapelang.inference.contacts.cuts import sections_of, support

pytest.importorskip("manifold3d")


def square(side: float) -> np.ndarray:
    """(4, 3) corners about the origin, at y = 0."""
    half = 0.5 * side
    return np.array([(-half, 0.0, -half), (half, 0.0, -half), (half, 0.0, half), (-half, 0.0, half)])


def test_a_section_has_the_creases_about_it_and_those_of_elsewhere_are_not_looked_at() -> None:
    from manifold3d import CrossSection

    corners = square(0.4)
    elsewhere = square(0.4) + np.array([0.0, 0.2, 0.0])
    start = np.concatenate([elsewhere, corners])
    end = np.concatenate([np.roll(elsewhere, -1, axis=0), np.roll(corners, -1, axis=0)])
    plane = Plane(np.array([0.0, 1.0, 0.0]), 0.0, 1.6)
    creased = Segments(start, end, np.ones(8, bool))
    (section,) = sections_of([CrossSection.square((0.4, 0.4), center=True)], plane, creased)
    assert section.on.tolist() == [4, 5, 6, 7]
    assert support(section, creased, np.ones(8, bool), []).enough
    seams = Segments(start, end, np.zeros(8, bool))
    assert sections_of([CrossSection.square((0.4, 0.4), center=True)], plane, seams) == []
