"""Runs as nobody should write them: each is refused with its place and cause, and before memory is taken."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest
import torch

from learners.configs import to_json
from learners.data.digits import Digits
from learners.data.primitives import Primitives
from learners.data.sampled import Sampled
from learners.data.sets import LetterA
from learners.decoders.implicit import OriginalImplicitDecoder
from learners.encoders.convolutional import ConvolutionalEncoder
from learners.systems.autoencoder import Autoencoder
from learners.systems.classifier import Classifier
from learners.systems.context import ClassContext, NoContext
from learners.systems.sequential.config import PatchRead, Sequential, WholeRead, Writer
from learners.systems.system import Adam
from learners.systems.systems import MOST_WEIGHTS, Config, built
from learners.systems.volume_vae import VolumeVae
from learners.training.run import RUN, Run, read_run
from learners.training.train import Pace, train
from learners.weights import weights_of
from shapelang.diagnostics import UsageError
from tests.learners import small

ADAM = Adam(1e-3)
AUTOENCODER = small.run()
GAN = Run(small.systems()["dcgan"], LetterA(), 4)
WGAN = Run(small.systems()["cnn-wgan"], LetterA(), 4)
VAE = Run(small.systems()["im-vae"], LetterA(), 4)
VOLUMES = Run(Sequential(Writer(30, 2), PatchRead(4, 2, 8), NoContext(), ADAM), Primitives(0), 4)
SAMPLED = Run(VolumeVae(8, 2, 3, 2, ADAM), Sampled("box(1, 1, 1)", 4, 8), 4)

BAD: tuple[tuple[Run, str, Any, str], ...] = (
    # Counts of nothing, and less.
    (AUTOENCODER, "batch", 0, "batch: it is 0, but it must be from 1 to 4096; 1 is nearest"),
    (AUTOENCODER, "batch", -4, "batch: it is -4"),
    (AUTOENCODER, "batch", 10**6, "batch: it is 1000000, but it must be from 1 to 4096; 4096 is nearest"),
    (AUTOENCODER, "batch", True, "batch: it is True, but it must be of type int"),
    (AUTOENCODER, "batch", 4.0, "batch: it is 4.0, but it must be of type int"),
    (AUTOENCODER, "seed", -1, "seed: it is -1, but it must be from 0 to"),
    (AUTOENCODER, "seed", 2**64, "seed: it is 18446744073709551616"),
    (AUTOENCODER, "average", 1.5, "average: it is 1.5, but it must be from 0.0 to 1.0"),
    (AUTOENCODER, "precision", "f16", "precision: it is 'f16', but it must be one of f32, bf16; did you mean 'bf16'?"),
    (AUTOENCODER, "system.points", 0, "system.points: it is 0"),
    (AUTOENCODER, "system.encoder.width", -8, "system.encoder.width: it is -8, but it must be from 1 to 65536"),
    (AUTOENCODER, "system.encoder.width", 0, "system.encoder.width: it is 0"),
    (AUTOENCODER, "system.encoder.code", 0, "system.encoder.code: it is 0"),
    (AUTOENCODER, "system.encoder.axes", 4, "system.encoder.axes: it is 4, but it must be from 2 to 3"),
    (AUTOENCODER, "system.encoder.resolution", 4, "system.encoder.resolution: it is 4, but it must be from 8"),
    (AUTOENCODER, "system.decoder.narrowed", 0, "system.decoder.narrowed: it is 0"),
    (AUTOENCODER, "system.decoder.narrowed", 1000, "system.decoder.narrowed: it is 1000, but it must be from 1 to 128"),
    (AUTOENCODER, "system.adam.rate", 0, "system.adam.rate: it is 0.0"),
    (AUTOENCODER, "system.adam.rate", -1e-3, "system.adam.rate: it is -0.001"),
    (AUTOENCODER, "system.adam.rate", 10**400, "system.adam.rate: it is inf"),
    (AUTOENCODER, "system.adam.beta1", 1, "system.adam.beta1: it is 1.0"),
    (GAN, "system.rests", 80, "system.rests: it is 80.0, but it must be from 0.0 to 1.0; 1.0 is nearest"),
    (WGAN, "system.updates", 0, "system.updates: it is 0"),
    (WGAN, "system.penalty", -10, "system.penalty: it is -10.0"),
    (WGAN, "system.cells", 0, "system.cells: it is 0, but it must be from 1"),
    (VOLUMES, "system.writer.steps", 0, "system.writer.steps: it is 0"),
    (VOLUMES, "system.writer.features", -1, "system.writer.features: it is -1"),
    (VOLUMES, "system.writer.patch", 0, "system.writer.patch: it is 0"),
    (VOLUMES, "data.seed", -1, "data.seed: it is -1"),
    (SAMPLED, "data.count", 0, "data.count: it is 0"),
    (SAMPLED, "data.resolution", 100_000, "data.resolution: it is 100000, but it must be from 8 to 256"),
    (SAMPLED, "data.program", "a\0b", "data.program: it has a character of number 0"),
    # Of another kind.
    (AUTOENCODER, "system", None, "system: it is None, but it must be an object"),
    (AUTOENCODER, "system", [1], "system: it is [1], but it must be an object"),
    (AUTOENCODER, "system.type", "Run", "system: 'type' is 'Run', but it must be one of Autoencoder"),
    (AUTOENCODER, "system.type", ["x" * 1000], "system: 'type' is ['xxx"),
    (AUTOENCODER, "data.type", "Letter", "data: 'type' is 'Letter', but it must be one of LetterA"),
    (AUTOENCODER, "system.encoder", {}, "system.encoder: 'axes' is missing"),
    (AUTOENCODER, "system.encoder.widht", 3, "system.encoder: 'widht' is unknown"),
    # What does not fit together.
    (AUTOENCODER, "system.encoder.resolution", 48, "system.encoder: a grid of 48 cells along an axis cannot be halved"),
    (AUTOENCODER, "system.decoder.code", 9, "system: the decoder takes codes of 9 numbers, and those here have 8"),
    (
        AUTOENCODER,
        "system.decoder.axes",
        3,
        "system: the decoder makes 64³ cells, and what it learns with sees 64²",
    ),
    (AUTOENCODER, "system.encoder.resolution", 32, ": the system learns from 32² cells, and the set has 64² cells"),
    (VAE, "system.encoder.code", 9, "system: 9 numbers are no mean and variance of 8"),
    (WGAN, "system.critic.norm", "batch", "system: a gradient penalty is of each example by itself"),
    (
        WGAN,
        "system.critic.resolution",
        32,
        "system: the decoder makes 64² cells, and what it learns with sees 32²",
    ),
    (GAN, "system.generator.resolution", 32, "system: the decoder makes 32² cells"),
    (SAMPLED, "data.resolution", 16, ": the system learns from 8³ cells, and the set has 16³ cells"),
)


def _spoilt(run: Run, key: str, value: Any) -> dict[str, Any]:
    data = to_json(run)
    *path, last = key.split(".")
    place = data
    for name in path:
        place = place[name]
    place[last] = value
    return data


@pytest.mark.parametrize(("run", "key", "value", "told"), BAD, ids=[f"{key}={value!r:.20}" for _, key, value, _ in BAD])
def test_a_bad_run_is_refused_with_its_place(run: Run, key: str, value: Any, told: str, tmp_path: Path) -> None:
    file = tmp_path / RUN
    file.write_text(json.dumps(_spoilt(run, key, value)))
    with pytest.raises(UsageError, match=re.escape(told)) as caught:
        read_run(tmp_path)
    assert str(caught.value).startswith(str(file)) and len(str(caught.value)) < 800


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "is no JSON"),
        ("[]", "it is [], but it must be an object"),
        ("null", "it is None, but it must be an object"),
        ('{"batch": NaN}', "JSON has no NaN"),
        ('{"batch": 4, "batch": 8}', "'batch' stands there twice"),
        ("[" * 100_000, "is no JSON"),
        ('{"batch": 4' + " " * (1 << 20) + "}", "more than 1,048,576 bytes"),
        ("\ufffe\x00", "is no JSON"),
    ],
)
def test_what_is_no_run_is_refused(text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / RUN).write_text(text, encoding="utf-16" if text.startswith("\ufffe") else "utf-8")
    with pytest.raises(UsageError, match=re.escape(told)):
        read_run(tmp_path)


def test_a_run_that_could_not_be_read_back_is_not_begun(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=re.escape("the run.batch: it is 0")):
        train(replace(AUTOENCODER, batch=0), tmp_path, Pace(1))
    assert list(tmp_path.iterdir()) == []


def test_classes_of_another_set_are_refused() -> None:
    encoder = ConvolutionalEncoder(2, 32, 4, 2)
    with pytest.raises(UsageError, match="the system knows 9 classes, and the set has 10"):
        Run(Classifier(encoder, 9, ADAM), Digits("mnist.npz", ""), 4)
    with pytest.raises(UsageError, match="the system knows 7 classes, and the set has 6"):
        Run(replace(VOLUMES.system, context=ClassContext(7)), Primitives(0), 4)  # pyright: ignore[reportCallIssue]


HUGE: tuple[Config, ...] = (
    Autoencoder(ConvolutionalEncoder(3, 256, 8, 1 << 16), OriginalImplicitDecoder(3, 8), 4, ADAM),
    VolumeVae(256, 1 << 16, 1 << 16, 1 << 16, ADAM),
    Sequential(Writer(256, 1, 1 << 16, 1 << 16, 64, 1 << 16), WholeRead(1 << 16, 1 << 16), NoContext(), ADAM),
)


@pytest.mark.parametrize("config", HUGE, ids=lambda config: type(config).__name__)
def test_a_huge_net_is_refused_before_memory_is_taken(config: Config) -> None:
    """Each would take more memory than any machine has."""
    with pytest.raises(UsageError, match=f"would have [0-9,]+ weights, and at most {MOST_WEIGHTS:,} are made"):
        built(config)


@pytest.mark.parametrize("name", small.systems())
def test_counting_draws_nothing(name: str) -> None:
    config = small.systems()[name]
    with torch.random.fork_rng(devices=[]):
        before = torch.random.get_rng_state()
        count = weights_of(lambda: built(config).net)
        assert torch.equal(torch.random.get_rng_state(), before)
        assert count == sum(weight.numel() for weight in built(config).net.parameters())


def _numbers(kind: Any, place: str) -> Iterator[tuple[str, Any]]:
    """Every number that a type can hold, with its annotation."""
    if get_origin(kind) is Annotated or kind in (int, float):
        yield place, kind
    elif is_dataclass(kind) and isinstance(kind, type):
        hints = get_type_hints(kind, include_extras=True)
        for field in fields(kind):
            yield from _numbers(hints[field.name], f"{kind.__name__}.{field.name}")
    else:
        for member in get_args(kind):
            yield from _numbers(member, place)


def test_every_number_of_a_run_has_bounds() -> None:
    found = dict(_numbers(Run, "Run"))
    assert {"Run.batch", "Writer.steps", "Adam.beta2", "Sampled.count"} <= found.keys()
    assert [place for place, kind in found.items() if get_origin(kind) is not Annotated] == []
