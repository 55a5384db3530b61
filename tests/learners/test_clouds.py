"""Sets of solids by points: drawn ones beside those that were held out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from benchmarks.learners.solids import Row, measure, sheet, table
from learners.data.sampled import Sampled
from learners.data.sets import Split, examples
from learners.decoders.convolutional import ConvolutionalDecoder
from learners.encoders.convolutional import ConvolutionalEncoder
from learners.evaluation import clouds, generated
from learners.evaluation.clouds import beside, by_points, clouds_of, reference
from learners.evaluation.generated import by_features
from learners.evaluation.overlap import nearest
from learners.generation.model import trained_model
from learners.systems.autoencoder import Autoencoder
from learners.systems.classifier import Classifier
from learners.systems.system import Adam
from learners.systems.variational import VariationalAutoencoder
from learners.training.run import Run
from learners.training.train import Pace, train
from shapelang.diagnostics import UsageError
from tests.learners import small

DATA = Sampled("let x ~ uniform(0.3, 2)\nlet y ~ uniform(0.3, 2)\ncuboid(x, y, 1)\n", 24, 16)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A net that draws boxes of a kind."""
    folder = tmp_path_factory.mktemp("boxes")
    encoder, decoder = ConvolutionalEncoder(3, 16, 8, 2), ConvolutionalDecoder(3, 16, 4, 2)
    train(Run(VariationalAutoencoder(encoder, decoder, 512, Adam(2e-2)), DATA, 8), folder / "vae", Pace(60))
    return folder


def test_what_is_drawn_is_measured_beside_the_same_held_out_shapes(place: Path) -> None:
    known = reference(DATA, 2, 200, 5)
    again, other = reference(DATA, 2, 200, 5), reference(DATA, 2, 200, 6)
    assert all(np.array_equal(one, two) for one, two in zip(known.clouds, again.clouds, strict=True))
    assert not np.array_equal(known.clouds[0], other.clouds[0])
    assert known.training == again.training and known.training.mmd > 0.0
    found = by_points(place / "vae", 2, 200, 5)
    assert found == beside(trained_model(place / "vae"), known) and found.count == 2
    assert found.training == known.training != found.made


def test_no_more_are_taken_than_are_held_out() -> None:
    away = examples(DATA, Split.HELD_OUT)
    assert len(reference(DATA, 1000, 50, 0).clouds) == len(away) < 1000


def test_points_lie_half_way_between_cells_inside_and_outside() -> None:
    grid = torch.zeros(1, 16, 16, 16, dtype=torch.bool)
    grid[0, 4:12, 4:12, 4:12] = True
    (cloud,) = clouds_of(grid, 500, 0)
    assert np.abs(np.abs(cloud).max(axis=1) - 0.5).max() < 0.05


def test_rows_are_kept_and_told(place: Path, tmp_path: Path) -> None:
    rows = measure([place / "vae"], 2, 2, tmp_path)
    assert [(row.name, row.seed) for row in rows] == [("training", 0), ("vae", 0), ("training", 1), ("vae", 1)]
    assert measure([place / "vae"], 2, 2, tmp_path) == rows, "nothing is measured again"
    told = [Row("gan", 7, seed, 2, mmd, 0.5, nna, 1, 0.0, "c") for seed, mmd, nna in ((0, 0.001, 0.7), (1, 0.003, 0.8))]
    # Deviations of 1.41 and 7.07 over the root of two.
    assert table(told).splitlines()[-1] == "| gan | 7 | 2 | 2.00 ± 1.00 | 50.0 ± 0.0 % | 75.0 ± 5.0 % | 2 |"
    line = sheet(place / "vae", 3, tmp_path / "sheet.png")
    assert (tmp_path / "sheet.png").read_bytes()[1:4] == b"PNG" and "IoU" in line


def test_a_training_shape_is_nearest_to_itself() -> None:
    grids = examples(DATA, Split.TRAINING).grids(torch.arange(4)).flatten(1).numpy()
    found = nearest(np.packbits(grids[2:], axis=1), np.packbits(grids, axis=1))
    assert found.overlaps.tolist() == [1.0, 1.0] and found.indices.tolist() == [2, 3]


def test_pictures_other_sets_and_what_draws_nothing_are_refused(place: Path, tmp_path: Path) -> None:
    train(Run(small.systems()["dcgan"], small.run().data, 2), tmp_path / "flat", Pace(1))
    with pytest.raises(UsageError, match="is a run of pictures"):
        by_points(tmp_path / "flat", 2, 50)
    with pytest.raises(UsageError, match="is a run of pictures"):
        measure([place / "vae", tmp_path / "flat"], 2, 1, tmp_path)
    encoder, decoder = ConvolutionalEncoder(3, 16, 8, 2), ConvolutionalDecoder(3, 16, 4, 2)
    other = Run(VariationalAutoencoder(encoder, decoder, 512, Adam(1e-3)), replace(DATA, count=20), 2)
    train(other, tmp_path / "other", Pace(1))
    with pytest.raises(UsageError, match="is a run of another set"):
        measure([place / "vae", tmp_path / "other"], 2, 1, tmp_path)


def test_what_draws_nothing_is_refused_before_any_shape_is_made(
    place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoder, decoder = ConvolutionalEncoder(3, 16, 8, 2), ConvolutionalDecoder(3, 16, 8, 2)
    train(Run(Autoencoder(encoder, decoder, 512, Adam(1e-3)), DATA, 2), tmp_path / "ae", Pace(1))
    train(Run(Classifier(encoder, 1, Adam(1e-3)), DATA, 2), tmp_path / "told", Pace(1))
    flat = ConvolutionalEncoder(2, 64, 8, 2)
    train(Run(Classifier(flat, 1, Adam(1e-3)), small.run().data, 2), tmp_path / "flat", Pace(1))
    for module in (clouds, generated):
        monkeypatch.setattr(module, "examples", lambda data, split: pytest.fail(f"{split} of {data} is made"))
    refused = pytest.raises(UsageError, match="an autoencoder draws nothing")
    with refused:
        by_points(tmp_path / "ae", 2, 50)
    with refused:
        measure([tmp_path / "ae"], 2, 1, tmp_path)
    with refused:
        by_features(tmp_path / "ae", tmp_path / "told", 2)
    with pytest.raises(UsageError, match="its features are of other grids"):
        by_features(place / "vae", tmp_path / "flat", 2)
