"""Masses of cells: by hand, and that they sum to 1, of what is described and of what is told by the escape."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace

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


CLAMPED = [replace(Described(Affine(0.5), spread, TOLERANCE, STEP, 0.0), ends=(0.471, 0.527)) for spread in SPREADS]


@pytest.mark.parametrize("number", CLAMPED)
@given(
    mean=st.floats(0.4, 0.6),
    low=st.floats(0.42, 0.56),
    far=st.one_of(st.just(math.inf), st.floats(0.0, 0.1)),
    sharp=st.floats(0.0, 1.0),
)
def test_masses_of_a_clamped_number_sum_to_one(
    number: Described, mean: float, low: float, far: float, sharp: float
) -> None:
    held = replace(number, mean=Affine(mean), ends=(low, low + far))
    cells = [k * STEP for k in range(1000)]
    assert sum(mass_of(held, cell, NONE, sharp) for cell in cells) == pytest.approx(1.0, abs=1e-9)


def simulated(number: Described, draws: int) -> Counter[int]:
    """Cells of a number that is drawn, clamped, and left where it is if that moves it by its tolerance at most."""
    rng, found, mean, spread = np.random.default_rng(0), Counter[int](), number.mean.constant, number.spread
    assert spread is not None
    while found.total() < draws:
        if spread.family == "loose" and rng.random() >= spread.share:
            value = mean
        elif spread.family == "uniform":
            value = rng.uniform(spread.low - 0.5 * STEP, spread.high + 0.5 * STEP)
        else:
            value = rng.normal(0.0 if spread.family == "loose" else mean, spread.deviation)
            if not spread.low - 0.5 * STEP <= value <= spread.high + 0.5 * STEP:
                continue
            value += mean if spread.family == "loose" else 0.0
        value = round(value / STEP) * STEP
        low, high = number.ends
        kept = min(max(value, low), high)
        found[round((value if abs(value - kept) <= TOLERANCE + 1e-6 else kept) / STEP)] += 1
    return found


@pytest.mark.parametrize("number", [number for number in CLAMPED if number.spread is not None])
def test_masses_of_a_clamped_number_are_how_often_each_cell_is_drawn(number: Described) -> None:
    draws = 20_000
    found = simulated(number, draws)
    for cell in range(400, 600):
        # What is exact is in its very cell.
        mass = mass_of(number, cell * STEP, NONE, 1.0)
        error = math.sqrt(mass * (1.0 - mass) / draws)
        assert found[cell] / draws == pytest.approx(mass, abs=4.5 * error + 1e-9)


def test_what_is_clamped_is_at_the_end_by_hand() -> None:
    even = Described(Affine(0.5), Spread("uniform", 0.0, 0.451, 0.55), TOLERANCE, STEP, 0.0, (0.47, math.inf))
    # Of 100 cells 17 lie more than the tolerance of two below the end.
    assert mass_of(even, 0.47, NONE, 0.5) == pytest.approx(0.18)
    assert mass_of(even, 0.468, NONE, 0.5) == pytest.approx(0.01)
    assert mass_of(even, 0.467, NONE, 0.5) == 0.0
    exact = Described(Affine(0.4), None, TOLERANCE, STEP, 0.0, (0.47, 0.5))
    assert mass_of(exact, 0.47, NONE, 0.6) == 0.6
    assert mass_of(exact, 0.4, NONE, 0.6) == 0.0


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
