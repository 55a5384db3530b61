"""Errors in pieces have the value and the slopes of those at once."""

from __future__ import annotations

import pytest
import torch

from learners.decoders.decoder import decoder_net
from learners.decoders.implicit import ImprovedImplicitDecoder, ImprovedImplicitNet, OriginalImplicitDecoder
from learners.decoders.squared_error import squared_error


def test_slopes_of_values_beyond_the_clip_are_those_of_autograd() -> None:
    """A last layer with weights that count gives values within 0 and 1, below and above; points are shared by all."""
    draws = torch.Generator().manual_seed(5)
    with torch.random.fork_rng(devices=[]):
        torch.random.manual_seed(0)  # layers draw from torch's own generator
        net = decoder_net(ImprovedImplicitDecoder(3, 8, 4))
    assert isinstance(net, ImprovedImplicitNet) and isinstance(net.last, torch.nn.Linear)
    torch.nn.init.normal_(net.last.weight, std=0.1, generator=draws)
    codes = torch.randn(3, 8, generator=draws, requires_grad=True)
    points = torch.rand(1, 50, 3, generator=draws) * 2.0 - 1.0
    wanted = (torch.rand(3, 50, generator=draws) > 0.5).float()
    values = net(codes, points)
    assert all(int(some.sum()) > 10 for some in (values < 0.0, values > 1.0, (values > 0.0) & (values < 1.0)))
    asked = (codes, *(weight for weight in net.parameters() if weight.numel()))
    errors = [squared_error(net, codes, points, wanted, piece) for piece in (None, 16)]
    assert float(errors[1].detach()) == pytest.approx(float(errors[0].detach()), rel=1e-5)
    for one, other in zip(*(torch.autograd.grad(error, asked) for error in errors), strict=True):
        assert float((one - other).abs().max()) <= 1e-5 * float(one.abs().max())


@pytest.mark.parametrize("config", [ImprovedImplicitDecoder(3, 8, 32), OriginalImplicitDecoder(3, 8, 32)])
@pytest.mark.parametrize(("half", "tolerance"), [(False, 1e-5), (True, 0.2)])
def test_slopes_are_those_of_all_points_at_once(
    config: ImprovedImplicitDecoder | OriginalImplicitDecoder, half: bool, tolerance: float
) -> None:
    # Sums in another order, of 150 terms of which half have either sign, so that a twelfth of their size is left:
    # rounded to 24 bits each, or to 8 in 16 bits and in several layers. A wrong share of a piece is off by two thirds.
    draws = torch.Generator().manual_seed(3)
    net = decoder_net(config)
    codes = torch.randn(3, 8, generator=draws, requires_grad=True)
    points = torch.rand(3, 50, 3, generator=draws) * 2.0 - 1.0
    wanted = (torch.rand(3, 50, generator=draws) > 0.5).float()
    asked = (codes, *net.parameters())

    def told(piece: int | None) -> tuple[torch.Tensor, tuple[torch.Tensor | None, ...]]:
        with torch.autocast("cpu", torch.bfloat16, half):
            error = squared_error(net, codes, points, wanted, piece)
        return error.detach(), torch.autograd.grad(2.0 * error, asked, allow_unused=True)

    at_once, in_pieces = told(None), told(16)
    assert float(in_pieces[0]) == pytest.approx(float(at_once[0]), rel=tolerance)
    for one, other in zip(at_once[1], in_pieces[1], strict=True):
        if one is None or other is None:
            assert one is other, "a weight of width 0 has no slope in either way"
            continue
        assert float((one - other).abs().max()) <= tolerance * max(float(one.abs().max()), 1e-3)
