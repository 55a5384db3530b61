"""Coarse grids first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from learners.chance import generator
from learners.data.examples import Batch
from learners.data.letters import held_out_letters
from learners.data.points import cell_centres, pooled
from learners.recipes import progressive
from learners.systems.autoencoder import Autoencoder, AutoencoderSystem, Progressive, Stage
from learners.systems.systems import Config
from learners.training.checkpoint import newest_checkpoint
from learners.training.run import Run
from learners.training.train import Pace, train
from shapelang.diagnostics import UsageError
from tests.learners import small


def _config(*stages: tuple[int, int]) -> Autoencoder:
    return progressive(small.run().system, stages)


def test_points_are_of_the_grid_of_the_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """At each step of two stages and after them."""
    seen: list[tuple[int, torch.Tensor, torch.Tensor]] = []

    def noted(decoder: object, codes: object, points: torch.Tensor, inside: torch.Tensor) -> torch.Tensor:
        del decoder, codes
        seen.append((len(seen), points, inside))
        return points.sum()

    monkeypatch.setattr("learners.systems.autoencoder.squared_error", noted)
    system = AutoencoderSystem(_config((16, 2), (32, 1)))
    grids = held_out_letters().grids(torch.arange(2))
    for step in range(5):
        system.phases[0].loss(Batch(grids, torch.zeros(2), step=step), generator(0, "x"))
    for (_, points, inside), cells in zip(seen, (16, 16, 32, 64, 64), strict=True):
        centres = cell_centres((cells, cells))
        places = ((points + 1.0) * (cells / 2) - 0.5).round().long()
        assert points.shape == (2, 256, 2) and torch.allclose(centres[places[..., 0] * cells + places[..., 1]], points)
        coarse = pooled(grids, cells)
        assert torch.equal(coarse[torch.arange(2)[:, None], places[..., 0], places[..., 1]].float(), inside)


def test_a_run_through_stages_has_the_bits_of_one_in_a_piece(tmp_path: Path) -> None:
    run = replace(small.run(), system=_config((16, 2), (32, 2)))
    train(run, tmp_path / "whole", Pace(5))
    for step in (1, 3, 5):
        train(run, tmp_path / "pieces", Pace(step))
    one, other = (newest_checkpoint(tmp_path / name)[0] for name in ("whole", "pieces"))
    assert one is not None and other is not None
    assert all(torch.equal(weight, other.net[name]) for name, weight in one.net.items())
    train(small.run(), tmp_path / "plain", Pace(5))
    plain = newest_checkpoint(tmp_path / "plain")[0]
    assert plain is not None
    assert not all(torch.equal(weight, plain.net[name]) for name, weight in one.net.items())


@pytest.mark.parametrize(
    ("stages", "told"),
    [
        ([(64, 5)], "a part of the 64 cells along a side, such as half, not 64"),
        ([(24, 5)], "a part of the 64 cells along a side, such as half, not 24"),
        ([(32, 5), (16, 5)], "more cells one after the other, and end later: cells 32, 16 until 5, 10"),
    ],
)
def test_what_is_no_coarser_grid_is_told(stages: list[tuple[int, int]], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        _config(*stages)


def test_stages_of_a_file_that_end_before_they_begin_are_told() -> None:
    config = _config((16, 5))
    with pytest.raises(UsageError, match="until 5, 5"):
        replace(config, points=Progressive((Stage(16, 9, 5), Stage(32, 9, 5)), 9))


@pytest.mark.parametrize(
    ("config", "told"),
    [
        (small.systems()["cnn-vae"], "--coarse is for im-ae and im-ae-original"),
        (small.run(small.DECODERS[2]).system, "a convolutional decoder has the cells of its own grid"),
    ],
)
def test_what_decodes_no_point_has_no_stages(config: Config, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        progressive(config, [(16, 5)])


def test_a_run_of_stages_is_a_run_as_any(tmp_path: Path) -> None:
    run = Run(_config((16, 1)), small.run().data, 2)
    train(run, tmp_path, Pace(2))
    assert small.latent(tmp_path).autoencoder == run.system
