"""`shapelang generate`, `reconstruct` and `interpolate` as a person calls them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from learners.data.sets import LetterA
from learners.decoders.convolutional import ConvolutionalDecoderNet
from learners.training.run import Run
from learners.training.train import Pace, train
from shapelang.cli.made_folder import write_shapes
from shapelang.cli.made_shapes import MadeFormat
from shapelang.cli.main import main
from shapelang.deadline import silent
from shapelang.io.read import read_mesh, read_shape
from shapelang.io.read.sampled_data import VoxelData
from shapelang.rendering.sheet import GAP
from tests.learners import small

PROGRAM = "param a ~ uniform(0.5, 1.5)\ncuboid(a, 1, 1) at (5, 0.5, 0)\n"
SMALL = ["--resolution", "8", "--count", "20", "--batch", "2", "--steps", "1"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs of every kind, one step old."""
    folder = tmp_path_factory.mktemp("runs")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        Path("box.shape").write_text(PROGRAM)
        assert main(["train", "cnn-ae", "--data", "box.shape", "--out", "ae", *SMALL]) == 0
        assert main(["train", "latent-gan", "--on", "ae", "--out", "gan", "--steps", "1", "--batch", "2"]) == 0
        train(Run(small.systems()["dcgan"], LetterA(), 2), Path("dcgan"), Pace(1))
        train(Run(small.systems()["cnn-vae"], LetterA(), 2), Path("vae"), Pace(1))
    return folder


@pytest.fixture(autouse=True)
def _there(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    monkeypatch.setenv("XDG_CACHE_HOME", str(place / "cache"))


def test_shapes_are_known_by_their_seed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "gan", "-n", "2", "--seed", "7", "-o", "some", "--format", "npz", "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert (row["step"], len(row["files"]), row["empty"]) == (1, 2, [])
    assert main(["generate", "gan", "-n", "1", "--seed", "8", "-o", "other", "--format", "npz"]) == 0
    assert Path("some/shape_8.npz").read_bytes() == Path("other/shape_8.npz").read_bytes()
    assert Path("some/shape_7.npz").read_bytes() != Path("some/shape_8.npz").read_bytes()
    found = read_shape(Path("some/shape_7.npz"))
    assert isinstance(found, VoxelData) and found.pitch == (0.125,) * 3 and found.origin == (-0.5,) * 3


@pytest.mark.parametrize("name", ["one.glb", "-", "runs/it.npz"])
@pytest.mark.parametrize(
    "call",
    [
        ["generate", "gan", "-n", "1"],
        ["interpolate", "gan", "1", "2"],
        ["pack", "gan"],
        ["train", "cnn-ae", "--data", "box.shape", *SMALL],
        ["sample", "box.shape", "-n", "1"],
    ],
)
def test_a_folder_is_not_named_like_a_file(call: list[str], name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*call, "-o", name]) == 2
    assert f"it takes a folder, and '{name}' is the name of a file" in capsys.readouterr().err
    assert not Path(name).exists()


@pytest.mark.parametrize("where", [["-o", "drawn"], ["--sheet", "drawn.png"], ["-o", "both", "--sheet", "both.png"]])
@pytest.mark.parametrize("call", [["generate", "gan", "-n", "2"], ["interpolate", "gan", "0", "1", "--steps", "2"]])
def test_shapes_of_nothing_are_told_wherever_they_go(
    call: list[str], where: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ConvolutionalDecoderNet, "grid", lambda self, codes: torch.zeros(len(codes), 8, 8, 8))
    assert main([*call, *where]) == 1
    notes = [line for line in capsys.readouterr().err.splitlines() if "is empty: the net has nothing inside" in line]
    assert len(notes) == 2 and ("no file is written" in notes[0]) == ("-o" in where)


def test_what_was_written_is_not_changed_afterwards(tmp_path: Path) -> None:
    one = write_shapes([], 0, tmp_path / "none", MadeFormat.GLB, silent)
    two = one.with_file({"file": "sheet.png"})
    assert (one.files, two.files, two.empty) == ((), ({"file": "sheet.png"},), ())


def test_runs_stand_side_by_side_on_a_sheet(capsys: pytest.CaptureFixture[str]) -> None:
    alone = ["interpolate", "gan", "1", "2", "--steps", "3", "--resolution", "8"]
    assert main([*alone, "--sheet", "one.png"]) == 0
    assert main([*alone, "--beside", "dcgan", "--beside", "gan", "-o", "three", "--sheet", "three.png", "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert [file["file"] for file in row["files"]][-1] == "three.png" and len(list(Path("three").iterdir())) == 3
    with Image.open("one.png") as one, Image.open("three.png") as three:
        # One run's three shapes are two by two, three runs' are three rows of three.
        step = (one.width - GAP) // 2
        assert three.width == 3 * step + GAP and three.height - GAP == 3 * ((one.height - GAP) // 2)
    assert main([*alone, "--beside", "dcgan", "-o", "x"]) == 2
    assert "say where by --sheet PNG" in capsys.readouterr().err


def test_a_mesh_comes_back_where_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reconstruct", "ae", "box.shape", "-o", "again.ply", "--resolution", "16", "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert 0.0 <= row["iou"] <= 1.0 and row["files"][0]["file"] == "again.ply"
    found = read_mesh(Path("again.ply"))
    low, high = found.positions.min(axis=0), found.positions.max(axis=0)
    assert (low > (4.0, -0.6, -1.1)).all() and (high < (6.1, 1.6, 1.1)).all(), "within the cube about the box"


def test_pictures_are_pictures(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["generate", "dcgan", "-n", "3", "-o", "letters", "--sheet", "letters.png"]) == 0
    assert "letters and letters.png: 3 shapes of dcgan, after 1 step" in capsys.readouterr().err
    assert sorted(path.name for path in Path("letters").iterdir()) == [f"shape_{k}.png" for k in range(3)]
    assert main(["interpolate", "vae", "held-out:0", "5", "--steps", "3", "-o", "between", "--format", "npz"]) == 0
    cells = np.load("between/step_001.npz", allow_pickle=False)["occupancy"]
    assert cells.shape == (64, 64) and cells.dtype == np.bool_


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (["generate", "gan"], "nowhere to write"),
        (["generate", "nowhere", "-o", "x"], "nowhere: no such folder; of trained nets there are chairs-im-ae"),
        (["generate", "box.shape", "-o", "x"], "box.shape: not the folder of a run; 'shapelang train' makes one"),
        (["eval", "cache"], "cache: a folder without run.json; 'shapelang train' makes one"),
        (["generate", "gan", "-n", "1", "-o", "box.shape"], "a file stands there: give the name of a folder"),
        (
            ["train", "cnn-ae", "--data", "letter-a", "--steps", "1", "-o", "box.shape"],
            "a file stands there, and a run is a folder",
        ),
        (["generate", "ae", "-o", "x"], "train latent-gan on its run"),
        (["generate", "dcgan", "-o", "x", "--format", "glb"], "shapes of this run are pictures, written as png, npz"),
        (["generate", "gan", "-o", "x", "--format", "png"], "shapes of this run are solids, written as glb"),
        (["generate", "gan", "--sheet", "x.jpg"], "a picture is a .png file"),
        (["reconstruct", "ae", "box.shape", "-o", "x.gbl"], "did you mean"),
        (["reconstruct", "ae", "box.shape", "-o", "box.shape"], "that is the input"),
        (["reconstruct", "ae", "3", "-o", "x.glb"], "a seed has nothing to be read"),
        (["reconstruct", "ae", "held-out:2", "-o", "x.glb"], "the held-out shapes are those from 0 to 1"),
        (["reconstruct", "vae", "box.shape", "-o", "x.png"], "this run is of pictures"),
        (["interpolate", "dcgan", "held-out:0", "1", "-o", "x"], "it has no encoder"),
    ],
)
def test_wrong_input_is_told(call: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(call) == 2
    assert told in capsys.readouterr().err
    assert not Path("x").exists()


def test_what_is_drawn_is_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["eval", "gan", "--count", "2", "--json"]) == 0
    scores = json.loads(capsys.readouterr().out)["sets"]
    assert scores["drawn"]["mmd"] > scores["training"]["mmd"] > 0.0 and scores["training"]["cov"] >= 0.5
    assert main(["eval", "vae", "--count", "5", "--samples", "3", "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert row["elbo"] < row["iwae"] < 0.0
    capsys.readouterr()
    assert main(["eval", "vae", "--features", "gan"]) == 2
    told = capsys.readouterr().err
    assert "gan is no run of a classifier" in told and "nats" not in told, "it is refused before the nats are found"
    assert main(["eval", "dcgan"]) == 2
    assert "a run of pictures, which have no surface: give --features" in capsys.readouterr().err


def test_a_classifier_needs_classes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "classifier", "--data", "letter-a", "--out", "x", "--steps", "1"]) == 2
    assert "all of this set is of one" in capsys.readouterr().err
