"""Where a run comes from: the commands that made it, and what was measured of it. For people and model cards alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, final

from learners.training.whole import add_line

CALLS: Final = "calls.jsonl"
FIGURES: Final = "figures.jsonl"


@final
@dataclass(frozen=True, slots=True)
class Call:
    """A command that trained a run. step: where it began; device: on which."""

    step: int
    command: str
    device: str


@final
@dataclass(frozen=True, slots=True)
class Figures:
    """What a command measured of the weights after a step; figures: as its `--json` prints them."""

    step: int
    command: str
    figures: Mapping[str, Any]


def note_call(folder: Path, call: Call) -> None:
    """Add a call to those of a run."""
    add_line(folder / CALLS, asdict(call))


def note_figures(folder: Path, figures: Figures) -> None:
    """Add what was measured to what is known of a run."""
    add_line(folder / FIGURES, asdict(figures))


def calls_of(folder: Path) -> tuple[Call, ...]:
    """All of a run, oldest first, each command once; none where none were noted."""
    found = {
        (row["command"], row["device"]): Call(row["step"], row["command"], row["device"])
        for row in reversed(list(_rows(folder / CALLS, {"step": int, "command": str, "device": str})))
    }
    return tuple(sorted(found.values(), key=lambda call: call.step))


def figures_of(folder: Path, step: int) -> tuple[Figures, ...]:
    """What was measured after a step: the last of each command."""
    rows = _rows(folder / FIGURES, {"step": int, "command": str, "figures": dict})
    found = {row["command"]: Figures(step, row["command"], row["figures"]) for row in rows if row["step"] == step}
    return tuple(found.values())


def _rows(file: Path, kinds: Mapping[str, type]) -> Iterator[dict[str, Any]]:
    """The lines of a file that are whole; what was cut short or is something else says nothing."""
    for line in file.read_bytes().splitlines() if file.is_file() else ():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if isinstance(row, dict) and all(type(row.get(name)) is kind for name, kind in kinds.items()):
            yield row
