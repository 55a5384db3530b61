"""The network against pgmpy, an implementation by others: joint and summed-out probabilities, and the tree itself."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest

from grammars.graphs.network import Network, learned
from tests.grammars.graphs.test_network import PLANTED, rows

_WHY = "pgmpy is not installed (the extra `peers-graphs`)"
discrete = pytest.importorskip("pgmpy.factors.discrete", reason=_WHY)
models = pytest.importorskip("pgmpy.models", reason=_WHY)
inference = pytest.importorskip("pgmpy.inference", reason=_WHY)
estimators = pytest.importorskip("pgmpy.estimators", reason=_WHY)
pandas = pytest.importorskip("pandas", reason=_WHY)


def theirs(network: Network):
    """The same network as a model of pgmpy."""
    outcomes = {v.name: list(v.outcomes) for v in network.variables}
    model = models.DiscreteBayesianNetwork([(v.parent, v.name) for v in network.variables if v.parent])
    model.add_nodes_from(outcomes)
    for v in network.variables:
        columns = [v.shares[o] for o in (outcomes[v.parent] if v.parent else ("",))]
        evidence = {"evidence": [v.parent], "evidence_card": [len(outcomes[v.parent])]} if v.parent else {}
        names = {v.name: outcomes[v.name], **({v.parent: outcomes[v.parent]} if v.parent else {})}
        model.add_cpds(discrete.TabularCPD(v.name, len(v.outcomes), np.array(columns).T, state_names=names, **evidence))
    assert model.check_model()
    return model


def drawn(seed: int) -> Network:
    """A tree learned from rows of a planted one, with every outcome seen."""
    return learned([PLANTED.sample(300 * seed + k) for k in range(300)])


@pytest.mark.parametrize("network", [PLANTED, drawn(1), drawn(2)])
def test_joint_and_summed_out_probabilities_are_theirs(network: Network) -> None:
    model = theirs(network)
    asked = inference.VariableElimination(model)
    names = sorted(v.name for v in network.variables)
    joint = asked.query(names, show_progress=False)
    for row in rows(network):
        assert abs(exp(network.log_probability(row)) - joint.get_value(**row)) < 1e-9
    for given in ({"c": "2"}, {"c": "0", "d": "y"}, {"b": "n", "d": "n"}):
        marginal = asked.query(list(given), show_progress=False)
        assert abs(network.probability(given) - marginal.get_value(**given)) < 1e-9


def test_the_tree_is_theirs() -> None:
    """Chow–Liu by pgmpy, from the same rows: the same edges."""
    table = [PLANTED.sample(seed) for seed in range(600)]
    edges = {frozenset((v.name, v.parent)) for v in learned(table).variables if v.parent}
    found = estimators.TreeSearch(pandas.DataFrame(table), root_node="a", n_jobs=1).estimate(
        estimator_type="chow-liu", show_progress=False
    )
    assert {frozenset(edge) for edge in found.edges()} == edges
