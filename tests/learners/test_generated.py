"""Distances of sets, and a classifier for its features."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import scipy.linalg
import torch

from learners.chance import generator
from learners.data import examples
from learners.data.digits import digit_grids, digits
from learners.data.examples import spaced
from learners.data.pictured import PrimitivePictures
from learners.data.sets import LetterA
from learners.decoders.convolutional import ConvolutionalDecoder
from learners.encoders.convolutional import ConvolutionalEncoder
from learners.evaluation.frechet import frechet_distance
from learners.evaluation.generated import by_features, in_nats, some_of, told_right
from learners.systems.classifier import SHIFT, Classifier, shifted
from learners.systems.system import Adam
from learners.systems.variational import VariationalAutoencoder
from learners.training.run import Run
from learners.training.train import Pace, train
from shapelang.diagnostics import UsageError
from tests.learners import small


def _drawn(seed: int, count: int, width: int) -> np.ndarray:
    noise = torch.randn(count, width, generator=generator(seed), dtype=torch.float64).numpy()
    return noise @ np.triu(np.ones((width, width))) + seed


def test_it_is_that_of_the_formula_with_the_root_of_a_matrix() -> None:
    one, other = _drawn(1, 40, 3), _drawn(2, 50, 3) * 0.7
    c, d = np.cov(one, rowvar=False), np.cov(other, rowvar=False)
    root = np.real(np.asarray(scipy.linalg.sqrtm(c @ d)))
    expected = np.sum((one.mean(0) - other.mean(0)) ** 2) + np.trace(c + d - 2.0 * root)
    assert frechet_distance(one, other) == pytest.approx(expected, rel=1e-9)
    assert frechet_distance(other, one) == pytest.approx(expected, rel=1e-9)


def test_of_one_number_it_is_the_squares_of_means_and_deviations() -> None:
    one, other = np.array([[0.0], [2.0]]), np.array([[5.0], [5.0]])
    assert frechet_distance(one, other) == pytest.approx(4.0**2 + 2.0)
    assert frechet_distance(one, one + 3.0) == pytest.approx(9.0)
    assert frechet_distance(one, one) == pytest.approx(0.0, abs=1e-12)


def test_features_that_never_differ_do_no_harm() -> None:
    one, other = np.zeros((5, 2)), np.ones((5, 2))
    assert frechet_distance(one, other) == pytest.approx(2.0)


def test_what_is_shifted_keeps_its_cells() -> None:
    grids = torch.zeros(40, 12, 12, dtype=torch.bool)
    grids[:, 5:7, 4] = True
    moved = shifted(grids, generator(1))
    assert moved.shape == grids.shape and bool((moved.flatten(1).sum(dim=1) == 2).all())
    corners = {tuple(grid.nonzero()[0].tolist()) for grid in moved}
    rows, columns = {row for row, _ in corners}, {column for _, column in corners}
    assert rows == set(range(5 - SHIFT, 6 + SHIFT)) and columns == set(range(4 - SHIFT, 5 + SHIFT))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two digits that one can tell apart, a classifier of them, and a net that draws some."""
    folder = tmp_path_factory.mktemp("digits")
    images, labels = np.zeros((24, 28, 28), np.uint8), np.arange(24, dtype=np.uint8) // 2 % 2
    for k in range(24):
        images[k, 6:22, 8 + k // 6 : 11 + k // 6] = 255
        if labels[k]:
            images[k, 6:9, 6:22] = images[k, 19:22, 6:22] = 255
    np.savez(folder / "digits.npz", images=images, labels=labels)
    data = digits(folder / "digits.npz")
    train(Run(Classifier(ConvolutionalEncoder(2, 32, 4, 4), 10, Adam(1e-2)), data, 8), folder / "told", Pace(40))
    encoder, decoder = ConvolutionalEncoder(2, 32, 8, 2), ConvolutionalDecoder(2, 32, 4, 2)
    vae = VariationalAutoencoder(encoder, decoder, 32 * 32, Adam(1e-2))
    train(Run(vae, data, 8), folder / "vae", Pace(3))
    return folder


def test_a_classifier_learns_and_measures(place: Path) -> None:
    assert told_right(place / "told") == (1.0, 12)
    found = by_features(place / "vae", place / "told", 1000)
    assert (found.right, found.count) == (1.0, 12), "no more than are held out"
    assert found.made > 5.0 * found.training >= 0.0


def test_one_number_says_on_how_many_shapes_a_set_is_measured(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examples, "MEASURED", 5)
    assert told_right(place / "told") == (1.0, 5)


def test_shapes_of_all_classes_are_measured_in_whichever_order_a_file_has_them(tmp_path: Path) -> None:
    images, labels = np.zeros((40, 28, 28), np.uint8), np.repeat(np.arange(10, dtype=np.uint8), 4)
    for image, label in zip(images, labels, strict=True):
        image[4:20, 4 : 5 + label] = 255
    np.savez(tmp_path / "digits.npz", images=images, labels=labels)
    away = digit_grids(digits(tmp_path / "digits.npz"), held_out=True)
    assert away.labels(spaced(len(away), 10)).tolist() == list(range(10))
    widths = some_of(away, 10).any(dim=1).sum(dim=1)
    assert widths.tolist() == list(range(1, 11)), "a digit is as many columns wide as its number, and one"


def test_sets_of_one_shape_have_no_spread(place: Path) -> None:
    with pytest.raises(UsageError, match="sets of 1 are not compared"):
        by_features(place / "vae", place / "told", 1)


def test_a_bound_of_more_samples_is_tighter(place: Path) -> None:
    bound, weighted = in_nats(place / "vae", 12, 20)
    assert 0.0 < weighted < bound


def test_features_of_other_grids_are_refused(place: Path, tmp_path: Path) -> None:
    train(Run(small.systems()["dcgan"], LetterA(), 2), tmp_path, Pace(1))
    with pytest.raises(UsageError, match="its features are of other grids"):
        by_features(tmp_path, place / "told", 3)
    pictures = PrimitivePictures(8, 0)
    train(Run(Classifier(ConvolutionalEncoder(2, 32, 4, 4), 6, Adam(1e-2)), pictures, 4), tmp_path / "kinds", Pace(1))
    with pytest.raises(UsageError, match=r"kinds tells .*, and .*vae draws 0, 1, 2, 3, 4, 5, 6, 7, 8, 9: features"):
        by_features(place / "vae", tmp_path / "kinds", 3)
    with pytest.raises(UsageError, match="is no run of a classifier"):
        by_features(place / "vae", tmp_path, 3)
    with pytest.raises(UsageError, match="is no run of a variational autoencoder"):
        in_nats(tmp_path, 3, 2)
