"""The seven generators of digits: what is equal of twins, rates, and the table of rows whose means are known."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks.learners.digits import (
    SEVEN,
    TWINS,
    Job,
    Length,
    Row,
    at_steps,
    at_time,
    faster,
    folder_of,
    jobs,
    measured,
    run_of,
    table,
    trained,
)
from learners.data.digits import CLASSES, SIDE, Digits, digits
from learners.data.sets import Split, examples
from learners.evaluation.generated import classifier, judge
from learners.names import Named, Size
from learners.recipes import classifier_recipe, recipe
from learners.systems.adversarial import Adversarial
from learners.systems.latent import LatentGan
from learners.training.averaged import averaged
from learners.training.run import Run
from learners.training.train import Pace, train

PACES = {
    "cnn-ae": 0.25,
    "im-ae": 0.5,
    "latent-gan": 0.125,
    "cnn-vae": 0.25,
    "im-vae": 0.5,
    "cnn-wgan": 1.0,
    "im-wgan": 2.0,
    "dcgan": 0.5,
}
BY_TITLE = {maker.title: maker for maker in SEVEN}


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Digits:
    """Twenty pictures of bars."""
    file = tmp_path_factory.mktemp("digits") / "digits.npz"
    images, labels = np.zeros((20, 28, 28), np.uint8), np.arange(20, dtype=np.uint8) % 10
    for k in range(20):
        images[k, 6:22, 5 + k % 10 : 9 + k % 10] = 255
    np.savez(file, images=images, labels=labels)
    return digits(file)


def test_equal_time_is_the_time_of_an_autoencoder_too() -> None:
    for maker in SEVEN:
        length = at_time(maker, 60.0, PACES)
        below = 0.0 if maker.below is None else length.below * PACES[maker.below.value]
        step = PACES[maker.system.value]
        assert 60.0 - step < below + length.steps * step <= 60.0
    assert at_time(BY_TITLE["IM-GAN"], 60.0, PACES) == Length(288, 48)
    assert at_time(BY_TITLE["WGAN_IM"], 1.0, PACES) == Length(1, 0), "one step at least"


def test_twins_of_equal_steps_have_those_of_the_slower_one() -> None:
    assert [at_steps(*twins, 60.0, PACES) for twins in TWINS] == [Length(288, 48), Length(120, 0), Length(30, 0)]


def test_every_job_is_one_of_the_seven_and_other_rates_are_of_twins_alone() -> None:
    asked = list(jobs(60.0, PACES, 2, []))
    assert {job.maker for job in asked} == set(SEVEN) and {job.seed for job in asked} == {0, 1}
    assert all(job.factor == 1.0 for job in asked)
    again = list(jobs(60.0, PACES, 1, [0.5, 2.0]))
    assert {job.maker for job in again} == set(SEVEN) - {BY_TITLE["DCGAN"]}
    assert len({folder_of(job, Path()) for job in [*asked, *again]}) == len({*asked, *again})


def test_all_rates_of_a_system_are_times_the_factor() -> None:
    config = recipe(Named.DCGAN, Size.SMALL, 2, SIDE)
    twice = faster(config, 2.0)
    assert isinstance(config, Adversarial) and isinstance(twice, Adversarial)
    assert twice.generator_adam.rate == 2.0 * config.generator_adam.rate
    assert twice.discriminator_adam.rate == 2.0 * config.discriminator_adam.rate
    assert faster(twice, 0.5) == config


def test_a_latent_gan_stands_upon_an_autoencoder_of_its_own_rate(data: Digits, tmp_path: Path) -> None:
    run = run_of(Job(BY_TITLE["IM-GAN"], Length(1, 1), 3, 0.5), data, tmp_path)
    assert isinstance(run.system, LatentGan) and run.seed == 3
    assert run.system.folder == str(tmp_path / "im-ae-1-rate-0.5-seed-3")


def test_more_steps_go_on_from_fewer_and_have_the_same_weights(data: Digits, tmp_path: Path) -> None:
    job = Job(BY_TITLE["VAE"], Length(3, 0), 0)
    trained(Job(BY_TITLE["VAE"], Length(1, 0), 0), data, tmp_path / "on")
    trained(Job(BY_TITLE["VAE"], Length(2, 0), 1), data, tmp_path / "on")
    ours, theirs = (averaged(trained(job, data, tmp_path / name)) for name in ("on", "whole"))
    assert ours.step == theirs.step == 3
    assert all(torch.equal(ours.weights[name], theirs.weights[name]) for name in theirs.weights)
    calls = [json.loads(line)["step"] for line in (folder_of(job, tmp_path / "on") / "log.jsonl").open()]
    assert averaged(folder_of(replace(job, length=Length(1, 0)), tmp_path / "on")).step == 1, "a copy goes on"
    assert calls == [1, 3]


def test_a_job_is_trained_once_and_measured(data: Digits, tmp_path: Path) -> None:
    train(Run(classifier_recipe(Size.SMALL, 2, SIDE, CLASSES), data, 4), tmp_path / "told", Pace(1))
    known = judge(classifier(tmp_path / "told", 2, SIDE), examples(data, Split.HELD_OUT), 10)
    job = Job(BY_TITLE["VAE"], Length(2, 0), 0)
    row = measured(job, data, tmp_path, known, 4)
    assert (row.title, row.steps, row.below, row.seed, row.factor) == ("VAE", 2, 0, 0, 1.0) and row.distance > 0.0
    log = (folder_of(job, tmp_path) / "log.jsonl").read_text()
    assert measured(job, data, tmp_path, known, 4).distance == row.distance
    assert (trained(job, data, tmp_path) / "log.jsonl").read_text() == log


def test_the_table_has_means_over_seeds_and_differences_of_twins_seed_by_seed() -> None:
    rows = [Row("VAE", 240, 0, seed, 1.0, distance, "") for seed, distance in enumerate((4.0, 6.0))]
    rows += [Row("VAE_IM", 120, 0, seed, 1.0, distance, "") for seed, distance in enumerate((5.0, 9.0))]
    rows += [Row("VAE", 120, 0, 0, 1.0, 8.0, ""), Row("VAE", 240, 0, 0, 2.0, 3.0, "")]
    lines = table(rows, 60.0, PACES).splitlines()
    assert lines[0] == "| drawn by | equal | steps | rate × 1 | rate × 2 |"
    assert "| VAE | seconds | 240 | 5.0 ± 1.0 (2) | 3.0 |" in lines
    assert "| VAE_IM | seconds | 120 | 7.0 ± 2.0 (2) |  |" in lines
    assert "| VAE_IM − VAE | seconds |  | 2.0 ± 1.0 (2) |  |" in lines
    assert "| VAE | steps | 120 | 8.0 |  |" in lines
    assert "| VAE_IM − VAE | steps |  | -3.0 |  |" in lines
    assert "| CNN-GAN | seconds | 288 on 96 |  |  |" in lines
