"""Sets that a trained net draws, by the features of a classifier or in nats, beside the shapes kept away from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

import numpy as np
import torch

from learners.chance import generator
from learners.data.examples import Examples, as_many, measured, spaced
from learners.data.sets import Split, class_names, examples
from learners.encoders.convolutional import cells_told
from learners.evaluation.frechet import frechet_distance
from learners.generation.model import Model, model_of, trained_model
from learners.generation.shapes import own_occupied
from learners.systems.classifier import ClassifierNet
from learners.systems.systems import classes_of
from learners.systems.variational import VariationalNet, importance_bound
from learners.tensors import Grids, Indices
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
    distance of the drawn shapes and of the training shapes from the held-out ones, sets of `count` each. asked: of a
    system that is told the class, share of the shapes drawn of each class, as many of all, that are told to be of it.
    """

    right: float
    made: float
    training: float
    count: int
    asked: float | None


@final
@dataclass(frozen=True, slots=True, eq=False)
class Judge:
    """A classifier, and what it sees of held-out shapes. right: share of them whose class it tells; reference: (n, c)
    their features.
    """

    net: ClassifierNet
    reference: AnyArray
    right: float

    def distance(self, grids: Grids) -> float:
        """Fréchet distance of shapes (m, *cells) from the held-out ones."""
        return frechet_distance(_features(self.net, grids), self.reference)


def classifier(folder: Path, axes: int, resolution: int, device: str = "cpu") -> ClassifierNet:
    """That of a run. Raises UsageError for a run that is no classifier, or one of other grids."""
    net = _classifier(folder, device)
    if net.cells != (axes, resolution):
        raise UsageError(f"{folder}: its features are of other grids, not of {cells_told(axes, resolution)}")
    return net


def judge(net: ClassifierNet, away: Examples, count: int) -> Judge:
    """By so many held-out shapes."""
    return Judge(net, _features(net, some_of(away, count)), _right(net, away, count))


def by_features(
    folder: Path, features: Path, count: int, seed: int = 0, device: str = "cpu", progress: Progress = silent
) -> Features:
    """Drawn shapes at the run's own cells. features: the run of a classifier. Raises UsageError for a run without a
    prior, or features of other grids.
    """
    model = trained_model(folder, device)
    # Before the sets are made, which may take minutes.
    model.refuse_without_prior()
    net = classifier(features, model.axes, model.resolution, device)
    own, told = class_names(model.run.data), class_names(run_of(features).data)
    if own and told != own:
        what = f"{features} tells {', '.join(told)}, and {folder} draws {', '.join(own)}"
        raise UsageError(f"{what}: features are those of a classifier of the same set")
    training, away = (examples(model.run.data, split) for split in (Split.TRAINING, Split.HELD_OUT))
    count = as_many(count, training, away)
    known = judge(net, away, count)
    seeds = range(seed, seed + count)
    made = known.distance(drawn_grids(model, seeds, progress))
    asked = None if classes_of(model.run.system) == 1 else _as_asked(folder, net, seeds, progress)
    return Features(known.right, made, known.distance(some_of(training, count)), count, asked)


def drawn_grids(model: Model, seeds: Sequence[int], progress: Progress = silent) -> Grids:
    """(n, *cells) a shape for each seed, at the run's own cells."""
    pieces: list[Grids] = []
    for first in range(0, len(seeds), _AT_ONCE):
        progress("drawing", first / len(seeds))
        codes = [model.drawn(seed) for seed in seeds[first : first + _AT_ONCE]]
        pieces.append(own_occupied(model, torch.cat(codes)))
    return torch.cat(pieces)


def _as_asked(folder: Path, net: ClassifierNet, seeds: Sequence[int], progress: Progress) -> float:
    """The share of drawn shapes, each class in its turn, that are told to be of the class that was asked."""
    device = next(net.parameters()).device
    trained = trained_system(folder, device)
    classes, right = classes_of(trained.run.system), 0
    for label in range(min(classes, len(seeds))):
        grids = drawn_grids(model_of(trained, label), seeds[label::classes], progress)
        right += int((_labelled(net, grids) == label).sum())
    return right / len(seeds)


def in_nats(folder: Path, count: int, samples: int, seed: int = 0, device: str = "cpu") -> tuple[float, float]:
    """−ELBO and the importance-weighted bound of held-out shapes, nats a shape, of a variational autoencoder's run.

    Raises UsageError for other runs.
    """
    trained = trained_system(folder, torch.device(device))
    net = trained.system.net
    if not isinstance(net, VariationalNet):
        raise UsageError(f"{folder} is no run of a variational autoencoder")
    grids = some_of(examples(trained.run.data, Split.HELD_OUT), count).to(device)
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
    net = _classifier(folder, device)
    away = examples(run_of(folder).data, Split.HELD_OUT)
    count = len(measured(away))
    return _right(net, away, count), count


def _classifier(folder: Path, device: str) -> ClassifierNet:
    net = trained_system(folder, torch.device(device)).system.net
    if not isinstance(net, ClassifierNet):
        raise UsageError(f"{folder} is no run of a classifier: shapelang train classifier makes one")
    return net


def some_of(shapes: Examples, count: int) -> Grids:
    """(n, *cells) as many as there are, `count` at most, from everywhere."""
    return shapes.grids(spaced(len(shapes), count))


@torch.no_grad()
def _features(net: ClassifierNet, grids: Grids) -> AnyArray:
    device = next(net.parameters()).device
    pieces = [net.features(piece.to(device)).double().cpu().numpy() for piece in grids.split(_AT_ONCE)]
    return np.concatenate(pieces)


def _right(net: ClassifierNet, shapes: Examples, count: int) -> float:
    told = _labelled(net, some_of(shapes, count))
    return float((told == shapes.labels(spaced(len(shapes), count))).float().mean())


@torch.no_grad()
def _labelled(net: ClassifierNet, grids: Grids) -> Indices:
    """(n,) the class that each is told to be of, on the CPU."""
    device = next(net.parameters()).device
    return torch.cat([net(piece.to(device)).argmax(dim=1).cpu() for piece in grids.split(_AT_ONCE)])
