"""`shapelang train`: a net learns from the shapes of a set, made by a program or kept in files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, final

import typer

from learners.names import Known, Named, Size
from shapelang.cli.console import clean, emit_json, say
from shapelang.cli.failures import OK
from shapelang.cli.given import is_given
from shapelang.cli.net_options import Device, told_apart
from shapelang.cli.options import JsonFlag, checked_seed, folder_named
from shapelang.cli.progress import progress_told
from shapelang.cli.train_sets import refuse_unused_of_sets, set_of
from shapelang.diagnostics import UsageError, closest

if TYPE_CHECKING:
    from learners.data.sets import Data
    from learners.generation.sheets import Watching
    from learners.systems.systems import Config
    from learners.training.run import Run
    from learners.training.train import Pace, Trained
    from shapelang.deadline import Progress

EXAMPLES: Final = """\b
Examples:
  shapelang train im-ae --data chair.shape --steps 2000 --out chairs
  shapelang train cnn-ae --data chair.shape --device cuda --steps 9000 --out big
  shapelang train im-ae --data chair.shape --coarse 16:500 --steps 2000 -o fine
  shapelang train im-ae --data letter-a --steps 5000 --out letters
  shapelang train cnn-ae --data mnist.npz --steps 5000 --out digits
  shapelang train latent-gan --on digits --steps 9000 --out digits-gan
  shapelang train cnn-ae --data chair.shape --processes 2 --steps 9000 -o two
  shapelang train sequential --data primitives --writes 6 --steps 9000 -o solids
  shapelang train --resume --steps 9000 --out chairs

The same command goes on with a run that was interrupted, also with more --steps;
--resume alone does by the settings of the run, and never begins one.
The folder gets run.json, log.jsonl, checkpoints of safetensors and JSON, and
sheets of held-out shapes that came back and of shapes that were drawn.
"""

_UPON: Final = {"im-gan": "an im-ae", "cnn-gan": "a cnn-ae"}
"""What papers call a latent GAN, and what it stands upon: the names that are nearest are of other systems."""

_OF_A_CALL: Final = frozenset(
    {"system", "out", "steps", "seconds", "resume", "device", "processes", "sheets", "board", "json"}
)
"""Parameters that are no settings of the run: they may differ whenever it is gone on with."""

_SYSTEMS: Final = ", ".join(system.value for system in Named)


def _checked(text: str | None) -> str | None:
    """The name of a system. Not an enumeration for typer, which would write all names as one line of the help."""
    known = {system.value: system for system in Named}
    if text in _UPON:
        raise typer.BadParameter(f"'{text}' is latent-gan on the run of {_UPON[text]}: train latent-gan --on that")
    if text is not None and text not in known:
        raise typer.BadParameter(f"no system is called '{text}'; {closest(text, known) or f'there are {_SYSTEMS}'}")
    return text


def _stages(texts: list[str] | None) -> list[str] | None:
    """Refused where one is no pair of numbers from 1."""
    for text in texts or ():
        cells, _, steps = text.partition(":")
        if not (cells.isdecimal() and steps.isdecimal() and int(cells) and int(steps)):
            raise typer.BadParameter(f"'{text}' is not CELLS:STEPS, such as 16:500")
    return texts


def run(
    context: typer.Context,
    system: Annotated[
        str | None,
        typer.Argument(metavar="SYSTEM", callback=_checked, help=f"One of {_SYSTEMS}; --resume alone takes the run's."),
    ] = None,
    *,
    data: Annotated[
        str | None,
        typer.Option(
            "--data",
            metavar="PATH",
            help="A program, a folder of ShapeAssembly programs or of such folders, digits or voxels (.npz), "
            "letter-a, primitives, wire-cubes, primitive-pictures, or mnist3d:PATH.",
        ),
    ] = None,
    on: Annotated[
        Path | None,
        typer.Option(
            "--on",
            metavar="DIR",
            callback=told_apart,
            help="The run that latent-gan stands upon, with its data.",
        ),
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", callback=folder_named, help="The folder of the run.")
    ],
    steps: Annotated[int, typer.Option("--steps", min=1, metavar="N", help="Steps of the whole run.")],
    count: Annotated[
        int,
        typer.Option(
            "--count",
            min=1,
            max=1_000_000,
            metavar="N",
            help="Shapes of the program, or pictures' solids, to learn from.",
        ),
    ] = 2000,
    endless: Annotated[
        bool, typer.Option("--endless", help="Shapes of the program without end, each drawn when it is asked for.")
    ] = False,
    resolution: Annotated[
        int, typer.Option("--resolution", metavar="N", help="Cells along each side: 8, 16, 32, 64 or 128.")
    ] = 32,
    coarse: Annotated[
        list[str] | None,
        typer.Option(
            "--coarse",
            metavar="CELLS:STEPS",
            callback=_stages,
            help="Of im-ae: points of coarser grids first, such as 16:500; again for the next.",
        ),
    ] = None,
    writes: Annotated[
        int | None,
        typer.Option("--writes", min=1, max=100, metavar="N", help="Times that sequential writes into a volume (6)."),
    ] = None,
    known: Annotated[
        Known, typer.Option("--known", help="What sequential, mesh or latent-gan is told beforehand.")
    ] = Known.NOTHING,
    opengl: Annotated[
        bool,
        typer.Option("--opengl", help="Of mesh: draw by OpenGL, a thousand times slower, as where it was published."),
    ] = False,
    size: Annotated[Size, typer.Option("--size", help="As published (full), or a quarter as wide.")] = Size.SMALL,
    batch: Annotated[int, typer.Option("--batch", min=1, max=4096, metavar="N", help="Shapes a step.")] = 32,
    seed: Annotated[int, typer.Option("--seed", callback=checked_seed, metavar="N", help="Of weights and draws.")] = 0,
    seconds: Annotated[
        float | None, typer.Option("--time-limit", min=0.0, metavar="SECONDS", help="End earlier, to go on later.")
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the run of the folder, and begin none where there is none.")
    ] = False,
    device: Device = "cpu",
    processes: Annotated[
        int, typer.Option("--processes", min=1, max=64, metavar="N", help="That share each batch, a GPU each.")
    ] = 1,
    sheets: Annotated[
        int,
        typer.Option("--sheets", min=0, metavar="N", help="A picture of shapes after every N steps; 0 for none."),
    ] = 1000,
    board: Annotated[bool, typer.Option("--tensorboard", help="Also log for TensorBoard, into DIR/events.")] = False,
    bf16: Annotated[bool, typer.Option("--bf16", help="Compute layers in 16 bits.")] = False,
    json: JsonFlag = False,
) -> int:
    """Train a net on the shapes that a program draws.

    In a folder that has a run already, go on with it.
    """
    # One that was killed before its first checkpoint has its settings alone.
    if resume and not any(out.glob("step_*")) and not (out / "run.json").exists():
        raise UsageError(f"{clean(str(out))}: no run to go on with; leave out --resume to begin one")
    if system is None:
        _refuse_settings(context, resume, out)
    if resolution not in (8, 16, 32, 64, 128):
        raise UsageError(f"--resolution takes 8, 16, 32, 64 or 128, not {resolution}")
    with progress_told("loading torch", quiet=json) as tell:
        from shapelang.cli.devices import available

        place = available(device)
        from learners.generation.sheets import Watching
        from learners.training.board import refuse_without_writer
        from learners.training.run import Precision, Run, read_run
        from learners.training.train import Pace

        if board:
            refuse_without_writer()
        if system is None:
            asked = read_run(out)
        else:
            config, shapes = _settings(
                _Asked(Named(system), size, data, on, count, resolution, seed, writes, known, coarse or [], endless)
            )
            config = _drawn_by_gl(config) if opengl else config
            refuse_unused_of_sets(context, None if on is not None else shapes)
            asked = Run(config, shapes, batch, seed, Precision.BF16 if bf16 else Precision.F32)
        pace = Pace(steps, float("inf") if seconds is None else seconds)
        watching = Watching(asked, out, sheets, board)
        try:
            ended = _trained(asked, out, pace, place, processes, context.obj, watching, tell)
        except KeyboardInterrupt:
            say(f"{clean(str(out))}: interrupted; called again, it goes on")
            raise
    for skipped in ended.skipped:
        say(f"note: {skipped}")
    if json:
        emit_json({"step": ended.step, "ended": ended.ended.value, "shown": ended.shown, "folder": str(out)})
    shown = ", ".join(f"{name} {value:.4g}" for name, value in ended.shown.items())
    say(f"{out}: step {ended.step:,} of {steps:,}, {ended.ended.value}" + (f"; {shown}" if shown else ""))
    return OK


def _refuse_settings(context: typer.Context, resume: bool, out: Path) -> None:
    """Raises UsageError for a call without a system that does not go on with a run, or gives settings of one."""
    if not resume:
        raise UsageError(
            f"SYSTEM says what to train, one of {_SYSTEMS}; --resume goes on with the run of --out without"
        )
    for option in context.command.params:
        if option.name not in _OF_A_CALL and is_given(context, option.name or ""):
            raise UsageError(f"{option.opts[0]}: the run in {clean(str(out))} has its settings; leave this out")


def _trained(
    run: Run,
    out: Path,
    pace: Pace,
    device: str,
    processes: int,
    command: str,
    watching: Watching,
    tell: Progress,
) -> Trained:
    from learners.training.engine import launched
    from learners.training.train import train, train_by

    if processes == 1:
        return train(run, out, pace, device, tell, command, watching)
    return launched(processes, device, train_by, run, out, pace, command=command, watched=watching)


@final
@dataclass(frozen=True, slots=True)
class _Asked:
    """What the options say of the system and its data."""

    system: Named
    size: Size
    data: str | None
    on: Path | None
    count: int
    resolution: int
    seed: int
    writes: int | None
    known: Known
    coarse: list[str]
    endless: bool


def _settings(asked: _Asked) -> tuple[Config, Data]:
    """The system and what it learns from."""
    from learners.recipes import progressive

    config, shapes = _whole(asked)
    if not asked.coarse:
        return config, shapes
    stages = (text.split(":") for text in asked.coarse)
    return progressive(config, [(int(cells), int(steps)) for cells, steps in stages]), shapes


def _drawn_by_gl(config: Config) -> Config:
    """The same with pictures by OpenGL. Raises UsageError for what draws no meshes."""
    from learners.projections.faceted import Drawing
    from learners.systems.mesh import MeshFromPictures

    if not isinstance(config, MeshFromPictures):
        raise UsageError("--opengl is for mesh, which alone learns through a renderer")
    return replace(config, drawing=Drawing.OPENGL)


def _whole(asked: _Asked) -> tuple[Config, Data]:
    """The same, from the grid itself."""
    from learners.data.sampled import Sampled
    from learners.data.sets import set_cells, set_classes
    from learners.data.streamed import Streamed
    from learners.recipes import classifier_recipe, latent_recipe, recipe
    from learners.systems.sequential.recipe import Volumes
    from learners.training.upon import upon

    system, data, on = asked.system, asked.data, asked.on
    if (system is Named.LATENT_GAN) != (on is not None):
        raise UsageError(f"{system.value}: --on names the autoencoder's run that latent-gan, and it alone, stands upon")
    if (on is None) != (data is not None):
        raise UsageError("--data says what to learn from" if on is None else "--on names the data as well: drop --data")
    if asked.writes is not None and system not in (Named.SEQUENTIAL, Named.VOLUME_VAE, Named.MULTIVIEW):
        raise UsageError(f"{system.value} takes no --writes: only sequential, volume-vae and multiview do")
    if asked.known is not Known.NOTHING and system not in (Named.SEQUENTIAL, Named.MESH, Named.LATENT_GAN):
        raise UsageError(f"{system.value} takes no --known: only sequential, mesh and latent-gan do")
    if on is not None:
        below = upon(on)
        classes = set_classes(below.run.data)
        config = latent_recipe(asked.size, below.autoencoder, str(on), below.sha256, asked.known, classes)
        return config, below.run.data
    shapes = set_of(data or "", asked.count, asked.resolution, asked.seed)
    if asked.endless:
        if not isinstance(shapes, Sampled):
            raise UsageError("--endless is for a program: other sets are without end by themselves, or finite")
        shapes = Streamed(shapes.program, shapes.resolution)
    if system is Named.CLASSIFIER:
        return classifier_recipe(asked.size, *set_cells(shapes), set_classes(shapes)), shapes
    classes = set_classes(shapes) if asked.known is Known.CLASS else 1
    return recipe(system, asked.size, *set_cells(shapes), Volumes(asked.writes or 6, asked.known, classes)), shapes
