"""Families by their posterior: integrals in closed form against quadrature, sums that add up, planted kinds."""

from __future__ import annotations

import math

import numpy as np
import pytest

from grammars.learning.partitions import merged
from grammars.learning.shapes.bodies import Body
from grammars.learning.shapes.dividing import divided
from grammars.learning.shapes.families import families
from grammars.learning.shapes.marginals import marginal, standing
from grammars.learning.shapes.matching import Matching
from grammars.learning.shapes.posterior import Table, table_of
from grammars.learning.shapes.precision import precision_of
from tests.grammars.learning.shapes.test_learned import PLANTED, bodies

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
    return shapes, table_of(shapes, precision_of(shapes, 0.004), Matching(0.0))


def test_sums_of_two_sets_are_those_of_both(found: tuple[list[Body], Table]) -> None:
    _, table = found
    a, b = [0, 3, 30], [4, 31, 32, 33]
    assert table.of_sums(table.sums(a).plus(table.sums(b))) == pytest.approx(table.bits(frozenset(a + b)))


def test_kinds_come_apart_from_bodies_that_are_each_alone(found: tuple[list[Body], Table]) -> None:
    _, table = found
    alone = [frozenset([k]) for k in range(2 * KINDS)]
    assert merged(alone, table.bits) == [frozenset(range(KINDS)), frozenset(range(KINDS, 2 * KINDS))]


@pytest.mark.parametrize("count", [None, 2])
def test_the_kinds_are_the_families_of_most_posterior(found: tuple[list[Body], Table], count: int | None) -> None:
    shapes, _ = found
    families = divided(shapes, precision_of(shapes, 0.004), Matching(0.0), count, 0)
    assert sorted(families) == [list(range(KINDS)), list(range(KINDS, 2 * KINDS))]


def test_of_more_bodies_than_are_searched_the_others_join_their_kind() -> None:
    shapes = [*bodies(TABLES, 160), *bodies(LAMPS, 120)]
    assert divided(shapes, precision_of(shapes, 0.004), Matching(0.0), None, 0) == [
        list(range(160)),
        list(range(160, 280)),
    ]


def test_families_have_no_less_posterior_than_by_shared_parts_alone() -> None:
    shapes = [*bodies(PLANTED, 20), *bodies(TABLES, 5)]
    precision = precision_of(shapes, 0.004)
    table = table_of(shapes, precision, Matching(0.0))

    def bits(groups: list[list[int]]) -> float:
        return sum(table.bits(frozenset(group)) for group in groups)

    found = bits(divided(shapes, precision, Matching(0.0), None, 0))
    assert all(found <= bits(groups) + 1e-9 for groups in families(shapes, 8, Matching(0.0)))
    assert found < bits([list(range(25))])
