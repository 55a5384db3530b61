"""The table of what comes back of held-out shapes."""

from __future__ import annotations

import warnings
from math import nan

from benchmarks.learners.looks import Apart, line_of

FULL = Apart(0.1, 0.5, 2.0, 0.75, 300.0, 200.0)
EMPTY = Apart(0.3, 0.0, nan, nan, nan, nan)


def test_empty_shapes_have_cells_and_no_surface() -> None:
    """A run of which nothing has a surface has no mean of any: a dash, and no warning of NumPy's."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert line_of("run", [FULL, EMPTY]) == [
            "run",
            "2 (1 empty)",
            "0.20000",
            "0.250",
            "2.000",
            "0.750",
            "300",
            "200",
        ]
        assert line_of("run", [EMPTY]) == ["run", "1 (1 empty)", "0.30000", "0.000", "–", "–", "–", "–"]
