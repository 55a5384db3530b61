"""`shapelang furnish`: a floor plan becomes furnished rooms."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from shapelang.cli.build import refuse_input, refuse_json_beside, write_output
from shapelang.cli.console import bytes_shown, clean, emit_json, say
from shapelang.cli.facts import file_row
from shapelang.cli.failures import OK
from shapelang.cli.models import format_of
from shapelang.cli.options import JsonFlag, Running, Seed
from shapelang.cli.programs import STDIN, SUFFIX, folder_of, run_program, source_of
from shapelang.diagnostics import UsageError, counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from grammars.arrangement.reading import Furnished
    from grammars.arrangement.space import Prop

EXAMPLES: Final = """\b
Examples:
  shapelang furnish plan.shape -o room.glb --seed 3
  shapelang furnish plan.shape -o room.shape               a program to edit
  shapelang furnish plan.shape -o room.glb --only bedroom --temperature 1
  shapelang furnish plan.shape -o room.glb --model mine.json

A plan is a program. A body with `meta room = "bedroom"` is a room; its floor,
doors and windows are parts with the tags floor, door and window, such as those
of std/rooms.shape. What already stands in a room stays where it is.
"""


def run(
    plan: Annotated[str, typer.Argument(help="The floor plan, a program; '-' is standard input.")],
    *,
    output: Annotated[
        list[str] | None,
        typer.Option("-o", "--output", metavar="PATH", help="A .shape ('-': on stdout) or a model. Repeatable."),
    ] = None,
    seed: Seed = 0,
    model: Annotated[
        str, typer.Option("--model", metavar="NAME", help="What was learned: 'rooms', or a .json file.")
    ] = "rooms",
    temperature: Annotated[
        float, typer.Option("--temperature", min=0.05, max=5.0, metavar="X", help="Below 1: tidier than the examples.")
    ] = 0.4,
    steps: Annotated[
        int, typer.Option("--steps", min=1, max=1_000_000, metavar="N", help="Of the chain, for each square metre.")
    ] = 1_500,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="ROOM", help="Furnish rooms of that purpose or path alone.")
    ] = None,
    running: Running,
    json: JsonFlag = False,
) -> int:
    """Furnish the rooms of a floor plan.

    By a model of arrangements that is learned from examples. The same plan, model and seed give the same rooms.
    """
    if not output:
        raise UsageError("nowhere to write: give -o PATH, such as -o room.glb or -o room.shape")
    refuse_json_beside(output, json)
    for path in output:
        refuse_input(path, plan)
        if not _is_text(path):
            format_of(path, None)
    from grammars.arrangement.model import load_model
    from grammars.arrangement.reading import rooms_of
    from grammars.arrangement.sampling import MarkovFurnisher
    from shapelang.semantics.check import check
    from shapelang.semantics.loader import FileLoader

    source, given, limits = source_of(plan, running.stdin_filename), running.given(), running.limits()
    loader = FileLoader(folder_of(plan, running.stdin_filename))
    furnisher = MarkovFurnisher(load_model(model), temperature, steps)
    rooms = _wanted(rooms_of(run_program(check(source, loader), seed, given, limits).assembly), only)
    added: list[tuple[str, Sequence[Prop]]] = []
    for number, room in enumerate(rooms):
        props = furnisher.furnish(room.space, seed * 1_000 + number, room.props)[len(room.props) :]
        added.append((room.path, props))
        name = clean(room.path or room.space.purpose)
        say(f"{name}: {counted(len(props), 'thing')} added to {counted(len(room.props), 'thing')} that stood there")
    text = _canonical(source.text, added, source.name)
    for path in output:
        content = text.encode() if _is_text(path) else _model(path, text, source.name, loader, seed, running)
        write_output(path, content)
        say(f"{clean(path) if path != STDIN else 'stdout'}: {bytes_shown(len(content))}, seed {seed}")
        if json:
            emit_json({**file_row(path, content), "rooms": [_row(path, props) for path, props in added]})
    return OK


def _is_text(path: str) -> bool:
    return path == STDIN or path.endswith(SUFFIX)


def _wanted(rooms: Sequence[Furnished], only: list[str] | None) -> Sequence[Furnished]:
    if not rooms:
        raise UsageError('the plan has no room: a body with `meta room = "bedroom"` or another purpose')
    known = {name for room in rooms for name in (room.path, room.space.purpose)}
    for name in only or ():
        if name not in known:
            raise UsageError(f"--only: the plan has no room '{name}'; it has {', '.join(sorted(known - {''}))}")
    return [r for r in rooms if not only or r.path in only or r.space.purpose in only]


def _canonical(plan: str, added: Sequence[tuple[str, Sequence[Prop]]], name: str) -> str:
    from grammars.arrangement.writing import furnished_text
    from shapelang.syntax.parser import parse
    from shapelang.syntax.printer import print_module
    from shapelang.syntax.source import Source

    text = furnished_text(plan, added)
    return print_module(parse(Source(name, text)).module, text)


def _model(path: str, text: str, name: str, loader: Any, seed: int, running: Running) -> bytes:
    from shapelang.cli.build import default_segments
    from shapelang.cli.models import Look, model_files
    from shapelang.semantics.check import check
    from shapelang.syntax.source import Source

    trace = run_program(check(Source(name, text), loader), seed, running.given(), running.limits())
    files = model_files(trace.assembly, format_of(path, None), path, Look(default_segments(None), False, 64))
    for other, content in files[1:]:
        write_output(str(PurePath(other)), content)
    return files[0][1]


def _row(path: str, props: Sequence[Prop]) -> dict[str, Any]:
    return {"room": path, "things": [{"kind": p.kind, "x": p.x, "z": p.z, "heading": p.heading} for p in props]}
