"""The same bits from every exact kind of number: elementary functions and distributions, on thousands of points."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from shapelang.chance.distributions import log_prob, quantile
from shapelang.chance.draw import hash64
from shapelang.numbers import FLOAT, NUMPY
from tests.conformance.backends import BACKENDS, MISSING, SPICY, bits
from tests.conformance.draws import DRAWS, Draw, uniforms
from tests.conformance.points import CASES, Case

LANES = {name: backend for name, backend in BACKENDS.items() if backend.exact and backend.numbers is not FLOAT}


def pattern(value: Any) -> int:
    return bits(float(value))


@pytest.fixture(params=[*LANES, *MISSING])
def each(request: pytest.FixtureRequest) -> Any:
    return LANES[request.param].each


def any_floats(count: int, salt: int) -> list[float]:
    """Any bit patterns at all: all exponents, subnormals, infinities, NaN."""
    seeds = np.arange(count, dtype=np.uint64)
    return np.asarray(hash64(seeds, 0xBEEF, salt)).view(np.float64).tolist()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_elementary_functions(case: Case, each: Any) -> None:
    columns = [
        column + list(SPICY) + list(reversed(SPICY))[:k] + any_floats(3000 - k, k)
        for k, column in enumerate(case.columns(5000))
    ]
    got = each(case.function, *columns)
    alone = [case.function(FLOAT, *row) for row in zip(*columns, strict=True)]
    wrong = [
        (row, a, b)
        for row, a, b in zip(zip(*columns, strict=True), alone, got, strict=True)
        if pattern(a) != pattern(b)
    ]
    assert wrong == []


@pytest.mark.parametrize("draw", DRAWS, ids=str)
def test_distributions(draw: Draw, each: Any) -> None:
    u = uniforms(draw.count)
    values = [quantile(FLOAT, draw.dist, x, draw.support) for x in u]
    lanes = each(lambda n, x: quantile(n, draw.dist, x, draw.support), u)
    assert [pattern(v) for v in values] == [pattern(v) for v in lanes]
    alone = [log_prob(FLOAT, draw.dist, v, draw.support) for v in values]
    assert [pattern(p) for p in alone] == [
        pattern(p) for p in each(lambda n, v: log_prob(n, draw.dist, v, draw.support), values)
    ]


@pytest.mark.parametrize("draw", [d for d in DRAWS if d.lanes is not None], ids=str)
def test_distributions_whose_parameters_are_lanes(draw: Draw) -> None:
    assert draw.lanes is not None
    u = uniforms(60)
    spread = [0.75 + 0.5 * x for x in reversed(u)]
    alone = [quantile(FLOAT, draw.lanes(s), x, draw.support) for s, x in zip(spread, u, strict=True)]
    with np.errstate(all="ignore"):
        dist = draw.lanes(np.array(spread))
        together = quantile(NUMPY, dist, np.array(u), draw.support)
        weighed = log_prob(NUMPY, dist, together, draw.support)
    assert [pattern(v) for v in alone] == [pattern(v) for v in together]
    logs = [log_prob(FLOAT, draw.lanes(s), v, draw.support) for s, v in zip(spread, alone, strict=True)]
    assert [pattern(p) for p in logs] == [pattern(p) for p in weighed]
