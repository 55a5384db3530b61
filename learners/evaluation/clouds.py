"""Solids that a trained net draws, as points on their surfaces, beside the shapes that were kept away from it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import final

import torch

from learners.chance import generator
from learners.data.examples import Examples, as_many, measured
from learners.data.sets import Data, Split, examples
from learners.decoders.grids import read_between
from learners.generation.model import Model, trained_model
from learners.generation.shapes import own_cells, surface, surface_cloud
from learners.tensors import Grids
from shapelang.deadline import Progress, silent
from shapelang.diagnostics import UsageError
from shapelang.fields.dual import SurfaceError
from shapelang.metrics.sets import Cloud, Nearest, SetScores, nearest, nearest_others, set_scores


@final
@dataclass(frozen=True, slots=True, eq=False)
class Reference:
    """Held-out shapes that sets are measured against: what is the same for all of them is found once.

    clouds: theirs; others: of each the nearest other one. training: the scores of as many training shapes. points: of
    each cloud; seed: of what is chosen and drawn.
    """

    clouds: list[Cloud]
    others: Nearest
    training: SetScores
    points: int
    seed: int


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


def by_points(
    folder: Path, count: int, points: int, seed: int = 0, device: str = "cpu", progress: Progress = silent
) -> Sets:
    """Drawn solids of a run beside held-out ones of its set, `count` of each or as many as there are.

    Raises UsageError for a run of pictures, without a prior, or that makes nothing but empty cubes.
    """
    model = drawing_model(folder, device)
    return beside(model, reference(model.run.data, count, points, seed), progress)


def drawing_model(folder: Path, device: str = "cpu") -> Model:
    """A model that draws solids. No shape of its set is made for it, so that a refusal is quick.

    Raises UsageError for a run of pictures, or without a prior.
    """
    model = trained_model(folder, device)
    if model.axes != 3:
        raise UsageError(f"{folder} is a run of pictures, which have no surface: give --features")
    model.refuse_without_prior()
    return model


def reference(data: Data, count: int, points: int, seed: int) -> Reference:
    """Held-out and training shapes of a set, chosen by a seed, as many of each as there are of both at most.

    Their surfaces are those of their grids on the nodes of `own_cells`, in the cube from -1 to 1.
    """
    training, away = (examples(data, split) for split in (Split.TRAINING, Split.HELD_OUT))
    count = as_many(count, training, away)
    # Points of their own for each set: equal shapes with equal points would have no distance at all.
    clouds = clouds_of(_chosen(away, count, seed, "held-out"), points, seed + 2 * count)
    others = nearest_others(clouds)
    known = clouds_of(_chosen(training, count, seed, "training"), points, seed + 3 * count)
    return Reference(clouds, others, _scored(known, clouds, others), points, seed)


def beside(model: Model, known: Reference, progress: Progress = silent) -> Sets:
    """As many solids as the reference has, drawn from its seed on, on the same nodes. Raises UsageError as above."""
    made, empty = _drawn(model, len(known.clouds), known.points, known.seed, progress)
    progress("measuring", 0.9)
    return Sets(_scored(made, known.clouds, known.others), known.training, len(made), empty)


def clouds_of(grids: Grids, points: int, seed: int) -> list[Cloud]:
    """Of grids' own surfaces: half way between cells inside and outside, as a net's is at its own cells."""
    fields = (grid[None].float() for grid in grids)
    return [
        surface_cloud(
            surface(lambda at, grid=grid: read_between(grid, at[None])[0], own_cells(grid.shape[1])), points, seed + k
        )
        for k, grid in enumerate(fields)
    ]


def _chosen(shapes: Examples, count: int, seed: int, what: str) -> Grids:
    """(count, *cells) different ones."""
    known = measured(shapes, count)
    return shapes.grids(known[torch.randperm(len(known), generator=generator(seed, "chosen", what))[:count]])


def _scored(some: list[Cloud], clouds: list[Cloud], others: Nearest) -> SetScores:
    return set_scores(nearest_others(some), nearest(some, clouds), nearest(clouds, some), others)


def _drawn(model: Model, count: int, points: int, seed: int, progress: Progress) -> tuple[list[Cloud], int]:
    """Clouds of the first shapes that are not empty, of twice as many seeds at most, and how many were empty."""
    clouds: list[Cloud] = []
    for one in range(seed, seed + 2 * count):
        progress("drawing", 0.9 * len(clouds) / count)
        try:
            clouds.append(
                surface_cloud(surface(model.field(model.drawn(one)), own_cells(model.resolution)), points, one)
            )
        except SurfaceError:
            continue
        if len(clouds) == count:
            return clouds, one + 1 - seed - count
    raise UsageError(f"of {2 * count} shapes {2 * count - len(clouds)} were empty: train it longer")
