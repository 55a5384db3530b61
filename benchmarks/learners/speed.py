"""Seconds of a training step of IM-AE: `python -m benchmarks.learners.speed [--size small] [--device cuda]`.

The reference is the same net as it is written in the paper: code and point joined to one vector that goes through
every layer, all points at once, 32 bits, PyTorch's eager mode (TF32 allowed on a GPU). Beside it ours with 32 bits and
with bfloat16: the part of a first layer that sees the code once for all points, and pieces that stay in the cache.

Same batch, same points, same weights, same process, in turn, so many rounds: of the seconds of the processor (of the
clock on a GPU) the least and the median, and the quartiles of how many times as fast as the first a net was in the same
round. Points are those of the recipe where `--points` names none. With `--equal STEPS` the nets of goals then learn the
same shapes for so many steps, and the solid IoU of held-out ones is told.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from statistics import median
from time import perf_counter, process_time
from typing import Final, final

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from benchmarks.timing import commit, machine
from learners.chance import generator
from learners.data.points import cell_centres, sampled_points
from learners.data.sampled import Sampled, sampled_grids
from learners.decoders.implicit import LEAK, ImprovedImplicitNet
from learners.decoders.squared_error import squared_error
from learners.names import Named, Size
from learners.recipes import recipe
from learners.systems.autoencoder import Autoencoder, AutoencoderNet, Progressive

RESOLUTION: Final = 32
ROUNDS: Final = 25


WRITTEN: Final = "as written, 32 bits"
"""What all are held against."""


@final
class AsWritten(nn.Module):
    """The improved decoder with one vector for code and point; it has the weights of ours."""

    def __init__(self, ours: ImprovedImplicitNet) -> None:
        super().__init__()
        first = nn.Linear(ours.first.on_code.shape[1] + ours.first.on_point.shape[1], ours.first.bias.shape[0])
        with torch.no_grad():
            first.weight.copy_(torch.cat([ours.first.on_code, ours.first.on_point], dim=1))
            first.bias.copy_(ours.first.bias)
        self.layers = nn.ModuleList([first])
        for layer in (*ours.layers, ours.last):
            assert isinstance(layer, nn.Linear)
            same = nn.Linear(layer.in_features, layer.out_features)
            same.load_state_dict(layer.state_dict())
            self.layers.append(same)

    def forward(self, codes: Tensor, points: Tensor) -> Tensor:
        """(b, n)."""
        hidden = torch.cat([codes[:, None].expand(-1, points.shape[1], -1), points], dim=2)
        for layer in self.layers[:-1]:
            hidden = functional.leaky_relu(layer(hidden), LEAK)
        value = self.layers[-1](hidden)[..., 0]
        return torch.maximum(torch.minimum(value, value * 0.01 + 0.99), value * 0.01)


def main() -> None:
    """Both nets, and the table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--size", choices=[size.value for size in Size], default=Size.SMALL.value)
    options.add_argument("--device", default="cpu")
    options.add_argument("--batch", type=int, default=32)
    options.add_argument("--points", type=int, help="of each shape in a step; those of the recipe else")
    options.add_argument("--rounds", type=int, default=ROUNDS)
    options.add_argument("--equal", type=int, default=0, metavar="STEPS")
    options.add_argument("--data", default="examples/chair.shape", help="a program that draws what is learned")
    asked = options.parse_args()
    torch.backends.cuda.matmul.allow_tf32 = True
    device = torch.device(asked.device)
    config = recipe(Named.IM_AE, Size(asked.size), 3, RESOLUTION)
    assert isinstance(config, Autoencoder)
    assert not isinstance(config.points, Progressive), "a recipe has no coarser grids"
    count = asked.points or config.points
    config = replace(config, points=count)
    with open(asked.data, encoding="utf-8") as file:
        data = Sampled(file.read(), max(asked.batch, 2000 if asked.equal else 0), RESOLUTION)
    shapes = sampled_grids(data, held_out=False)
    print(f"{machine()}, {torch.get_num_threads()} threads, commit {commit()}")
    grids = shapes.grids(torch.arange(asked.batch)).to(device)
    net = AutoencoderNet(config).to(device)
    written = AsWritten(net.decoder).to(device) if isinstance(net.decoder, ImprovedImplicitNet) else None
    assert written is not None
    steps = {
        WRITTEN: _step(net, written, grids, count, half=False),
        "ours, 32 bits": _step(net, None, grids, count, half=False),
        "as written, bfloat16": _step(net, written, grids, count, half=True),
        "ours, bfloat16": _step(net, None, grids, count, half=True),
    }
    print(f"{count:,} points of each of {asked.batch} shapes, {asked.rounds} rounds")
    print(table(_in_turn(steps, asked.rounds, device)))
    if asked.equal:
        _equal(config, count, data, asked.equal, asked.batch, device)


def _step(net: AutoencoderNet, written: AsWritten | None, grids: Tensor, count: int, half: bool) -> Callable[[], None]:
    weights = [*net.encoder.parameters(), *(net.decoder if written is None else written).parameters()]
    optimizer = torch.optim.Adam(weights, 5e-5, foreach=written is not None, fused=written is None)
    draws = generator(0, "speed", device=grids.device)
    points, inside = sampled_points(grids, count, draws)

    def step() -> None:
        with torch.autocast(grids.device.type, torch.bfloat16, half):
            if written is None:
                error = squared_error(net.decoder, net.codes(grids), points, inside)
            else:
                error = functional.mse_loss(written(_codes_as_written(net, grids), points).float(), inside)
        optimizer.zero_grad(set_to_none=True)
        error.backward()
        optimizer.step()

    return step


def _codes_as_written(net: AutoencoderNet, grids: Tensor) -> Tensor:
    """The encoder's layers, one after the other."""
    encoder = net.encoder
    return encoder.code(encoder.features(grids[:, None].float()).flatten(1))


def _in_turn(steps: dict[str, Callable[[], None]], rounds: int, device: torch.device) -> dict[str, list[float]]:
    """Seconds of each, round by round, in all of which every one has its turn; a first round is not counted."""
    clock = process_time if device.type == "cpu" else perf_counter
    found: dict[str, list[float]] = {name: [] for name in steps}
    for turn in range(rounds + 1):
        for name, step in steps.items():
            _settled(device)
            begun = clock()
            step()
            _settled(device)
            if turn:
                found[name].append(clock() - begun)
    return found


def table(seconds: dict[str, list[float]]) -> str:
    """A line a net: seconds, and how many times as fast it is as what is written, round by round and by the least."""
    lines = ["| net | least s | median s | times as fast, median (quartiles) | by the least |", "| --- " * 5 + "|"]
    for name, own in seconds.items():
        low, middle, high = np.percentile(np.array(seconds[WRITTEN]) / np.array(own), (25, 50, 75))
        faster = f"{middle:.2f} ({low:.2f} to {high:.2f})"
        by_least = min(seconds[WRITTEN]) / min(own)
        lines.append(f"| {name} | {min(own):.3f} | {median(own):.3f} | {faster} | {by_least:.2f} |")
    return "\n".join(lines)


def _settled(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def _equal(config: Autoencoder, count: int, data: Sampled, steps: int, batch: int, device: torch.device) -> None:
    """Held-out IoU after as many steps from the same weights."""
    training, away = (sampled_grids(data, held_out) for held_out in (False, True))
    for name, own, half in ((WRITTEN, False, False), ("ours, 32 bits", True, False), ("ours, bfloat16", True, True)):
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)  # noqa: TID251 - layers draw their first weights from torch's own generator
            net = AutoencoderNet(config).to(device)
        assert isinstance(net.decoder, ImprovedImplicitNet)
        decoder = net.decoder if own else AsWritten(net.decoder).to(device)
        optimizer = torch.optim.Adam(
            [*net.encoder.parameters(), *decoder.parameters()], config.adam.rate, (config.adam.beta1, config.adam.beta2)
        )
        begun, draws = perf_counter(), generator(0, "equal", device=device)
        for _ in range(steps):
            chosen = torch.randint(len(training), (batch,), generator=draws, device=device).cpu()
            grids = training.grids(chosen).to(device)
            points, inside = sampled_points(grids, count, draws)
            with torch.autocast(device.type, torch.bfloat16, half):
                codes = net.codes(grids)
                if isinstance(decoder, AsWritten):
                    error = functional.mse_loss(decoder(codes, points), inside)
                else:
                    error = squared_error(decoder, codes, points, inside)
            optimizer.zero_grad(set_to_none=True)
            error.backward()
            optimizer.step()
        print(f"{name:24} {steps} steps, {perf_counter() - begun:.0f} s, held-out IoU {_iou(net, decoder, away):.4f}")


@torch.no_grad()
def _iou(net: AutoencoderNet, decoder: nn.Module, away: object) -> float:
    from learners.data.packed import PackedGrids

    assert isinstance(away, PackedGrids)
    found: list[float] = []
    for index in range(min(len(away), 200)):
        grid = away.grids(torch.tensor([index])).to(next(net.parameters()).device)
        made = decoder(net.codes(grid), cell_centres(grid.shape[1:], grid.device)[None])[0] > 0.5
        true = grid.flatten()
        found.append(float((made & true).sum() / (made | true).sum().clamp_min(1)))
    return sum(found) / len(found)


if __name__ == "__main__":
    main()
