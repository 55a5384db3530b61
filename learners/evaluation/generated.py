"""Sets that a trained net draws, by the features of a classifier or in nats, beside the shapes kept away from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

import numpy as np
import torch

from learners.chance import generator
from learners.data.examples import Examples, measured_of
from learners.data.sets import Split, examples
from learners.evaluation.frechet import frechet_distance
from learners.generation.model import Model, trained_model
from learners.generation.shapes import occupied
from learners.systems.classifier import ClassifierNet
from learners.systems.variational import VariationalNet, importance_bound
from learners.tensors import Grids
from learners.training.averaged import run_of
from learners.training.trained import trained_system
from shapelang.arrays import AnyArray
from shapelang.deadline import Progress, silent
from shapelang.diagnostics import UsageError

_AT_ONCE: Final = 256


@final
@dataclass(frozen=True, slots=True)
class Features:
    """By a classifier's features. right: share of the held-out shapes whose class it tells. made, training: the Fréchet
    distance of the drawn shapes and of the training shapes from the held-out ones, sets of `count` each.
    """

    right: float
    made: float
    training: float
    count: int


def by_features(
    folder: Path, classifier: Path, count: int, seed: int = 0, device: str = "cpu", progress: Progress = silent
) -> Features:
    """Drawn shapes at the run's own cells. Raises UsageError for a run without a prior, or features of other grids."""
    model, (net, cells) = trained_model(folder, device), _classifier(classifier, device)
    # Before the sets are made, which may take minutes.
    model.refuse_without_prior()
    if cells != (model.axes, model.resolution):
        raise UsageError(f"{classifier}: its features are of other grids than those of {folder}")
    training, away = (examples(model.run.data, split) for split in (Split.TRAINING, Split.HELD_OUT))
    count = min(count, len(training), len(away))
    drawn = _stacked(_drawn(model, range(seed, seed + count), progress))
    reference = _features(net, _first(away, count))
    made, known = (frechet_distance(_features(net, grids), reference) for grids in (drawn, _first(training, count)))
    return Features(_right(net, away, count), made, known, count)


def in_nats(folder: Path, count: int, samples: int, seed: int = 0, device: str = "cpu") -> tuple[float, float]:
    """−ELBO and the importance-weighted bound of held-out shapes, nats a shape, of a variational autoencoder's run.

    Raises UsageError for other runs.
    """
    trained = trained_system(folder, torch.device(device))
    net = trained.system.net
    if not isinstance(net, VariationalNet):
        raise UsageError(f"{folder} is no run of a variational autoencoder")
    grids = _first(examples(trained.run.data, Split.HELD_OUT), count).to(device)
    bounds: list[float] = []
    for many in (1, samples):
        rows = [
            importance_bound(net, piece, generator(seed, "nats", k, device=device), many)
            for k, piece in enumerate(grids.split(_AT_ONCE))
        ]
        bounds.append(float(torch.cat(rows).mean()))
    return bounds[0], bounds[1]


def told_right(folder: Path, device: str = "cpu") -> tuple[float, int]:
    """The share of all held-out shapes whose class a classifier's run tells, and how many they are."""
    net, _ = _classifier(folder, device)
    away = examples(run_of(folder).data, Split.HELD_OUT)
    count = measured_of(away)
    return _right(net, away, count), count


def _classifier(folder: Path, device: str) -> tuple[ClassifierNet, tuple[int, int]]:
    net = trained_system(folder, torch.device(device)).system.net
    if not isinstance(net, ClassifierNet):
        raise UsageError(f"{folder} is no run of a classifier: shapelang train classifier makes one")
    return net, net.cells


def _first(shapes: Examples, count: int) -> Grids:
    return shapes.grids(torch.arange(min(count, len(shapes))))


def _drawn(model: Model, seeds: Sequence[int], progress: Progress) -> Iterator[AnyArray]:
    for number, seed in enumerate(seeds):
        progress("drawing", number / len(seeds))
        yield occupied(model.field(model.drawn(seed)), model.axes, model.resolution)


def _stacked(grids: Iterator[AnyArray]) -> Grids:
    return torch.from_numpy(np.stack(list(grids)))


@torch.no_grad()
def _features(net: ClassifierNet, grids: Grids) -> AnyArray:
    device = next(net.parameters()).device
    pieces = [net.features(piece.to(device)).double().cpu().numpy() for piece in grids.split(_AT_ONCE)]
    return np.concatenate(pieces)


@torch.no_grad()
def _right(net: ClassifierNet, shapes: Examples, count: int) -> float:
    device = next(net.parameters()).device
    told = [net(piece.to(device)).argmax(dim=1).cpu() for piece in _first(shapes, count).split(_AT_ONCE)]
    return float((torch.cat(told) == shapes.labels(torch.arange(count))).float().mean())
