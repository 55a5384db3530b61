"""`shapelang train` as a person calls it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from learners.training import train as training
from shapelang.cli.main import main

PROGRAM = "param a ~ uniform(0.5, 1.5)\ncuboid(a, 1, 1)\n"
SMALL = ["--resolution", "8", "--count", "6", "--batch", "2"]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    Path("box.shape").write_text(PROGRAM)
    return tmp_path


def test_a_run_is_gone_on_with(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = ["train", "im-ae", "--data", "box.shape", "--out", "run", *SMALL, "--json"]
    assert main([*call, "--steps", "2"]) == 0
    assert main([*call, "--steps", "3"]) == 0
    first, last = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert (first["step"], last["step"]) == (2, 3)
    assert {path.name for path in (place / "run").iterdir()} >= {"run.json", "log.jsonl", "step_000000003"}
    assert json.loads((place / "run/run.json").read_text())["data"]["program"] == PROGRAM


def test_voxels_of_a_file_are_learned_from(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    np.savez(place / "solids.npz", voxels=np.random.default_rng(0).random((20, 7, 7, 7)) < 0.4)
    call = ["train", "cnn-ae", "--data", "solids.npz", "--batch", "2", "--out", "run", "--steps", "1"]
    assert main(call) == 0
    assert main(["reconstruct", "run", "held-out:0", "-o", "again.npz"]) == 0
    assert main(["pack", "run", "-o", "packed"]) == 0
    assert "nine of ten objects of `solids.npz`" in (place / "packed" / "README.md").read_text()
    np.savez(place / "solids.npz", voxels=np.zeros((20, 7, 7, 7), bool))
    capsys.readouterr()
    assert main([*call[:-1], "2"]) == 2
    assert "solids.npz: fewer than two objects have a cell inside" in capsys.readouterr().err


def test_only_meshes_are_drawn_by_opengl(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    del place
    assert main(["train", "cnn-ae", "--data", "letter-a", "--out", "run", "--steps", "1", "--opengl"]) == 2
    assert "--opengl is for mesh, which alone learns through a renderer" in capsys.readouterr().err


def test_a_damaged_checkpoint_is_passed_over_and_told_by_all_commands(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["train", "cnn-ae", "--data", "box.shape", "--out", "run", *SMALL]
    for steps in ("1", "2"):
        assert main([*call, "--steps", steps]) == 0
    weights = place / "run" / "step_000000002" / "average.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    capsys.readouterr()
    for asked in (["reconstruct", "run", "held-out:0", "-o", "it.npz"], ["pack", "run", "-o", "given"]):
        assert main(asked) == 0
        told = capsys.readouterr().err
        assert told.count("warning: run: taken as it was after step 1") == 1 and "step_000000002" in told


def test_what_was_killed_before_its_first_checkpoint_goes_on(place: Path) -> None:
    assert main(["train", "cnn-ae", "--data", "box.shape", "--out", "run", *SMALL, "--steps", "1"]) == 0
    shutil.rmtree(place / "run" / "step_000000001")
    assert main(["train", "--resume", "--out", "run", "--steps", "2"]) == 0
    assert (place / "run" / "step_000000002").is_dir()


def test_going_on_is_refused_where_there_is_nothing(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = ["train", "im-ae", "--data", "box.shape", "--out", "run", *SMALL, "--resume"]
    assert main([*call, "--steps", "2"]) == 2
    assert "run: no run to go on with; leave out --resume to begin one" in capsys.readouterr().err
    assert not (place / "run").exists()
    assert main([*call[:-1], "--steps", "1"]) == 0
    assert main([*call, "--steps", "2"]) == 0
    assert (place / "run" / "step_000000002").is_dir()


def test_a_run_goes_on_by_its_own_settings(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "im-ae", "--data", "box.shape", "--out", "run", *SMALL, "--seed", "3", "--steps", "1"]) == 0
    settings = (place / "run/run.json").read_bytes()
    call = ["train", "--resume", "--out", "run", "--steps", "2"]
    assert main([*call, "--sheets", "0"]) == 0
    assert (place / "run/step_000000002").is_dir() and (place / "run/run.json").read_bytes() == settings
    capsys.readouterr()
    for option, value in (("--batch", "2"), ("--data", "box.shape"), ("--seed", "3")):
        assert main([*call, option, value]) == 2
        assert f"{option}: the run in run has its settings; leave this out" in capsys.readouterr().err
    assert main([*call[:1], *call[2:]]) == 2
    assert "SYSTEM says what to train" in capsys.readouterr().err
    assert main(["train", "--resume", "--out", "none", "--steps", "2"]) == 2
    assert "none: no run to go on with" in capsys.readouterr().err and not (place / "none").exists()


def test_who_interrupts_is_told_that_it_goes_on(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    del place

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "train", interrupted)
    assert main(["train", "cnn-ae", "--data", "box.shape", "--out", "run", *SMALL, "--steps", "1"]) == 130
    assert capsys.readouterr().err.endswith("run: interrupted; called again, it goes on\n")


def test_sheets_and_events_are_written_beside_the_log(place: Path) -> None:
    call = ["train", "cnn-ae", "--data", "box.shape", "--out", "run", *SMALL, "--steps", "3"]
    assert main([*call, "--sheets", "2", "--tensorboard"]) == 0
    assert [path.name for path in sorted((place / "run/sheets").iterdir())] == ["000000002.png", "000000003.png"]
    assert len(list((place / "run/events").iterdir())) == 1
    assert main([*call[:5], "bare", *call[6:], "--sheets", "0"]) == 0
    assert not (place / "bare/sheets").exists() and not (place / "bare/events").exists()


def test_without_the_writer_of_events_it_is_told(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from learners.training import board

    monkeypatch.setattr(board, "find_spec", lambda name: None)
    call = ["train", "cnn-ae", "--data", "box.shape", "--out", "run", *SMALL, "--steps", "1", "--tensorboard"]
    assert main(call) == 2
    assert "pip install 'shapelang[board]'" in capsys.readouterr().err
    assert not (place / "run").exists()


def test_other_settings_are_refused(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    del place
    call = ["train", "cnn-ae", "--data", "box.shape", "--out", "run", *SMALL, "--steps", "1"]
    assert main(call) == 0
    assert main([*call, "--seed", "1"]) == 2
    assert "run holds a run with other settings" in capsys.readouterr().err


def test_wrong_input_is_told(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    del place
    Path("thin.shape").write_text("cuboid(1, 0.00001, 1) at (0, 0.3, 0)\nsphere(0.001) at (0, 1, 0)\n")
    call = ["train", "im-ae", "--out", "run", "--steps", "1", "--data"]
    assert main([*call, "box.shape", "--resolution", "12"]) == 2
    assert "--resolution takes 8, 16, 32, 64 or 128, not 12" in capsys.readouterr().err
    assert main([*call, "none.shape"]) == 2
    assert "none.shape" in capsys.readouterr().err
    assert main([*call, "box.shape", "--device", "tpu"]) == 2
    assert "--device takes cpu or cuda, not 'tpu'" in capsys.readouterr().err
    assert main(["train", "im-gan", *call[2:], "box.shape"]) == 2
    assert "'im-gan' is latent-gan on the run of an im-ae: train latent-gan --on that" in capsys.readouterr().err
    assert main([*call, "thin.shape", "--resolution", "8"]) == 2
    assert "thinner than a cell" in capsys.readouterr().err
    assert not Path("run").exists()


def test_a_run_is_measured(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    del place
    assert main(["train", "cnn-ae", "--data", "box.shape", "--out", "run", *SMALL, "--steps", "1"]) == 0
    capsys.readouterr()
    assert main(["eval", "run", "--json"]) == 0
    out, err = capsys.readouterr()
    row = json.loads(out)
    assert (row["step"], row["shapes"]) == (1, 1)
    assert set(row["iou"]) == {"net", "nearest training shape", "mean shape"}
    assert 0.0 <= row["iou"]["net"]["mean"] <= 1.0 and row["iou"]["nearest training shape"]["mean"] > 0.5
    near = row["iou"]["nearest training shape"]
    assert row["near_copies"] in (0, 1) and (near["mean"] >= 0.9) == (row["near_copies"] == 1)
    assert near["near_copies" if row["near_copies"] else "others"] == near["mean"]
    assert f"{row['near_copies']} near-copies" in err and "–" in err, "nothing has no mean"
    assert "1 held-out shape, after 1 step" in err
    assert main(["eval", "nowhere"]) == 2
    assert "nowhere: no such folder" in capsys.readouterr().err


def test_a_latent_gan_names_the_run_that_it_stands_upon(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    del place
    gan = ["train", "latent-gan", "--out", "gan", "--steps", "1", "--batch", "2"]
    assert main([*gan, "--data", "box.shape"]) == 2
    assert "--on names the autoencoder's run" in capsys.readouterr().err
    assert main(["train", "cnn-ae", "--out", "gan", "--steps", "1"]) == 2
    assert "--data says what to learn from" in capsys.readouterr().err
    assert main([*gan, "--on", "nowhere"]) == 2
    assert "nowhere: no such folder" in capsys.readouterr().err
    assert main(["train", "cnn-ae", "--data", "box.shape", "--out", "run", *SMALL, "--steps", "1"]) == 0
    assert main([*gan, "--on", "run", "--data", "box.shape"]) == 2
    assert "--on names the data as well: drop --data" in capsys.readouterr().err
    assert main([*gan, "--on", "run"]) == 0
    assert json.loads(Path("gan/run.json").read_text())["system"]["folder"] == "run"
    assert main(["eval", "run", "--features", "run"]) == 2
    assert "--features measures drawn shapes, and run draws none" in capsys.readouterr().err


def test_cells_that_the_convolutions_cannot_halve_are_told(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    del place
    assert main(["train", "im-ae", "--data", "primitives", "--out", "run", "--steps", "1"]) == 2
    assert "a grid of 30 cells along an axis cannot be halved to 4" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--data", "letter-a", "--count", "5"], "--count: it says how many shapes of a program"),
        (["--data", "letter-a", "--resolution", "64"], "--resolution: the cells of this set are its own"),
        (["--data", "box.shape", "--endless", "--count", "5"], "--count: it says how many shapes of a program"),
    ],
)
def test_an_option_that_would_do_nothing_is_refused(
    words: list[str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("box.shape").write_text("cuboid(1, 1, 1)\n")
    assert main(["train", "cnn-ae", *words, "--steps", "1", "--out", "run"]) == 2
    assert told in capsys.readouterr().err
    assert not Path("run").exists()


def test_a_number_that_says_nothing_of_a_system_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    Path("box.shape").write_text("cuboid(1, 1, 1)\n")
    assert main(["train", "cnn-ae", "--data", "box.shape", *SMALL, "--steps", "1", "--out", "run"]) == 0
    for name in ("--volumes", "--samples", "--count"):
        assert main(["eval", "run", name, "5"]) == 2
        assert f"{name}: run is measured without it; leave this out" in capsys.readouterr().err
