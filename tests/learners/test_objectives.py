"""Densities by hand, the penalty against finite differences."""

from __future__ import annotations

from math import log, pi

import pytest
import torch
from torch import nn

from learners.chance import generator
from learners.objectives.densities import bernoulli, divergence, gaussian, standard_gaussian
from learners.objectives.penalty import gradient_penalty
from learners.systems.variational import even_points


def test_densities_written_out() -> None:
    inside, probability = torch.tensor([[1.0, 0.0, 1.0]]), torch.tensor([[0.9, 0.2, 0.5]])
    assert bernoulli(inside, probability).item() == pytest.approx(log(0.9) + log(0.8) + log(0.5), rel=1e-6)
    values, mean, log_variance = torch.tensor([[1.0, -2.0]]), torch.tensor([[0.5, -1.0]]), torch.tensor([[0.0, log(4)]])
    expected = -0.5 * (log(2 * pi) + 0.25) - 0.5 * (log(2 * pi) + log(4) + 1.0 / 4.0)
    assert gaussian(values, mean, log_variance).item() == pytest.approx(expected, rel=1e-6)
    assert standard_gaussian(values).item() == pytest.approx(-log(2 * pi) - 0.5 * (1.0 + 4.0), rel=1e-6)
    by_hand = 0.5 * (0.25 + 1.0 - 1.0) + 0.5 * (1.0 + 4.0 - 1.0 - log(4))
    assert divergence(mean, log_variance).item() == pytest.approx(by_hand, rel=1e-6)


def test_a_certain_cell_that_is_wrong_costs_a_bounded_number_of_nats() -> None:
    assert bernoulli(torch.tensor([[1.0]]), torch.tensor([[0.0]])).item() == pytest.approx(log(1e-6), rel=1e-3)


def test_the_divergence_is_the_mean_of_the_logarithms() -> None:
    mean, log_variance = torch.tensor([[0.7, -0.3]]), torch.tensor([[-0.5, 0.4]])
    noise = torch.randn(200_000, 2, generator=generator(1))
    values = mean + (0.5 * log_variance).exp() * noise
    drawn = gaussian(values, mean, log_variance) - standard_gaussian(values)
    assert drawn.mean().item() == pytest.approx(divergence(mean, log_variance).item(), abs=4 * drawn.std().item() / 447)


def test_some_cells_stand_for_all_on_average() -> None:
    grids = torch.rand(2, 4, 4, generator=generator(2)) < 0.4
    whole = grids.flatten(1).float().sum(dim=1)
    counted = torch.zeros(2)
    for k in range(400):
        _, inside, share = even_points(grids, 5, generator(k))
        assert inside.shape == (2, 5) and share == 5 / 16
        counted += inside.sum(dim=1) / share
    torch.testing.assert_close(counted / 400, whole, atol=0.6, rtol=0.0)


def test_points_and_their_cells_belong_together() -> None:
    grids = torch.rand(2, 4, 4, generator=generator(3)) < 0.4
    points, inside, _ = even_points(grids, 7, generator(4))
    at = ((points + 1.0) * 2.0).floor().long()
    assert torch.equal(inside, grids[torch.arange(2)[:, None], at[..., 0], at[..., 1]].float())


def _critic() -> nn.Sequential:
    torch.random.manual_seed(5)  # layers draw from torch's own generator
    return nn.Sequential(nn.Flatten(), nn.Linear(6, 5), nn.Softplus(), nn.Linear(5, 1), nn.Flatten(0)).double()


def test_the_penalty_is_that_of_slopes_by_finite_differences() -> None:
    critic, draws = _critic(), generator(6)
    real, made = (torch.randn(3, 2, 3, generator=draws).double() for _ in range(2))
    share = torch.rand(3, 1, 1, generator=generator(7), dtype=torch.float64)
    between = real + share * (made - real)
    slopes = torch.zeros(3, 6, dtype=torch.float64)
    for k in range(6):
        step = torch.zeros(6, dtype=torch.float64)
        step[k] = 1e-6
        moved = step.reshape(2, 3)
        slopes[:, k] = (critic(between + moved) - critic(between - moved)).detach() / 2e-6
    expected = ((slopes.square().sum(dim=1).sqrt() - 1.0) ** 2).mean()
    torch.testing.assert_close(gradient_penalty(critic, real, made, generator(7)).detach(), expected)


def test_its_slopes_by_the_weights_are_those_of_finite_differences() -> None:
    critic, draws = _critic(), generator(8)
    real, made = (torch.randn(3, 2, 3, generator=draws).double() for _ in range(2))
    gradient_penalty(critic, real, made, generator(9)).backward()
    *weights, last = critic.parameters()
    assert last.grad is None, "a bias at the end has no slope"
    for weight in weights:
        values: list[float] = []
        for step in (1e-6, -1e-6):
            with torch.no_grad():
                weight.view(-1)[0] += step
            values.append(gradient_penalty(critic, real, made, generator(9)).item())
            with torch.no_grad():
                weight.view(-1)[0] -= step
        assert weight.grad is not None
        assert weight.grad.view(-1)[0].item() == pytest.approx((values[0] - values[1]) / 2e-6, rel=1e-5, abs=1e-9)


def test_a_critic_of_slope_one_costs_nothing_and_a_flat_one_one() -> None:
    real, made = torch.zeros(2, 4), torch.ones(2, 4)
    assert gradient_penalty(lambda x: x.sum(dim=1) / 2.0, real, made, generator(1)).item() == pytest.approx(0.0)
    flat = gradient_penalty(lambda x: (x * 0.0).sum(dim=1), real, made, generator(1))
    assert flat.item() == pytest.approx(1.0, abs=1e-5)
