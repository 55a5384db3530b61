"""Fields on lattices: what is left out changes no bit, borders, blocks, limits."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapelang.diagnostics import UsageError
from shapelang.fields.grid import field_on_blocks, field_on_grid
from shapelang.fields.limits import MOST_VALUES
from shapelang.fields.lists import ROUNDING
from shapelang.fields.packed import Packed, pack
from shapelang.geometry.pose import Pose
from shapelang.primitives.cuboid import Cuboid
from shapelang.primitives.sphere import Sphere
from shapelang.primitives.superquadric import Superquadric
from shapelang.representations.levelset import Lattice
from tests.fields.scenes import leaf, reference, scenes, turn

pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module")

lattices = st.builds(
    Lattice,
    st.tuples(st.floats(-3.0, 0.0), st.floats(-3.0, 0.0), st.floats(-3.0, 0.0)),
    st.floats(0.01, 0.4),
    st.tuples(st.integers(1, 14), st.integers(1, 14), st.integers(1, 14)),
)


def crowd(count: int) -> Packed:
    """Small boxes and superquadrics, turned, in a cube of 1 m."""
    random, found = np.random.default_rng(count), []
    for k in range(count):
        size = random.uniform(0.1, 0.3, 3).tolist()
        solid = Cuboid(*size) if k % 2 else Superquadric(*size, *random.uniform(0.2, 1.8, 2).tolist())
        place = random.uniform(-0.45, 0.45, 3).tolist()
        found.append(leaf(solid, Pose(turn(*random.normal(size=4).tolist()), 1.0, (place[0], place[1], place[2]))))
    return pack(found)


def exhaustive(found: Packed) -> Packed:
    """The same field with so steep a bound that no leaf is ever left out."""
    return replace(found, lipschitz=np.full(found.count, 1e6))


@settings(max_examples=20)
@given(scenes, lattices)
def test_a_grid_has_the_values_of_the_reference(leaves: list, lattice: Lattice) -> None:
    found = pack(leaves)
    values = field_on_grid(found, lattice)
    points = np.stack(lattice.points(np.arange(lattice.size)), axis=1)
    apart = np.sqrt(((points[:, None] - found.centres) ** 2).sum(axis=2)) + found.reach + 8.0 * lattice.pitch
    # What `ROUNDING` says of 32-bit arithmetic; values are also rounded to 2^-24 of themselves.
    tolerance = ROUNDING * apart.max(axis=1)
    assert values.dtype == np.float32
    assert (np.abs(values.reshape(-1) - reference(leaves, points)) <= tolerance).all()


@settings(max_examples=15)
@given(scenes, lattices)
def test_leaving_out_changes_no_bit(leaves: list, lattice: Lattice) -> None:
    found = pack(leaves)
    assert field_on_grid(found, lattice).tobytes() == field_on_grid(exhaustive(found), lattice).tobytes()


def test_leaving_out_changes_no_bit_in_a_crowd() -> None:
    """Most leaves are left out of most blocks here."""
    found, lattice = crowd(64), Lattice((-0.5, -0.5, -0.5), 1.0 / 63.0, (64, 64, 64))
    assert field_on_grid(found, lattice).tobytes() == field_on_grid(exhaustive(found), lattice).tobytes()


def test_blocks_are_pieces_of_the_grid() -> None:
    found, lattice = crowd(20), Lattice((-0.6, -0.5, -0.4), 0.03, (33, 41, 25))
    grid = field_on_grid(found, lattice)
    places = np.array([(3, 4, 2), (0, 0, 0), (1, 2, 1), (3, 0, 0), (0, 0, 0)], np.int32)
    blocks = field_on_blocks(found, lattice, places)
    assert blocks.shape == (5, 9, 9, 9)
    for values, (x, y, z) in zip(blocks, places * 8, strict=True):
        # Offsets from the middle of another block: rounded otherwise.
        assert np.abs(values - grid[x : x + 9, y : y + 9, z : z + 9]).max() <= ROUNDING
    beyond = field_on_blocks(found, lattice, np.array([(-1, 5, 3)]))
    expected = field_on_grid(found, Lattice((-0.6 - 8 * 0.03, -0.5 + 40 * 0.03, -0.4 + 24 * 0.03), 0.03, (9, 9, 9)))
    assert np.abs(beyond[0] - expected).max() <= ROUNDING


def test_values_by_hand() -> None:
    found = pack([leaf(Sphere(0.5), Pose()), leaf(Cuboid(1.0, 1.0, 1.0), Pose(offset=(3.0, 0.0, 0.0)))])
    values = field_on_grid(found, Lattice((0.0, 0.0, 0.0), 1.0, (5, 1, 1)))
    assert values.reshape(-1).tolist() == [-0.5, 0.5, 0.5, -0.5, 0.5]


def test_no_leaves_are_nowhere() -> None:
    lattice = Lattice((0.0, 0.0, 0.0), 1.0, (2, 3, 4))
    assert field_on_grid(pack([]), lattice).tolist() == np.full((2, 3, 4), np.inf).tolist()
    assert np.isposinf(field_on_blocks(pack([]), lattice, np.zeros((2, 3), np.int64))).all()
    assert field_on_blocks(crowd(3), lattice, np.zeros((0, 3), np.int64)).shape == (0, 9, 9, 9)


def test_grids_above_the_limit_are_refused() -> None:
    side = round(MOST_VALUES ** (1 / 3)) + 1
    with pytest.raises(UsageError, match="is too large: at most 268,435,456 at once"):
        field_on_grid(crowd(1), Lattice((0.0, 0.0, 0.0), 1.0, (side, side, side)))
    with pytest.raises(UsageError, match="is too large"):
        field_on_blocks(crowd(1), Lattice((0.0, 0.0, 0.0), 1.0, (9, 9, 9)), np.zeros((400_000, 3), np.int32))


def test_a_lattice_that_is_none_is_refused() -> None:
    for low, pitch in ((np.nan, 1.0), (0.0, 0.0), (0.0, np.inf), (-np.inf, 1.0)):
        with pytest.raises(UsageError, match="a finite corner and a positive pitch"):
            field_on_grid(crowd(1), Lattice((low, 0.0, 0.0), pitch, (2, 2, 2)))


@pytest.mark.parametrize(
    ("lattice", "message"),
    [
        (Lattice((0.0, 0.0, 0.0), 1e300, (4, 4, 4)), "beyond the limit of 1e\\+09 m"),
        (Lattice((0.0, 0.0, 0.0), 0.1, (-4, 4, -4)), "no less than 0 nodes"),
    ],
)
def test_lattices_that_are_none_are_refused(lattice: Lattice, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        field_on_grid(pack(()), lattice)


def test_a_lattice_without_nodes_has_no_values() -> None:
    assert field_on_grid(pack(()), Lattice((0.0, 0.0, 0.0), 0.1, (0, 4, 4))).shape == (0, 4, 4)
