"""Ends of domains, exact values and symmetries of the elementary functions, for every kind of number."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest

from shapelang import elementary as el
from shapelang.numbers import FLOAT
from tests.conformance.backends import BACKENDS, MISSING, SPICY, Backend, bits

INF, NAN = math.inf, math.nan


@pytest.fixture(params=[*BACKENDS, *MISSING])
def backend(request: pytest.FixtureRequest) -> Backend:
    return BACKENDS[request.param]


def assert_values(backend: Backend, function: Callable[..., Any], table: dict[float, float]) -> None:
    got = backend.each(function, list(table))
    wrong = {x: (y, z) for (x, z), y in zip(table.items(), got, strict=True) if not (y == z or (y != y and z != z))}
    assert wrong == {}


def test_exp(backend: Backend) -> None:
    table = {0.0: 1.0, -INF: 0.0, INF: INF, NAN: NAN, 709.9: INF, 1e300: INF, -746.0: 0.0, -1e300: 0.0, 1.0: math.e}
    assert_values(backend, el.exp, table | {-745.1: 5e-324})


def test_log(backend: Backend) -> None:
    table = {0.0: -INF, -1.0: NAN, -INF: NAN, INF: INF, NAN: NAN, 1.0: 0.0, 5e-324: -744.4400719213812}
    assert_values(backend, el.log, table)
    assert_values(backend, el.log, {-0.0: -INF})


def test_circular_functions_at_infinity_and_beyond_all_reduction(backend: Backend) -> None:
    for function in (el.sin, el.cos, el.tan, el.sind, el.cosd, el.tand):
        assert_values(backend, function, {INF: NAN, -INF: NAN, NAN: NAN, 1e300: NAN})


@pytest.mark.parametrize("x", [1e7, 1e10, 1e14])
def test_large_radians_are_reduced_to_about_an_ulp_of_the_argument(x: float) -> None:
    # Beyond 1.6e6 the product q · π/2 rounds: the angle is off by no more than a few ulp of x.
    sine, cosine = el.sincos(FLOAT, x)
    assert abs(sine - math.sin(x)) <= 4 * math.ulp(x)
    assert abs(cosine - math.cos(x)) <= 4 * math.ulp(x)


def test_inverse_functions_outside_their_domain(backend: Backend) -> None:
    for function in (el.asin, el.acos, el.asind, el.acosd):
        assert_values(backend, function, {1.0000000000000002: NAN, -2.0: NAN, INF: NAN, -INF: NAN, NAN: NAN})


def test_inverse_functions_are_exact_in_degrees(backend: Backend) -> None:
    assert_values(backend, el.asind, {0.0: 0.0, 0.5: 30.0, 1.0: 90.0, -0.5: -30.0, -1.0: -90.0})
    assert_values(backend, el.acosd, {0.0: 90.0, 0.5: 60.0, 1.0: 0.0, -0.5: 120.0, -1.0: 180.0})
    assert_values(backend, el.atand, {0.0: 0.0, 1.0: 45.0, -1.0: -45.0, INF: 90.0, -INF: -90.0, NAN: NAN})
    rows = [
        (0.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, -1.0, 180.0), (1.0, 0.0, 90.0), (-1.0, 0.0, -90.0), (1.0, 1.0, 45.0),
        (1.0, -1.0, 135.0), (-1.0, -1.0, -135.0), (-1.0, 1.0, -45.0), (INF, INF, 45.0), (INF, -INF, 135.0),
        (1.0, INF, 0.0), (1.0, -INF, 180.0), (-INF, 1.0, -90.0), (1e-320, 1e-320, 45.0), (1e308, -1e308, 135.0),
    ]  # fmt: skip
    y, x, degrees = ([row[k] for row in rows] for k in range(3))
    assert backend.each(el.atan2d, y, x) == degrees
    assert all(math.isnan(a) for a in backend.each(el.atan2d, [NAN, 1.0], [1.0, NAN]))


def test_degrees_are_exact_where_the_value_is_a_float(backend: Backend) -> None:
    sines = {0: 0.0, 30: 0.5, 90: 1.0, 150: 0.5, 180: 0.0, 210: -0.5, 270: -1.0, 330: -0.5}
    table = {float(360 * k + d): s for d, s in sines.items() for k in (-1000, -2, -1, 0, 1, 7, 10**9)}
    assert_values(backend, el.sind, table)
    assert_values(backend, el.cosd, {x - 90.0: s for x, s in table.items()})
    zeros = [x for x, s in table.items() if s == 0.0]
    assert {bits(x) for x in backend.each(el.sind, zeros)} == {bits(0.0)}  # never −0


def test_tangents_of_degrees(backend: Backend) -> None:
    table = {0.0: 0.0, 45.0: 1.0, 135.0: -1.0, 225.0: 1.0, -45.0: -1.0, 180.0: 0.0, 3645.0: 1.0}
    assert_values(backend, el.tand, table | {90.0: INF, -90.0: -INF, 270.0: -INF, 450.0: INF})


def test_degrees_are_symmetric(backend: Backend) -> None:
    angles = [k / 8 for k in range(0, 5760)]
    sine, cosine = backend.each(el.sind, angles), backend.each(el.cosd, angles)
    minus = [-x for x in angles]
    assert backend.each(el.sind, minus) == [-s for s in sine]
    assert backend.each(el.cosd, minus) == cosine
    assert backend.each(el.sind, [x + 90.0 for x in angles]) == cosine
    assert backend.each(el.sind, [180.0 - x for x in angles]) == sine
    assert el.sincosd(FLOAT, 45.0)[0] == el.sincosd(FLOAT, 45.0)[1]


def test_sine_and_cosine_together_are_those_alone(backend: Backend) -> None:
    angles = [x / 7 for x in range(-3000, 3000)]
    for pair, sine, cosine in ((el.sincos, el.sin, el.cos), (el.sincosd, el.sind, el.cosd)):
        assert backend.each(lambda n, x, pair=pair: pair(n, x)[0], angles) == backend.each(sine, angles)
        assert backend.each(lambda n, x, pair=pair: pair(n, x)[1], angles) == backend.each(cosine, angles)


def ieee_power(x: float, y: float) -> float:
    """C99's pow, from Python's, whose exceptions stand for NaN and for inf."""
    try:
        return math.pow(x, y)
    except ValueError:
        return INF if x == 0.0 else NAN
    except OverflowError:
        return -INF if x < 0.0 and y % 2.0 == 1.0 else INF


def test_pow_of_spicy_arguments(backend: Backend) -> None:
    rows = [(x, y) for x in SPICY for y in SPICY]
    got = backend.each(el.pow, [x for x, _ in rows], [y for _, y in rows])
    for (x, y), value in zip(rows, got, strict=True):
        wanted = ieee_power(x, y)
        # a negative zero or infinity that comes of a zero or an infinite base is not promised its sign
        if x == 0.0 or math.isinf(x):
            value, wanted = abs(value), abs(wanted)
        same = value == wanted or (value != value and wanted != wanted)
        # elsewhere two correct libraries may differ by the last unit
        assert same or abs(value - wanted) <= math.ulp(wanted), (x, y, value, wanted)


def test_whole_powers_that_are_floats_are_exact(backend: Backend) -> None:
    rows = [(float(b), float(e)) for b in range(-12, 13) for e in range(0, 15) if abs(b) ** e < 2**53]
    assert backend.each(el.pow, [b for b, _ in rows], [e for _, e in rows]) == [b**e for b, e in rows]
