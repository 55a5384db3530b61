"""Latent GANs whose two sides are told the class."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import final

import pytest
import torch
from torch import Tensor, nn

from learners.chance import generator
from learners.data.examples import Batch
from learners.data.sets import LetterA
from learners.names import Known, Size
from learners.recipes import latent_recipe
from learners.systems.context import ClassContext, NoContext
from learners.systems.latent import LatentGan, LatentNet, LatentSystem, Prior
from learners.systems.system import Adam
from learners.systems.systems import classes_of
from learners.training.run import Run
from learners.training.train import Pace, train
from learners.training.upon import upon
from shapelang.diagnostics import UsageError
from tests.learners import small


@final
class Told(nn.Module):
    """Gives what stands behind the noise as a code, so that codes say what was told."""

    def __init__(self, noise: int, code: int) -> None:
        super().__init__()
        self.noise, self.code = noise, code

    def forward(self, numbers: Tensor) -> Tensor:
        """(b, code), the class as one number of it that is 1."""
        classes = numbers[:, self.noise :]
        return nn.functional.pad(classes, (0, self.code - classes.shape[1]))


def config(prior: Prior, noise: int = 4) -> LatentGan:
    """On an autoencoder that learned nothing, of codes of eight numbers."""
    system = small.run().system
    assert not isinstance(system, LatentGan)
    return LatentGan(system, "nowhere", "", noise, 16, Adam(2e-3, 0.5), prior, 2)  # pyright: ignore[reportArgumentType]


def saying(shares: list[int]) -> LatentNet:
    """A net whose codes say what was told, of classes so often."""
    net = LatentNet(config(ClassContext(len(shares))))
    net.generator = Told(net.noise, small.CODE)  # pyright: ignore[reportAttributeAccessIssue]
    net.count_classes(torch.repeat_interleave(torch.arange(len(shares)), torch.tensor(shares)))
    return net


def test_a_class_that_is_asked_is_the_one_that_is_told() -> None:
    drawn = saying([1, 0, 3]).drawn(50, generator(1), label=1)
    assert drawn.argmax(dim=1).tolist() == [1] * 50 and drawn.sum() == 50


def test_each_is_drawn_as_often_as_it_was_learned_from() -> None:
    often = saying([6, 0, 3, 1]).drawn(10_000, generator(2)).sum(dim=0)
    assert often[1] == 0
    # Six deviations of 10,000 draws are 300 at most.
    assert (often[:4] - torch.tensor([6000, 0, 3000, 1000])).abs().max() < 300


def test_shares_that_are_none_are_refused() -> None:
    net = saying([1, 1])
    net.often.copy_(torch.tensor([0.0, -3.0]))
    with pytest.raises(UsageError, match="it has learned from no class"):
        net.drawn(1, generator(3))


def test_both_sides_see_the_class_and_learn_it() -> None:
    """Codes of one class lie about -1, of the other about 1, in all numbers: after a minute of none, where they lie."""
    system = LatentSystem(config(ClassContext(2), 2))
    labels = torch.arange(64) % 2
    system.net.kept = (2.0 * labels[:, None] - 1.0).repeat(1, small.CODE) + 0.1 * torch.randn(
        64, small.CODE, generator=generator(4)
    )
    batch = Batch(torch.zeros(64, 64, 64, dtype=torch.bool), labels, torch.arange(64))
    optimizers = {phase.name: torch.optim.Adam(phase.net.parameters(), 2e-3, (0.5, 0.9)) for phase in system.phases}
    for step in range(300):
        for phase in system.phases:
            for time in range(phase.times):
                optimizers[phase.name].zero_grad()
                total = phase.loss(batch, generator(step, phase.name, time)).total
                assert total is not None
                total.backward()
                optimizers[phase.name].step()
    low, high = (system.net.drawn(200, generator(5), label).mean(dim=0) for label in (0, 1))
    assert low.max() < -0.2 and high.min() > 0.2, "told nothing, both would be about 0"


def test_told_nothing_it_has_the_weights_that_it_had() -> None:
    plain, told = (LatentNet(config(prior)) for prior in (NoContext(), ClassContext(10)))
    assert "often" not in plain.state_dict() and told.state_dict()["often"].shape == (10,)
    assert plain.generator[0].weight.shape == (16, 4) and told.generator[0].weight.shape == (16, 14)
    assert (classes_of(config(NoContext())), classes_of(config(ClassContext(10)))) == (1, 10)


def test_a_set_without_classes_tells_none(tmp_path: Path) -> None:
    train(small.run(), tmp_path, Pace(1))
    below = upon(tmp_path)
    for known, classes, cause in (
        (Known.CLASS, 1, "the shapes of this set have no classes"),
        (Known.ONE_VIEW, 10, "latent-gan takes --known class, not 1-view"),
    ):
        with pytest.raises(UsageError, match=cause):
            latent_recipe(Size.SMALL, below.autoencoder, str(tmp_path), below.sha256, known, classes)
    with pytest.raises(UsageError, match="the system knows 3 classes, and the set has 1"):
        Run(replace(small.latent(tmp_path), prior=ClassContext(3)), LetterA(), 2)
