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
from learners.projections.black_box import Parameters, Pictures, Rewards, picture_reward, reinforced, standardised
from learners.projections.faceted import (
    FACES,
    NUMBERS,
    VERTICES,
    Drawing,
    FacetedRenderer,
    faceted_sphere,
    frames,
    points_of,
    radii,
    turns,
)
from learners.projections.learned import LearnedProjection, LearnedProjectionNet
from learners.spatial import affine, cube, resampled, rotations
from learners.systems.multiview import Multiview, MultiviewNet, MultiviewSystem
from learners.systems.sequential.config import ViewContext, Writer
from learners.systems.system import Adam
from learners.training.run import Run
from learners.training.train import Pace, train
from shapelang.rendering.gl import NoGL, platform
from shapelang.rendering.raster import visible
from shapelang.rendering.shaded import Soup
from shapelang.rendering.stars import SIDES, star_light, star_view

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
    points, faces = faceted_sphere().directions, faceted_sphere().faces
    assert points.shape == (VERTICES, 3) and faces.shape == (FACES, 3)
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    assert len(np.unique(edges, axis=0)) == len(edges) and len(np.unique(np.sort(edges, axis=1), axis=0)) * 2 == len(
        edges
    )
    assert (np.linalg.det(points[faces]) > 0.0).all(), "every face looks outward"


def _still(radius: float) -> torch.Tensor:
    """A ball: as much of each bump as gives the radius."""
    heights = (radii(torch.eye(VERTICES, NUMBERS, dtype=torch.float64)) / 0.6).log()
    parameters = torch.zeros(1, NUMBERS)
    parameters[0, :VERTICES] = torch.linalg.solve(heights.T, torch.full((VERTICES,), np.log(radius / 0.6)).double())
    parameters[:, VERTICES:] = frames(torch.eye(3)[None])
    return parameters


def test_a_ball_is_seen_as_a_disc_with_the_colour_of_its_side() -> None:
    picture = FacetedRenderer(48).rendered(_still(0.8))[0]
    # Half the picture's side is 24 pixels at a slope of 24 / (1.3 · 48); the ball is seen at 0.8 / √(16 − 0.64).
    radius = 1.3 * 48 * 0.8 / (16.0 - 0.64) ** 0.5
    assert float((picture.sum(dim=0) > 0.0).sum()) == pytest.approx(np.pi * radius**2, rel=0.05)
    middle = picture[:, 24, 24]
    assert middle.argmax() == 2, "the side z is blue"
    turn = _still(0.8)
    turn[0, VERTICES:] = torch.tensor([1.0, 0.0, 0.0, 0.0, 0.0, 1.0])  # a quarter about x: y comes to z
    assert FacetedRenderer(48).rendered(turn)[0, :, 24, 24].argmax() == 1, "the side y is green"


def test_bumps_of_deviation_1_move_every_vertex_by_1_and_neighbours_alike() -> None:
    heights = (radii(torch.eye(VERTICES, NUMBERS, dtype=torch.float64)) / 0.6).log()
    covariance = heights.T @ heights
    assert torch.allclose(covariance.diagonal(), torch.ones(VERTICES, dtype=torch.float64), atol=1e-9)
    of = faceted_sphere()
    cosine = float(of.directions[0] @ of.directions[of.faces[0][1]])
    assert float(covariance[0, of.faces[0][1]]) == pytest.approx(0.9 * np.exp(8.0 * (cosine - 1.0)), abs=1e-9)
    assert torch.allclose(radii(torch.zeros(1, NUMBERS)), torch.tensor(0.6)), "none is a ball"


def test_turns_are_rotations_and_come_back_from_their_numbers() -> None:
    numbers = torch.randn(20, 6, generator=torch.Generator().manual_seed(0))
    found = turns(numbers)
    assert torch.allclose(found @ found.transpose(1, 2), torch.eye(3).expand(20, 3, 3), atol=1e-5)
    assert torch.allclose(torch.linalg.det(found), torch.ones(20), atol=1e-5)
    assert torch.allclose(turns(3.0 * frames(found)), found, atol=1e-5), "their length says nothing"
    assert torch.allclose(found[:, :, 0] * numbers[:, :3].norm(dim=1, keepdim=True), numbers[:, :3], atol=1e-5)


def _bumpy(count: int) -> torch.Tensor:
    draws = torch.Generator().manual_seed(0)
    return torch.cat([0.3 * torch.randn(count, VERTICES, generator=draws), torch.randn(count, 6, generator=draws)], 1)


def test_many_at_once_are_what_the_rasteriser_of_one_sees() -> None:
    parameters = _bumpy(6)
    drawn = FacetedRenderer(32).rendered(parameters).permute(0, 2, 3, 1).numpy()
    of = faceted_sphere()
    for one, points in zip(drawn, points_of(parameters.double()).numpy(), strict=True):
        corners = points[of.faces]
        n = len(corners)
        soup = Soup(corners, corners, corners[:, 0], np.zeros(n, np.int32), np.zeros((1, 1)), np.ones(3), np.arange(n))
        seen = visible(soup, star_view(32), np.ones(n, np.bool_))
        colours = np.minimum(star_light(corners)[:, None] * SIDES[of.sides], 1.0)
        other = np.concatenate([colours, np.zeros((1, 3))])[seen]
        # A pixel whose middle an edge passes within rounding may go to either side.
        assert (np.abs(one - other).max(axis=2) > 1e-3).mean() < 0.003


def test_reinforce_through_the_renderer_is_the_slope_of_the_expected_reward() -> None:
    """Along two ways: all bumps together, and a turn about the vertical, against differences of 8,192 samples."""
    renderer = FacetedRenderer(16)
    target = renderer.rendered(_still(0.8))
    mean = _still(0.7)
    mean[0, VERTICES:] = frames(turns(torch.tensor([[1.0, 0.0, -0.5, 0.0, 1.0, 0.0]])))
    ways = torch.zeros(2, NUMBERS)
    ways[0, :VERTICES] = 0.2
    ways[1, VERTICES:] = torch.tensor([0.0, 0.0, -1.0, 0.0, 0.0, 0.0])
    spread, reward = torch.full((1, NUMBERS), 2.0 * float(np.log(0.05))), picture_reward(renderer, target, 0.1)
    given = mean.clone().requires_grad_(True)
    rows = torch.stack(
        [
            torch.autograd.grad(reinforced(given, spread, reward, 64, generator(1, draw)).surrogate, given)[0][0]
            for draw in range(400)
        ]
    )
    noise = 0.05 * torch.randn(8192, NUMBERS, generator=generator(2))
    for way in ways:
        slopes, step = rows @ way, 0.05
        # The same draws on both sides, so that their noise is that of the difference alone.
        rises = (reward(mean + noise + step * way) - reward(mean + noise - step * way)) / (2.0 * step)
        error = (slopes.var() / len(slopes) + rises.var() / len(rises)).sqrt()
        assert abs(float(slopes.mean() - rises.mean())) < 4.0 * float(error)
        assert float(error) < 0.25 * abs(float(rises.mean())), "it says something"


def test_all_examples_are_heard_alike() -> None:
    reward = standardised(lambda some: some[:, 0], 2)
    # Two samples of two examples: 1 and 3, then 10 and 30, whose deviations are 1 and 10.
    found = reward(torch.tensor([[1.0], [10.0], [3.0], [30.0]]))
    assert torch.allclose(found, torch.tensor([1.0, 1.0, 3.0, 3.0]))
    assert torch.isfinite(reward(torch.ones(4, 1))).all()


def test_a_mesh_is_found_in_one_picture() -> None:
    """By REINFORCE alone, from a ball that is turned as the shape is: half of the error goes."""
    renderer, target = FacetedRenderer(24), _bumpy(1)
    picture = renderer.rendered(target)
    bumps = torch.zeros(1, VERTICES, requires_grad=True)
    optimizer = torch.optim.Adam([bumps], 0.05)

    def mesh() -> Parameters:
        return torch.cat([bumps, target[:, VERTICES:]], dim=1)

    def error() -> float:
        return float((renderer.rendered(mesh()) - picture).square().mean())

    before, spread = error(), torch.full((1, NUMBERS), 2.0 * float(np.log(0.05)))
    for step in range(60):
        reward = standardised(picture_reward(renderer, picture, 1.0), 64)
        found = reinforced(mesh(), spread, reward, 64, generator(0, step))
        optimizer.zero_grad()
        (-found.surrogate).backward()
        optimizer.step()
    assert error() < 0.5 * before


@pytest.mark.render
def test_opengl_sees_what_the_rasteriser_sees() -> None:
    try:
        platform()
    except NoGL as missing:
        pytest.skip(str(missing))
    one, other = (FacetedRenderer(32, drawing).rendered(_bumpy(1)) for drawing in Drawing)
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
