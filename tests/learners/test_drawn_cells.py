"""Slopes by drawn cells: right in the mean, near by each draw, and no more than a fraction of the work."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from learners.chance import generator
from learners.data.examples import batch_of
from learners.data.letters import all_letters
from learners.decoders.decoder import decoder_net, whole_grids
from learners.decoders.drawn_cells import EVENLY, by_drawn_cells, cell_chances
from learners.decoders.implicit import OriginalImplicitDecoder, OriginalImplicitNet
from learners.systems.wasserstein import WassersteinGan, WassersteinSystem
from shapelang.diagnostics import UsageError
from tests.learners import small

SIDE = 8


def _net() -> OriginalImplicitNet:
    with torch.random.fork_rng(devices=[]):
        torch.random.manual_seed(0)  # layers draw from torch's own generator
        net = decoder_net(OriginalImplicitDecoder(2, 4, 64))
    assert isinstance(net, OriginalImplicitNet)
    torch.nn.init.normal_(net.last.weight, std=0.5, generator=torch.Generator().manual_seed(1))
    return net


def _asked(net: OriginalImplicitNet) -> list[torch.Tensor]:
    return [weight for weight in net.parameters() if weight.numel()]


def _flat(slopes: tuple[torch.Tensor, ...]) -> torch.Tensor:
    return torch.cat([slope.flatten() for slope in slopes])


def test_the_mean_over_draws_is_the_slope_of_all_cells() -> None:
    net, draws = _net(), torch.Generator().manual_seed(2)
    codes = torch.randn(3, 4, generator=draws)
    wanted = torch.randn(3, SIDE, SIDE, generator=draws)
    made = whole_grids(net, codes, (SIDE, SIDE))
    exact = _flat(torch.autograd.grad((wanted * made).sum(), _asked(net)))
    found = torch.stack(
        [
            _flat(torch.autograd.grad(by_drawn_cells(net, codes, made.detach(), wanted, 16, draws), _asked(net)))
            for _ in range(400)
        ]
    )
    errors = found.std(dim=0) / len(found) ** 0.5
    moved = exact.abs() > 0.0
    # 2,000 slopes that hang together: 5 errors are passed by one of 1.7 million. Cells with equal shares instead of
    # their own would be off by 100 errors and more.
    assert int(moved.sum()) > 300
    assert float(((found.mean(dim=0) - exact).abs() / errors.clamp_min(1e-12))[moved].max()) < 5.0


def test_cells_that_are_sure_are_drawn_seldom() -> None:
    made = torch.full((1, SIDE, SIDE), 1e-6)
    made[0, 3, 4], made[0, 5, 1] = 0.5, 0.9
    chances = cell_chances(made, torch.ones(1, SIDE, SIDE)).reshape(SIDE, SIDE)
    evenly = EVENLY / SIDE**2
    # 0.25 and 0.09 behind the sigmoid, the other 62 together 6e-5 of them.
    assert float(chances[3, 4]) == pytest.approx(evenly + (1.0 - EVENLY) * 0.25 / 0.340062, rel=1e-5)
    assert float(chances[5, 1]) == pytest.approx(evenly + (1.0 - EVENLY) * 0.09 / 0.340062, rel=1e-5)
    assert float(chances[0, 0]) == pytest.approx(evenly, rel=0.01)
    assert float(chances.sum()) == pytest.approx(1.0)


def test_grids_without_slopes_are_drawn_from_evenly() -> None:
    made = torch.stack([torch.zeros(SIDE, SIDE), torch.full((SIDE, SIDE), 0.5)])
    slopes = torch.stack([torch.ones(SIDE, SIDE), torch.zeros(SIDE, SIDE)])
    torch.testing.assert_close(cell_chances(made, slopes), torch.full((2, SIDE**2), SIDE**-2.0))


def test_a_step_by_drawn_cells_shows_the_same_height_and_moves_the_generator_alike() -> None:
    """The first update of the generator, whose critic has the same weights and whose codes are the same."""
    config = small.systems()["im-wgan"]
    assert isinstance(config, WassersteinGan)
    slopes: list[torch.Tensor] = []
    heights: list[float] = []
    for cells in (None, 20_000):
        with torch.random.fork_rng(devices=[]):
            torch.random.manual_seed(0)
            system = WassersteinSystem(replace(config, cells=cells))
        assert isinstance(system.net.generator, OriginalImplicitNet)
        torch.nn.init.normal_(system.net.generator.last.weight, std=0.5, generator=torch.Generator().manual_seed(1))
        loss = system.phases[1].loss(batch_of(all_letters(), torch.arange(4)), generator(3))
        assert loss.total is not None
        weights = [weight for weight in system.net.generator.parameters() if weight.numel()]
        slopes.append(_flat(torch.autograd.grad(loss.total, weights)))
        heights.append(loss.shown["height"].item())
    assert heights[0] == pytest.approx(heights[1], rel=1e-5)
    assert float(torch.cosine_similarity(slopes[0], slopes[1], dim=0)) > 0.95, (
        "five draws of each cell, of slopes that nearly cancel"
    )
    assert float(slopes[1].norm() / slopes[0].norm()) == pytest.approx(1.0, abs=0.3)


def test_cells_are_drawn_of_implicit_generators_alone() -> None:
    config = small.systems()["cnn-wgan"]
    assert isinstance(config, WassersteinGan)
    with pytest.raises(UsageError, match="cells are drawn of implicit generators alone"):
        WassersteinGan(config.generator, config.critic, config.adam, cells=5)
