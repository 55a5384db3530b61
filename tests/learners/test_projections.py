"""From shapes to pictures: learned, and by renderers without gradients."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from learners.chance import generator
from learners.data.examples import Batch
from learners.data.primitives import Primitives
from learners.projections.black_box import Parameters, Pictures, Rewards, picture_reward, reinforced
from learners.projections.faceted import FACES, NUMBERS, VERTICES, FacetedRenderer, corners_of, sphere
from learners.projections.learned import LearnedProjection, LearnedProjectionNet
from learners.spatial import affine, cube, resampled, rotations
from learners.systems.multiview import Multiview, MultiviewNet, MultiviewSystem
from learners.systems.sequential.config import ViewContext, Writer
from learners.systems.system import Adam
from learners.training.run import Run
from learners.training.train import Pace, train
from shapelang.rendering.gl import NoGL, platform, visible_by_gl
from shapelang.rendering.raster import visible

SMALL = Multiview(Writer(8, 2, 3, 12, 4, 2), ViewContext(3, 5, 2), 4, 6, 2, 3, Adam(1e-2))


def _shift(parameters: Parameters) -> Rewards:
    """-(x - 1)² summed: a renderer that draws its parameters, and a picture of ones."""
    return -(parameters - 1.0).square().sum(dim=1)


def test_reinforce_is_unbiased_and_its_baseline_calms_it() -> None:
    # Of x ~ N(m, v): E r = -Σ (m - 1)² + v, so the slopes are -2 (m - 1) in m, and -v in log v.
    mean = torch.tensor([[0.5, -1.0]], requires_grad=True)
    log_variance = torch.tensor([[-1.0, 0.4]], requires_grad=True)
    rows: list[torch.Tensor] = []
    for draw in range(800):
        found = reinforced(mean, log_variance, _shift, 4, generator(0, draw))
        rows.append(torch.cat(torch.autograd.grad(found.surrogate, (mean, log_variance)), dim=1)[0])
    drawn = torch.stack(rows)
    expected = torch.cat([-2.0 * (mean - 1.0), -log_variance.exp()], dim=1)[0].detach()
    error = drawn.std(dim=0) / len(drawn) ** 0.5
    assert bool(((drawn.mean(dim=0) - expected).abs() < 4 * error).all())
    assert bool((error < 0.3 * expected.abs()).all()), "it says something"
    # With a constant added to the reward the same draws give the same: the baseline takes it away.
    far = reinforced(mean, log_variance, lambda some: _shift(some) + 100.0, 4, generator(0, 0))
    assert torch.allclose(torch.autograd.grad(far.surrogate, mean)[0][0], drawn[0, :2], atol=1e-3)


def test_each_example_has_its_own_reward() -> None:
    mean = torch.tensor([[0.0], [3.0]])
    found = reinforced(mean, torch.full((2, 1), -20.0), lambda some: some[:, 0], 3, generator(0, "x"))
    assert torch.allclose(found.rewards, torch.tensor([0.0, 3.0]), atol=1e-3)
    with pytest.raises(ValueError, match="at least 2 samples"):
        reinforced(mean, mean, _shift, 1, generator(0, "x"))


class _Grey:
    def rendered(self, parameters: Parameters) -> Pictures:
        return parameters[:, :1, None, None].expand(-1, 3, 2, 2)


def test_the_reward_of_a_picture_is_its_density() -> None:
    reward = picture_reward(_Grey(), torch.full((2, 3, 2, 2), 0.5), 0.1)
    found = reward(torch.tensor([[0.5], [0.6], [0.4], [0.5]]))
    assert torch.allclose(found, torch.tensor([0.0, -6.0, -6.0, 0.0]), atol=1e-4)


def test_the_sphere_of_triangles_is_closed() -> None:
    points, faces = sphere()
    assert points.shape == (VERTICES, 3) and faces.shape == (FACES, 3)
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    assert len(np.unique(edges, axis=0)) == len(edges) and len(np.unique(np.sort(edges, axis=1), axis=0)) * 2 == len(
        edges
    )
    assert (np.linalg.det(points[faces]) > 0.0).all(), "every face looks outward"


def _still(radius: float) -> torch.Tensor:
    parameters = torch.zeros(1, NUMBERS)
    parameters[:, :VERTICES], parameters[:, VERTICES] = np.log(radius), 1.0
    return parameters


def test_a_ball_is_seen_as_a_disc_with_the_colour_of_its_side() -> None:
    picture = FacetedRenderer(48, visible).rendered(_still(0.8))[0]
    # Half the picture's side is 24 pixels at a slope of 24 / (1.3 · 48); the ball is seen at 0.8 / √(16 − 0.64).
    radius = 1.3 * 48 * 0.8 / (16.0 - 0.64) ** 0.5
    assert float((picture.sum(dim=0) > 0.0).sum()) == pytest.approx(np.pi * radius**2, rel=0.05)
    middle = picture[:, 24, 24]
    assert middle.argmax() == 2, "the side z is blue"
    turn = _still(0.8)
    turn[0, VERTICES:] = torch.tensor([0.5**0.5, 0.5**0.5, 0.0, 0.0])  # a quarter about x: y comes to z
    assert FacetedRenderer(48, visible).rendered(turn)[0, :, 24, 24].argmax() == 1, "the side y is green"


def test_radii_move_vertices_on_their_lines() -> None:
    one, two = corners_of(_still(1.0))[0], corners_of(_still(2.0))[0]
    assert torch.allclose(2.0 * one, two, atol=1e-6)


@pytest.mark.render
def test_opengl_sees_what_the_rasteriser_sees() -> None:
    try:
        platform()
    except NoGL as missing:
        pytest.skip(str(missing))
    parameters = _still(0.8) + 0.1 * torch.randn(1, NUMBERS, generator=torch.Generator().manual_seed(0))
    one, other = (FacetedRenderer(32, draw).rendered(parameters) for draw in (visible, visible_by_gl))
    assert float(((one - other).abs().amax(dim=1) > 0.02).float().mean()) < 0.03, "but for pixels at edges"


def test_a_turned_camera_sees_the_turned_volume() -> None:
    net = LearnedProjectionNet(LearnedProjection(2, 6, 3))
    volumes = torch.randn(1, 2, 6, 6, 6, generator=torch.Generator().manual_seed(0))
    turn = affine(torch.tensor([[[0.0, -1, 0], [0, 0, 1], [-1, 0, 0]]]), torch.zeros(1, 3))
    still = affine(torch.eye(3)[None], torch.zeros(1, 3))
    assert torch.allclose(net(volumes, turn), net(resampled(volumes, turn, cube(6)), still), atol=1e-5)


def test_pictures_of_one_canvas_come_from_their_own_cameras() -> None:
    net = MultiviewNet(SMALL)
    canvas = torch.randn(2, 2, 8, 8, 8, generator=torch.Generator().manual_seed(0))
    turns = rotations(torch.randn(6, 4, generator=torch.Generator().manual_seed(1))).unflatten(0, (2, 3))
    whole = net.drawn(canvas, turns)
    assert whole.shape == (2, 3, 8, 8)
    assert torch.allclose(net.drawn(canvas[1:], turns[1:, 2:])[0, 0], whole[1, 2], atol=1e-6)


def test_every_weight_learns_from_pictures() -> None:
    system = MultiviewSystem(SMALL)
    grids = torch.zeros(2, 8, 8, 8, dtype=torch.bool)
    grids[0, 2:6, 3:5, 3:6] = grids[1, 1:4, 2:7, 3:5] = True
    total = system.phases[0].loss(Batch(grids, torch.zeros(2, dtype=torch.int64)), generator(0, "x")).total
    assert total is not None
    total.backward()
    assert all(weight.grad is not None and bool(weight.grad.any()) for weight in system.net.parameters())
    assert system.net.generated(torch.zeros(3, 5), generator(0, "x")).shape == (3, 2, 8, 8, 8)


def test_it_trains_on_the_loop(tmp_path: Path) -> None:
    config = replace(SMALL, writer=replace(SMALL.writer, resolution=30), targets=1)
    ended = train(Run(config, Primitives(0), 1), tmp_path, Pace(2))
    assert ended.step == 2 and set(ended.shown) == {"pictures/divergence", "pictures/rmse"}
