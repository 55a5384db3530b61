"""Outlines of cells, whatever their size."""

from __future__ import annotations

import numpy as np
import pytest

from shapelang.inference.solids.outline import outline, polygon_area


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_a_disc_of_cells_has_one_outline_at_any_scale(scale: float) -> None:
    """A disc of radius 10 cells: staircases become slopes in metres and in µm alike."""
    planes = np.arange(25.0) - 12.0
    middles = 0.5 * (planes[1:] + planes[:-1])
    mask = np.hypot(middles[:, None], middles[None]) < 10.0
    plain, scaled = outline(mask, planes, planes, 0.5), outline(mask, planes * scale, planes * scale, 0.5 * scale)
    assert plain is not None and scaled is not None
    assert scaled == pytest.approx(plain * scale)
    assert 6 <= len(plain) <= 24
    # A disc of cells, less than 5 % from π r².
    assert abs(polygon_area(plain)) == pytest.approx(np.pi * 100.0, rel=0.05)
