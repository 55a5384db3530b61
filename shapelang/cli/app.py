"""The command line: one command, of which each subcommand is a file that is loaded when it is called."""

from __future__ import annotations

import os
import shlex
import warnings
from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Final, final

import typer
from typer.core import TyperCommand, TyperGroup

from shapelang.cli.console import emit, prepare_streams, say, say_warning
from shapelang.cli.failures import guarded
from shapelang.cli.interrupts import Interrupts
from shapelang.cli.version import version
from shapelang.diagnostics import PassedOverWarning

PROGRAM: Final = "shapelang"
COMPLETION: Final = "_SHAPELANG_COMPLETE"
"""Set by the shell that asks for completions."""

SUMMARIES: Final = {
    "check": "Report every error and warning of programs.",
    "fmt": "Put programs into the canonical layout.",
    "build": "Run a program and write the model to files.",
    "render": "Draw a program or a mesh as a PNG picture.",
    "sample": "Make many variants of a program, one for each seed.",
    "furnish": "Furnish the rooms of a floor plan.",
    "score": "Give the log-probability of choices of a program.",
    "info": "Show what a program or a mesh consists of.",
    "compare": "Measure how far two programs or meshes are apart.",
    "infer": "Read a mesh back into a program, or all meshes of a folder.",
    "verify": "Measure a program against a mesh, primitive by primitive.",
    "learn": "Write a grammar that makes shapes like given examples.",
    "fit": "Move the real parameters of a program to a mesh.",
    "train": "Train a net on the shapes that a program draws.",
    "generate": "Draw shapes from a trained net.",
    "reconstruct": "Read a shape with a trained net and write what it makes of it.",
    "interpolate": "Make the shapes between two that a trained net reads or draws.",
    "eval": "Measure a trained net on shapes that it never saw.",
    "complete": "Make the missing half of a mesh by a trained model of volumes.",
    "pack": "Write a trained net as a small folder to give on, with a model card.",
    "level": "Make a furnished level for a game from a kit of programs.",
    "doctor": "Show what is installed, and what is missing for what.",
}
"""The subcommands and their help in one line, so that `--help` loads none of them."""

EXAMPLES: Final = """\b
Examples:
  shapelang check chair.shape
  shapelang build chair.shape -o chair.glb --set width=0.5
  shapelang sample chair.shape --count 100 --out-dir chairs
  shapelang infer table.obj -o table.shape

\b
Exit codes: 0 done; 1 the program or the mesh is at fault, or 'check' and
'--min-iou' found something; 2 the command was called wrongly, or a file
cannot be read or written; 70 a fault of its own; 130 interrupted.
"""


@final
class Commands(TyperGroup):
    """A group that knows its commands by name and imports the one that is called."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands.update({name: TyperCommand(name, help=line) for name, line in SUMMARIES.items()})

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that the arguments name, loaded."""
        name, stub, rest = super().resolve_command(ctx, args)
        return name, stub if name is None else load_command(name), rest


def load_command(name: str) -> Any:
    """The click command of a subcommand, from its module."""
    from importlib import import_module

    from shapelang.cli.options import spread

    module = import_module(f"shapelang.cli.{name}")
    single = typer.Typer(add_completion=False, rich_markup_mode=None)
    single.command(name, epilog=module.EXAMPLES)(spread(module.run))
    return typer.main.get_command(single)


def _show_version(wanted: bool) -> None:
    if wanted:
        emit(f"shapelang {version()}")
        raise typer.Exit


def _top(
    ctx: typer.Context,
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Programs that are shapes: check, build, vary and measure them, and read meshes back into them."""
    if ctx.invoked_subcommand is None:
        say(ctx.get_help())
        raise typer.Exit(2)


def application() -> Any:
    """The whole command line as one click command."""
    app = typer.Typer(
        cls=Commands,
        rich_markup_mode=None,
        epilog=EXAMPLES,
        invoke_without_command=True,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_top)
    return typer.main.get_command(app)


def command_line(arguments: list[str], interrupts: Interrupts) -> int:
    """Run one command line; returns the exit code. Raises SystemExit alone: to a completing shell, or when killed."""
    prepare_streams()
    command = next((a for a in arguments if a in SUMMARIES), None)
    with warnings.catch_warnings():
        warnings.simplefilter("once", PassedOverWarning)
        warnings.showwarning = partial(_show, warnings.showwarning)
        return guarded(lambda: _invoked(arguments, interrupts), command, wants_json(arguments))


def _show(others: Callable[..., None], message: Warning | str, category: type[Warning], *place: Any) -> None:
    """A warning of ours as all that is said; one of a library as Python has it."""
    if issubclass(category, PassedOverWarning):
        say_warning(str(message))
    else:
        others(message, category, *place)


def as_called(arguments: list[str]) -> str:
    """The command line as one would type it: what a command that keeps it finds in its context."""
    return shlex.join([PROGRAM, *arguments])


def wants_json(arguments: list[str]) -> bool:
    """Whether a program reads what is printed; known from the words alone, since they may be wrong themselves."""
    words = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--json" in words


def _invoked(arguments: list[str], interrupts: Interrupts) -> int:
    app = application()
    if COMPLETION in os.environ:
        return app(args=arguments, prog_name=PROGRAM, standalone_mode=False) or 0
    # Not through its `main`, which would end the process by itself when the reader of a pipe goes away.
    with interrupts, app.make_context(PROGRAM, list(arguments), obj=as_called(arguments)) as context:
        return app.invoke(context) or 0
