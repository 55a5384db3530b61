"""Trained nets that come with the package."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from learners.data.primitives import Primitives
from learners.data.sampled import Sampled
from learners.data.sets import Split, examples
from learners.evaluation.overlap import overlaps
from learners.evaluation.reconstruction import decoded
from learners.generation.model import trained_model
from learners.generation.shapes import occupied
from learners.systems.autoencoder import AutoencoderNet
from learners.training.shipped import located, shipped
from learners.training.train import Pace, train
from learners.training.trained import TrainedSystem
from shapelang.cli.main import main
from shapelang.diagnostics import UsageError
from tests.learners import small

MOST = 10_000_000
"""Bytes of a net, of all its files."""


def test_there_is_one_that_draws_one_that_reads_and_one_that_completes() -> None:
    assert shipped() == ("chairs-im-ae", "chairs-im-gan", "primitives-sequential")


@pytest.mark.parametrize("name", shipped())
def test_it_is_small_and_learned_from_shapes_of_our_own(name: str) -> None:
    folder = located(Path(name))
    assert sum(file.stat().st_size for file in folder.iterdir()) <= MOST
    run = TrainedSystem.from_pretrained(name).run
    match run.data:
        case Sampled(program=str(program)):
            # The set is in the run, so that the net is measured where no file of it is; the example may go on.
            assert program.startswith(
                "// A kitchen chair: a seat, four legs with stretchers, and one of three backs.\n"
            )
        case Primitives():
            pass
        case _:
            pytest.fail(f"{name} learned from {type(run.data).__name__}")
    card = (folder / "README.md").read_text(encoding="utf-8")
    assert "| licence of that | MIT: made by shapelang itself |" in card and "shapelang train" in card
    told = card + (folder / "config.json").read_text(encoding="utf-8")
    assert re.search(r"(?<![\w/])/\w", told) is None, "no path from the root of a machine"


def test_chairs_come_back() -> None:
    trained = TrainedSystem.from_pretrained("chairs-im-ae")
    net, away = trained.system.net, examples(trained.run.data, Split.HELD_OUT)
    assert isinstance(net, AutoencoderNet)
    found: list[float] = []
    for index in range(6):
        grid = away.grids(torch.tensor([index]))
        back = np.packbits(decoded(net, grid))[None]
        found.append(float(overlaps(np.packbits(grid[0].numpy()), back)[0]))
    # 0.947 on 200 (its card), 0.81 the worst of them.
    assert np.mean(found) > 0.85


def test_drawn_chairs_are_like_chairs_and_differ() -> None:
    model = trained_model(Path("chairs-im-gan"))
    drawn = [np.packbits(occupied(model.field(model.drawn(seed)), 3, 32)) for seed in range(6)]
    real = examples(model.run.data, Split.HELD_OUT).grids(torch.arange(60)).flatten(1).numpy()
    known = np.packbits(real, axis=1)
    # 0.55 to 0.97 with the nearest of these; the least is a chair of a width of its own.
    assert min(float(overlaps(each, known).max()) for each in drawn) > 0.45
    assert len({each.tobytes() for each in drawn}) == 6


def test_they_are_there_wherever_one_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["generate", "-n", "2", "-o", "drawn", "--format", "npz"]) == 0
    assert len(list(Path("drawn").iterdir())) == 2
    assert main(["eval", "chairs-im-ae", "--keep"]) == 2
    assert main(["interpolate", "chairs-im-ae", "held-out:0", "held-out:1", "--steps", "2", "-o", "between"]) == 0
    Path("box.shape").write_text("cuboid(1, 1, 1)\n")
    completed = ["complete", "primitives-sequential", "box.shape", "-o", "whole.glb", "--across", "10", "--chain", "2"]
    assert main(completed) == 0


def test_a_shape_that_a_net_does_not_know_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("plate.shape").write_text("cuboid(1, 0.1, 1)\n")
    assert main(["reconstruct", "chairs-im-ae", "plate.shape", "-o", "it.npz"]) == 0
    assert "chairs-im-ae knows no shape like it, or learned little" in capsys.readouterr().err
    assert main(["reconstruct", "chairs-im-ae", "held-out:0", "-o", "it.npz"]) == 0
    assert "warning" not in capsys.readouterr().err


def test_what_stands_here_goes_before_and_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    note = "note: chairs-im-gan is what stands here, not the net that is shipped, which is shipped:chairs-im-gan\n"
    call = ["generate", "chairs-im-gan", "-n", "1", "--format", "npz", "-o"]
    assert main([*call, "first"]) == 0
    assert "note" not in capsys.readouterr().err
    Path("chairs-im-gan").mkdir()
    assert main([*call, "second"]) == 2
    told = capsys.readouterr().err
    assert note in told and "chairs-im-gan: a folder without run.json" in told
    train(small.run(), tmp_path / "chairs-im-ae", Pace(1))
    assert main(["train", "latent-gan", "--on", "chairs-im-ae", "--out", "gan", "--steps", "1", "--batch", "2"]) == 0
    assert note.replace("gan", "ae") in capsys.readouterr().err
    # By its whole name, and where none is named, it is the one that is shipped.
    drawn = Path("first/shape_0.npz").read_bytes()
    for words in (["shipped:chairs-im-gan"], []):
        assert main(["generate", *words, "-n", "1", "--format", "npz", "-o", "third"]) == 0
        assert Path("third/shape_0.npz").read_bytes() == drawn
        assert "1 shape of shipped:chairs-im-gan, after 6,000 steps" in capsys.readouterr().err


def test_it_is_found_without_torch() -> None:
    code = "import sys; from learners.training.shipped import shipped; shipped(); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_slip_in_a_name_is_told() -> None:
    with pytest.raises(UsageError, match="chairs-imgan: no such folder; did you mean 'chairs-im-gan'"):
        located(Path("chairs-imgan"))
    with pytest.raises(UsageError, match="shipped:chairs: no such net; did you mean 'chairs-im-ae'"):
        located(Path("shipped:chairs"))
    with pytest.raises(UsageError, match="of trained nets there are chairs-im-ae, chairs-im-gan, primitives-sequ"):
        located(Path("runs/mine"))
