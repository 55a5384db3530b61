"""`shapelang train` and `eval` on systems of volumes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shapelang.cli.main import main
from tests.learners.assembled_texts import text

PROGRAM = "param a ~ uniform(0.5, 1.5)\ncuboid(a, 1, 1)\n"
SMALL = ["--resolution", "8", "--count", "6", "--batch", "2", "--steps", "1", "--data", "box.shape"]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    Path("box.shape").write_text(PROGRAM)
    return tmp_path


def test_runs_are_told_beside_independent_cells(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    del place
    assert main(["train", "sequential", "--writes", "2", "--known", "1-view", "--out", "run", *SMALL]) == 0
    assert main(["train", "volume-vae", "--writes", "2", "--out", "vae", *SMALL]) == 0
    assert main(["train", "views-net", "--out", "views", *SMALL]) == 0
    call = ["eval", "run", "--beside", "vae", "--beside", "views", "--samples", "2"]
    capsys.readouterr()
    assert main([*call, "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert (row["volumes"], row["samples"]) == (1, 2)
    assert [one["name"] for one in row["nats"]] == ["run", "vae", "views", "independent cells"]
    assert ["iwae" in one for one in row["nats"]] == [True, True, False, False]
    assert all(one["bound"]["mean"] > 0.0 for one in row["nats"])
    assert main(call) == 0
    assert "nats a volume" in capsys.readouterr().err


def test_what_fits_not_together_is_told(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    del place
    assert main(["train", "sequential", "--out", "run", *SMALL, "--known", "class"]) == 2
    assert "--known class: the shapes of this set have no classes" in capsys.readouterr().err
    assert main(["train", "views-net", "--out", "run", *SMALL, "--known", "1-view"]) == 2
    assert "views-net takes no --known: only sequential, mesh and latent-gan do" in capsys.readouterr().err
    assert main(["train", "views-net", "--out", "run", *SMALL, "--writes", "2"]) == 2
    assert "views-net takes no --writes: only sequential, volume-vae and multiview do" in capsys.readouterr().err
    assert main(["train", "sequential", "--out", "run", "--steps", "1", "--data", "primitivs"]) == 2
    assert "--data primitivs: no such file or set; did you mean 'primitives'?" in capsys.readouterr().err
    assert main(["train", "sequential", "--out", "run", "--steps", "1", "--data", "letter-a"]) == 2
    assert "sequential learns from volumes, and these are pictures" in capsys.readouterr().err
    assert main(["train", "sequential", "--out", "run", "--steps", "1", "--data", "mnist3d:none.npz"]) == 2
    assert "cannot read none.npz" in capsys.readouterr().err
    assert not Path("run").exists()
    assert main(["train", "volume-vae", "--out", "run", *SMALL]) == 0
    assert main(["train", "volume-vae", "--out", "other", "--steps", "1", "--batch", "1", "--data", "primitives"]) == 0
    assert main(["eval", "run", "--beside", "other"]) == 2
    assert "other learned from another set than run" in capsys.readouterr().err
    Path("ball.shape").write_text("sphere(1)\n")
    assert main(["train", "volume-vae", "--out", "ball", *SMALL[:-1], "ball.shape", "--seed", "3"]) == 0
    assert main(["eval", "run", "--beside", "ball"]) == 2
    assert "ball learned from another set than run" in capsys.readouterr().err
    assert main(["eval", "run", "--features", "other"]) == 2
    assert "--features measures drawn shapes, and run is measured in nats" in capsys.readouterr().err


def test_a_class_is_named_where_shapes_are_drawn(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, wide in (("flat", 0.2), ("fat", 1.0)):
        (place / "kinds" / name).mkdir(parents=True)
        for parts in range(1, 13):
            (place / "kinds" / name / f"{parts}.txt").write_text(text(parts, wide))
    call = ["train", "sequential", "--data", "kinds", "--known", "class", "--writes", "1", "--out", "run"]
    assert main([*call, "--resolution", "8", "--batch", "2", "--steps", "1"]) == 0
    run = json.loads((place / "run" / "run.json").read_text())
    assert [one["name"] for one in run["data"]["categories"]] == ["fat", "flat"]
    assert list((place / "run" / "sheets").glob("*.png")), "what is drawn is looked at class by class"
    for word, where in (("flat", "a"), ("1", "b"), ("fat", "c")):
        assert main(["generate", "run", "--class", word, "-n", "1", "-o", where, "--format", "npz"]) in (0, 1)
    found = [file.read_bytes() for file in (Path(name) / "shape_0.npz" for name in "abc")]
    assert found[0] == found[1]
    assert main(["eval", "run", "--samples", "2"]) == 0
    capsys.readouterr()
    assert main(["generate", "run", "-n", "1", "-o", "d"]) == 2
    assert "give --class one of fat, flat" in capsys.readouterr().err
    assert main(["generate", "run", "--class", "fla", "-n", "1", "-o", "d"]) == 2
    assert "no class is called 'fla'; did you mean 'flat'?" in capsys.readouterr().err
    assert main(["pack", "run", "-o", "packed"]) == 0
    card = (place / "packed" / "README.md").read_text()
    assert "generate packed --class fat" in card and "complete" not in card and "within `kinds`" in card


def test_what_cameras_see_is_named_where_shapes_are_drawn(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    del place
    assert main(["train", "sequential", "--known", "1-view", "--writes", "1", "--out", "run", *SMALL]) == 0
    for seen in ("box.shape", "held-out:0"):
        assert main(["generate", "run", "--seen", seen, "-n", "2", "--sheet", "drawn.png"]) in (0, 1)
    assert main(["reconstruct", "run", "box.shape", "-o", "again.npz"]) in (0, 1)
    capsys.readouterr()
    assert main(["generate", "run", "-n", "1", "--sheet", "none.png"]) == 2
    assert "generate --seen a mesh, a program or held-out:K" in capsys.readouterr().err
    assert main(["generate", "run", "--seen", "held-out:9", "-n", "1", "--sheet", "none.png"]) == 2
    assert "held-out:9: the held-out shapes are those from 0 to 0" in capsys.readouterr().err
    assert main(["generate", "run", "--seen", "none.obj", "-n", "1", "--sheet", "none.png"]) == 2
    assert "none.obj" in capsys.readouterr().err
    assert main(["train", "volume-vae", "--writes", "1", "--out", "vae", *SMALL]) == 0
    capsys.readouterr()
    assert main(["generate", "vae", "--seen", "box.shape", "-n", "1", "--sheet", "none.png"]) == 2
    assert "this model is told no picture of a shape" in capsys.readouterr().err
    assert not Path("none.png").exists()


def test_pictures_are_imagined_of_what_is_seen(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "multiview", "--writes", "1", "--out", "run", *SMALL]) == 0
    assert list((place / "run" / "sheets").glob("*.png"))
    call = ["generate", "run", "--seen", "box.shape", "-n", "2", "-o", "round", "--sheet", "round.png"]
    assert main(call) == 0
    assert sorted(path.name for path in Path("round").iterdir()) == ["shape_0.png", "shape_1.png"]
    assert Path("round/shape_0.png").read_bytes() != Path("round/shape_1.png").read_bytes()
    capsys.readouterr()
    assert main(["eval", "run", "--json"]) == 0
    row = json.loads(capsys.readouterr().out)
    assert (row["step"], row["shapes"], row["pictures"]) == (1, 1, 10)
    assert set(row["squared_error"]) == {"net", "nearest training shape", "mean picture"}
    assert main(["eval", "run"]) == 0
    assert "1 held-out shape, 10 pictures each, after 1 step" in capsys.readouterr().err
    for words, told in (
        ([], "generate --seen a mesh, a program or held-out:K"),
        (["--seen", "box.shape", "--format", "glb"], "are pictures, written as png, and not as glb"),
        (["--seen", "box.shape", "--resolution", "64"], "pictures have the cells that were learned"),
        (["--seen", "box.shape", "--class", "1"], "--class is for runs of --known class"),
        (["--seen", "none.obj"], "none.obj"),
    ):
        assert main(["generate", "run", "-n", "1", "-o", "none", *words]) == 2
        assert told in capsys.readouterr().err
        assert not Path("none").exists()
    assert main(["reconstruct", "run", "box.shape", "-o", "none.obj"]) == 2
    assert "this model draws pictures, no shapes: generate --seen" in capsys.readouterr().err


def test_three_views_become_a_volume(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "views-net", "--out", "run", *SMALL]) == 0
    assert list((place / "run" / "sheets").glob("*.png"))
    assert main(["reconstruct", "run", "box.shape", "-o", "again.npz"]) in (0, 1)
    capsys.readouterr()
    assert main(["generate", "run", "-n", "1", "-o", "none"]) == 2
    assert "this net leaves nothing to chance: reconstruct a shape" in capsys.readouterr().err
