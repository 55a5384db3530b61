"""Levels of tiles: read from programs, learned, and drawn by a chain that keeps the law of its model."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from grammars.arrangement.errors import ArrangementError
from grammars.arrangement.tiles import TileModel, allowed, axes, learned, levels_of, sampled, score, tiles_of
from shapelang.execution.simulate import simulate
from shapelang.semantics.check import check_text, load
from tests.grammars.arrangement.files import SCENES

FILES = tuple(sorted(p for p in (SCENES / "levels").glob("*.shape") if p.stem != "tiles"))
WALKED = frozenset({"ground", "door", "moss"})


def small() -> TileModel:
    rng = np.random.default_rng(0)
    pair = rng.normal(0.0, 0.7, (3, 3))
    return TileModel(
        ("ground", "wall", "water"), 1, frozenset({0}), rng.normal(0, 0.7, 3), pair + pair.T, rng.normal(0, 0.7, (3, 3))
    )


def test_levels_are_read_and_stand_as_levels_do() -> None:
    assert len(FILES) >= 6
    names, levels = levels_of([tiles_of(simulate(load(path)).assembly) for path in FILES])
    assert set(names) == {"door", "ground", "moss", "pillar", "wall", "water"}
    model = learned(names, levels, WALKED)
    for level in levels:
        assert allowed(model, level)
        # Every door stands between walls along one axis, and that is what is learned.
        doors = np.argwhere(level == names.index("door"))
        assert all(axes(level, int(z), int(x), model.wall) == 1 for z, x in doors)
    door = model.between[names.index("door")]
    assert door[1] > door[0] + 1 and door[1] > door[2] + 1
    water = names.index("water")
    assert model.pair[water, water] > model.pair[water, names.index("door")] + 1


def test_the_chain_draws_what_full_enumeration_says() -> None:
    model = small()
    mass: dict[bytes, float] = {}
    for inner in product(range(3), repeat=4):
        level = np.full((4, 4), 1)
        level[1:3, 1:3] = np.array(inner).reshape(2, 2)
        weight = float(np.exp(score(model, level)))
        if weight:
            mass[level.tobytes()] = weight
    total = sum(mass.values())
    seen: dict[bytes, int] = {}
    steps = 12_000
    for level in sampled(model, (4, 4), 1, steps):
        seen[level.tobytes()] = seen.get(level.tobytes(), 0) + 1
    assert set(seen) <= set(mass)
    assert sum(abs(seen.get(key, 0) / steps - weight / total) for key, weight in mass.items()) / 2 < 0.09


def test_weights_come_back_from_levels_that_were_drawn() -> None:
    truth = small()
    levels = [list(sampled(truth, (6, 6), seed, 400))[-1].copy() for seed in range(40)]
    found = learned(truth.tiles, levels, frozenset({"ground"}))

    # Only differences show; what is walked on is connected besides, which pseudo-likelihood does not know.
    def wet(model: TileModel) -> np.ndarray:
        return np.array(
            [model.pair[2, 2] - 2 * model.pair[1, 2] + model.pair[1, 1], model.between[2, 1] - model.between[2, 0]]
        )

    assert abs(wet(found) - wet(truth)).max() < 1.2


def test_two_tiles_in_one_place_are_refused() -> None:
    text = 'part a() { tag "tile"; cuboid(1, 1, 1) }\nx = a()\ny = a() at (0.2, 0, 0)\n'
    with pytest.raises(ArrangementError, match=r"two tiles at \(0, 0\)"):
        tiles_of(simulate(check_text(text)).assembly)
