"""Amounts that share what they are made of."""

from __future__ import annotations

from grammars.charts.amounts import Amount, node
from grammars.charts.forms import Form


def _squared(variable: int, times: int) -> Amount:
    """A variable squared so often: each square holds the one before twice."""
    found: Amount = Form(0.0, ((variable, 1.0),))
    for _ in range(times):
        found = node("*", found, found)
    return found


def test_shared_amounts_are_compared_node_by_node() -> None:
    """Of 40 squares a comparison of all paths would take 2⁴⁰ steps."""
    assert _squared(0, 40) == _squared(0, 40)
    assert _squared(0, 40) != _squared(1, 40)
    assert _squared(0, 40) != _squared(0, 39)


def test_an_amount_is_no_form() -> None:
    """A node equals none, on either side."""
    assert _squared(0, 1) != Form(0.0, ((0, 1.0),))
    assert Form(0.0, ((0, 1.0),)) != _squared(0, 1)
