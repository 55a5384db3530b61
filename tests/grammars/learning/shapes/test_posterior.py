"""Families by their posterior: integrals in closed form against quadrature, sums that add up, planted kinds."""

from __future__ import annotations

import math

import numpy as np
import pytest

from grammars.learning.partitions import merged
from grammars.learning.shapes.bodies import Body
from grammars.learning.shapes.dividing import divisions
from grammars.learning.shapes.marginals import marginal, standing
from grammars.learning.shapes.posterior import Table, table_of
from grammars.learning.shapes.precision import precision_of
from tests.grammars.learning.shapes.test_learned import bodies

TABLES = """let w ~ uniform(1.5, 2.5)
top = cuboid(w, 0.1, 1) at (0, 1, 0); foot = cone(0.3, 0.95) at (0, 0.475, 0)"""
LAMPS = """let h ~ normal(1.5, 0.1)
base = cylinder(0.2, 0.02) at (0, 0.01, 0); pole = cylinder(0.01, h) attach bottom to base.top
shade = sphere(0.15) attach bottom to pole.top"""
KINDS = 24


def _of(column: list[float], tolerance: float = 0.0) -> float:
    x = np.array(column)
    n, total, squares = np.array([float(len(x))]), np.array([x.sum()]), np.array([(x**2).sum()])
    return float(marginal(n, total, squares, tolerance)[0])


def test_the_likelihood_without_its_parameters_is_their_integral() -> None:
    from scipy.integrate import dblquad

    column = [3.0, 7.0, 8.0, 14.0]
    # The mean is even over 1,024 cells, ln σ over 10 ln 2; each sample is off by the noise of its cell as well.
    off, n = sum((v - 8.0) ** 2 for v in column) + 4.0, 4

    def density(mean: float, log_sigma: float) -> float:
        sigma = math.exp(log_sigma)
        rest = -0.5 * (off + n * mean**2) / sigma**2
        # The noise stands for a sample that the mean is free of: n − 1 of them count (Bernardo and Smith).
        return math.exp(rest) / (2.0 * math.pi * sigma**2) ** (0.5 * n) / 1024.0 / (10.0 * math.log(2.0))

    # Of the mean's posterior, whose deviation is σ / 2, twenty deviations.
    integral = dblquad(density, -2.0, 14.0, lambda s: -10.0 * math.exp(s), lambda s: 10.0 * math.exp(s))[0]
    assert _of(column) == pytest.approx(1.0 - math.log2(integral), rel=1e-4)


def test_bits_by_hand_of_what_is_always_the_same_and_of_none() -> None:
    assert _of([]) == 0.0
    # One of two laws, and the one that is exact takes 10 bits and ½ for each; the other is below a millionth of it.
    assert _of([5.0] * 40, 2.0) == pytest.approx(1.0 + 10.0 + 20.0, abs=1e-5)
    # Beta of ½ and ½: 3 of 3 stand with ½ · ¾ · ⅚.
    assert float(standing(np.array(3.0), np.array(3.0))) == pytest.approx(-math.log2(0.5 * 0.75 * 5.0 / 6.0))


@pytest.fixture(scope="module")
def found() -> tuple[list[Body], Table]:
    shapes = [*bodies(TABLES, KINDS), *bodies(LAMPS, KINDS)]
    return shapes, table_of(shapes, precision_of(shapes, 0.004))


def test_sums_of_two_sets_are_those_of_both(found: tuple[list[Body], Table]) -> None:
    _, table = found
    a, b = [0, 3, 30], [4, 31, 32, 33]
    assert table.of_sums(table.sums(a).plus(table.sums(b))) == pytest.approx(table.bits(frozenset(a + b)))


def test_kinds_come_apart_from_bodies_that_are_each_alone(found: tuple[list[Body], Table]) -> None:
    _, table = found
    alone = [frozenset([k]) for k in range(2 * KINDS)]
    assert merged(alone, table.bits) == [frozenset(range(KINDS)), frozenset(range(KINDS, 2 * KINDS))]


@pytest.mark.parametrize("count", [None, 2])
def test_ways_to_divide_have_every_body_once_and_the_kinds_among_them(
    found: tuple[list[Body], Table], count: int | None
) -> None:
    shapes, _ = found
    ways = list(divisions(shapes, precision_of(shapes, 0.004), count, 0))
    assert [list(range(KINDS)), list(range(KINDS, 2 * KINDS))] in [sorted(way) for way in ways]
    assert all(sorted(k for group in way for k in group) == list(range(2 * KINDS)) for way in ways)
