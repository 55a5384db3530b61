"""Points on surfaces, their distances, and the autoencoder of points."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from learners.chance import generator
from learners.data.letters import all_letters
from learners.data.sets import LetterA
from learners.data.surface import surface_points
from learners.decoders.cloud import CloudDecoder, CloudDecoderNet
from learners.encoders.points import PointEncoder, PointEncoderNet
from learners.evaluation.point_reconstruction import came_back
from learners.generation.model import model_of, trained_model
from learners.generation.shapes import occupied
from learners.objectives.chamfer import chamfer
from learners.systems.point_autoencoder import PointAutoencoder
from learners.systems.system import Adam
from learners.training.run import Run
from learners.training.train import Pace, train
from shapelang.diagnostics import UsageError
from tests.learners import small


def _grids(axes: int, seed: int, share: float = 0.3) -> torch.Tensor:
    return torch.rand(2, *(6, 8, 10)[:axes], generator=generator(seed)) < share


@settings(max_examples=40, deadline=None)
@given(axes=st.integers(2, 3), seed=st.integers(0, 99), count=st.integers(1, 400))
def test_points_lie_between_a_cell_inside_and_one_outside(axes: int, seed: int, count: int) -> None:
    grids = _grids(axes, seed)
    points = surface_points(grids, count)
    assert points.shape == (2, count, axes)
    for grid, cloud in zip(grids.numpy(), points.double().numpy(), strict=True):
        around = np.pad(grid, 1)
        places = (cloud + 1.0) / 2.0 * np.array(grid.shape)
        on_lattice = np.abs(places - places.round()) < 1e-5
        for place, on in zip(places, on_lattice, strict=True):
            sides = []
            for axis in np.flatnonzero(on):
                below, above = place.copy(), place.copy()
                below[axis], above[axis] = place[axis] - 0.5, place[axis] + 0.5
                one, other = (around[tuple(np.floor(p).astype(int) + 1)] for p in (below, above))
                sides.append(one != other)
            assert any(sides)


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 99), count=st.integers(50, 300))
def test_every_side_has_its_share_of_points(seed: int, count: int) -> None:
    grid = _grids(3, seed)[:1]
    around = np.pad(grid[0].numpy(), 1)
    cloud = surface_points(grid, count)[0].double().numpy()
    places = (cloud + 1.0) / 2.0 * np.array(grid.shape[1:])
    faces = [np.diff(around.astype(int), axis=axis) for axis in range(3)]
    total = sum(np.abs(face).sum() for face in faces)
    told = np.abs(places - places.round()).argmin(axis=1)
    for axis in range(3):
        share = np.abs(faces[axis]).sum() / total
        # Each of the two sides of an axis is a run of the order, so that a point at either end may fall to another.
        assert abs((told == axis).sum() - share * count) <= 2.0


def test_a_box_is_seen_from_all_sides_and_an_empty_grid_has_no_surface() -> None:
    grid = torch.zeros(1, 8, 8, 8, dtype=torch.bool)
    assert not surface_points(grid, 7).any()
    grid[0, 2:6, 2:6, 2:6] = True
    cloud = surface_points(grid, 600)[0]
    for axis in range(3):
        for side in (-0.5, 0.5):
            face = cloud[(cloud[:, axis] - side).abs() < 1e-6]
            assert len(face) >= 100
            # Of its own area: 16 cells, each with points of its own.
            assert len({tuple(row) for row in ((face + 1.0) * 4.0).floor().int().tolist()}) >= 16
    assert len(cloud.unique(dim=0)) == 600


def test_points_of_a_face_lie_all_over_it() -> None:
    """Not along a line: neither of the axes of a face tells of the other, whichever side the face is on."""
    grid = torch.zeros(1, 8, 8, 8, dtype=torch.bool)
    grid[0, 3, 3, 3] = True
    cloud = surface_points(grid, 1200)[0].double().numpy() * 8.0 + 1.0
    for axis in range(3):
        one, other = (k for k in range(3) if k != axis)
        face = cloud[np.abs(np.abs(cloud[:, axis]) - 1.0) < 1e-5]
        assert len(face) == 400
        assert abs(np.corrcoef(face[:, one], face[:, other])[0, 1]) < 0.1
        # Of sixteen parts of each of two faces none is empty, and none has twice its share of 12.5.
        parts = np.floor((face[:, [one, other]] + 1.0) * 2.0).astype(int) @ (1, 4) + 16 * (face[:, axis] > 0)
        counts = np.bincount(parts, minlength=32)
        assert counts.min() >= 6 and counts.max() <= 20


def test_the_distance_is_that_of_all_pairs_and_its_slope_that_of_small_steps() -> None:
    draws = generator(4)
    first, second = (torch.rand(3, n, 3, generator=draws, dtype=torch.float64) for n in (20, 30))
    squares = ((first[:, :, None] - second[:, None]) ** 2).sum(-1)
    expected = squares.amin(2).mean(1) + squares.amin(1).mean(1)
    assert torch.allclose(chamfer(first, second), expected, rtol=1e-12)
    first.requires_grad_(True)
    assert torch.autograd.gradcheck(lambda x: chamfer(x, second), first, eps=1e-7, atol=1e-5)


def test_the_order_of_points_changes_no_code() -> None:
    net = PointEncoderNet(PointEncoder(3, 16, 8, 40, 16, 2, 4)).eval()
    points = torch.rand(2, 40, 3, generator=generator(1))
    turned = points[:, torch.randperm(40, generator=generator(2))]
    with torch.no_grad():
        codes, again, other = net.read(points), net.read(turned), net.read(points * 0.5)
    # Sums of 40 terms in another order.
    assert torch.allclose(codes, again, atol=1e-5) and not torch.allclose(codes, other, atol=1e-2)


def test_a_cloud_is_a_skin_about_its_points() -> None:
    net = CloudDecoderNet(CloudDecoder(3, 16, 4, 40, 8))
    code = torch.rand(1, 4, generator=generator(0))
    with torch.no_grad():
        cloud = net.cloud(code)
        # More than 25 of each: distances from products would be off by thousandths near the points.
        aside = torch.linspace(0.0, 0.3, 40)[:, None] * torch.tensor([0.0, 1.0, 0.0])
        at = cloud[:, :1] + aside
        apart = (at[:, :, None] - cloud[:, None]).square().sum(-1).sqrt().amin(2)
        found = net(code, at)
    assert torch.allclose(found, (1.0 - apart * 4.0).clamp_min(0.0), atol=1e-6)
    assert found[0, 0] == 1.0 and found.min() < 1.0


def test_points_come_back_nearer_than_those_of_another_letter(tmp_path: Path) -> None:
    encoder, decoder = PointEncoder(2, 64, 8, 64, 16, 1, 2), CloudDecoder(2, 64, 8, 64, 64)
    run = Run(PointAutoencoder(encoder, decoder, Adam(3e-3)), LetterA(), 16)
    train(run, tmp_path, Pace(1))
    before = came_back(tmp_path).net.mean()
    train(run, tmp_path, Pace(150))
    found = came_back(tmp_path)
    assert (found.step, found.points, len(found.net)) == (150, 64, 148)
    assert found.net.mean() < 0.1 * before
    assert (found.retrieved > 0.0).all(), "no held-out letter is among those learned from"
    model = trained_model(tmp_path)
    letter = all_letters().grids(torch.tensor([600]))
    cells = occupied(model.field(model.encoded(letter)), 2, 64)
    points = model.decoder.cloud(model.encoded(letter))[0]  # pyright: ignore
    told = ((points.detach() + 1.0) * 32.0).floor().long().clamp(0, 63)
    assert cells[tuple(told.T)].all(), "what is about a point is inside"


def test_a_latent_gan_draws_clouds(tmp_path: Path) -> None:
    below = tmp_path / "points"
    train(Run(small.systems()["point-ae"], LetterA(), 2), below, Pace(1))
    run = Run(small.latent(below), LetterA(), 2)
    train(run, tmp_path / "gan", Pace(1))
    model = trained_model(tmp_path / "gan")
    assert model.encode is not None and not torch.equal(model.drawn(0), model.drawn(1))
    assert occupied(model.field(model.drawn(0)), 2, 64).any()


def test_parts_that_do_not_fit_are_refused() -> None:
    with pytest.raises(UsageError, match="3 heads cannot share 16 numbers of a point evenly"):
        PointEncoder(3, 16, 8, 40, 16, 2, 3)
    with pytest.raises(UsageError, match="encoder and decoder are of other grids"):
        PointAutoencoder(PointEncoder(3, 16, 8, 40, 16, 2, 4), CloudDecoder(3, 32, 8, 5, 8), Adam(1e-3))
    with pytest.raises(UsageError, match="draws nothing"):
        model_of(small.untrained(Run(small.systems()["point-ae"], LetterA(), 2))).drawn(0)
