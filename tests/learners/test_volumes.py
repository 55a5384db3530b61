"""Primitives and MNIST3D: solids that are turned and moved in a small volume."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from math import pi, sqrt

import numpy as np
import pytest
import torch

from benchmarks.infer.sets import DATA
from learners.chance import generator
from learners.data.digit_volumes import digit_solids, digit_volumes, extruded, halved
from learners.data.examples import ENDLESS, Examples
from learners.data.motion import Motion, drawn_motion
from learners.data.primitives import Kind, Primitives, inside, primitive_volumes
from learners.data.sets import Split, examples

DIGITS = DATA / "mnist10k.npz"
STILL = Motion(((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)), (15.0, 15.0, 15.0))


def _digest(shapes: Examples) -> str:
    grids = shapes.grids(torch.arange(len(shapes))).flatten(1).numpy()
    return sha256(np.packbits(grids, axis=1).tobytes()).hexdigest()


def test_the_test_volumes_are_the_published_ones() -> None:
    away = examples(Primitives(7), Split.HELD_OUT)
    assert len(away) == 2000
    assert _digest(away) == "2d1b4c22cf4927d61b04cb4f806b764d0fec945aa30450ff77187fda4af94e52"


def test_training_volumes_are_known_by_seed_and_index() -> None:
    training = primitive_volumes(Primitives(0), held_out=False)
    some = torch.tensor([5, 0, 2**35])
    again = torch.stack([training.grids(some[[k]])[0] for k in range(3)])
    assert len(training) == ENDLESS and torch.equal(training.grids(some), again)
    other = primitive_volumes(Primitives(1), held_out=False)
    assert not torch.equal(training.grids(some), other.grids(some))
    assert not torch.equal(training.grids(some[:1]), primitive_volumes(Primitives(0), held_out=True).grids(some[:1]))
    assert training.labels(torch.arange(7)).tolist() == [0, 1, 2, 3, 4, 5, 0]


@pytest.mark.parametrize(
    ("kind", "volume"),
    [
        (Kind.BOX, lambda a, b, c: 8 * a * b * c),
        (Kind.SPHERE, lambda a, b, c: 4 / 3 * pi * a**3),
        (Kind.PYRAMID, lambda a, b, c: 8 / 3 * a * b * c),
        (Kind.CYLINDER, lambda a, b, c: 2 * pi * a * b * c),
        (Kind.CAPSULE, lambda a, b, c: 2 * pi * a**2 * (c - a) + 4 / 3 * pi * a**3),
        (Kind.ELLIPSOID, lambda a, b, c: 4 / 3 * pi * a * b * c),
    ],
)
def test_solids_have_the_volume_of_their_formula(kind: Kind, volume: Callable[..., float]) -> None:
    half = (8.0, 9.0, 12.0)
    for rotation in (STILL.rotation, drawn_motion(generator(0, "turned")).rotation):
        cells = int(inside(kind, half, Motion(rotation, (30.2, 30.3, 29.9)).local(side=60)).sum())
        assert abs(cells / volume(*half) - 1.0) < 0.03


def test_rotations_are_rotations_and_evenly_spread() -> None:
    turns = torch.tensor([drawn_motion(generator(0, k)).rotation for k in range(2000)], dtype=torch.float64)
    assert torch.allclose(turns @ turns.transpose(1, 2), torch.eye(3, dtype=torch.float64), atol=1e-12)
    assert torch.allclose(torch.linalg.det(turns), torch.ones(2000, dtype=torch.float64))
    # Entries of a uniform rotation have mean 0 and mean square 1/3; four standard errors.
    assert float(turns.mean(dim=0).abs().max()) < 4 * sqrt(1 / 3 / 2000)
    assert float(((turns**2).mean(dim=0) - 1 / 3).abs().max()) < 4 * sqrt(4 / 45 / 2000)


def test_centres_wander_over_twenty_cells() -> None:
    centres = torch.tensor([drawn_motion(generator(0, k)).centre for k in range(500)])
    assert float(centres.min()) >= 5.0 and float(centres.max()) <= 25.0
    assert torch.allclose(centres.mean(dim=0), torch.tensor(15.0), atol=4 * 20 / sqrt(12 * 500))


def test_a_digit_stands_upright_four_deep() -> None:
    pictures = torch.zeros(1, 32, 32, dtype=torch.bool)
    pictures[0, 2:4, 4:8] = True  # the uppermost row of the 28 x 28, its columns 2 to 5
    picture = halved(pictures)[0]
    assert picture.nonzero().tolist() == [[0, 1], [0, 2]]
    cells = extruded(picture, STILL.local()).nonzero().tolist()
    assert cells == [[x, 21, z] for x in (9, 10) for z in range(13, 17)]


@pytest.mark.skipif(not DIGITS.exists(), reason="the digits of the shared data are not here")
def test_digits_of_the_test_volumes_are_the_published_ones() -> None:
    config = digit_solids(DIGITS, 0)
    away, training = digit_volumes(config, held_out=True), digit_volumes(config, held_out=False)
    assert (len(away), len(training)) == (2000, ENDLESS)
    assert _digest(away) == "a6dd41007548d96481774581241ed4f0b547132cef51305653109e676b94e847"
    assert (np.bincount(away.labels(torch.arange(2000)), minlength=10) > 150).all(), "every digit is there"
