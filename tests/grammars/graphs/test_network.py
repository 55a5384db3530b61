"""Trees over variables: probabilities by hand and by enumeration, and a planted tree found again."""

from __future__ import annotations

from itertools import product
from math import exp, isclose, log

import numpy as np
import pytest

from grammars.graphs.network import Network, Variable, features, learned, mutual_information
from tests.grammars.graphs.test_graphs import ARMS, COLUMN, chair

COIN = {"": (0.3, 0.7)}
PLANTED = Network(
    (
        Variable("a", ("n", "y"), None, COIN),
        Variable("b", ("n", "y"), "a", {"n": (0.9, 0.1), "y": (0.2, 0.8)}),
        Variable("c", ("0", "1", "2"), "b", {"n": (0.7, 0.2, 0.1), "y": (0.1, 0.2, 0.7)}),
        Variable("d", ("n", "y"), "a", {"n": (0.25, 0.75), "y": (0.85, 0.15)}),
    )
)


def rows(network: Network) -> list[dict[str, str]]:
    names = [v.name for v in network.variables]
    return [dict(zip(names, row, strict=True)) for row in product(*(v.outcomes for v in network.variables))]


def test_probabilities_are_those_written_out_by_hand() -> None:
    row = {"a": "y", "b": "n", "c": "2", "d": "y"}
    assert isclose(PLANTED.log_probability(row), log(0.7) + log(0.2) + log(0.1) + log(0.15))
    assert isclose(sum(exp(PLANTED.log_probability(r)) for r in rows(PLANTED)), 1.0)
    # Summed out exactly: equal to the sum over all rows that have what is given.
    for given in ({"c": "2"}, {"c": "0", "d": "y"}, {}):
        there = [r for r in rows(PLANTED) if all(r[k] == v for k, v in given.items())]
        assert isclose(PLANTED.probability(given), sum(exp(PLANTED.log_probability(r)) for r in there))


def test_variables_that_hang_on_nothing_all_count() -> None:
    """Of two roots: the product of what is given of each."""
    two = Network((Variable("a", ("n", "y"), None, COIN), Variable("e", ("n", "y"), None, {"": (0.4, 0.6)})))
    assert isclose(two.probability({"a": "y", "e": "n"}), 0.7 * 0.4)
    assert isclose(two.probability({"e": "y"}), 0.6)


def test_a_planted_tree_is_found_again() -> None:
    drawn = [PLANTED.sample(seed) for seed in range(1_500)]
    found = learned(drawn)
    edges = {frozenset((v.name, v.parent)) for v in found.variables if v.parent}
    assert edges == {frozenset("ab"), frozenset("bc"), frozenset("ad")}
    off = [abs(exp(found.log_probability(r)) - exp(PLANTED.log_probability(r))) for r in rows(PLANTED)]
    assert sum(off) / 2 < 0.05
    alone = learned(drawn, tree=False)
    # A tree tells rows in fewer bits than independent variables, by the information on its edges.
    gain = np.mean([found.log_probability(r) - alone.log_probability(r) for r in drawn]) / log(2)
    assert isclose(gain, sum(mutual_information(drawn, *sorted(e)) for e in edges), abs_tol=0.01)


def test_what_is_given_is_kept_and_the_rest_drawn_as_it_should() -> None:
    drawn = [PLANTED.sample(seed, {"c": "2"}) for seed in range(1_000)]
    assert {row["c"] for row in drawn} == {"2"}
    share = sum(row["a"] == "y" for row in drawn) / len(drawn)
    assert abs(share - PLANTED.probability({"a": "y", "c": "2"}) / PLANTED.probability({"c": "2"})) < 0.05
    with pytest.raises(ValueError, match="nothing has what is given"):
        PLANTED.sample(1, {"c": "9"})


def test_rows_tell_chairs_apart() -> None:
    arms, column = features(chair(ARMS)), features(chair(COLUMN))
    assert (arms["arms"], arms["legs"], arms["bases"]) == ("3-4", "3-4", "0")
    assert (column["arms"], column["legs"], column["bases"]) == ("0", "0", "2")
