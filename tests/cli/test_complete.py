"""`shapelang complete` as a person calls it."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from learners.data.sampled import Sampled
from learners.names import Known, Size
from learners.systems.sequential.config import WholeRead
from learners.systems.sequential.recipe import sequential
from learners.training.run import Run
from learners.training.train import Pace, train
from shapelang.cli.main import main
from shapelang.io.read import read_mesh

PROGRAM = "param a ~ uniform(0.5, 1.5)\ncuboid(a, 1, 1)\n"
BRICK = "cuboid(2, 1, 1) at (5, 0, 0)\n"


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of boxes that has learned that the middle is inside."""
    folder = tmp_path_factory.mktemp("boxes")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        config = sequential(Size.SMALL, 1, Known.NOTHING, 1, 8)
        config = replace(config, writer=replace(config.writer, hidden=16, patch=8), read=WholeRead(8, 2))
        train(Run(config, Sampled(PROGRAM, 8, 8), 8, average=0.5), folder / "run", Pace(160))
    return folder / "run"


def test_a_mesh_gets_its_half_back(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "brick.shape").write_text(BRICK)
    call = ["complete", str(run), str(tmp_path / "brick.shape"), "--chain", "6", "-o", str(tmp_path / "whole.glb")]
    assert main([*call, "--json"]) == 0
    out, err = capsys.readouterr()
    row = json.loads(out)
    assert row["cells"] > row["cells_before"] > 0
    assert row["pitch"] == pytest.approx(2.0 / 6.0)
    assert "cells of 0.3333 m are inside" in err
    points = read_mesh(tmp_path / "whole.glb", "whole.glb").positions
    assert 3.3 < float(points[:, 0].min()) < 4.5 and float(points[:, 0].max()) < 6.7, "it stands where the brick stood"
    assert main([*call, "--flipped", "0.1"]) == 0


def test_nothing_is_lost_and_nothing_is_done_in_vain(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("brick.shape").write_text(BRICK)
    assert main(["complete", str(run), "brick.shape", "--chain", "1", "-o", "brick.glb"]) == 0
    before = Path("brick.glb").read_bytes()
    capsys.readouterr()
    assert main(["complete", str(run), "brick.glb", "--chain", "1", "-o", "brick.glb"]) == 2
    assert "brick.glb: that is the input; give another name" in capsys.readouterr().err
    assert Path("brick.glb").read_bytes() == before
    assert main(["complete", str(run), "brick.glb", "--chain", "100000", "-o", "nowhere/a.glb"]) == 2
    assert "make the folder first" in capsys.readouterr().err


def test_a_shape_unlike_all_that_was_learned_is_told(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "known.shape").write_text("cuboid(1.2, 1, 1)\n")
    known = ["complete", str(run), str(tmp_path / "known.shape"), "--chain", "6", "-o", str(tmp_path / "whole.glb")]
    assert main([*known, "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)["agreement"] > 0.5 and "warning" not in err
    (tmp_path / "slabs.shape").write_text("cuboid(6, 6, 1) at (0, 0, 2.5)\ncuboid(6, 6, 1) at (0, 0, -2.5)\n")
    call = ["complete", str(run), str(tmp_path / "slabs.shape"), "--chain", "6", "-o", str(tmp_path / "whole.glb")]
    assert main([*call, "--json"]) == 0
    out, err = capsys.readouterr()
    assert "warning: " in err and f"slabs.shape is no shape that {run} knows" in err
    assert json.loads(out)["agreement"] < 0.5
    assert main([*call, "--json", "--flipped", "0.1"]) == 0
    out, err = capsys.readouterr()
    assert "warning" not in err and json.loads(out)["agreement"] is None, "given cells are wrong there"


def test_wrong_input_is_told(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "brick.shape").write_text(BRICK)
    brick = str(tmp_path / "brick.shape")
    assert main(["complete", str(run), brick, "-o", str(tmp_path / "whole.stl")]) == 2
    assert "a surface is written as .glb, .obj or .ply" in capsys.readouterr().err
    assert main(["complete", str(run), brick, "-o", str(tmp_path / "w.glb"), "--across", "7"]) == 2
    assert "--across takes at most 6 of the 8 cells, not 7" in capsys.readouterr().err
    assert main(["complete", str(tmp_path), brick, "-o", str(tmp_path / "w.glb")]) == 2
    assert "run.json" in capsys.readouterr().err
    assert main(["complete", str(run), "none.obj", "-o", str(tmp_path / "w.glb")]) == 2
    assert "none.obj" in capsys.readouterr().err
    assert main(["complete", str(run), brick, "-o", str(tmp_path / "w.glb"), "--hidden", "+q"]) == 2
    assert "'+x'" in capsys.readouterr().err
    assert main(["complete", str(run), brick, "-o", "-", "--json"]) == 2
    assert not (tmp_path / "w.glb").exists()
