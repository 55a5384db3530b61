"""Parts of examples put together as a network says: what no example has, connected."""

from __future__ import annotations

import pytest

from grammars.graphs.exchange import CHAIR_SLOTS, NotCompatible
from grammars.graphs.network import features, learned
from grammars.graphs.pieces import connected
from grammars.graphs.synthesis import synthesised
from tests.grammars.graphs.test_graphs import ARMS, COLUMN, FOUR, STOOL, chair

CHAIRS = [chair(text) for text in (FOUR, ARMS, COLUMN, STOOL)]
NETWORK = learned([features(one) for one in CHAIRS])


def test_what_is_given_is_put_together_although_no_example_has_it() -> None:
    """Arms on a swivel: the arms of one chair, and the column of another."""
    wanted = {"arms": "3-4", "bases": "2"}
    assert not any(all(features(one)[k] == v for k, v in wanted.items()) for one in CHAIRS)
    found = synthesised(CHAIRS, NETWORK, CHAIR_SLOTS, seed=3, given=wanted)
    assert connected(found.pieces)
    assert {k: features(found.pieces)[k] for k in wanted} == wanted
    assert {found.base, *found.donors.values()} >= {1, 2}


def test_shapes_are_connected_and_told_as_they_are() -> None:
    for seed in range(3):
        found = synthesised(CHAIRS, NETWORK, CHAIR_SLOTS, seed)
        assert connected(found.pieces)
        made = features(found.pieces)
        assert set(found.missed) == {name for name, value in found.row.items() if made[name] != value}
        assert found == synthesised(CHAIRS, NETWORK, CHAIR_SLOTS, seed)


def test_heaps_are_refused() -> None:
    apart = chair("a = cuboid(0.4, 0.05, 0.4) at (0, 0.5, 0)\nb = cuboid(0.1, 0.1, 0.1) at (3, 0.05, 0)\n")
    with pytest.raises(NotCompatible, match="no example is connected"):
        synthesised([apart], NETWORK, CHAIR_SLOTS, 1)
