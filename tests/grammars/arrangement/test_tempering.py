"""Exchanges on a ladder keep the law of the model: against full enumeration of a small room."""

from __future__ import annotations

import numpy as np
import pytest

from grammars.arrangement.tempering import tempered
from tests.grammars.arrangement.test_chain import ROOM, enumerated, small


@pytest.mark.parametrize("flat", [False, True])
def test_the_first_rung_draws_what_full_enumeration_says(flat: bool) -> None:
    model = small(flat)
    mass, moments = enumerated(model)
    found = tempered(model, ROOM, seed=2, rounds=6_000, steps=10, ladder=(1.0, 0.6, 0.2))
    counts = found.records[:, 1:].astype(int)
    seen = np.zeros((2, 2))
    np.add.at(seen, (counts[:, 0], counts[:, 1]), 1.0 / len(counts))
    assert abs(seen - mass).sum() / 2 < 0.03
    # The log-probability is the model's own, whichever rung the things came from.
    assert found.records[:, 0].mean() == pytest.approx(moments @ model.theta("cell"), abs=0.1)
    assert np.all(found.records[counts.sum(axis=1) == 0, 0] == 0.0)
    assert (found.exchanged > 0.2).all()
    assert found.trips > 50
