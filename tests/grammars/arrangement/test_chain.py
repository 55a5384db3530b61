"""The chain keeps the law of its model: against full enumeration of a small room; and what a furnisher promises."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from grammars.arrangement.cells import cells_of
from grammars.arrangement.errors import ArrangementError
from grammars.arrangement.mixing import effective, split_rhat
from grammars.arrangement.model import ALONE, TOGETHER, ArrangementModel, load_model, model_of
from grammars.arrangement.sampling import (
    MarkovFurnisher,
    Schedule,
    allowed,
    sampled,
    scratch_of,
    with_sizes,
    world_of,
)
from grammars.arrangement.space import Kind, Prop, Rect, Space
from tests.grammars.arrangement.files import ROOMS, room

ROOM = Space("cell", (Rect(0, 0, 0.8, 0.6),), windows=(Rect(0.2, -0.1, 0.6, 0),))


def small(flat: bool) -> ArrangementModel:
    """At most one box and one mat, or post, with weights that are far from even."""
    kinds = (Kind("box", 0.2, 0.1, 0.5), Kind("mat" if flat else "post", 0.3 if flat else 0.1, 0.1, 0.01, flat))
    alone, together = np.zeros((2, len(ALONE))), np.zeros((2, 2, len(TOGETHER)))
    alone[0, ALONE.index("back to a wall")] = 1.5
    alone[0, ALONE.index("at a window")] = -1.0
    alone[1, ALONE.index("in the middle")] = 1.0
    together[0, 1, TOGETHER.index("one over the other")] = 2.0
    together[0, 1, TOGETHER.index("second before, touching")] = 2.5
    together[0, 1, TOGETHER.index("looking the same way")] = 1.0
    steps = np.zeros((2, 9))
    steps[:, 0] = (-5.0, -5.5)
    return ArrangementModel(kinds, alone, together, {"cell": steps}, {"cell": np.array([1, 1], np.int32)})


def enumerated(model: ArrangementModel) -> tuple[np.ndarray, np.ndarray]:
    """Over all arrangements: the probability of each number of each kind (2, 2), and the expected features."""
    from grammars.arrangement.kernels.allowed import stands
    from grammars.arrangement.kernels.features import gathered, total

    cells = cells_of(ROOM)
    world = world_of(model, cells, "cell")
    scratch = scratch_of(world, 2, 0)
    nz, nx = cells.inside.shape
    places = [(x, z, q) for q, x, z in product(range(4), range(nx), range(nz))]
    singles = [[(k, *p, 0) for p in places if stands(np.array([(k, *p, 0)]), 1, world, scratch)] for k in range(2)]
    mass, moments = np.zeros((2, 2)), np.zeros(len(world.theta))
    for first, second in product([None, *singles[0]], [None, *singles[1]]):
        rows = np.array([r for r in (first, second) if r is not None], np.int64).reshape(-1, 5)
        if len(rows) < 2 or stands(rows, 2, world, scratch):
            weight = np.exp(total(rows, len(rows), world, scratch))
            here = np.zeros(len(moments))
            gathered(rows, len(rows), world, scratch, here)
            mass[int(first is not None), int(second is not None)] += weight
            moments += weight * here
    return mass / mass.sum(), moments / mass.sum()


@pytest.mark.parametrize("flat", [False, True])
def test_the_chain_draws_what_full_enumeration_says(flat: bool) -> None:
    model = small(flat)
    mass, moments = enumerated(model)
    assert mass.min() > 0.05
    run = sampled(model, ROOM, 3, Schedule(300_000, every=5, moments=True))
    counts = run.records[:, 1:].astype(int)
    seen = np.zeros((2, 2))
    np.add.at(seen, (counts[:, 0], counts[:, 1]), 1.0 / len(counts))
    assert abs(seen - mass).sum() / 2 < 0.02
    assert np.abs(run.moments - moments).max() < 0.03
    # Every move that can change something here was taken: all but those for groups and more kinds.
    assert (run.tallies[:6, 1] > 100).all(), run.tallies


def test_rhat_tells_chains_that_agree_from_chains_that_do_not() -> None:
    draws = np.random.default_rng(1).standard_normal((4, 1_000))
    assert split_rhat(draws) < 1.01
    assert 3_000 < effective(draws) < 5_500
    assert split_rhat(draws + np.arange(4)[:, None]) > 1.5
    assert split_rhat(draws * np.array([1, 1, 1, 5])[:, None]) > 1.1
    slow = np.cumsum(draws, axis=1)
    assert effective(slow) < 100


@pytest.mark.parametrize("number", range(0, len(ROOMS), 5))
def test_a_furnished_room_is_allowed_and_the_same_for_its_seed(number: int) -> None:
    space, furnisher = room(ROOMS[number]).space, MarkovFurnisher(load_model("rooms"), steps=200)
    props = furnisher.furnish(space, 5)
    assert len(props) >= 2
    assert allowed(furnisher.model, space, props)
    assert furnisher.furnish(space, 5) == props
    assert furnisher.furnish(space, 6) != props


def test_what_stands_stays() -> None:
    space, furnisher = room(ROOMS[0]).space, MarkovFurnisher(load_model("rooms"), steps=200)
    standing = (Prop("sofa", 0.013, 0.2, 90),)
    found = furnisher.furnish(space, 1, standing)
    assert found[:1] == standing
    assert allowed(furnisher.model, space, found)


def test_what_cannot_be_is_refused() -> None:
    furnisher = MarkovFurnisher(load_model("rooms"))
    space = room(ROOMS[0]).space
    with pytest.raises(ArrangementError, match="no room 'bedrom'; did you mean 'bedroom'"):
        furnisher.furnish(Space("bedrom", space.floor), 1)
    with pytest.raises(ArrangementError, match="no 'soffa'; did you mean 'sofa'"):
        furnisher.furnish(space, 1, [Prop("soffa", 0, 0, 0)])
    with pytest.raises(ArrangementError, match=r"no way 0\.5 m wide"):
        furnisher.furnish(Space("bedroom", (Rect(0, 0, 3, 0.4),)), 1)
    with pytest.raises(ArrangementError, match="at most 40 m by 40 m"):
        furnisher.furnish(Space("bedroom", (Rect(0, 0, 50, 4),)), 1)
    with pytest.raises(ArrangementError, match="not a model of arrangements"):
        model_of({"kinds": {"a": [1, 1, 1]}, "alone": {"b": {}}, "together": {}}, "mine.json")


def test_a_model_is_read_as_it_was_written() -> None:
    model = load_model("rooms")
    again = model_of(model.json())
    assert again.json() == model.json() and again.names == model.names
    wide = with_sizes(model, {"sofa": (3.0, 1.0, 0.8)})
    assert wide.kinds[wide.names.index("sofa")] == Kind("sofa", 3.0, 1.0, 0.8)
