"""What lies between two drawn shapes, of several runs side by side: `python -m benchmarks.learners.between RUN …`.

Each run draws the same number of pairs, and goes from one to the other along a straight line of codes. By points
(those of a cloud as they are, those of other solids on their surfaces) and their Chamfer distance, mean and standard
error over pairs: how uneven the steps are, how far the middle of the way is from the nearest training shape, beside its
ends, and how much of the cells is one piece. The picture is that of `shapelang interpolate … --beside … --sheet`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final, final

import numpy as np
import torch
from scipy import ndimage

from benchmarks.infer.markdown import markdown
from benchmarks.timing import commit, machine
from learners.data.examples import spaced
from learners.data.sets import Split, examples
from learners.decoders.cloud import CloudDecoderNet
from learners.evaluation.clouds import clouds_of, drawing_model
from learners.generation.model import Model
from learners.generation.shapes import codes_between, occupied, own_cells, surface, surface_cloud
from learners.tensors import Codes
from shapelang.arrays import OccupancyArray
from shapelang.diagnostics import UsageError
from shapelang.fields.dual import SurfaceError
from shapelang.metrics.sets import Cloud, nearest

POINTS: Final = 512
"""Of each cloud: as many as a narrow decoder of points has."""
HEAD: Final = ("drawn by", "pairs", "greatest step", "ends", "middle", "in one piece: ends", "middle")
_ALL_ROUND: Final = np.ones((3, 3, 3))


@final
@dataclass(frozen=True, slots=True)
class Way:
    """From one shape to another.

    uneven: the greatest step for the mean one, of the roots of Chamfer distances; 1 where all are as long. ends,
    middle: Chamfer distance · 1000 to the nearest training shape. whole: the share of cells in the largest piece.
    """

    uneven: float
    ends: float
    middle: float
    whole_ends: float
    whole_middle: float


def way_of(clouds: Sequence[Cloud], cells: Sequence[OccupancyArray], known: Sequence[Cloud]) -> Way:
    """The measures of an odd number of shapes on a line, both ends included."""
    half = len(clouds) // 2
    steps = [float(nearest([a], [b]).distances[0]) ** 0.5 for a, b in pairwise(clouds)]
    first, middle, last = 1000.0 * nearest([clouds[0], clouds[half], clouds[-1]], known).distances
    whole = [in_one_piece(cells[k]) for k in (0, half, -1)]
    mean = sum(steps) / len(steps)
    uneven = max(steps) / mean if mean > 0.0 else 1.0
    return Way(uneven, 0.5 * float(first + last), float(middle), 0.5 * (whole[0] + whole[2]), whole[1])


def in_one_piece(inside: OccupancyArray) -> float:
    """The share of the inner cells that the largest piece has; cells that share a corner hang together."""
    pieces = np.zeros(inside.shape, np.int32)
    ndimage.label(inside, _ALL_ROUND, output=pieces)
    return float(np.bincount(pieces[inside]).max() / inside.sum()) if inside.any() else 0.0


def ways(model: Model, pairs: int, steps: int, known: Sequence[Cloud]) -> list[Way]:
    """Those of the first so many pairs of seeds of which nothing on the way is empty, of twice as many at most."""
    found: list[Way] = []
    for pair in range(2 * pairs):
        codes = codes_between(model.drawn(2 * pair), model.drawn(2 * pair + 1), steps)
        try:
            clouds = [_cloud(model, code[None], pair * steps + k) for k, code in enumerate(codes)]
        except SurfaceError:
            continue
        cells = [occupied(model.field(code[None]), model.axes, model.resolution) for code in codes]
        found.append(way_of(clouds, cells, known))
        if len(found) == pairs:
            return found
    raise UsageError(f"of {2 * pairs} ways {2 * pairs - len(found)} go through something empty: train it longer")


def _cloud(model: Model, code: Codes, seed: int) -> Cloud:
    if isinstance(model.decoder, CloudDecoderNet):
        with torch.no_grad():
            points = model.decoder.cloud(code)[0].double().cpu().numpy()
        return points[np.random.default_rng(seed).permutation(len(points))[:POINTS]]
    return surface_cloud(surface(model.field(code), own_cells(model.resolution)), POINTS, seed)


def line_of(name: str, found: Sequence[Way]) -> list[str]:
    """The means over pairs with their standard errors."""
    columns = np.array([astuple(way) for way in found]).T
    forms = ("{:.2f}", "{:.2f}", "{:.2f}", "{:.3f}", "{:.3f}")
    told = [
        f"{form.format(column.mean())} ± {form.format(column.std(ddof=1) / len(column) ** 0.5)}"
        for form, column in zip(forms, columns, strict=True)
    ]
    return [name, str(len(found)), *told]


def table(folders: Sequence[Path], pairs: int, steps: int, training: int) -> str:
    """A row for each run. Raises UsageError where the runs are of different sets, of pictures, or draw nothing."""
    models = [(folder, drawing_model(folder)) for folder in folders]
    data = models[0][1].run.data
    if strangers := [folder for folder, model in models if model.run.data != data]:
        raise UsageError(f"{strangers[0]} is a run of another set than {folders[0]}: measure it by itself")
    shapes = examples(data, Split.TRAINING)
    count = min(training, len(shapes))
    known = clouds_of(shapes.grids(spaced(len(shapes), count)), POINTS, 10**6)
    rows: list[list[str]] = []
    for folder, model in models:
        rows.append(line_of(folder.name, ways(model, pairs, steps, known)))
        print(" ".join(rows[-1]), flush=True)
    return markdown(HEAD, rows)


def main(arguments: Sequence[str] | None = None) -> None:
    """The table of some runs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", type=Path, metavar="RUN")
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--steps", type=int, default=9, help="shapes of a way, an odd number")
    parser.add_argument("--training", type=int, default=1000, help="training shapes, evenly spaced")
    asked = parser.parse_args(arguments)
    if asked.pairs < 2 or asked.steps < 3 or asked.steps % 2 == 0 or asked.training < 1:
        parser.error("at least two pairs, and an odd number of steps from 3 on, beside at least one training shape")
    try:
        told = table(asked.runs, asked.pairs, asked.steps, asked.training)
    except UsageError as error:
        parser.error(str(error))
    print(f"{machine()}, commit {commit()}\n\n{told}")


if __name__ == "__main__":
    main()
