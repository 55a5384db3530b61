"""Differences of colours, with numbers written out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from shapelang.execution.simulate import simulate
from shapelang.inference.report.colors import color_error, lab
from shapelang.io.read import MeshData
from shapelang.representations.surface import flattened
from shapelang.semantics.check import check_text
from tests.inference.shapes import data, piece

TEXT = "material red = { color: #ff0000 }\na = cuboid(1, 1, 1) with red\nb = cuboid(1, 1, 1) at (3, 0, 0)\n"


def test_lab_of_pure_colours() -> None:
    """White is (100, 0, 0); red and blue as in Lindbloom's tables of sRGB under D65."""
    found = lab(np.array([[1.0, 1.0, 1.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 0.0]]))
    expected = [[100.0, 0.0, 0.0], [53.24, 80.09, 67.20], [32.30, 79.19, -107.86], [0.0, 0.0, 0.0]]
    assert found == pytest.approx(np.array(expected), abs=0.02)


def _mesh(first: tuple[float, float, float] | None, second: tuple[float, float, float] | None) -> MeshData:
    return data(
        replace(piece("cuboid", 1.0, 1.0, 1.0), color=first),
        replace(piece("cuboid", 1.0, 1.0, 1.0, at=(3, 0, 0)), color=second),
    )


def test_the_error_is_the_mean_over_what_has_a_colour() -> None:
    flat = flattened(simulate(check_text(TEXT, "two")).assembly)
    assert color_error(flat, _mesh(None, None)) is None
    assert color_error(flat, _mesh((1.0, 0.0, 0.0), None)) == pytest.approx(0.0, abs=1e-9)
    white = color_error(flat, _mesh((1.0, 1.0, 1.0), None))
    # From red to white: (46.76, 80.09, 67.20).
    assert white == pytest.approx(114.5, abs=0.1)
    # Half of the surface is right: 20,000 points, so that the share has a standard error of 0.0035.
    half = color_error(flat, _mesh((1.0, 0.0, 0.0), (1.0, 0.0, 0.0)))
    default = float(np.sqrt(((lab(np.array([[1.0, 0.0, 0.0]])) - lab(np.array([[0.8, 0.8, 0.8]]))) ** 2).sum()))
    assert half == pytest.approx(0.5 * default, rel=0.03)
