"""Decoders against what they stand for."""

from __future__ import annotations

from itertools import pairwise

import pytest
import torch
from torch import nn

from learners.chance import generator
from learners.data.points import cell_centres
from learners.decoders import decoder as deciding
from learners.decoders.convolutional import ConvolutionalDecoder, ConvolutionalDecoderNet
from learners.decoders.decoder import Decoder, decoder_net, whole_grids
from learners.decoders.implicit import (
    Conditioned,
    ImprovedImplicitDecoder,
    OriginalImplicitDecoder,
    OriginalImplicitNet,
)
from tests.learners.small import CODE, DECODERS


def test_a_conditioned_layer_is_one_layer_on_all_that_it_takes() -> None:
    layer, draws = Conditioned(5, 3, 2, 7), generator(2)
    hidden, codes, points = (torch.randn(4, 6, n, generator=draws) for n in (5, 3, 2))
    codes = codes[:, 0]
    layer.shift.data = torch.randn(7, generator=draws)
    whole = nn.Linear(10, 7)
    whole.weight.data = torch.cat([layer.on_hidden, layer.on_code, layer.on_point], dim=1).detach()
    whole.bias.data = layer.bias.detach()
    together = torch.cat([hidden, codes[:, None].expand(-1, 6, -1), points], dim=-1)
    torch.testing.assert_close(layer(hidden, codes, points), whole(together))


def test_the_original_decoder_has_the_weights_of_the_paper() -> None:
    net = OriginalImplicitNet(OriginalImplicitDecoder(3, 128))
    widths, seen = (2048, 1024, 512, 256, 128), 128 + 3
    counted = (seen + 1) * 2048
    counted += sum((before + seen + 1) * after for before, after in pairwise(widths)) + 129
    assert sum(weight.numel() for weight in net.parameters()) == counted


def test_the_convolutional_decoder_at_the_centres_of_its_cells_is_its_grid() -> None:
    for axes, side in ((2, 16), (3, 8)):
        net = ConvolutionalDecoderNet(ConvolutionalDecoder(axes, side, CODE, 2))
        codes = torch.randn(2, CODE, generator=generator(3))
        points = cell_centres((side,) * axes).expand(2, -1, -1)
        torch.testing.assert_close(net(codes, points), net.grid(codes).flatten(1))


@pytest.mark.parametrize("config", [ImprovedImplicitDecoder(2, CODE, 64), OriginalImplicitDecoder(2, CODE, 64)])
def test_points_that_all_shapes_share_are_given_once(config: Decoder) -> None:
    codes, points = torch.randn(3, CODE, generator=generator(4)), torch.rand(1, 50, 2, generator=generator(5))
    net = decoder_net(config)
    # Sums of two numbers, and of the products with them, in another order.
    torch.testing.assert_close(net(codes, points), net(codes, points.expand(3, -1, -1)), rtol=1e-5, atol=1e-6)


def test_a_point_has_its_value_whatever_stands_beside_it() -> None:
    codes = torch.randn(3, CODE, generator=generator(4))
    points = torch.rand(3, 50, 2, generator=generator(5)) * 2.0 - 1.0
    for config in DECODERS:
        net = decoder_net(config)
        together, apart = net(codes, points), net(codes[1:2], points[1:2, 20:21])
        torch.testing.assert_close(together[1:2, 20:21], apart)


@pytest.mark.parametrize("decoder", DECODERS)
def test_a_whole_grid_has_the_same_values_in_pieces(decoder: Decoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "ROWS", 100)
    net, codes = decoder_net(decoder), torch.randn(3, CODE, generator=generator(4))
    with_slopes = whole_grids(net, codes, (64, 64))
    with torch.no_grad():
        without = whole_grids(net, codes, (64, 64))
    # Sums of 32 numbers in another order.
    torch.testing.assert_close(without, with_slopes.detach(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("config", [ImprovedImplicitDecoder(3, 128, 4), OriginalImplicitDecoder(3, 128, 4)])
@pytest.mark.parametrize("size", [0.1, 1.0])
def test_a_net_that_learned_nothing_tells_points_apart(
    config: ImprovedImplicitDecoder | OriginalImplicitDecoder, size: float
) -> None:
    # With torch's first weights points differ by less than a hundredth of what there is, and nothing was learned for
    # hundreds of steps.
    net, draws = decoder_net(config), generator(7)
    last: list[torch.Tensor] = []
    net.get_submodule("last").register_forward_hook(lambda _, given, __: last.append(given[0].detach()))
    net(torch.randn(2, 128, generator=draws) * size, torch.rand(2, 500, 3, generator=draws) * 2.0 - 1.0)
    (hidden,) = last
    assert float(hidden.std(dim=1).square().mean().sqrt()) > 0.2 * float(hidden.square().mean().sqrt())


def test_what_a_layer_adds_moves_ten_times_as_far_as_its_weights() -> None:
    """By the first step of Adam, which moves every parameter by its rate; of slow ones codes have to do their work."""
    net = OriginalImplicitNet(OriginalImplicitDecoder(2, CODE, 64))
    layers = [layer for layer in net.modules() if isinstance(layer, Conditioned)]
    before = [(layer.bias.detach().clone(), layer.on_code.detach().clone()) for layer in layers]
    codes, points = torch.randn(4, CODE, generator=generator(8)), torch.rand(4, 30, 2, generator=generator(9))
    nn.init.normal_(net.last.weight, generator=generator(10))
    net(codes, points).sum().backward()
    torch.optim.Adam(net.parameters(), 1e-3, eps=1e-30).step()
    for layer, (bias, on_code) in zip(layers, before, strict=True):
        torch.testing.assert_close((layer.bias - bias).abs(), torch.full_like(bias, 1e-2), rtol=1e-4, atol=0.0)
        torch.testing.assert_close((layer.on_code - on_code).abs(), torch.full_like(on_code, 1e-3), rtol=1e-2, atol=0.0)
