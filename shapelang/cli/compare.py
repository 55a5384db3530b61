"""`shapelang compare`: how far two shapes are apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final

import typer

from shapelang.cli.build import default_segments
from shapelang.cli.console import clean, emit, emit_json, table
from shapelang.cli.meshes import model_of, triangles_of
from shapelang.cli.options import JsonFlag, MeshUp, MinIou, Seed, Segments, StdinFilename, good_enough
from shapelang.cli.programs import STDIN
from shapelang.diagnostics import UsageError
from shapelang.inference.input.up import Up

if TYPE_CHECKING:
    from shapelang.assembly.assembly import Assembly
    from shapelang.io.read import MeshData
    from shapelang.metrics.triangles import Triangles

EXAMPLES: Final = """\b
Examples:
  shapelang compare table.obj table.shape
  shapelang compare old.shape new.shape --seed 3
  shapelang compare table.obj table.shape --min-iou 0.9     for a script
  shapelang compare scan.stl scan.shape --up z
  shapelang compare a.glb b.glb --resolution 128 --json

IoU: shared part of the two solids. Chamfer: mean distance of the surfaces, in
% of the diagonal of the first. F-score: how much of them lies within 1 % of it.
Light-field distance: of silhouettes from all around, after Chen et al. 2003.
"""

_PIXELS: Final = 256
"""Of a silhouette's side, as in the paper."""


def run(
    first: Annotated[str, typer.Argument(metavar="A", help="A program or a mesh: the reference.")],
    second: Annotated[str, typer.Argument(metavar="B", help="A program or a mesh.")],
    resolution: Annotated[
        int, typer.Option("--resolution", min=8, max=512, metavar="N", help="Cells on each side, for the IoU.")
    ] = 64,
    light_field: Annotated[
        bool, typer.Option("--light-field", help="Also how differently they look, however they are turned.")
    ] = False,
    min_iou: MinIou = None,
    up: MeshUp = Up.Y,
    seed: Seed = 0,
    segments: Segments = None,
    stdin_filename: StdinFilename = None,
    json: JsonFlag = False,
) -> int:
    """Measure how far two programs or meshes are apart.

    Both stand where they stand: nothing is moved or scaled. With --up meshes are turned, and programs are not.
    """
    if first == STDIN and second == STDIN:
        raise UsageError("only one of the two can come from standard input")
    from shapelang.execution.budget import Limits
    from shapelang.metrics.chamfer import surface_distances
    from shapelang.metrics.fscore import fscore_of
    from shapelang.metrics.iou import solid_iou

    limits = Limits()
    models = [_upright(model_of(file, stdin_filename, seed, {}, limits), up) for file in (first, second)]
    a, b = (triangles_of(model, default_segments(segments)) for model in models)
    iou = solid_iou(a, b, resolution)
    distances = surface_distances(a, b)
    chamfer, fscore = distances.chamfer, fscore_of(distances)
    looks = _light_field_distance(a, b) if light_field else None
    if json:
        row = {"a": first, "b": second, "resolution": resolution, "iou": iou, "chamfer": chamfer, "fscore": fscore}
        emit_json(row if looks is None else row | {"light_field": looks})
    else:
        emit(f"{clean(first)} and {clean(second)}")
        rows = [
            (f"solid IoU ({resolution}³)", f"{iou:.4f}"),
            ("Chamfer", f"{chamfer:.4f} %"),
            ("F-score at 1 %", f"{fscore:.4f}"),
            *([] if looks is None else [("light-field distance", f"{looks:.0f}")]),
        ]
        for line in table(rows):
            emit(line)
    return good_enough(iou, min_iou)


def _light_field_distance(a: Triangles, b: Triangles) -> float:
    from shapelang.metrics.light_field import directions, light_field_distance, light_fields
    from shapelang.rendering.silhouettes import silhouettes

    ways = directions()
    shape = (*ways.shape[:2], _PIXELS, _PIXELS)
    one, other = (light_fields(silhouettes(m.corners, ways.reshape(-1, 3), _PIXELS).reshape(shape)) for m in (a, b))
    return light_field_distance(one, other)


def _upright(model: Assembly | MeshData, up: Up) -> Assembly | MeshData:
    """A mesh with `up` turned to +Y; what a program makes stands as it does."""
    from shapelang.inference.input.upright import upright_mesh
    from shapelang.io.read import MeshData

    return upright_mesh(model, up) if isinstance(model, MeshData) else model
