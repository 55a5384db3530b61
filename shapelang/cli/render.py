"""`shapelang render`: a picture of a program or a mesh."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Final, final

import typer

from shapelang.cli.build import default_segments, refuse_input, refuse_json_beside, refuse_other_pictures
from shapelang.cli.console import emit_json, say
from shapelang.cli.failures import OK
from shapelang.cli.meshes import model_of, names_program
from shapelang.cli.options import JsonFlag, Running, Seed, Segments
from shapelang.cli.programs import load_program
from shapelang.diagnostics import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapelang.cli.pictures import Drawn, SheetLook
    from shapelang.execution.budget import Limits
    from shapelang.rendering.camera import Camera
    from shapelang.semantics.program import Program

EXAMPLES: Final = """\b
Examples:
  shapelang render chair.shape -o chair.png
  shapelang render chair.shape -o chair.png --view front --size 1200x1200
  shapelang render chair.shape -o chairs.png --variants 12     a contact sheet
  shapelang render table.obj -o table.png --azimuth 120 --elevation 30
  shapelang render chair.shape -o - | feh -

Azimuth 0 looks at the front, 90 at the model's left side. Without OpenGL the
picture is drawn in software, which takes longer and shows the same.
"""

SMALLEST: Final = 32
LARGEST: Final = 8192
"""Pixels on a side: less shows nothing, more would need gigabytes."""


@final
class ViewName(Enum):
    """The usual places to look from."""

    THREE_QUARTER = "three-quarter"
    FRONT = "front"
    SIDE = "side"
    BACK = "back"
    TOP = "top"
    ISO = "iso"


@final
class BackendChoice(Enum):
    """What draws."""

    AUTO = "auto"
    GL = "gl"
    SOFTWARE = "software"


def run(
    file: Annotated[str, typer.Argument(help="A program ('-' is standard input) or a mesh.")],
    *,
    output: Annotated[
        str | None, typer.Option("-o", "--output", metavar="PNG", help="Where to write; '-' is stdout.")
    ] = None,
    size: Annotated[
        str | None, typer.Option("--size", metavar="WxH", help="Pixels (of each variant). Default: 960x720.")
    ] = None,
    view: Annotated[ViewName, typer.Option("--view", help="Where to look from.")] = ViewName.THREE_QUARTER,
    azimuth: Annotated[
        float | None, typer.Option("--azimuth", min=-360, max=360, metavar="DEGREES", help="Round the model.")
    ] = None,
    elevation: Annotated[
        float | None, typer.Option("--elevation", min=-90, max=90, metavar="DEGREES", help="Above the horizon.")
    ] = None,
    variants: Annotated[
        int | None, typer.Option("--variants", min=1, max=400, metavar="N", help="That many seeds on one sheet.")
    ] = None,
    backend: Annotated[BackendChoice, typer.Option("--backend", help="What draws.")] = BackendChoice.AUTO,
    seed: Seed = 0,
    segments: Segments = None,
    running: Running,
    json: JsonFlag = False,
) -> int:
    """Draw a program or a mesh as a PNG picture."""
    if output is None:
        raise UsageError("nowhere to write: give -o PATH, such as -o picture.png")
    refuse_other_pictures(output)
    refuse_input(output, file)
    refuse_json_beside([output], json)
    pixels = None if size is None else size_of(size)
    given, limits = running.given(), running.limits()
    camera = _camera(view, azimuth, elevation)
    edges = default_segments(segments)
    if names_program(file, running.stdin_filename):
        if variants is not None:
            from shapelang.cli.pictures import SheetLook

            look = SheetLook(camera, edges, pixels, backend.value)
            seeds = range(seed, seed + variants)
            sheet = _sheet(load_program(file, running.stdin_filename), seeds, given, limits, output, look, quiet=json)
            return _told(sheet, json)
    elif running.settings or variants is not None:
        raise UsageError(f"{file}: --set and --variants are for programs, and a mesh is none")
    model = model_of(file, running.stdin_filename, seed, given, limits)
    from shapelang.cli.pictures import picture_of, shapes_of, write_picture
    from shapelang.rendering.picture import SIZE

    picture = picture_of(shapes_of(model, edges), pixels or SIZE, camera, backend.value)
    return _told(write_picture(picture, output), json)


def _told(drawn: Drawn, json: bool) -> int:
    if json:
        emit_json(drawn.row())
    for line in drawn.lines():
        say(line)
    return OK


def size_of(text: str, option: str = "--size") -> tuple[int, int]:
    """`960x720` as width and height, `720` as a square; raises UsageError, which names the option."""
    match = re.fullmatch(r"(\d{1,5})(?:[x×](\d{1,5}))?", text.strip())
    if match is None:
        raise UsageError(f"{option} takes WIDTHxHEIGHT, such as 960x720, not '{text}'")
    width, height = int(match[1]), int(match[2] or match[1])
    if not all(SMALLEST <= side <= LARGEST for side in (width, height)):
        raise UsageError(f"{option} {text}: each side is from {SMALLEST} to {LARGEST} pixels")
    return width, height


def _camera(view: ViewName, azimuth: float | None, elevation: float | None) -> Camera:
    from dataclasses import replace

    from shapelang.rendering.camera import Preset

    camera = Preset[view.name].value
    camera = camera if azimuth is None else replace(camera, azimuth=azimuth)
    return camera if elevation is None else replace(camera, elevation=elevation)


def _sheet(
    program: Program,
    seeds: Sequence[int],
    given: dict[str, Any],
    limits: Limits,
    output: str,
    look: SheetLook,
    quiet: bool,
) -> Drawn:
    from shapelang.cli.batches import assemblies_of
    from shapelang.cli.pictures import draw_sheet

    return draw_sheet(assemblies_of(program, seeds, given, limits), seeds, output, look, quiet)
