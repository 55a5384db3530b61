"""Bounds over boxes hold all samples, of the reference and of the kernels, and are no wider than the slope asks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapelang.fields.grid import field_on_blocks
from shapelang.fields.interval import interval
from shapelang.fields.packed import pack
from shapelang.geometry.pose import IDENTITY
from shapelang.primitives.sphere import Sphere
from shapelang.representations.levelset import Lattice
from tests.fields.scenes import leaf, reference, scatter, scenes

pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module")


@settings(max_examples=30)
@given(scenes, st.integers(0, 100), st.sampled_from([1e-6, 0.05, 1.0]))
def test_an_interval_holds_all_samples(leaves: list, seed: int, size: float) -> None:
    random = np.random.default_rng(seed)
    low = scatter(seed, 20)
    high = low + random.uniform(0.0, size, low.shape)
    found = interval(pack(leaves), low, high)
    corners = np.stack(np.meshgrid([0.0, 1.0], [0.0, 1.0], [0.0, 1.0], indexing="ij"), axis=-1).reshape(-1, 3)
    for share in (*corners, *random.uniform(0.0, 1.0, (20, 3))):
        value = reference(leaves, low + share * (high - low))
        assert (found[:, 0] <= value).all()
        assert (value <= found[:, 1]).all()


@settings(max_examples=15)
@given(scenes, st.floats(0.001, 0.2))
def test_an_interval_holds_the_values_of_blocks(leaves: list, pitch: float) -> None:
    found, lattice = pack(leaves), Lattice((-1.0, -1.1, -0.9), pitch, (33, 33, 33))
    places = np.stack(np.meshgrid([0, 1, 3], [0, 2], [1, 2], indexing="ij"), axis=-1).reshape(-1, 3)
    low = np.array(lattice.low) + places * 8 * pitch
    bounds, values = interval(found, low, low + 8 * pitch), field_on_blocks(found, lattice, places)
    assert (bounds[:, 0] <= values.min(axis=(1, 2, 3))).all()
    assert (bounds[:, 1] >= values.max(axis=(1, 2, 3))).all()


def test_intervals_by_hand() -> None:
    ball = pack([leaf(Sphere(1.0), IDENTITY)])
    found = interval(ball, np.array([[3.0, -1.0, -1.0], [2.0, 0.0, 0.0]]), np.array([[5.0, 1.0, 1.0], [2.0, 0.0, 0.0]]))
    # Four metres from the middle, half a diagonal of √3; then a point. `ROUNDING` of 5 m, distance and reach together,
    # is 5e-6: half of it in the value, and four times in the bounds, twice what points of a chunk share.
    assert found[0].tolist() == pytest.approx([3.0 - 3**0.5, 3.0 + 3**0.5], abs=2.5e-5)
    assert found[1].tolist() == pytest.approx([1.0, 1.0], abs=2.5e-5)


def test_no_leaves_are_nowhere() -> None:
    assert interval(pack([]), np.zeros((1, 3)), np.ones((1, 3))).tolist() == [[np.inf, np.inf]]
