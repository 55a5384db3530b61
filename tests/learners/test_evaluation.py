"""What a net is worth, on cases written out by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from learners.data import examples
from learners.decoders.convolutional import ConvolutionalDecoderNet
from learners.evaluation.overlap import mean_grid, nearest, overlaps
from learners.evaluation.reconstruction import decoded, reconstructed, trained_autoencoder
from learners.training.train import Pace, train
from shapelang.diagnostics import UsageError
from tests.learners.small import DECODERS, run


def _packed(*rows: str) -> np.ndarray:
    return np.stack([np.packbits([cell == "#" for cell in row]) for row in rows])


def test_overlap_is_both_over_either() -> None:
    one, others = _packed("####......")[0], _packed("####......", "..####....", "......####", "..........")
    assert overlaps(one, others).tolist() == [1.0, 2 / 6, 0.0, 0.0]
    assert overlaps(_packed("..........")[0], _packed(".........."))[0] == 1.0


def test_nearest_and_mean() -> None:
    theirs = _packed("##........", "####......", ".#####....")
    found = nearest(_packed("###.......", "..........#"[:10], ".####....."), theirs)
    assert found.indices.tolist() == [1, 0, 2]
    assert found.overlaps.tolist() == [3 / 4, 0.0, 4 / 5]
    assert mean_grid(theirs, 10).tolist() == _packed("####......")[0].tolist()
    assert mean_grid(_packed("#.", "##"), 2).tolist() == _packed("##")[0].tolist(), "half is enough"


def test_a_run_is_measured_on_what_it_never_saw(tmp_path: Path) -> None:
    train(run(DECODERS[2]), tmp_path, Pace(2))
    found = reconstructed(tmp_path)
    assert found.step == 2 and found.net.shape == found.retrieved.shape == found.mean.shape == (148,)
    # A letter one row further up or down is there to be retrieved for those at the rim of the gap only.
    rows = found.retrieved.reshape(4, 37).mean(axis=1)
    assert rows[0] == rows[3] > rows[1] == rows[2] > 0.0


def test_of_many_held_out_shapes_some_from_everywhere_are_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The letters of the four middle rows are held out in their order; the training set is searched whole."""
    train(run(DECODERS[2]), tmp_path, Pace(2))
    every = reconstructed(tmp_path)
    monkeypatch.setattr(examples, "MEASURED", 37)
    some = reconstructed(tmp_path)
    assert (every.held_out, some.held_out, len(some.net)) == (148, 148, 37)
    for row, whole in ((some.net, every.net), (some.retrieved, every.retrieved), (some.mean, every.mean)):
        assert np.array_equal(row, whole[examples.spaced(148, 37)])


def test_decoding_has_the_order_of_the_grid(tmp_path: Path) -> None:
    train(run(DECODERS[2]), tmp_path, Pace(1))
    net, _ = trained_autoencoder(tmp_path, torch.device("cpu"))
    grid = torch.zeros(1, 64, 64, dtype=torch.bool)
    grid[0, 10:30, 20:40] = True
    assert isinstance(net.decoder, ConvolutionalDecoderNet)
    with torch.no_grad():
        expected = net.decoder.grid(net.codes(grid))[0] > 0.5
    assert bool((torch.from_numpy(decoded(net, grid)).reshape(64, 64) == expected).all())


def test_a_folder_without_a_checkpoint_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"a folder without run\.json"):
        reconstructed(tmp_path)
