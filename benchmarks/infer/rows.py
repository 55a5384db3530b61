"""One row for each shape and system, as a line of JSON in a file that is only ever appended to."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias, final

Key: TypeAlias = tuple[str, str, str]
"""Set, shape, system."""


@final
class State(StrEnum):
    """How a run ended."""

    OK = "ok"
    REFUSED = "refused"
    FAILED = "failed"
    TIME = "time"
    MEMORY = "memory"


@final
@dataclass(frozen=True, slots=True)
class Row:
    """What one system gave for one shape.

    `figures` by name, each in the unit of the file that measures it; `detail`: why there are none · `commit`: of this
    repository, marked when the tree differed from it.
    """

    set: str
    shape: str
    system: str
    state: State
    figures: Mapping[str, float]
    detail: str = ""
    commit: str = ""

    @property
    def key(self) -> Key:
        """What a row is known by."""
        return self.set, self.shape, self.system

    @property
    def line(self) -> str:
        """The row as one line of JSON, figures rounded to six digits."""
        fixed = {
            "set": self.set,
            "shape": self.shape,
            "system": self.system,
            "state": self.state.value,
            "detail": self.detail,
            "commit": self.commit,
        }
        return json.dumps({**fixed, **{name: float(f"{value:.6g}") for name, value in self.figures.items()}}) + "\n"


def append_row(path: Path, row: Row) -> None:
    """Add a row in one write, after ending a line that a killed run has left unfinished."""
    with path.open("ab+") as file:
        start = b"" if _ends_a_line(file.tell(), path) else b"\n"
        os.write(file.fileno(), start + row.line.encode())


def _ends_a_line(size: int, path: Path) -> bool:
    if size == 0:
        return True
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def read_rows(paths: Iterable[Path]) -> list[Row]:
    """The rows of some files in order of appearance; of rows with one key the last. Unfinished lines are left out."""
    found: dict[Key, Row] = {}
    for path in paths:
        if path.exists():
            for line in path.read_text(encoding="utf-8").splitlines():
                row = _row(line)
                if row is not None:
                    found[row.key] = row
    return list(found.values())


def _row(line: str) -> Row | None:
    try:
        given = json.loads(line)
        text = {name: str(given.pop(name)) for name in ("set", "shape", "system", "state", "detail", "commit")}
        state = State(text["state"])
        figures = {str(name): float(value) for name, value in given.items()}
    except (ValueError, KeyError, AttributeError):
        return None
    return Row(text["set"], text["shape"], text["system"], state, figures, text["detail"], text["commit"])
