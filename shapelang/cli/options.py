"""Options that several commands share, and what their values mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from inspect import Parameter, Signature, signature
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias, final, get_type_hints

import typer

from shapelang.cli.console import say
from shapelang.cli.failures import FINDINGS, OK
from shapelang.diagnostics import ProgramError, UsageError
from shapelang.inference.input.up import Up

if TYPE_CHECKING:
    from shapelang.execution.budget import Limits
    from shapelang.syntax import tree

LARGEST_SEED: Final = 2**64 - 1
_OF_FILES: Final = frozenset((".glb", ".gltf", ".obj", ".ply", ".stl", ".off", ".npz", ".json", ".png", ".shape"))


def checked_seed(seed: int | None) -> int | None:
    """A seed as it is given; refuses one that has no 64 bits."""
    if seed is not None and not 0 <= seed <= LARGEST_SEED:
        raise typer.BadParameter(f"{seed} is not from 0 to {LARGEST_SEED}")
    return seed


def folder_named(folder: Path | None) -> Path | None:
    """A folder that is written into, as it is given; refuses the name of a file where nothing is yet."""
    if folder is None or folder.exists():
        return folder
    if str(folder) == "-" or folder.suffix in _OF_FILES:
        raise typer.BadParameter(f"it takes a folder, and '{folder}' is the name of a file; leave the ending out")
    return folder


Seed: TypeAlias = Annotated[
    int,
    typer.Option("--seed", callback=checked_seed, metavar="N", help="The seed that every choice is drawn from."),
]
Settings: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="NAME=VALUE", help="Give a parameter a value, or a choice its outcome. Repeatable."),
]
StdinFilename: TypeAlias = Annotated[
    str | None, typer.Option("--stdin-filename", metavar="PATH", help="The path that a program on '-' stands for.")
]
JsonFlag: TypeAlias = Annotated[bool, typer.Option("--json", help="Print JSON with stable keys.")]
Segments: TypeAlias = Annotated[
    int | None, typer.Option("--segments", min=3, max=1024, metavar="N", help="Edges of a full circle. Default: 32.")
]
Fuel: TypeAlias = Annotated[
    int | None, typer.Option("--fuel", min=1, metavar="N", help="Units of work that a run may use.")
]
Depth: TypeAlias = Annotated[
    int | None, typer.Option("--depth", min=1, max=200, metavar="N", help="How deep parts may stand in parts.")
]
MaxInstances: TypeAlias = Annotated[
    int | None, typer.Option("--max-instances", min=1, metavar="N", help="How many shapes a run may make.")
]
Tries: TypeAlias = Annotated[
    int | None, typer.Option("--tries", min=1, metavar="N", help="Draws before a `require` gives up.")
]
MinIou: TypeAlias = Annotated[
    float | None, typer.Option("--min-iou", min=0.0, max=1.0, metavar="X", help="Exit code 1 below this IoU.")
]
TimeLimit: TypeAlias = Annotated[
    float, typer.Option("--time-limit", min=0.1, max=86400, metavar="SECONDS", help="Stop searching after that.")
]
MeshUp: TypeAlias = Annotated[Up, typer.Option("--up", help="The axis that points up in a mesh.")]
Report: TypeAlias = Annotated[str | None, typer.Option("--report", metavar="JSON", help="Write what was measured.")]
PAGES: Final = (".html", ".htm")


def checked_report(path: str | None) -> str | None:
    """The path of a report as it is given; refuses one that would be neither JSON nor a page."""
    if path not in (None, "-") and PurePath(path).suffix.lower() not in (".json", *PAGES):
        raise typer.BadParameter(f"{path}: a report is a .json file, or a page (.html)")
    return path


PrimitiveReport: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--report",
        callback=checked_report,
        metavar="PATH",
        help="Write what each primitive explains: JSON, or a page (.html).",
    ),
]

_NAME: Final = re.compile(r"\s*([^\s=]+)\s*=(.*)", re.DOTALL)
_FORMS: Final = 'a value is a number, true or false, a name or "text", (x, y, z), or #rrggbb'


@final
@dataclass(frozen=True, slots=True)
class Running:
    """The options of a command that runs a program, besides its seed: what the run is given, and how far it may go."""

    settings: Settings = None
    fuel: Fuel = None
    depth: Depth = None
    max_instances: MaxInstances = None
    tries: Tries = None
    stdin_filename: StdinFilename = None

    def given(self) -> dict[str, Any]:
        """The values of `--set`, by name; raises UsageError for one that is not `NAME=VALUE`."""
        return parse_settings(self.settings)

    def limits(self) -> Limits:
        """The limits of a run, those not given being the language's own."""
        from shapelang.execution.budget import Limits

        plain = Limits()
        return Limits(
            fuel=plain.fuel if self.fuel is None else self.fuel,
            depth=plain.depth if self.depth is None else self.depth,
            instances=plain.instances if self.max_instances is None else self.max_instances,
            tries=plain.tries if self.tries is None else self.tries,
        )


def spread(command: Callable[..., int]) -> Callable[..., int]:
    """A command that takes groups of options (dataclasses, as `running: Running`) as one that takes their fields: typer
    knows no groups.
    """
    own = dict(signature(command).parameters)
    hints = get_type_hints(command, include_extras=True)
    groups = {name: hints[name] for name in own if is_dataclass(hints[name])}
    if not groups:
        return command
    hints |= {
        name: hint for group in groups.values() for name, hint in get_type_hints(group, include_extras=True).items()
    }
    options = {name: {field.name: field.default for field in fields(group)} for name, group in groups.items()}

    def called(**values: Any) -> int:
        made = {name: groups[name](**{each: values.pop(each) for each in options[name]}) for name in groups}
        return command(**values, **made)

    shared = [
        Parameter(name, Parameter.KEYWORD_ONLY, default=default)
        for group in options.values()
        for name, default in group.items()
    ]
    single = [parameter for name, parameter in own.items() if name not in groups]
    takes = [each.replace(annotation=hints[each.name]) for each in (*single, *shared)]
    called.__signature__ = Signature(takes)  # pyright: ignore[reportFunctionMemberAccess] (PEP 362 reads it)
    called.__annotations__ = {each.name: each.annotation for each in takes}
    called.__doc__ = command.__doc__
    return called


def good_enough(iou: float, least: float | None) -> int:
    """The exit code of a command with `--min-iou`, the reason told where it is not met."""
    if least is None or iou >= least:
        return OK
    say(f"the IoU is {iou:.4f}, below {least:g}")
    return FINDINGS


def parse_settings(settings: Sequence[str] | None) -> dict[str, Any]:
    """The values of `--set`, by name; raises UsageError for one that is not `NAME=VALUE`."""
    given: dict[str, Any] = {}
    for setting in settings or ():
        match = _NAME.fullmatch(setting)
        if match is None:
            raise UsageError(f"--set takes NAME=VALUE, not '{setting}'")
        name = match[1]
        if name in given:
            raise UsageError(f"--set gives '{name}' twice")
        given[name] = parse_value(name, match[2])
    return given


def parse_value(name: str, text: str, option: str = "--set") -> Any:
    """A literal of the language as the value that a run takes; raises UsageError, which names the option."""
    from shapelang.syntax.parser import parse_expression

    try:
        value = _literal(parse_expression(text))
    except ProgramError:
        value = None
    if value is None:
        raise UsageError(f"{option} {name}: '{text}' is no value\n  help: {_FORMS}")
    return value


def _literal(node: tree.Expr) -> Any:
    """The value of a literal, or None."""
    from shapelang.syntax import tree

    match node:
        case tree.Number(value=value) | tree.Boolean(value=value) | tree.Text(value=value):
            return value
        case tree.Name(name=name):
            return name
        case tree.Unary(operator="-", operand=tree.Number(value=value)):
            return -value
        case tree.Colour(digits=digits):
            return tuple(int(digits[k : k + 2], 16) / 255 for k in (0, 2, 4))
        case tree.Tuple(items=items) if len(items) == 3:
            return _vector(_literal(item) for item in items)
        case _:
            return None


def _vector(values: Iterable[Any]) -> Any:
    found = [float(v) for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    return tuple(found) if len(found) == 3 else None
