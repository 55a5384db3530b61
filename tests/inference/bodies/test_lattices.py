"""Pieces in great number: lattices of them are one piece each, whatever is missing, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapelang.inference.bodies.lattices import Lattice, Thinned, without_lattices
from shapelang.inference.infer import infer
from shapelang.io.read import MeshGroup
from shapelang.metrics.triangles import Triangles, joined, triangles
from tests.inference.shapes import data, piece

_UNIT = piece("cuboid", 1.0, 1.0, 1.0)


def box(at: tuple[float, float, float], size: tuple[float, float, float] = (1.0, 1.0, 1.0)) -> Triangles:
    return triangles(_UNIT.positions * np.array(size) + np.array(at), _UNIT.faces)


def thinned(*pieces: Triangles) -> Thinned:
    mesh = joined(pieces)
    return without_lattices([mesh], mesh.diagonal, lambda: False)


def images(lattice: Lattice) -> np.ndarray:
    """(n, 3) where the images of a lattice stand beside its first."""
    steps = np.array(lattice.steps)
    return np.array([np.array(index) @ steps for index in product(*(range(n) for n in lattice.counts))])


def lows(found: Thinned) -> list[tuple[float, ...]]:
    """The low corners of all boxes: of what is left, where twelve faces are one, and of all images."""
    left, *seeds = found.groups
    own = left.positions[left.faces].reshape(-1, 36, 3).min(axis=1)
    told = [
        seed.positions.min(axis=0) + images(lattice) for seed, (_, lattice) in zip(seeds, found.lattices, strict=True)
    ]
    return sorted(tuple(row) for row in np.concatenate([own, *told]).round(6).tolist())


def test_a_lattice_is_one_piece() -> None:
    found = thinned(*(box((2.0 * i, 3.0 * j, 1.5 * k)) for i in range(4) for j in range(5) for k in range(6)))
    assert [len(group.faces) for group in found.groups] == [0, 12]
    ((number, lattice),) = found.lattices
    assert number == 0
    assert sorted(zip(lattice.counts, map(max, lattice.steps), strict=True)) == [
        (4, pytest.approx(2.0)),
        (5, pytest.approx(3.0)),
        (6, pytest.approx(1.5)),
    ]


def test_bricks_are_two_lattices() -> None:
    wall = [box((2.1 * i + (j % 2), 1.1 * j, 0.0), (2.0, 1.0, 1.0)) for i in range(12) for j in range(10)]
    found = thinned(*wall)
    assert [sorted(lattice.counts) for _, lattice in found.lattices] == [[5, 12], [5, 12]]
    assert len(found.groups[0].faces) == 0


@settings(max_examples=40)
@given(st.lists(st.integers(0, 124), max_size=20, unique=True), st.integers(0, 5))
def test_no_piece_is_lost_or_told_twice(missing: list[int], others: int) -> None:
    """Whatever is missing of a cube of 125, and whatever else is there."""
    at = [(2.0 * i, 2.0 * j, 2.0 * k) for i, j, k in product(range(5), repeat=3)]
    there = [place for number, place in enumerate(at) if number not in missing]
    odd = [box((20.0 + 3.1 * k * k, 0.3 * k, 0.0), (1.0, 2.0, 1.0)) for k in range(others)]
    found = thinned(*map(box, there), *odd)
    made = lows(found)
    assert made == lows(Thinned([joined([*map(box, there), *odd])]))
    assert len(made) == len(there) + others
    assert missing or len(found.groups[0].faces) == 12 * others


def test_few_pieces_and_what_lies_at_random_stay() -> None:
    few = [box((2.0 * k, 0.0, 0.0)) for k in range(80)]
    places = np.random.default_rng(3).uniform(0.0, 60.0, (100, 3)).tolist()
    for pieces in (few, [box((x, y, z)) for x, y, z in places]):
        found = thinned(*pieces)
        assert found.lattices == ()
        assert len(found.groups[0].faces) == 12 * len(pieces)


@pytest.mark.parametrize("of", [lambda box: box.faces[:-2], lambda box: box.faces[:, ::-1]], ids=["open", "inward"])
def test_what_may_belong_to_something_else_stays(of: Callable[[Triangles], np.ndarray]) -> None:
    pieces = [box((2.0 * k, 0.0, 0.0)) for k in range(100)]
    found = thinned(*(triangles(one.positions, of(one)) for one in pieces))
    assert found.lattices == ()


def test_a_row_that_leans_is_no_level_one() -> None:
    """Each step is within what a piece may stand off its place, and all together 0.15 of it."""
    found = thinned(*(box((2.0 * k, 0.0015 * k, 0.0)) for k in range(100)))
    assert lows(found) == lows(Thinned([joined([box((2.0 * k, 0.0015 * k, 0.0)) for k in range(100)])]))


def test_studs_on_a_plate_are_a_loop() -> None:
    plate = box((10.0, -0.5, 8.0), (22.0, 1.0, 18.0))
    studs = [box((2.0 * i, 0.75, 2.0 * j)) for i in range(11) for j in range(9)]
    mesh = joined([plate, *studs])
    found = infer(data(MeshGroup(("plate",), None, None, mesh.positions, mesh.faces.astype(np.int32))), name="plate")
    assert found.evidence.primitives == 100
    assert found.evidence.chamfer < 0.02
    assert found.text.count("for ") == 2
    assert found.text.count("cuboid(") == 2
