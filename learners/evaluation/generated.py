"""Sets that a trained net draws, beside the shapes that were kept away from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, final

import numpy as np
import torch

from learners.chance import generator
from learners.data.examples import Examples
from learners.data.sets import Split, examples
from learners.evaluation.frechet import frechet_distance
from learners.generation.model import Model, trained_model
from learners.generation.shapes import occupied, own_cells, surface, surface_cloud
from learners.systems.classifier import ClassifierNet
from learners.systems.variational import VariationalNet, importance_bound
from learners.tensors import Grids
from learners.training.averaged import run_of
from learners.training.trained import trained_system
from shapelang.arrays import AnyArray
from shapelang.deadline import Progress, silent
from shapelang.diagnostics import UsageError
from shapelang.fields.dual import SurfaceError
from shapelang.metrics.sets import Cloud, SetScores, nearest, nearest_others, set_scores

_AT_ONCE: Final = 256
_MOST: Final = 10_000
"""Shapes of a set without end that classes are told of."""


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


@final
@dataclass(frozen=True, slots=True)
class Sets:
    """By points on surfaces. made, training: scores of `count` drawn shapes, and of as many training shapes.
    empty: how many more were drawn and had nothing inside.
    """

    made: SetScores
    training: SetScores
    count: int
    empty: int


def by_features(
    folder: Path, classifier: Path, count: int, seed: int = 0, device: str = "cpu", progress: Progress = silent
) -> Features:
    """Drawn shapes at the run's own cells. Raises UsageError for a run without a prior, or features of other grids."""
    model, (net, cells) = trained_model(folder, device), _classifier(classifier, device)
    training, away = (examples(model.run.data, split) for split in (Split.TRAINING, Split.HELD_OUT))
    count = min(count, len(training), len(away))
    if cells != (model.axes, model.resolution):
        raise UsageError(f"{classifier}: its features are of other grids than those of {folder}")
    drawn = _stacked(_drawn(model, range(seed, seed + count), progress))
    reference = _features(net, _first(away, count))
    made, known = (frechet_distance(_features(net, grids), reference) for grids in (drawn, _first(training, count)))
    return Features(_right(net, away, count), made, known, count)


def by_points(
    folder: Path, count: int, points: int, seed: int = 0, device: str = "cpu", progress: Progress = silent
) -> Sets:
    """Drawn solids as points on their surfaces, made on the nodes of `own_cells`, in the cube from -1 to 1.

    Raises UsageError for a run of pictures, without a prior, or that makes nothing but empty cubes.
    """
    model = trained_model(folder, device)
    if model.axes != 3:
        raise UsageError(f"{folder} is a run of pictures, which have no surface: give --features")
    training, away = (examples(model.run.data, split) for split in (Split.TRAINING, Split.HELD_OUT))
    count = min(count, len(training), len(away))
    made, empty = _clouds_drawn(model, count, points, seed, progress)
    # Points of their own for each set: equal shapes with equal points would have no distance at all.
    reference = _clouds(_first(away, count), points, seed + 2 * count)
    known = _clouds(_first(training, count), points, seed + 3 * count)
    progress("measuring", 0.5)
    others = nearest_others(reference)
    scores = [
        set_scores(nearest_others(some), nearest(some, reference), nearest(reference, some), others)
        for some in (made, known)
    ]
    return Sets(scores[0], scores[1], count, empty)


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
    count = min(len(away), _MOST)
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


def _clouds_drawn(model: Model, count: int, points: int, seed: int, progress: Progress) -> tuple[list[Cloud], int]:
    """Clouds of the first shapes that are not empty, of twice as many seeds at most, and how many were empty."""
    clouds: list[Cloud] = []
    for one in range(seed, seed + 2 * count):
        progress("drawing", 0.5 * len(clouds) / count)
        try:
            clouds.append(
                surface_cloud(surface(model.field(model.drawn(one)), own_cells(model.resolution)), points, one)
            )
        except SurfaceError:
            continue
        if len(clouds) == count:
            return clouds, one + 1 - seed - count
    raise UsageError(f"of {2 * count} shapes {2 * count - len(clouds)} were empty: train it longer")


def _clouds(grids: Grids, points: int, seed: int) -> list[Cloud]:
    """Of grids' own surfaces: half way between cells inside and outside, as a net's is at its own cells."""
    from learners.decoders.grids import read_between

    fields = (grid[None].float() for grid in grids)
    return [
        surface_cloud(
            surface(lambda at, grid=grid: read_between(grid, at[None])[0], own_cells(grid.shape[1])), points, seed + k
        )
        for k, grid in enumerate(fields)
    ]
