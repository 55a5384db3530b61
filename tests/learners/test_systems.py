"""Systems against what they stand for, and through the loop."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import prod
from pathlib import Path

import pytest
import torch
from torch.distributions import Bernoulli, Independent, Normal, kl_divergence

from learners.chance import generator
from learners.configs import from_json, to_json
from learners.critics.convolutional import ConvolutionalCritic, Norm
from learners.data.examples import Batch, batch_of
from learners.data.letters import all_letters
from learners.data.sets import LetterA
from learners.decoders.batch_normed import BatchNormedDecoder
from learners.decoders.convolutional import ConvolutionalDecoder
from learners.encoders.convolutional import ConvolutionalEncoder
from learners.names import Named, Size
from learners.recipes import classifier_recipe, recipe
from learners.systems.adversarial import Adversarial, AdversarialSystem
from learners.systems.autoencoder import Autoencoder
from learners.systems.latent import LatentGan, LatentSystem
from learners.systems.system import EASING, Adam, Loss
from learners.systems.systems import Config
from learners.systems.variational import VariationalAutoencoder, VariationalSystem, importance_bound
from learners.systems.wasserstein import WassersteinGan, WassersteinSystem
from learners.training.checkpoint import newest_checkpoint
from learners.training.engine import Alone
from learners.training.run import Run
from learners.training.train import Pace, train
from learners.training.trainer import Trainer
from learners.training.upon import upon
from shapelang.diagnostics import UsageError
from tests.learners import small

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def _same_weights() -> Iterator[None]:
    """Layers draw their first weights from torch's own generator."""
    with torch.random.fork_rng(devices=[]):
        torch.random.manual_seed(1)
        yield


def _run(config: Config) -> Run:
    return Run(config, LetterA(), 3)


def _same(folder: Path, other: Path) -> bool:
    one, two = newest_checkpoint(folder)[0], newest_checkpoint(other)[0]
    assert one is not None and two is not None and one.step == two.step
    pairs = ((one.net, two.net), (one.average, two.average), (one.optimizers, two.optimizers))
    return all(a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a) for a, b in pairs)


@pytest.mark.parametrize("name", small.systems())
def test_a_resumed_run_has_the_bits_of_one_in_a_piece(name: str, tmp_path: Path) -> None:
    run = _run(small.systems()[name])
    assert from_json(Run, to_json(run)) == run
    train(run, tmp_path / "whole", Pace(4))
    train(run, tmp_path / "pieces", Pace(2))
    train(run, tmp_path / "pieces", Pace(4))
    assert _same(tmp_path / "whole", tmp_path / "pieces")


def test_a_latent_gan_goes_on_without_the_run_that_it_stands_upon(tmp_path: Path) -> None:
    below = tmp_path / "autoencoder"
    train(small.run(), below, Pace(2))
    run = _run(small.latent(below))
    train(run, tmp_path / "whole", Pace(4))
    train(run, tmp_path / "pieces", Pace(2))
    (below / "run.json").unlink()
    for part in below.glob("step_*/*"):
        part.unlink()
    train(run, tmp_path / "pieces", Pace(4))
    assert _same(tmp_path / "whole", tmp_path / "pieces")


def test_a_latent_gan_leaves_its_autoencoder_as_it_was(tmp_path: Path) -> None:
    train(small.run(), tmp_path / "autoencoder", Pace(2))
    train(_run(small.latent(tmp_path / "autoencoder")), tmp_path / "gan", Pace(3))
    below, above = newest_checkpoint(tmp_path / "autoencoder")[0], newest_checkpoint(tmp_path / "gan")[0]
    assert below is not None and above is not None
    for name, weight in below.average.items():
        assert torch.equal(above.net[f"autoencoder.{name}"], weight)
        assert torch.equal(above.average[f"autoencoder.{name}"], weight), "the average of what stands still is it"


def test_a_latent_gan_begins_on_the_weights_that_it_names(tmp_path: Path) -> None:
    train(small.run(), tmp_path / "autoencoder", Pace(2))
    run = _run(small.latent(tmp_path / "autoencoder"))
    train(small.run(), tmp_path / "autoencoder", Pace(3))
    with pytest.raises(UsageError, match="its weights are not those that the run began with"):
        train(run, tmp_path / "gan", Pace(1))


def test_a_latent_gan_stands_on_autoencoders_alone(tmp_path: Path) -> None:
    train(_run(small.systems()["dcgan"]), tmp_path, Pace(1))
    with pytest.raises(UsageError, match="a run of Adversarial, and an autoencoder is needed"):
        upon(tmp_path)


def test_codes_are_centred_and_put_back(tmp_path: Path) -> None:
    train(small.run(), tmp_path, Pace(2))
    trainer = Trainer(_run(small.latent(tmp_path)), all_letters(), Alone(CPU))
    trainer.begin()
    assert isinstance(trainer.system, LatentSystem)
    net, draws = trainer.system.net, generator(3)
    everything = batch_of(all_letters(), torch.arange(len(all_letters())))
    centred = net.centred(everything)
    # Encoded at once or in pieces: the same sums in another order.
    torch.testing.assert_close(centred, net.centred(replace(everything, indices=None)), rtol=1e-4, atol=1e-4)
    assert centred.mean(dim=0).abs().max() < 1e-2 and (centred.std(dim=0) - 1.0).abs().max() < 1e-2
    torch.testing.assert_close(
        net.drawn(5, generator(4)), net.made(torch.zeros(5, dtype=torch.int64), generator(4)) * net.spread + net.middle
    )
    assert net.drawn(5, draws).shape == (5, small.CODE)


def test_the_bound_is_what_its_parts_are() -> None:
    """Beside torch's own densities."""
    config = small.systems()["cnn-vae"]
    assert isinstance(config, VariationalAutoencoder)
    system, batch = VariationalSystem(config), batch_of(all_letters(), torch.tensor([3, 700]))
    loss = system.phases[0].loss(batch, generator(5))
    mean, log_variance = system.net.posterior(batch.grids)
    noise = torch.randn(2, small.CODE, generator=generator(5))
    grid = system.net.occupancy(mean + (0.5 * log_variance).exp() * noise, _centres(64, 2))
    cells = Independent(Bernoulli(probs=grid.clamp(1e-6, 1.0 - 1e-6)), 1)
    posterior, prior = Normal(mean, (0.5 * log_variance).exp()), Normal(torch.tensor(0.0), torch.tensor(1.0))
    apart = kl_divergence(posterior, prior).sum(dim=1)
    torch.testing.assert_close(loss.total, (apart - cells.log_prob(batch.grids.flatten(1).float())).mean())


def test_what_is_eased_in_counts_by_the_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slopes of the trainer's own steps: none of it at the first, half of it half-way, no more than all of it after."""
    trainer = Trainer(Run(small.systems()["cnn-vae"], LetterA(), 2), all_letters(), Alone(CPU))
    phase = trainer.system.phases[0]
    weight = next(phase.net.parameters())

    def slopes(batch: Batch, draws: torch.Generator) -> Loss:
        del batch, draws
        return Loss(3.0 * weight.sum(), {"one": torch.ones(())}, 2.0 * weight.sum())

    monkeypatch.setattr(trainer.system, "phases", (replace(phase, loss=slopes),))
    for step, slope in ((0, 3.0), (EASING // 2, 4.0), (EASING, 5.0), (3 * EASING, 5.0)):
        trainer.step = step
        trainer.advance()
        assert weight.grad is not None
        torch.testing.assert_close(weight.grad, torch.full_like(weight, slope))
    assert Loss(None, {}, torch.ones(())).at(EASING) is None, "what rests is not moved by it"


def _centres(side: int, count: int) -> torch.Tensor:
    from learners.data.points import cell_centres

    return cell_centres((side, side)).expand(count, -1, -1)


def test_more_samples_bound_more_tightly() -> None:
    config = small.systems()["cnn-vae"]
    assert isinstance(config, VariationalAutoencoder)
    net = VariationalSystem(config).net
    net.encoder.code.weight.data.mul_(30.0)
    grids = all_letters().grids(torch.arange(0, 1295, 100))
    one, many = (importance_bound(net, grids, generator(6), samples).mean() for samples in (1, 50))
    assert torch.isfinite(many) and many < one


def test_a_variational_autoencoder_learns_a_handful_by_heart() -> None:
    """Two letters cost log 2 nats when they are known, and 2,800 before."""
    encoder = ConvolutionalEncoder(2, 64, 8, 4)
    config = VariationalAutoencoder(encoder, ConvolutionalDecoder(2, 64, 4, 4), 64 * 64, Adam(1e-2))
    trainer = Trainer(Run(config, LetterA(), 2), _Two(), Alone(CPU))
    shown = {}
    for _ in range(80):
        shown = trainer.advance()
    assert shown["bound/nats"] < 450.0


class _Two:
    """Two letters far apart."""

    resolution, axes, classes = 64, 2, 1

    def __len__(self) -> int:
        return 2

    def grids(self, indices: torch.Tensor) -> torch.Tensor:
        return all_letters().grids(indices * 1294)

    def labels(self, indices: torch.Tensor) -> torch.Tensor:
        return torch.zeros_like(indices)


def test_only_the_weights_of_a_phase_are_moved_by_it() -> None:
    for name in ("cnn-wgan", "im-wgan", "dcgan"):
        trainer = Trainer(_run(small.systems()[name]), all_letters(), Alone(CPU))
        for phase in trainer.system.phases:
            own = {id(weight) for weight in phase.net.parameters()}
            moved = {id(w) for group in trainer.optimizers[phase.name].param_groups for w in group["params"]}
            assert moved == own and len(own) < len(list(trainer.net.parameters()))


def test_the_critic_of_a_wgan_parts_two_points() -> None:
    """Real ones are all alike, made ones empty: s |real| − λ (s − 1)² is highest at a slope of s = 1 + |real| / 2λ."""
    adam = Adam(1e-2, 0.5, 0.9)
    critic = ConvolutionalCritic(2, 8, 8, Norm.NONE)
    system = WassersteinSystem(WassersteinGan(ConvolutionalDecoder(2, 8, 4, 2), critic, adam))
    real = torch.zeros(8, 8, 8, dtype=torch.bool)
    real[:, 2:6, 2:6] = True
    optimizer = torch.optim.Adam(system.net.critic.parameters(), 1e-2, (0.5, 0.9))
    for bias in system.net.generator.state_dict():
        system.net.generator.state_dict()[bias].fill_(-30.0 if bias == "layers.1.bias" else 0.0)
    apart = torch.zeros(())
    for k in range(200):
        loss = system.phases[0].loss(Batch(real, torch.zeros(8, dtype=torch.int64)), generator(k))
        optimizer.zero_grad()
        assert loss.total is not None
        loss.total.backward()
        optimizer.step()
        apart = loss.shown["apart"]
    assert 4.4 < apart.item() < 5.0, "|real| is 4, λ 10: 4.8"


def test_a_discriminator_that_is_right_too_often_rests() -> None:
    config = small.systems()["dcgan"]
    assert isinstance(config, Adversarial)
    batch = batch_of(all_letters(), torch.tensor([3, 700]))
    for rests, moved in ((-0.1, False), (1.0, True)):
        system = AdversarialSystem(replace(config, rests=rests))
        assert (system.phases[0].loss(batch, generator(1)).total is not None) is moved
        assert system.phases[1].loss(batch, generator(1)).total is not None, "the generator never rests"


def test_a_discriminator_sees_all_cells_under_noise() -> None:
    config = small.systems()["dcgan"]
    assert isinstance(config, Adversarial)
    system = AdversarialSystem(replace(config, noise=0.6))
    seen: list[torch.Tensor] = []
    system.net.discriminator.register_forward_pre_hook(lambda _, given: seen.append(given[0]))
    batch = batch_of(all_letters(), torch.arange(8))
    system.phases[0].loss(batch, generator(11))
    noise = seen[0] - batch.grids.float()
    # 32,768 draws: both are off by less than 6 deviations of what they estimate.
    assert abs(float(noise.mean())) < 6 * 0.6 / noise.numel() ** 0.5
    assert abs(float(noise.std()) - 0.6) < 6 * 0.6 / (2 * noise.numel()) ** 0.5


def test_a_system_that_rests_can_be_resumed(tmp_path: Path) -> None:
    config = small.systems()["dcgan"]
    assert isinstance(config, Adversarial)
    run = _run(replace(config, rests=0.0))
    train(run, tmp_path, Pace(1))
    kept, _ = newest_checkpoint(tmp_path)
    assert kept is not None and not any(name.startswith("discriminator/") for name in kept.optimizers), "it has rested"
    assert train(run, tmp_path, Pace(2)).step == 2


def test_a_norm_over_the_batch_is_refused_with_a_penalty() -> None:
    config = small.systems()["cnn-wgan"]
    assert isinstance(config, WassersteinGan)
    with pytest.raises(UsageError, match="no norm over the batch"):
        replace(config, critic=ConvolutionalCritic(2, 64, 2, Norm.BATCH))


@pytest.mark.parametrize("size", Size)
def test_every_recipe_is_built(size: Size) -> None:
    """Without the wide nets themselves: on the meta device a weight is a shape."""
    from learners.systems.systems import built

    for name in Named:
        axes, side = (2, 32) if name in (Named.DCGAN, Named.IM_WGAN, Named.MESH) else (3, 16)
        if name is Named.LATENT_GAN:
            continue
        config = classifier_recipe(size, 2, 32, 10) if name is Named.CLASSIFIER else recipe(name, size, axes, side)
        with torch.device("meta"):
            system = built(config)
        adversarial = name in (Named.CNN_WGAN, Named.IM_WGAN, Named.DCGAN, Named.GAN_3D)
        assert len(system.phases) == (2 if adversarial else 1), name


@pytest.mark.parametrize(("side", "points"), [(16, 16**3), (32, 2 * 16**3), (64, 32**3), (128, 4 * 32**3)])
def test_autoencoders_at_full_size_have_the_points_and_codes_of_the_paper(side: int, points: int) -> None:
    for name, code in ((Named.IM_AE_ORIGINAL, 128), (Named.IM_AE, 256), (Named.CNN_AE, 256)):
        config = recipe(name, Size.FULL, 3, side)
        assert isinstance(config, Autoencoder) and (config.points, config.encoder.code) == (points, code)


def test_the_generator_of_3d_gan_has_the_channels_of_the_paper() -> None:
    config = recipe(Named.GAN_3D, Size.FULL, 3, 64)
    assert isinstance(config, Adversarial) and config.generator == BatchNormedDecoder(3, 64, 200, 64)
    with torch.device("meta"):
        net = AdversarialSystem(config).net
    found = [tuple(w.shape) for w in net.generator.parameters() if w.dim() == 5]
    assert found == [(512, 256, 4, 4, 4), (256, 128, 4, 4, 4), (128, 64, 4, 4, 4), (64, 1, 4, 4, 4)]
    assert net.generator.start.weight.shape == (512 * prod((4, 4, 4)), 200)


def test_systems_of_pictures_and_of_solids_are_told_apart() -> None:
    with pytest.raises(UsageError, match="dcgan learns from grids of 2 axes, and these have 3; 3d-gan does"):
        recipe(Named.DCGAN, Size.SMALL, 3, 16)
    with pytest.raises(UsageError, match="--on DIR"):
        recipe(Named.LATENT_GAN, Size.SMALL, 3, 16)


def test_a_latent_gan_is_known_by_its_configuration(tmp_path: Path) -> None:
    train(small.run(), tmp_path, Pace(1))
    config = small.latent(tmp_path)
    assert from_json(Config, to_json(config)) == config and isinstance(config, LatentGan)
