"""What comes back of held-out shapes, by four measures: of a net that has learned next to nothing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks.learners import looks
from learners.data.sampled import Sampled
from learners.data.sets import Data, Split, examples
from learners.decoders.convolutional import ConvolutionalDecoder
from learners.encoders.convolutional import ConvolutionalEncoder
from learners.evaluation.overlap import nearest
from learners.evaluation.reconstruction import reconstructed
from learners.systems.autoencoder import Autoencoder
from learners.systems.system import Adam
from learners.training.run import Run
from learners.training.train import Pace, train

DATA = Sampled("let x ~ uniform(0.3, 2)\nlet y ~ uniform(0.3, 2)\ncuboid(x, y, 1)\n", 24, 16)
RETRIEVED = "nearest training shape"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An autoencoder of boxes, a few steps old, and one of fewer boxes."""
    folder = tmp_path_factory.mktemp("boxes")
    system = Autoencoder(ConvolutionalEncoder(3, 16, 8, 2), ConvolutionalDecoder(3, 16, 8, 2), 512, Adam(2e-2))
    train(Run(system, DATA, 8), folder / "ae", Pace(20))
    train(Run(system, replace(DATA, count=20), 8), folder / "fewer", Pace(1))
    return folder


@pytest.fixture(autouse=True)
def _coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looks, "_PIXELS", 32)
    monkeypatch.setattr(looks, "_SAMPLES", 500)


def table(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, list[str]]:
    """Cells of the printed rows by the first of each."""
    looks.main(list(words))
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("|")][2:]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {name: row for name, *row in rows}


def test_cells_are_those_that_eval_has(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = table(capsys, str(place / "ae"), "--count", "2", "--fine", "16")
    away = examples(DATA, Split.HELD_OUT)
    which = np.array([0, len(away) // 2])
    found = reconstructed(place / "ae")
    assert rows["ae"][2] == f"{found.net[which].mean():.3f}"
    assert rows[RETRIEVED][0] == "2" and rows[RETRIEVED][2] == f"{found.retrieved[which].mean():.3f}"
    training = examples(DATA, Split.TRAINING)
    grids, known = away.grids(torch.from_numpy(which)), training.grids(torch.arange(len(training)))
    chosen = nearest(*(np.packbits(some.flatten(1).numpy(), axis=1) for some in (grids, known))).indices
    # Cells of grids are 0 or 1: the mean of squares is the share of those that differ.
    assert rows[RETRIEVED][1] == f"{float((grids != known[torch.from_numpy(chosen)]).float().mean()):.5f}"


def test_a_shape_is_not_apart_from_itself(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def same(data: Data, split: Split) -> object:
        del split
        return examples(data, Split.HELD_OUT)

    monkeypatch.setattr(looks, "examples", same)
    rows = table(capsys, str(place / "ae"), "--count", "1", "--fine", "16")
    assert rows[RETRIEVED] == ["1", "0.00000", "1.000", "0.000", "0", "0"]
    assert float(rows["ae"][1]) > 0.0


def test_runs_that_make_no_table_are_refused(place: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ae").mkdir()
    for words, told in (
        ([place / "ae", tmp_path / "ae"], "two of these are the same"),
        ([place / "ae", place / "fewer"], "the runs learned from different sets"),
    ):
        with pytest.raises(SystemExit):
            looks.main([str(word) for word in words])
        assert told in capsys.readouterr().err
