"""`shapelang reconstruct`: a mesh through a trained net and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from shapelang.cli.build import refuse_input, write_output
from shapelang.cli.console import bytes_shown, clean, emit_json, say, say_warning
from shapelang.cli.facts import file_row
from shapelang.cli.failures import OK
from shapelang.cli.made_shapes import Made, made_bytes, made_format, read_of
from shapelang.cli.net_options import Device, MadeCells, NamedClass, TrainedRun
from shapelang.cli.options import JsonFlag
from shapelang.cli.progress import progress_told
from shapelang.diagnostics import UsageError, counted
from shapelang.io.atomic import refuse_unwritable

EXAMPLES: Final = """\b
Examples:
  shapelang reconstruct chairs-im-ae chair.obj -o again.glb     a shipped net
  shapelang reconstruct runs/chairs chair.obj -o again.glb
  shapelang reconstruct runs/chairs chair.shape -o again.obj --resolution 256
  shapelang reconstruct runs/chairs held-out:3 -o again.npz
  shapelang reconstruct runs/digits held-out:3 -o again.png
  shapelang reconstruct runs/meshes held-out:3 -o seen.glb

\b
The mesh is read as cells, those of the run, and what comes back stands where
it stands. IoU is of these cells.
"""


def run(
    folder: TrainedRun,
    shape: Annotated[str, typer.Argument(metavar="SHAPE", help="A mesh, a program, or held-out:K of the run's set.")],
    *,
    output: Annotated[
        str,
        typer.Option("--output", "-o", metavar="PATH", help="A .glb, .obj, .ply or .npz; of a picture a .png or .npz."),
    ],
    named: NamedClass = None,
    resolution: MadeCells = None,
    device: Device = "cpu",
    json: JsonFlag = False,
) -> int:
    """Read a shape with a trained net and write what it makes of it."""
    refuse_input(output, shape)
    refuse_unwritable(output)
    if shape.isdecimal():
        raise UsageError(f"{shape}: a seed has nothing to be read; shapelang generate makes its shape")
    with progress_told("loading torch", quiet=json) as tell:
        from shapelang.cli.devices import available

        place = available(device)
        from shapelang.cli.made_meshes import is_meshes, reconstruct_mesh, refuse_others

        if is_meshes(folder):
            refuse_others(None, resolution)
            if named is not None:
                raise UsageError("meshes are told no class: --class is for runs of --known class")
            row, error, step = reconstruct_mesh(folder, place, shape, output)
            if json:
                emit_json({"run": str(folder), "step": step, "error": error, "files": [row]})
            told = f"squared error of the picture {error:.4f}, after {counted(step, 'step')}"
            say(f"{clean(output)}: {bytes_shown(row['bytes'])}; {told}")
            return OK
        import numpy as np

        from learners.evaluation.overlap import overlaps
        from learners.generation.completing import STRANGE
        from learners.generation.model import trained_model
        from learners.generation.shapes import occupied

        model = trained_model(folder, place, named)
        form = made_format(model, output, None)
        tell("decoding", 0.5)
        read = read_of(model, shape)
        assert read.grid is not None, "what is no seed was read"
        made = Made(model, model.field(read.code), resolution, read.half, read.middle)
        own = occupied(made.field, model.axes, model.resolution)
        iou = float(overlaps(np.packbits(read.grid), np.packbits(own)[None])[0])
        content = made_bytes(made, form, Path(output).stem)
        write_output(output, content)
    if json:
        emit_json({"run": str(folder), "step": model.step, "iou": iou, "files": [file_row(output, content)]})
    if iou < STRANGE:
        cause = f"an IoU of {iou:.2f} with it: {clean(str(folder))} knows no shape like it, or learned little"
        say_warning(f"what is made of {clean(shape)} has {cause}")
    told = f"IoU {iou:.3f} at {model.resolution} cells, after {counted(model.step, 'step')}"
    say(f"{clean(output)}: {bytes_shown(len(content))}; {told}")
    return OK
