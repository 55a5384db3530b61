"""What comes back of held-out shapes, by the four measures of IM-NET's table, beside the nearest training shape.

    python -m benchmarks.learners.looks runs/im-ae runs/cnn-ae --count 20 --fine 128

MSE and IoU of cells; Chamfer between points and triangles, both ways, in % of the diagonal; F-score at 1 % of it;
light-field distance by our own renderer, of the surface on twice the run's cells, and of that on as many as `--fine`
says. What all are held against is the surface of the held-out cells themselves. Without a RUN the kept autoencoders of
chairs are measured, or the one that is shipped.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from math import nan
from pathlib import Path
from typing import Final, final

import numpy as np
import torch

from benchmarks.infer.markdown import markdown
from benchmarks.learners.there import kept_or_shipped
from learners.data.examples import spaced
from learners.data.points import cell_centres
from learners.data.sets import Split, examples
from learners.decoders.grids import read_between
from learners.evaluation.overlap import nearest
from learners.generation.model import Field, Model, trained_model
from learners.generation.shapes import own_cells, surface
from shapelang.arrays import AnyArray
from shapelang.diagnostics import UsageError
from shapelang.fields.dual import SurfaceError
from shapelang.metrics.chamfer import surface_distances
from shapelang.metrics.fscore import fscore_of
from shapelang.metrics.light_field import LightFields, directions, light_field_distance, light_fields
from shapelang.metrics.triangles import Triangles, triangles
from shapelang.rendering.silhouettes import silhouettes

HEAD: Final = ("", "shapes", "MSE", "IoU", "Chamfer %", "F-score", "light field", "on fine cells")
AUTOENCODERS: Final = ("chairs-im-ae", "chairs-cnn-ae")
"""Kept runs."""

_DIGITS: Final = (5, 3, 3, 3, 0, 0)
"""Behind the point, of each measure."""
_SAMPLES: Final = 20_000
"""Points of each surface."""
_PIXELS: Final = 256
"""Of a silhouette's side, as in the paper."""


@final
@dataclass(frozen=True, slots=True)
class Apart:
    """Of one shape from what it came from. fine: the light-field distance on fine cells."""

    mse: float
    iou: float
    chamfer: float
    fscore: float
    light_field: float
    fine: float


def main(arguments: Sequence[str] | None = None) -> None:
    """A row for each run, and one for the nearest training shape."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "runs", nargs="*", type=Path, metavar="RUN", help="the kept autoencoders, or the shipped one, else"
    )
    parser.add_argument("--count", type=int, default=20, help="held-out shapes, evenly spaced")
    parser.add_argument("--fine", type=int, default=128, help="cells along each side of the finer surface")
    given = parser.parse_args(arguments)
    runs = given.runs or kept_or_shipped(AUTOENCODERS, "chairs-im-ae")
    if len({folder.name for folder in runs}) < len(runs):
        parser.error("rows have the names of the runs' folders, and two of these are the same")
    try:
        models = {folder.name: trained_model(folder) for folder in runs}
    except UsageError as error:
        parser.error(str(error))
    first = next(iter(models.values()))
    if any(model.run.data != first.run.data for model in models.values()):
        parser.error("the runs learned from different sets")
    training, away = (examples(first.run.data, split) for split in (Split.TRAINING, Split.HELD_OUT))
    count = min(given.count, len(away))
    which = spaced(len(away), count)
    grids = away.grids(which)
    known = training.grids(torch.arange(len(training)))
    chosen = nearest(*(np.packbits(some.flatten(1).numpy(), axis=1) for some in (grids, known))).indices
    rows: dict[str, list[Apart]] = {name: [] for name in (*models, "nearest training shape")}
    for number, grid in enumerate(grids):
        true = _Shape(_between(grid), given.fine, len(grid))
        for name, model in models.items():
            rows[name].append(_apart(true, _Shape(_decoded(model, grid), given.fine, len(grid))))
        retrieved = _between(known[int(chosen[number])])
        rows["nearest training shape"].append(_apart(true, _Shape(retrieved, given.fine, len(grid))))
        print(f"{number + 1} of {len(grids)}", flush=True)
    print(markdown(HEAD, [line_of(name, row) for name, row in rows.items()]))


@final
class _Shape:
    """A field with its cells and surfaces."""

    def __init__(self, field: Field, fine: int, resolution: int) -> None:
        self.values: AnyArray = field(cell_centres((resolution,) * 3)).clamp(0.0, 1.0).numpy()
        self.coarse, self.fine = (_mesh(field, cells) for cells in (own_cells(resolution), fine))


def _apart(true: _Shape, made: _Shape) -> Apart:
    one, other = true.values > 0.5, made.values > 0.5
    mse = float(((made.values - true.values) ** 2).mean())
    iou = float((one & other).sum() / max(int((one | other).sum()), 1))
    if made.coarse is None or made.fine is None or true.coarse is None or true.fine is None:
        return Apart(mse, iou, nan, nan, nan, nan)
    coarse, fine = (
        light_field_distance(_looks(a), _looks(b)) for a, b in ((true.coarse, made.coarse), (true.fine, made.fine))
    )
    off = surface_distances(true.coarse, made.coarse, _SAMPLES)
    return Apart(mse, iou, off.chamfer, fscore_of(off), coarse, fine)


def _looks(mesh: Triangles) -> LightFields:
    ways = directions()
    pictures = silhouettes(mesh.corners, ways.reshape(-1, 3), _PIXELS)
    return light_fields(pictures.reshape(*ways.shape[:2], _PIXELS, _PIXELS))


def _between(grid: torch.Tensor) -> Field:
    values = grid[None].float()
    return lambda points: read_between(values, points[None])[0]


def _decoded(model: Model, grid: torch.Tensor) -> Field:
    return model.field(model.encoded(grid[None]))


def _mesh(field: Field, cells: int) -> Triangles | None:
    try:
        found = surface(field, cells)
    except SurfaceError:
        return None
    return triangles(found.positions, found.faces)


def line_of(name: str, row: Sequence[Apart]) -> list[str]:
    """The means of a row, each of the shapes that have that measure; a dash where none has."""
    measures = np.array([astuple(each) for each in row]).T
    told = [measure[~np.isnan(measure)] for measure in measures]
    means = [f"{each.mean():.{digits}f}" if len(each) else "–" for each, digits in zip(told, _DIGITS, strict=True)]
    empty = sum(np.isnan(each.chamfer) for each in row)
    return [name, f"{len(row)}" + (f" ({empty} empty)" if empty else ""), *means]


if __name__ == "__main__":
    main()
