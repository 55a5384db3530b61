"""Latent GANs that are told the class, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from shapelang.cli.main import main

ONE_STEP = ["--steps", "1", "--batch", "2"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Blots of ten classes, an autoencoder, a GAN on it that is told the class, and a classifier."""
    folder = tmp_path_factory.mktemp("told")
    images, labels = np.zeros((40, 28, 28), np.uint8), np.arange(40, dtype=np.uint8) % 10
    for image, label in zip(images, labels, strict=True):
        image[4:20, 4 : 5 + label] = 255
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        np.savez("digits.npz", images=images, labels=labels)
        assert main(["train", "im-ae", "--data", "digits.npz", "--out", "ae", *ONE_STEP]) == 0
        assert main(["train", "classifier", "--data", "digits.npz", "--out", "classifier", *ONE_STEP]) == 0
        assert main(["train", "latent-gan", "--on", "ae", "--known", "class", "--out", "gan", *ONE_STEP]) == 0
    return folder


@pytest.fixture(autouse=True)
def _there(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)


def test_a_class_is_drawn_by_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "gan", "--class", "3", "-n", "2", "-o", "threes", "--format", "png"]) == 0
    assert main(["generate", "gan", "--class", "4", "-n", "2", "-o", "fours", "--format", "png"]) == 0
    assert main(["generate", "gan", "-n", "2", "-o", "any", "--sheet", "any.png", "--format", "png"]) == 0
    assert Path("threes/shape_0.png").read_bytes() != Path("fours/shape_0.png").read_bytes()
    assert Path("any.png").read_bytes().startswith(b"\x89PNG")
    capsys.readouterr()
    assert main(["generate", "gan", "--class", "12", "--sheet", "x.png"]) == 2
    assert "no class is called '12'" in capsys.readouterr().err
    assert main(["generate", "ae", "--class", "3", "--sheet", "x.png"]) == 2
    assert "this model is told no class of a shape" in capsys.readouterr().err


def test_its_sheets_have_a_row_for_each_class() -> None:
    assert Path("gan/sheets/000000001.png").read_bytes().startswith(b"\x89PNG")


def test_it_is_measured_by_what_was_asked_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "gan", "--features", "classifier", "--count", "3"]) == 0, "fewer than there are classes"
    capsys.readouterr()
    assert main(["eval", "gan", "--features", "classifier", "--count", "20", "--json"]) == 0
    captured = capsys.readouterr()
    told = json.loads(captured.out)
    assert 0.0 <= told["asked"] <= 1.0 and told["count"] == 20
    assert f"{told['asked']:.2%} are told to be of the class that was asked" in captured.err


def test_what_is_packed_tells_how_to_ask() -> None:
    assert main(["pack", "gan", "-o", "packed", "--half"]) == 0
    assert "shapelang generate packed --class 0 -n 10" in Path("packed/README.md").read_text()
    assert main(["generate", "packed", "--class", "7", "-n", "1", "--sheet", "seven.png"]) == 0


def test_pictures_are_not_told_to_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "latent-gan", "--on", "ae", "--known", "silhouette", "--out", "no", *ONE_STEP]) == 2
    assert "latent-gan takes --known class, not silhouette" in capsys.readouterr().err


def test_what_lies_between_two_is_of_a_class(capsys: pytest.CaptureFixture[str]) -> None:
    between = ["interpolate", "gan", "1", "2", "--steps", "3", "--format", "png"]
    for name in ("3", "4"):
        assert main([*between, "--class", name, "-o", f"between-{name}"]) == 0
        assert main(["generate", "gan", "--class", name, "--seed", "2", "-n", "1", "-o", name, "--format", "png"]) == 0
        assert Path(f"between-{name}/step_002.png").read_bytes() == Path(f"{name}/shape_2.png").read_bytes()
    assert Path("between-3/step_001.png").read_bytes() != Path("between-4/step_001.png").read_bytes()
    capsys.readouterr()
    assert main(["reconstruct", "ae", "held-out:0", "--class", "3", "-o", "x.png"]) == 2
    assert "this model is told no class of a shape" in capsys.readouterr().err


def test_a_sequential_model_reads_and_goes_between_shapes_of_a_class(capsys: pytest.CaptureFixture[str]) -> None:
    run = ["--data", "primitives", "--known", "class", "--writes", "1", "--out", "kinds", *ONE_STEP]
    call = ["interpolate", "kinds", "1", "held-out:0", "--class", "sphere", "--steps", "2", "--sheet", "s.png"]
    assert main(["train", "sequential", *run]) == 0
    assert main(call) in (0, 1), "after one step both may be empty, which is told"
    assert main(["reconstruct", "kinds", "held-out:0", "--class", "box", "-o", "again.npz"]) == 0
    capsys.readouterr()
    assert main(["interpolate", "kinds", "1", "2", "--sheet", "x.png"]) == 2
    assert "give --class one of box, sphere" in capsys.readouterr().err
