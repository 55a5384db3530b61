"""What each operation of `Numbers` means, said once and asked of every kind of number."""

from __future__ import annotations

import ast
import itertools
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shapelang.numbers import FLOAT, NUMPY, either
from tests.conformance.backends import BACKENDS, MISSING, SPICY, Backend, bits

ROOT = Path(__file__).resolve().parents[2]
INF, NAN = math.inf, math.nan


@pytest.fixture(params=[*BACKENDS, *MISSING])
def backend(request: pytest.FixtureRequest) -> Backend:
    return BACKENDS[request.param]


def assert_same(got: list[Any], expected: list[float]) -> None:
    assert [bits(float(x)) for x in got] == [bits(x) for x in expected]


def classes_with(method: str) -> set[str]:
    """Classes of the packages that define a method, protocols aside."""
    return {
        node.name
        for package in ("shapelang", "grammars", "learners")
        for file in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and "Protocol" not in {ast.unparse(base) for base in node.bases}
        if any(isinstance(item, ast.FunctionDef) and item.name == method for item in node.body)
    }


# No program runs on it: tests/fields/test_batched.py holds its fields to the rounding of its dtype.
OF_FIELDS_ALONE = {"TensorNumbers"}
# Its numbers are bounds of numbers: tests/grammars/conditioning/test_covering.py holds what runs do within them.
OF_BOUNDS_ALONE = {"FormNumbers"}

# Its numbers are expressions of draws: tests/grammars/charts/test_constructs.py holds them to the evaluator.
OF_SYMBOLS_ALONE = {"SymbolNumbers"}


def test_every_kind_of_number_has_an_entry() -> None:
    entered = {type(b.numbers).__name__ for b in BACKENDS.values()}
    assert classes_with("exp2i") == entered | OF_FIELDS_ALONE | OF_BOUNDS_ALONE | OF_SYMBOLS_ALONE


def test_sqrt(backend: Backend) -> None:
    expected = [math.sqrt(x) if x >= 0 else NAN for x in SPICY]
    assert_same(backend.each(lambda n, x: n.sqrt(x), SPICY), expected)


def test_floor(backend: Backend) -> None:
    expected = [x if not math.isfinite(x) or x == 0.0 else float(math.floor(x)) for x in SPICY]
    assert_same(backend.each(lambda n, x: n.floor(x), SPICY), expected)


def test_absolute(backend: Backend) -> None:
    assert_same(backend.each(lambda n, x: n.absolute(x), SPICY), [math.fabs(x) for x in SPICY])


def pairs() -> tuple[list[float], list[float]]:
    rows = list(itertools.product(SPICY, SPICY))
    return [a for a, _ in rows], [b for _, b in rows]


def test_minimum_and_maximum_keep_the_first_of_equals_and_every_nan(backend: Backend) -> None:
    a, b = pairs()
    rows = list(zip(a, b, strict=True))
    assert_same(
        backend.each(lambda n, x, y: n.minimum(x, y), a, b),
        [NAN if x != x or y != y else x if x <= y else y for x, y in rows],
    )
    assert_same(
        backend.each(lambda n, x, y: n.maximum(x, y), a, b),
        [NAN if x != x or y != y else x if x >= y else y for x, y in rows],
    )


def test_where(backend: Backend) -> None:
    a, b = pairs()
    got = backend.each(lambda n, x, y: n.where(x < y, x, y), a, b)
    assert_same(got, [x if x < y else y for x, y in zip(a, b, strict=True)])


@pytest.mark.parametrize(
    ("a", "b", "quotient"),
    [
        (1.0, 0.0, INF), (-1.0, 0.0, -INF), (1.0, -0.0, -INF), (-1.0, -0.0, INF), (INF, 0.0, INF), (0.0, 0.0, NAN),
        (NAN, 0.0, NAN), (0.0, NAN, NAN), (1.0, 4.0, 0.25), (1.0, INF, 0.0), (INF, INF, NAN), (1e300, 1e-300, INF),
    ],
)  # fmt: skip
def test_divide_is_that_of_ieee_754(backend: Backend, a: float, b: float, quotient: float) -> None:
    assert_same(backend.each(lambda n, x, y: n.divide(x, y), [a], [b]), [quotient])


def test_powers_of_two_and_their_inverse_are_exact(backend: Backend) -> None:
    exponents = [float(k) for k in range(-1022, 1024)]
    assert_same(backend.each(lambda n, k: n.exp2i(k), exponents), [math.ldexp(1.0, int(k)) for k in exponents])
    positive = [x for x in SPICY if 0.0 < x < INF]
    mantissas = backend.each(lambda n, x: n.frexp(x)[0], positive)
    assert_same(mantissas, [math.frexp(x)[0] for x in positive])
    assert all(0.5 <= m < 1.0 for m in mantissas)
    assert_same(backend.each(lambda n, x: n.frexp(x)[1], positive), [float(math.frexp(x)[1]) for x in positive])


def test_integers_there_and_back(backend: Backend) -> None:
    whole = [0.0, 1.0, -7.0, 2.0**52]
    got = backend.each(lambda n, x: n.integer(x), whole)
    assert got == [0, 1, -7, 2**52]
    assert all(isinstance(x, int) for x in got)
    assert_same(backend.each(lambda n, x: n.real(n.integer(x)), whole), whole)


def test_all_and_any(backend: Backend) -> None:
    n = backend.numbers
    assert (n.all(True), n.any(True), n.all(False), n.any(False)) == (True, True, False, False)


def test_all_and_any_of_lanes() -> None:
    mixed = np.array([True, False])
    assert (NUMPY.all(mixed), NUMPY.any(mixed), NUMPY.all(mixed | True), NUMPY.any(mixed & False)) == (
        False, True, True, False,
    )  # fmt: skip


def test_batched_is_declared() -> None:
    assert (FLOAT.batched, NUMPY.batched) == (False, True)


def test_lanes_and_floats_mix() -> None:
    lanes = np.array([1.0, 4.0])
    assert NUMPY.where(lanes > 2.0, lanes, 0.5).tolist() == [0.5, 4.0]
    assert NUMPY.minimum(lanes, 2.0).tolist() == [1.0, 2.0]
    assert NUMPY.maximum(2.0, lanes).tolist() == [2.0, 4.0]
    assert NUMPY.divide(1.0, lanes).tolist() == [1.0, 0.25]


def test_floats_stay_floats_among_lanes() -> None:
    results = [
        NUMPY.sqrt(4.0),
        NUMPY.floor(2.5),
        NUMPY.where(True, 1.0, 2.0),
        NUMPY.minimum(1.0, 2.0),
        NUMPY.exp2i(3.0),
    ]
    assert [type(x) for x in results] == [float] * 5


def test_either_computes_only_what_is_needed() -> None:
    seen: list[str] = []

    def side(name: str, value: float) -> Any:
        seen.append(name)
        return value

    def ask(test: Any) -> Any:
        seen.clear()
        return either(NUMPY, test, lambda: side("then", 1.0), lambda: side("otherwise", 2.0))

    assert (ask(np.array([True, True])), list(seen)) == (1.0, ["then"])
    assert (ask(np.array([False])), list(seen)) == (2.0, ["otherwise"])
    assert (ask(np.array([True, False])).tolist(), sorted(seen)) == ([1.0, 2.0], ["otherwise", "then"])
