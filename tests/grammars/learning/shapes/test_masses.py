"""Masses of cells: by hand, and that they sum to 1, of what is described and of what is told by the escape."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grammars.learning.shapes.describing import Affine, Counted, Described, Spread
from grammars.learning.shapes.laws import anywhere, histogram, kinds
from grammars.learning.shapes.masses import mass_of, mass_of_count

TOLERANCE, STEP = 0.002, 0.001
NONE = np.zeros(0)

SPREADS = (
    None,
    Spread("uniform", 0.0, 0.45, 0.58),
    Spread("normal", 0.02, 0.45, 0.58),
    Spread("loose", 0.01, -0.05, 0.03, 0.25),
)


def test_what_is_exact_is_in_its_cell_or_evenly_in_those_of_its_tolerance() -> None:
    exact = Described(Affine(0.5), None, TOLERANCE, STEP, 0.0)
    assert mass_of(exact, 0.5003, NONE, 0.6) == 0.6
    assert mass_of(exact, 0.502, NONE, 0.6) == pytest.approx(0.1)
    assert mass_of(exact, 0.503, NONE, 0.6) == 0.0


def test_masses_of_draws_by_hand() -> None:
    even = Described(Affine(0.5), SPREADS[1], TOLERANCE, STEP, 0.0)
    assert mass_of(even, 0.45, NONE, 0.5) == pytest.approx(1.0 / 131.0)
    assert mass_of(even, 0.449, NONE, 0.5) == 0.0
    # The cell about the mean of a normal draw of two cells: Φ(¼) − Φ(−¼), of the whole within ± 10 cells.
    normal = Described(Affine(0.5), Spread("normal", 0.002, 0.49, 0.51), TOLERANCE, STEP, 0.0)
    assert mass_of(normal, 0.5, NONE, 0.5) == pytest.approx(0.19741265, rel=1e-5)
    loose = Described(Affine(0.5), Spread("loose", 0.002, -0.01, 0.01, 0.25), TOLERANCE, STEP, 0.0)
    assert mass_of(loose, 0.5, NONE, 0.6) == pytest.approx(0.75 * 0.6 + 0.25 * 0.19741265, rel=1e-5)
    assert mass_of(loose, 0.52, NONE, 0.6) == 0.0
    assert mass_of_count(Counted(((3, 2.0), (5, 6.0))), 5) == 0.75
    assert mass_of_count(Counted(((3, 2.0), (5, 6.0))), 4) == 0.0


@pytest.mark.parametrize("spread", SPREADS)
@example(mean=0.4375, sharp=0.0)
@given(mean=st.floats(0.4, 0.6), sharp=st.floats(0.0, 1.0))
def test_masses_of_all_cells_sum_to_one(spread: Spread | None, mean: float, sharp: float) -> None:
    number = Described(Affine(mean), spread, TOLERANCE, STEP, 0.0)
    cells = [k * STEP for k in range(1000)]
    assert sum(mass_of(number, cell, NONE, sharp) for cell in cells) == pytest.approx(1.0, abs=1e-9)


@given(st.lists(st.integers(-300, 300), max_size=40))
def test_a_histogram_leaves_every_cell_something_and_all_of_them_one(cells: list[int]) -> None:
    law, most = histogram(cells), 2000
    masses = [law.mass(law.first + k) for k in range(-most, most)]
    assert min(masses) > 0.0
    # Beyond so many cells either way `anywhere` has 1 / (most + 1) left.
    assert sum(masses) == pytest.approx(1.0 - law.beyond / (most + 1.0), abs=1e-9)


def test_anywhere_and_kinds_by_hand() -> None:
    assert [anywhere(k) for k in (0, 1, -1, -2)] == pytest.approx([0.25, 1 / 12, 0.25, 1 / 12])
    law = kinds(["cuboid", "cuboid", "cone"], 4)
    assert [law.mass(k) for k in ("cuboid", "cone", "torus")] == pytest.approx([2.5 / 5.0, 1.5 / 5.0, 0.5 / 5.0])
