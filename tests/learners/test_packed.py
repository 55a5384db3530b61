"""Trained systems as folders to give on."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

from learners.chance import generator
from learners.configs import to_json
from learners.data.digits import Digits
from learners.data.primitives import Primitives
from learners.data.sampled import Sampled
from learners.data.sets import LetterA
from learners.encoders.convolutional import ConvolutionalEncoder
from learners.generation.model import model_of
from learners.names import Known, Size
from learners.systems.classifier import Classifier
from learners.systems.context import NoContext
from learners.systems.latent import LatentGan
from learners.systems.sequential.recipe import sequential, views_net
from learners.systems.system import Adam
from learners.systems.systems import built, only_in_training
from learners.systems.volume_vae import VolumeVae
from learners.training.card import Card
from learners.training.packed import CARD, CONFIG, WEIGHTS, Stored
from learners.training.provenance import CALLS, Call, Figures, calls_of, figures_of, note_call, note_figures
from learners.training.run import Run
from learners.training.train import Pace, train
from learners.training.trained import TrainedSystem
from learners.training.whole import write_folder
from shapelang.diagnostics import UsageError
from shapelang.io import atomic
from tests.learners import small

PEAK = """
import resource, sys
from learners.training.trained import TrainedSystem
from shapelang.diagnostics import UsageError
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    TrainedSystem.from_pretrained(sys.argv[1])
except UsageError:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
"""Prints by how much more memory than before a folder is refused."""

RUNS: dict[str, Run] = {
    "ae": small.run(),
    "latent": Run(
        LatentGan(small.run().system, "somewhere/ae", "", 4, 16, Adam(1e-3), NoContext()),  # pyright: ignore[reportArgumentType]
        LetterA(),
        2,
    ),
    "classifier": Run(Classifier(ConvolutionalEncoder(2, 32, 4, 2), 10, Adam(1e-3)), Digits("a/b/digits.npz", "0"), 2),
    "sequential": Run(sequential(Size.SMALL, 1, Known.NOTHING, 1), Primitives(0), 2),
    "views": Run(replace(views_net(Size.SMALL), width=2, code=8), Primitives(0), 2),
    **{name: Run(config, LetterA(), 2) for name, config in small.systems().items()},
}


def _trained(run: Run, step: int = 7) -> TrainedSystem:
    system = built(run.system)
    system.net.eval()
    return TrainedSystem(run, system, step)


@pytest.mark.parametrize("name", RUNS)
def test_every_system_comes_back_with_its_bits(name: str, tmp_path: Path) -> None:
    trained = _trained(RUNS[name])
    size = trained.save_pretrained(tmp_path / "packed")
    assert {path.name for path in (tmp_path / "packed").iterdir()} == {CONFIG, WEIGHTS, CARD}
    assert size == sum(path.stat().st_size for path in (tmp_path / "packed").iterdir())
    again = TrainedSystem.from_pretrained(tmp_path / "packed")
    left = only_in_training(trained.run.system)
    kept = {key for key in trained.system.net.state_dict() if not (left and key.startswith(left))}
    assert again.step == 7 and not again.system.net.training
    assert load_file(tmp_path / "packed" / WEIGHTS).keys() == kept
    own, read = trained.system.net.state_dict(), again.system.net.state_dict()
    assert read.keys() == own.keys() and all(torch.equal(read[key], own[key]) for key in kept)


def test_the_critic_stays_at_home_and_shapes_are_the_same(tmp_path: Path) -> None:
    trained = _trained(RUNS["dcgan"])
    trained.save_pretrained(tmp_path / "packed")
    assert not any(name.startswith("discriminator") for name in load_file(tmp_path / "packed" / WEIGHTS))
    points = torch.rand(50, 2, generator=generator(1)) * 2 - 1
    one, other = model_of(trained), model_of(TrainedSystem.from_pretrained(tmp_path / "packed"))
    assert torch.equal(one.field(one.drawn(3))(points), other.field(other.drawn(3))(points))


def test_half_is_the_nearest_number_of_sixteen_bits(tmp_path: Path) -> None:
    trained = _trained(RUNS["ae"])
    whole_size = trained.save_pretrained(tmp_path / "whole")
    half_size = trained.save_pretrained(tmp_path / "half", stored=Stored.F16)
    assert half_size < 0.6 * whole_size
    read = TrainedSystem.from_pretrained(tmp_path / "half").system.net.state_dict()
    for name, weight in trained.system.net.state_dict().items():
        assert read[name].dtype == torch.float32
        assert bool(((read[name] - weight).abs() <= 2.0**-11 * weight.abs() + 2.0**-25).all()), name


def test_what_sixteen_bits_cannot_say_is_refused(tmp_path: Path) -> None:
    trained = _trained(RUNS["ae"])
    next(trained.system.net.parameters()).data.fill_(1e5)
    with pytest.raises(UsageError, match=r"holds 1e\+05, which 16 bits cannot say"):
        trained.save_pretrained(tmp_path / "half", stored=Stored.F16)
    assert list(tmp_path.iterdir()) == []


def test_no_folder_of_the_machine_is_told(tmp_path: Path) -> None:
    for name in ("latent", "classifier"):
        _trained(RUNS[name]).save_pretrained(tmp_path / name)
        told = (tmp_path / name / CONFIG).read_text() + (tmp_path / name / CARD).read_text()
        assert "somewhere" not in told and "a/b" not in told
    assert TrainedSystem.from_pretrained(tmp_path / "classifier").run.data == Digits("digits.npz", "0")


def test_commands_of_the_card_name_files_without_their_folders(tmp_path: Path) -> None:
    calls = (Call(0, "shapelang train cnn-ae --data '/home/ann lee/chair.shape' -o runs/it", "cpu"),)
    card = Card("it", calls=calls, figures=(Figures(1, "shapelang eval /home/ann/it", {"iou": 0.5}),))
    _trained(RUNS["ae"]).save_pretrained(tmp_path / "it", card)
    text = (tmp_path / "it" / CARD).read_text()
    assert "shapelang train cnn-ae --data chair.shape -o runs/it  # from" in text
    assert "`shapelang eval it`" in text and "ann" not in text


def test_a_command_that_somebody_cut_is_told_as_it_is(tmp_path: Path) -> None:
    card = Card("it", calls=(Call(0, "shapelang train 'cnn-ae /home/ann/chair.shape", "cpu"),))
    _trained(RUNS["ae"]).save_pretrained(tmp_path / "it", card)
    assert "chair.shape  # from step 0 on" in (tmp_path / "it" / CARD).read_text()


def test_only_what_was_packed_is_replaced(tmp_path: Path) -> None:
    trained = _trained(RUNS["ae"])
    folder = tmp_path / "mine"
    folder.mkdir()
    trained.save_pretrained(folder)
    replace(trained, step=8).save_pretrained(folder)
    assert TrainedSystem.from_pretrained(folder).step == 8
    (folder / CONFIG).unlink()
    with pytest.raises(UsageError, match="something else stands there"):
        trained.save_pretrained(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["mine"], "nothing is left beside it"


def test_what_others_put_there_stays(tmp_path: Path) -> None:
    """Models of other libraries have a config.json, and somebody may keep notes beside a packed net."""
    trained = _trained(RUNS["ae"])
    for name, files in (("theirs", {CONFIG: "{}"}), ("broken", {CONFIG: "{"}), ("noted", {"notes.txt": "mine"})):
        folder = tmp_path / name
        if name == "noted":
            trained.save_pretrained(folder)
        folder.mkdir(exist_ok=True)
        for file, text in files.items():
            (folder / file).write_text(text)
        with pytest.raises(UsageError, match="something else stands there"):
            trained.save_pretrained(folder)
        assert all((folder / file).read_text() == text for file, text in files.items())


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_folder(tmp_path / "it", {"a": b"old", "b": b"old"})
    write, written = os.write, list[int]()

    def full(descriptor: int, content: bytes) -> int:
        if written:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written.append(write(descriptor, content))
        return written[0]

    monkeypatch.setattr(atomic.os, "write", full)
    with pytest.raises(UsageError, match="No space left"):
        write_folder(tmp_path / "it", {"a": b"new", "b": b"new"})
    monkeypatch.undo()
    assert written == [3], "the first file was written whole"
    assert {path.name: path.read_bytes() for path in (tmp_path / "it").iterdir()} == {"a": b"old", "b": b"old"}
    assert [path.name for path in tmp_path.iterdir()] == ["it"]


def _turned(folder: Path) -> None:
    content = bytearray((folder / WEIGHTS).read_bytes())
    content[-1] ^= 1
    (folder / WEIGHTS).write_bytes(bytes(content))


def _cut(folder: Path) -> None:
    (folder / WEIGHTS).write_bytes((folder / WEIGHTS).read_bytes()[:-7])


def _gone(folder: Path) -> None:
    (folder / WEIGHTS).unlink()


def _rewritten(folder: Path, change: Callable[[dict[str, torch.Tensor]], None]) -> None:
    """With a digest that fits: as somebody who means it would."""
    tensors = load_file(folder / WEIGHTS)
    change(tensors)
    save_file(tensors, folder / WEIGHTS)
    _configured(folder, "sha256", sha256((folder / WEIGHTS).read_bytes()).hexdigest())


def _configured(folder: Path, key: str, value: Any) -> None:
    config = json.loads((folder / CONFIG).read_text())
    config[key] = value
    (folder / CONFIG).write_text(json.dumps(config))


def _one_less(folder: Path) -> None:
    _rewritten(folder, lambda tensors: tensors.__delitem__("decoder.last.shift"))


def _one_more(folder: Path) -> None:
    _rewritten(folder, lambda tensors: tensors.__setitem__("critic.0.weight", torch.zeros(2)))


def _not_finite(folder: Path) -> None:
    _rewritten(folder, lambda tensors: tensors.update({"decoder.last.shift": torch.tensor([float("inf")])}))


def _pickled(folder: Path) -> None:
    torch.save({"w": torch.zeros(3)}, folder / WEIGHTS)
    _configured(folder, "sha256", sha256((folder / WEIGHTS).read_bytes()).hexdigest())


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_turned, "damaged, its SHA-256 is not that of config.json"),
        (_cut, "damaged, its SHA-256"),
        (_gone, "cannot read .*model.safetensors"),
        (_one_less, "'decoder.last.shift' is missing"),
        (_one_more, "'critic.0.weight' is no weight of this system"),
        (_not_finite, "holds numbers that are not finite"),
        (_pickled, "is no safetensors file"),
        (lambda folder: _configured(folder, "step", -1), r"config\.json\.step: it is -1"),
        (lambda folder: _configured(folder, "stored", "f8"), r"config\.json\.stored: it is 'f8'"),
        (lambda folder: _configured(folder, "code", "import os"), "'code' is unknown"),
    ],
)
def test_a_damaged_folder_is_refused(spoil: Callable[[Path], None], told: str, tmp_path: Path) -> None:
    _trained(RUNS["ae"]).save_pretrained(tmp_path)
    spoil(tmp_path)
    with pytest.raises(UsageError, match=told):
        TrainedSystem.from_pretrained(tmp_path)


def test_memory_is_not_taken_for_a_net_that_the_file_does_not_fill(tmp_path: Path) -> None:
    run = Run(VolumeVae(8, 2, 3, 2, Adam(1e-3)), Sampled("", 1, 8), 1)
    _trained(run).save_pretrained(tmp_path)
    large = replace(run, system=VolumeVae(8, 60_000, 10_000, 1, Adam(1e-3)))
    _configured(tmp_path, "run", to_json(large))
    with pytest.raises(UsageError, match=r"but this system has float32\["):
        TrainedSystem.from_pretrained(tmp_path)
    # A process of its own, since the peak of this one is that of all tests before.
    done = subprocess.run([sys.executable, "-c", PEAK, str(tmp_path)], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 1 << 20, "kilobytes: it would take 2.4 GB"


def test_the_card_tells_where_it_comes_from(tmp_path: Path) -> None:
    run = tmp_path / "run"
    train(small.run(), run, Pace(1), command="shapelang train one")
    train(small.run(), run, Pace(2), command="shapelang train two")
    note_figures(run, Figures(1, "shapelang eval run", {"iou": {"net": 0.25}}))
    note_figures(run, Figures(2, "shapelang eval run", {"nats": [{"name": "cells", "bound": 0.75}], "step": 2}))
    trained = TrainedSystem.from_pretrained(run)
    card = Card("letters", "CC0", calls_of(run), figures_of(run, trained.step))
    trained.save_pretrained(tmp_path / "letters", card)
    text = (tmp_path / "letters" / CARD).read_text()
    for told in (
        "# letters\n",
        "after 2 steps of 4 shapes",
        "| licence of that | CC0 |",
        "shapelang train one  # from step 0 on, on cpu\nshapelang train two  # from step 1 on, on cpu\n",
        "| nats cells bound | 0.75 |",
        "64² cells fill the cube",
        "It draws nothing by itself",
    ):
        assert told in text
    assert "iou net" not in text, "figures of other weights"


@pytest.mark.parametrize("name", RUNS)
def test_every_system_has_a_card(name: str, tmp_path: Path) -> None:
    trained = _trained(RUNS[name])
    trained.save_pretrained(tmp_path / "packed")
    text = (tmp_path / "packed" / CARD).read_text()
    left = only_in_training(trained.run.system)
    kept = sum(
        weight.numel() for key, weight in trained.system.net.named_parameters() if not (left and key.startswith(left))
    )
    assert f"| weights | {kept:,}, 32 bits each" in text
    assert ("MIT: it is made by shapelang itself" in text) is (name != "classifier")
    assert ("| licence of that | not told" in text) is (name == "classifier")


def test_lines_that_were_cut_short_say_nothing(tmp_path: Path) -> None:
    note_call(tmp_path, Call(0, "one", "cpu"))
    note_call(tmp_path, Call(5, "one", "cpu"))
    with (tmp_path / CALLS).open("a") as file:
        file.write('[]\n{"step":"x","command":"b","device":"c"}\n{"step":3')
    assert calls_of(tmp_path) == (Call(0, "one", "cpu"),)
    with (tmp_path / CALLS).open("ab") as file:
        file.write(b'{"step":7,"comm')
    note_call(tmp_path, Call(8, "two", "cpu"))
    assert calls_of(tmp_path) == (Call(0, "one", "cpu"), Call(8, "two", "cpu")), "what was cut short is lost alone"
    assert calls_of(tmp_path / "none") == () and figures_of(tmp_path, 0) == ()
