"""Between which numbers an amount lies: never narrower than it is, and exact where it is monotone."""

from __future__ import annotations

from math import inf, pi, sin

import numpy as np
import pytest

from grammars.charts.amounts import Operator, node, value_of
from grammars.charts.bounds import bounds
from grammars.charts.forms import Form

X, Y = Form(0.0, ((0, 1.0),)), Form(0.0, ((1, 1.0),))


@pytest.mark.parametrize("operator", ["sin", "cos", "atan2", "pow", "<", "<=", "=="])
def test_no_value_lies_beyond_its_bounds(operator: Operator) -> None:
    """100 boxes of every size, and 400 points in each."""
    rng = np.random.default_rng(7)
    for _ in range(100):
        corner, size = rng.uniform(-4.0, 4.0, 2), 10.0 ** rng.uniform(-3.0, 1.0, 2)
        at = corner + size * rng.uniform(0.0, 1.0, (400, 2))
        amount = node(operator, X) if operator in ("sin", "cos") else node(operator, X, Y)
        low, high = bounds(amount, {k: (corner[k], corner[k] + size[k]) for k in range(2)})
        found = value_of(amount, {0: at[:, 0], 1: at[:, 1]})
        assert np.all(found >= low - 1e-12) and np.all(found <= high + 1e-12)


def test_bounds_are_those_of_the_function_where_it_rises() -> None:
    assert bounds(node("sin", X), {0: (0.1, 0.2)}) == pytest.approx((sin(0.1), sin(0.2)))
    assert bounds(node("sin", X), {0: (1.5, 1.6)}) == pytest.approx((sin(1.5), 1.0))
    assert bounds(node("cos", X), {0: (3.0, 3.3)}) == pytest.approx((-1.0, -0.98748), abs=1e-5)
    assert bounds(node("atan2", X, Y), {0: (0.0, 1.0), 1: (1.0, 1.0)}) == pytest.approx((0.0, pi / 4))
    assert bounds(node("atan2", X, Y), {0: (-1.0, 1.0), 1: (-1.0, 1.0)}) == (-pi, pi)
    assert bounds(node("pow", X, Form(2.0)), {0: (2.0, 3.0)}) == pytest.approx((4.0, 9.0))
    assert bounds(node("<", X, Form(2.0)), {0: (-inf, 1.0)}) == (1.0, 1.0)
    assert bounds(node("where", node("<", X, Form(0.0)), Form(5.0), Y), {0: (1.0, 2.0), 1: (3.0, 4.0)}) == (3.0, 4.0)
