"""Completion by a chain, with an inference that is exact: volumes near one of two that are known."""

from __future__ import annotations

from math import log, log1p
from pathlib import Path
from typing import final

import numpy as np
import pytest
import torch

from learners.chance import generator
from learners.data.examples import Batch, spaced
from learners.data.primitives import TEST, Primitives
from learners.data.sets import Split, examples
from learners.data.solid_grids import overlap
from learners.evaluation.completion import completions
from learners.generation.completing import agreed
from learners.names import Known, Size
from learners.systems.sequential.bound import log_likelihood
from learners.systems.sequential.completion import HIDDEN, Seen, completed, flipped, half_hidden
from learners.systems.sequential.net import Inferred
from learners.systems.sequential.recipe import sequential
from learners.systems.system import Adam
from learners.systems.volume_vae import VolumeVae
from learners.training.run import Run
from learners.training.train import Pace, train
from shapelang.diagnostics import UsageError

SURE = log(0.99) - log1p(-0.99)


@final
class _Either:
    """Two volumes, equally likely, of each cell 1 % flipped: the latent says which, and is inferred exactly."""

    def __init__(self, volumes: torch.Tensor) -> None:
        self.volumes = volumes

    def inferred(self, batch: Batch, draws: torch.Generator) -> Inferred:
        each = [SURE * (2.0 * volume.float() - 1.0).expand(batch.grids.shape) for volume in self.volumes]
        odds = log_likelihood(batch.grids, each[0]) - log_likelihood(batch.grids, each[1])
        first = torch.rand(len(odds), generator=draws) < odds.sigmoid()
        nothing = torch.zeros(len(odds))
        return Inferred(torch.where(first[:, None, None, None], each[0], each[1]), nothing, nothing)


def _volumes() -> torch.Tensor:
    """Two bars that are alike in their lower half along x."""
    volumes = torch.zeros(2, 6, 6, 6, dtype=torch.bool)
    volumes[:, :3, 2:4, 2:4] = True
    volumes[0, 3:, 2:4, 2:4] = True
    volumes[1, 3:, 0:2, 2:4] = True
    return volumes


def test_what_is_known_stays_and_what_is_ambiguous_is_drawn_both_ways() -> None:
    volumes = _volumes()
    seen = half_hidden(volumes[:1].expand(300, -1, -1, -1), 0, upper=True)
    assert not bool(seen.cells[:, 3:].any()) and bool((seen.flipped[:, 3:] == 0.5).all())
    end = completed(_Either(volumes), seen, 5, generator(0, "x"))
    assert torch.equal(end.cells[:, :3], volumes[:1, :3].expand(300, -1, -1, -1))
    near = torch.stack([overlap(end.cells, volume.expand(300, -1, -1, -1)) for volume in volumes]) > 0.6
    assert bool(near.any(dim=0).all())
    # Either reading has the probability ½: four standard errors of 300 chains.
    assert abs(float(near[0].float().mean()) - 0.5) < 4 * 0.5 / 300**0.5


def test_flips_are_taken_back() -> None:
    volumes = _volumes()
    seen = flipped(volumes, 0.05, generator(0, "flips"))
    assert not torch.equal(seen.cells, volumes)
    end = completed(_Either(volumes), seen, 4, generator(0, "x"))
    assert torch.equal(end.inside > 0.5, volumes)


def test_a_net_agrees_with_shapes_that_it_knows() -> None:
    volumes, other = _volumes(), torch.zeros(1, 6, 6, 6, dtype=torch.bool)
    other[:, :3, 0:2, 4:6] = True
    for grids, expected in ((volumes[:1], 1.0), (other, 0.0), (volumes[:1] | other, 0.5)):
        seen = half_hidden(grids, 0, upper=True) if grids is not other else Seen(other, torch.zeros(other.shape))
        assert agreed(seen, completed(_Either(volumes), seen, 4, generator(0, "x"))) == expected


def test_what_was_seen_weighs_as_much_as_it_is_sure() -> None:
    seen = Seen(torch.tensor([[[[True, False, True, False]]]]), torch.tensor([[[[0.1, 0.1, 0.5, 0.0]]]]))
    found = seen.posterior(torch.full((1, 1, 1, 4), log(4.0)))[0, 0, 0]
    expected = [0.8 * 0.9 / (0.8 * 0.9 + 0.2 * 0.1), 0.8 * 0.1 / (0.8 * 0.1 + 0.2 * 0.9), 0.8, 0.0]
    assert torch.allclose(found, torch.tensor(expected))


def test_the_lower_half_is_that_of_the_shape() -> None:
    volumes = torch.zeros(2, 8, 8, 8, dtype=torch.bool)
    volumes[0, 1, 2:6, 1] = True  # middle at 3.5
    volumes[1, 1, 3:8, 1] = True  # middle at 5: that cell is kept
    hidden = half_hidden(volumes, 1, upper=False).flipped[:, 0, :, 0] > 0.0
    assert hidden[0].tolist() == [True] * 4 + [False] * 4
    assert hidden[1].tolist() == [True] * 5 + [False] * 3


def test_overlap_by_hand() -> None:
    one = torch.tensor([[[[True, True, False]]], [[[False, False, False]]]])
    other = torch.tensor([[[[False, True, True]]], [[[False, False, False]]]])
    assert overlap(one, other).tolist() == [pytest.approx(1 / 3), 1.0]


def test_a_run_completes_what_it_never_saw(tmp_path: Path) -> None:
    config = sequential(Size.SMALL, 1, Known.NOTHING, 1)
    train(Run(config, Primitives(0), 2), tmp_path / "run", Pace(1))
    found = completions(tmp_path / "run", 3, 2)
    volumes = examples(Primitives(0), Split.HELD_OUT).grids(spaced(TEST, 3))
    known = volumes & (half_hidden(volumes, 0, upper=True).flipped < HIDDEN)
    # No cell is inside in half of all primitives: what stays is the half that was seen.
    assert found.filled.tolist() == (known.flatten(1).sum(dim=1) / volumes.flatten(1).sum(dim=1)).tolist()
    # 5 % of 27,000 cells are more than a solid has: of its n cells .95 n stay, beside .05 (27,000 - n) others.
    cells = volumes.flatten(1).sum(dim=1)
    expected = 0.95 * cells / (cells + 0.05 * (volumes[0].numel() - cells))
    assert np.allclose(found.noisy, expected, atol=0.03), "flips are drawn: five deviations are less"
    for row in (found.completed, found.denoised):
        assert row.shape == (3,) and (row >= 0.0).all() and (row <= 1.0).all()
    train(Run(VolumeVae(30, 2, 2, 2, Adam(1e-3)), Primitives(0), 1), tmp_path / "vae", Pace(1))
    with pytest.raises(UsageError, match=r"vae is a run of VolumeVae: `train sequential` completes volumes"):
        completions(tmp_path / "vae", 1, 1)
