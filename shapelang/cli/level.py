"""`shapelang level`: a furnished level for a game, from a kit of programs."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Final, final

import typer

from shapelang.cli.build import refuse_json_beside, refuse_other_pictures, write_output
from shapelang.cli.console import bytes_shown, clean, emit_json, say
from shapelang.cli.facts import file_row
from shapelang.cli.failures import OK
from shapelang.cli.options import JsonFlag, Seed
from shapelang.cli.programs import STDIN
from shapelang.diagnostics import UsageError, counted

if TYPE_CHECKING:
    from grammars.arrangement.space import Furnisher
    from grammars.levels.level import Level

EXAMPLES: Final = """\b
Examples:
  shapelang level examples/dungeon -o dungeon.glb
  shapelang level examples/dungeon -o dungeon.glb --rooms 60 --props 1500 --seed 7
  shapelang level examples/dungeon --picture dungeon.png
  shapelang level examples/dungeon --picture room.png --room 4
  shapelang level examples/dungeon -o east.glb --chunk 1,0  of an endless one

A kit is a folder of programs that say by `meta` what they are good for
(docs/levels.md). Equal kits, options and seeds give equal bytes.
"""

WHOLE: Final = (1400, 1400)
ONE: Final = (1200, 900)


@final
class LodChoice(Enum):
    """How meshes for a distance stand in the file."""

    MESHES = "meshes"
    MSFT = "msft"


def run(
    kit: Annotated[str, typer.Argument(help="The folder of programs that the level is made of.")],
    *,
    output: Annotated[
        str | None, typer.Option("-o", "--output", metavar="GLB", help="Where to write; '-' is stdout.")
    ] = None,
    rooms: Annotated[int, typer.Option("--rooms", metavar="N", help="How many rooms.")] = 24,
    props: Annotated[
        int | None, typer.Option("--props", metavar="N", help="How many things in them. Default: 25 a room.")
    ] = None,
    seed: Seed = 0,
    chunk: Annotated[
        str | None, typer.Option("--chunk", metavar="I,J", help="That chunk of an endless level: column and row.")
    ] = None,
    picture: Annotated[
        str | None, typer.Option("--picture", metavar="PNG", help="Draw it from above, or a room of it.")
    ] = None,
    learned: Annotated[
        bool, typer.Option("--learned", help="Furnish rooms that were learned from examples by what was learned.")
    ] = False,
    lods: Annotated[
        LodChoice, typer.Option("--lods", help="How coarser meshes are told: in extras, or by MSFT_lod.")
    ] = LodChoice.MESHES,
    room: Annotated[
        int | None, typer.Option("--room", min=0, metavar="N", help="With --picture: that room alone, cut open.")
    ] = None,
    json: JsonFlag = False,
) -> int:
    """Make a furnished level for a game from a kit of programs.

    Rooms, doors, keys in an order that can be done, stairs, furniture. The GLB
    has one mesh and many nodes, coarser meshes, collision shapes, a surface for
    navigation, and in `extras` what is to be done and where.
    """
    if output is None and picture is None and not json:
        raise UsageError("nothing to make: give -o PATH, --picture PNG or --json")
    if picture is not None:
        refuse_other_pictures(picture)
    elif room is not None:
        raise UsageError("--room says what --picture shows: give --picture PNG too")
    targets = [path for path in (output, picture) if path is not None]
    if len(set(targets)) < len(targets):
        raise UsageError("-o and --picture name the same file")
    if output not in (None, STDIN) and not output.lower().endswith(".glb"):
        raise UsageError(f"{output}: a level is a .glb file")
    refuse_json_beside(targets, json)

    from grammars.levels.export import level_glb
    from grammars.levels.kit import load_kit
    from grammars.levels.level import level_of
    from grammars.levels.plan import LevelSpec

    spec = LevelSpec(seed, rooms, 25 * rooms if props is None else props, None if chunk is None else chunk_of(chunk))
    level = level_of(spec, load_kit(kit), _furnisher(learned))
    if room is not None and room >= len(level.plan.rooms):
        raise UsageError(f"--room {room}: the level has rooms 0 to {len(level.plan.rooms) - 1}")
    files: list[dict[str, Any]] = []
    if output is not None:
        content = level_glb(level, lods.value)
        write_output(output, content)
        files.append(file_row(output, content))
        say(f"{_named(output)}: {_shown(level)}, {bytes_shown(len(content))}, seed {seed}")
    if picture is not None:
        files.append(_draw(level, picture, room))
    if json:
        emit_json({**_row(level), "files": files})
    return OK


def _furnisher(learned: bool) -> Furnisher | None:
    if not learned:
        return None
    from grammars.levels.arranged import load_arranged

    return load_arranged()


def chunk_of(text: str) -> tuple[int, int]:
    """Column and row; raises UsageError."""
    match = re.fullmatch(r"\s*(-?\d{1,10})\s*,\s*(-?\d{1,10})\s*", text)
    if match is None:
        raise UsageError(f"--chunk takes a column and a row, such as 1,0, not '{text}'")
    return (int(match[1]), int(match[2]))


def _named(path: str) -> str:
    return "stdout" if path == STDIN else clean(path)


def _shown(level: Level) -> str:
    plan = level.plan
    props = sum(map(len, level.props))
    models = len({standing.model for room in level.props for standing in room})
    parts = [counted(len(plan.rooms), "room"), counted(props, "prop") + f" of {models} models"]
    return ", ".join([*parts, counted(len(plan.doors), "door"), counted(len(plan.keys), "key")])


def _row(level: Level) -> dict[str, Any]:
    plan = level.plan
    return {
        "seed": plan.spec.seed,
        "chunk": None if plan.spec.chunk is None else list(plan.spec.chunk),
        "side": plan.side,
        "rooms": [
            {
                "room": r.number,
                "theme": t.name,
                "task": r.task.value,
                "area": r.area,
                "needs": sorted(plan.needs[r.area]),
            }
            for r, t in zip(plan.rooms, level.themes, strict=True)
        ],
        "props": sum(map(len, level.props)),
        "models": len({standing.model for room in level.props for standing in room}),
        "doors": len(plan.doors),
        "keys": len(plan.keys),
        "spawns": len(level.spawns),
    }


def _draw(level: Level, path: str, room: int | None) -> dict[str, Any]:
    from grammars.levels.picture import level_shapes
    from shapelang.cli.pictures import write_picture
    from shapelang.rendering.camera import Camera, Preset
    from shapelang.rendering.picture import render

    if room is None:
        drawn = render(level_shapes(level), size=WHOLE, camera=Preset.TOP.value, samples=1)
    else:
        drawn = render(level_shapes(level, [room]), size=ONE, camera=Camera(30.0, 40.0, margin=0.03))
    written = write_picture(drawn, path)
    for line in written.lines():
        say(line)
    return written.row()
