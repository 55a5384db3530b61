"""The sequential model: bounds by hand, what hangs on what, and a tiny set learned by heart."""

from __future__ import annotations

from dataclasses import replace
from math import log
from pathlib import Path

import pytest
import torch

from learners.chance import generator
from learners.data.examples import Batch, batch_of
from learners.data.primitives import Primitives
from learners.data.sets import Split, examples
from learners.data.views import depths, fixed_views, turned_views
from learners.names import Known, Size
from learners.systems.context import ClassContext, NoContext
from learners.systems.sequential.bound import bound_loss, evidence, importance_weighted, log_likelihood
from learners.systems.sequential.config import (
    Context,
    PatchRead,
    Place,
    Read,
    Sequential,
    ViewContext,
    WholeRead,
    Writer,
)
from learners.systems.sequential.net import Inferred, SequentialNet
from learners.systems.sequential.recipe import one_step, sequential, views_net
from learners.systems.system import EASING, Adam
from learners.systems.systems import Config, built
from learners.systems.volume_vae import VolumeVae, VolumeVaeNet
from learners.training.checkpoint import newest_checkpoint
from learners.training.run import Run, read_run
from learners.training.train import Pace, train
from learners.weights import weights_of

WRITER = Writer(resolution=8, steps=2, latents=3, hidden=12, patch=4)
READS: tuple[Read, ...] = (WholeRead(6, 2), PatchRead(6, 2, 4))
CONTEXTS: tuple[Context, ...] = (NoContext(), ClassContext(6), ViewContext(2, 5, 2))


def _small(read: Read = READS[0], context: Context = CONTEXTS[0], steps: int = 2) -> Sequential:
    return Sequential(replace(WRITER, steps=steps), read, context, Adam(1e-2))


def _net(config: Sequential) -> SequentialNet:
    with torch.random.fork_rng():
        torch.manual_seed(0)  # noqa: TID251 - layers draw their weights from nowhere else
        return SequentialNet(config)


def _batch(count: int = 4) -> Batch:
    grids = torch.zeros(count, 8, 8, 8, dtype=torch.bool)
    for k in range(count):
        grids[k, k : k + 3, 1:5, 2 : 3 + k] = True
    return Batch(grids, torch.arange(count))


PLACES = (Place.AFFINE, Place.AXIAL)


@pytest.mark.parametrize("place", PLACES)
def test_the_place_that_is_read_sends_no_slopes_to_the_state(place: Place) -> None:
    """State, place, patch and latents are a loop in which they would grow from step to step."""
    config = _small(READS[1])
    read = _net(replace(config, writer=replace(config.writer, place=place))).read
    volumes, state = _batch().grids[:, None].float(), torch.randn(4, 12, generator=generator(0, "state"))
    state.requires_grad_()
    seen = [read(volumes, volumes - 0.5, read.once(volumes), each) for each in (state, state + 1.0)]
    assert not torch.allclose(seen[0], seen[1], atol=1e-6)  # It does hang on the state.
    assert torch.autograd.grad(seen[0].sum(), state, allow_unused=True) == (None,)


@pytest.mark.parametrize("read", READS)
@pytest.mark.parametrize("context", CONTEXTS)
def test_every_weight_has_a_slope(read: Read, context: Context) -> None:
    net = _net(_small(read, context))
    evidence(net.inferred(_batch(), generator(0, "x")), _batch().grids).sum().backward()
    assert all(weight.grad is not None and bool(weight.grad.any()) for weight in net.parameters())


def test_the_bound_is_the_likelihood_less_the_divergence() -> None:
    grids = torch.tensor([[[[True, False]]]])
    found = Inferred(torch.tensor([[[[log(3.0), 0.0]]]]), torch.tensor([0.25]), torch.zeros(1))
    assert float(log_likelihood(grids, found.log_odds)) == pytest.approx(log(0.75) + log(0.5))
    assert float(evidence(found, grids)) == pytest.approx(log(0.75) + log(0.5) - 0.25)


def test_latents_tell_volumes_apart_from_the_first_update_on() -> None:
    """Of first weights: what one latent drawn from the posterior differs by is small beside the prior's deviation, and
    what latents of the prior add to each gate of the state has deviation 1, within what 3,600 weights say of it."""
    net = _net(sequential(Size.SMALL, 2, Known.NOTHING, 1))
    grids = batch_of(examples(Primitives(0), Split.TRAINING), torch.arange(2))
    found = net.inferred(grids, generator(0, "x"))
    assert 0.0 < float(found.divergence.detach().mean()) < 60.0, "20 latents cost at most 3 nats each"
    _, log_variance = net._posterior(torch.randn(2, 128), net.writer.begun(2)[0], torch.zeros(2, 0))
    assert float(log_variance.detach().max()) < -3.0
    spread = net.writer.state.weight_ih[:, :10].detach().square().sum(dim=1).mean()
    assert float(spread) == pytest.approx(1.0, abs=5 * (2 / 10 / 1200) ** 0.5)


def test_the_loss_becomes_the_bound() -> None:
    """The likelihood alone at first, the whole bound in the end; what is shown is the bound at every step."""
    loss = bound_loss(_Coin(0.7), Batch(torch.ones(8, 1, 1, 1, dtype=torch.bool), torch.zeros(8)), generator(0, "x"))
    first, last = loss.at(0), loss.at(EASING)
    assert first is not None and last is not None
    assert float(last - first) == pytest.approx(0.5 * 0.7**2, abs=1e-6)
    assert float(last) == float(loss.shown["bound"])


class _Coin:
    """One cell, one latent of the prior N(0, 1), posterior N(m, 1): log-odds are the latent."""

    def __init__(self, mean: float) -> None:
        self.mean = mean

    def inferred(self, batch: Batch, draws: torch.Generator) -> Inferred:
        latent = self.mean + torch.randn(len(batch.grids), generator=draws)
        ratio = -0.5 * latent**2 + 0.5 * (latent - self.mean) ** 2
        divergence = torch.full_like(latent, 0.5 * self.mean**2)
        return Inferred(latent[:, None, None, None], divergence, ratio)


def test_importance_weights_close_the_gap() -> None:
    # By symmetry the cell is inside with probability ½, whatever the posterior.
    batch = Batch(torch.ones(64, 1, 1, 1, dtype=torch.bool), torch.zeros(64, dtype=torch.int64))
    exact = log(0.5)
    loose = float(importance_weighted(_Coin(0.7), batch, 1, generator(0, "x")).mean())
    tight = importance_weighted(_Coin(0.7), batch, 2000, generator(0, "x"))
    assert loose < exact - 0.05
    assert float(tight.mean()) == pytest.approx(exact, abs=0.01)


def test_a_sample_of_the_ratio_is_the_divergence_on_the_mean() -> None:
    net, batch = _net(_small()), _batch(1)
    batch = Batch(batch.grids.expand(4000, -1, -1, -1), batch.labels.expand(4000))
    with torch.no_grad():
        found = net.inferred(batch, generator(0, "x"))
    error = float((found.log_ratio + found.divergence).std()) / 4000**0.5
    assert abs(float((found.log_ratio + found.divergence).mean())) < 4 * error + 1e-4


def test_the_context_matters_and_nothing_else_of_the_volume_reaches_what_is_generated() -> None:
    for context, same in ((CONTEXTS[1], "labels"), (CONTEXTS[2], "grids")):
        net = _net(_small(context=context))
        batch, other = _batch(), _batch()
        other = (
            Batch(other.grids, other.labels.flip(0)) if same == "labels" else Batch(other.grids.flip(0), other.labels)
        )
        one, two = (net.generated(net.context(b), generator(0, "x")) for b in (batch, other))
        assert not torch.allclose(one, two)
    net = _net(_small())
    assert net.context(_batch()).shape == (4, 0)


@pytest.mark.parametrize("read", READS)
def test_codes_are_the_means_of_all_steps(read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    net, batch = _net(_small(read)), _batch()
    means = torch.arange(24.0).reshape(2, 4, 3) - 12.0
    given = iter([*means, *means])

    def sure(*seen: object) -> tuple[torch.Tensor, torch.Tensor]:
        return next(given), torch.full((4, 3), -40.0)

    monkeypatch.setattr(net, "_posterior", sure)
    with torch.no_grad():
        codes, found = net.codes(batch), net.inferred(batch, generator(0, "x"))
        assert torch.equal(codes, torch.cat([means[0], means[1]], dim=1))
        assert torch.allclose(net.written(codes, torch.zeros(4, 0)), found.log_odds, atol=1e-4)


def test_what_is_drawn_is_written_from_its_codes() -> None:
    for net in (_net(_small()), VolumeVaeNet(VolumeVae(8, 6, 5, 2, Adam(1e-2)))):
        codes = net.drawn(3, generator(0, "x"))
        assert codes.shape == (3, 6) and net.grid(codes).shape == (3, 8, 8, 8)
    net = _net(_small())
    generated = net.generated(torch.zeros(3, 0), generator(0, "x"))
    assert torch.equal(generated.sigmoid(), net.grid(net.drawn(3, generator(0, "x"))))


def _weights(config: Sequential | VolumeVae) -> int:
    return weights_of(lambda: built(config).net)


def test_more_steps_have_the_same_weights() -> None:
    assert _weights(_small(steps=2)) == _weights(_small(steps=24))


@pytest.mark.parametrize("size", Size)
def test_the_one_step_vae_has_as_many_weights_and_latents(size: Size) -> None:
    many = _weights(sequential(size, 6, Known.NOTHING, 1))
    config = one_step(size, 6)
    assert config.latents == 60
    assert abs(_weights(config) / many - 1.0) < 0.01


@pytest.mark.parametrize(
    "config",
    [
        _small(READS[1], CONTEXTS[2]),
        VolumeVae(30, 4, 8, 2, Adam(1e-2)),
        replace(views_net(Size.SMALL), width=2, code=8),
    ],
)
def test_a_resumed_run_has_the_bits_of_one_in_a_piece(config: Config, tmp_path: Path) -> None:
    if isinstance(config, Sequential):
        config = replace(config, writer=replace(config.writer, resolution=30))
    run = Run(config, Primitives(0), 2)
    train(run, tmp_path / "whole", Pace(3))
    train(run, tmp_path / "pieces", Pace(1))
    train(run, tmp_path / "pieces", Pace(3))
    one, other = newest_checkpoint(tmp_path / "whole")[0], newest_checkpoint(tmp_path / "pieces")[0]
    assert one is not None and other is not None
    assert all(torch.equal(one.net[name], other.net[name]) for name in one.net)
    assert read_run(tmp_path / "whole") == run


def test_a_tiny_set_is_learned() -> None:
    net, batch = _net(_small(READS[0])), _batch()
    optimizer = torch.optim.Adam(net.parameters(), 1e-2)
    loss = torch.tensor(0.0)
    for step in range(100):
        loss = -evidence(net.inferred(batch, generator(0, step)), batch.grids).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    share = batch.grids.float().mean(dim=0).clamp(1e-3, 1 - 1e-3)
    independent = -float(log_likelihood(batch.grids, share.logit().expand(4, -1, -1, -1)).mean())
    assert loss.item() < 0.5 * independent


def test_depth_is_that_of_the_first_cell() -> None:
    grids = torch.zeros(1, 4, 4, 4, dtype=torch.bool)
    grids[0, 2:, 1, 3] = True
    seen = fixed_views(grids, 3)[0]
    assert seen[0, 1, 3] == 2.5 / 4 and seen[1, 2, 3] == 1.5 / 4 and seen[2, 3, 1] == 3.5 / 4
    assert int((seen < 1.0).sum()) == 1 + 2 + 2


def test_a_turned_camera_sees_what_a_fixed_one_would() -> None:
    grids = torch.rand(2, 6, 6, 6, generator=torch.Generator().manual_seed(0)) < 0.2
    # (x, y, z) of the turned volume is (y, z, x) of the volume: a camera along x looks along y.
    turn = torch.tensor([[0.0, 0, 1], [1, 0, 0], [0, 1, 0]])
    seen = turned_views(grids, turn.expand(2, 1, 3, 3))[:, 0]
    assert torch.equal(seen, depths(grids, 2).transpose(1, 2))
    assert torch.equal(turned_views(grids, torch.eye(3).expand(2, 1, 3, 3))[:, 0], depths(grids, 1))
