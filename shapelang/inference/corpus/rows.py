"""A row of the manifest: what is known of one item."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from enum import Enum
from typing import Any, assert_never, cast, final

from shapelang.inference.corpus.items import Item, numbered
from shapelang.inference.corpus.results import (
    Crashed,
    Done,
    Failed,
    Made,
    Other,
    OutOfMemory,
    Refused,
    Result,
    TimedOut,
)
from shapelang.inference.input.up import Up
from shapelang.io.json_text import compact


@final
class Ending(Enum):
    """How the work on a mesh ended; the value is what rows say."""

    PROGRAM = "program"
    REFUSED = "refused"
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    CRASHED = "crashed"
    FAILED = "failed"


@final
@dataclass(frozen=True, slots=True)
class Settings:
    """All that decides what becomes of a mesh. `memory`: bytes; None is as much as there is."""

    time_limit: float
    max_parts: int
    seed: int
    memory: int | None
    up: Up = Up.Y
    keep_groups: bool = False
    alternatives: int = 1
    grammar: str | None = None
    """SHA-256 of its text."""
    any_size: bool = False


@final
@dataclass(frozen=True, slots=True)
class Alternate:
    """Another program of an item, below the output folder, and its figures."""

    program: str
    structure: str
    iou64: float | None
    chamfer: float | None
    primitives: int
    tokens: int
    bits: float | None


@final
@dataclass(frozen=True, slots=True)
class Row:
    """One item. `search`: why the search ended, in lower case; figures as `Evidence` has them; `seconds`: of it all.

    What an ending does not have is None: figures without a program, an error with one.
    """

    file: str
    sha256: str | None
    outcome: Ending
    seconds: float
    settings: Settings
    search: str | None = None
    iou64: float | None = None
    chamfer: float | None = None
    primitives: int | None = None
    tokens: int | None = None
    program: str | None = None
    notes: tuple[str, ...] = ()
    code: str | None = None
    error: str | None = None
    log_prob: float | None = None
    alternatives: tuple[Alternate, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """All programs of the item."""
        return (*(() if self.program is None else (self.program,)), *(one.program for one in self.alternatives))

    def json(self) -> dict[str, Any]:
        """The row as it is written."""
        others = [asdict(one) for one in self.alternatives]
        return {**asdict(self), "outcome": self.outcome.value, "notes": list(self.notes), "alternatives": others}

    def line(self) -> bytes:
        """The row as one line of the manifest."""
        return compact(self.json()) + b"\n"

    def stands_for(self, settings: Settings) -> bool:
        """Whether the same file with these settings would give the same row.

        More memory changes nothing where there was enough. What crashed or failed may have been ended from outside, or
        be mended by now.
        """
        match self.outcome:
            case Ending.PROGRAM | Ending.REFUSED:
                return replace(self.settings, memory=settings.memory) == settings
            case Ending.TIMED_OUT | Ending.OUT_OF_MEMORY:
                return self.settings == settings
            case Ending.CRASHED | Ending.FAILED:
                return False
            case _:
                assert_never(self.outcome)


def row_of(done: Done, sha256: str | None, settings: Settings) -> Row:
    """The row of an end; the program's file is the item's own."""
    result = done.result
    outcome, error = _told(result, settings)
    row = Row(done.item.name, sha256, outcome, round(done.seconds, 3), settings, error=error)
    match result:
        case Made(evidence=e, search=search, notes=notes, others=others, log_prob=log_prob):
            return replace(
                row,
                search=search.name.lower(),
                iou64=_finite(e.iou64),
                chamfer=_finite(e.chamfer),
                primitives=e.primitives,
                tokens=e.tokens,
                program=done.item.program,
                notes=notes,
                log_prob=None if log_prob is None else _finite(log_prob),
                alternatives=tuple(_alternate(done.item, k, one) for k, one in enumerate(others, 2)),
            )
        case Refused(code=code):
            return replace(row, code=code)
        case TimedOut() | OutOfMemory() | Crashed() | Failed():
            return row
        case _:
            assert_never(result)


def _alternate(item: Item, number: int, other: Other) -> Alternate:
    e = other.evidence
    return Alternate(
        numbered(item.program, number),
        other.structure,
        _finite(e.iou64),
        _finite(e.chamfer),
        e.primitives,
        e.tokens,
        _finite(e.bits),
    )


def _finite(value: float) -> float | None:
    """JSON has no other numbers."""
    return value if math.isfinite(value) else None


def _told(result: Result, settings: Settings) -> tuple[Ending, str | None]:
    match result:
        case Made():
            return Ending.PROGRAM, None
        case Refused(message=message):
            return Ending.REFUSED, message
        case TimedOut(seconds=seconds):
            return Ending.TIMED_OUT, f"not done after {seconds:g} s, and ended; try a larger --time-limit"
        case OutOfMemory():
            given = "there is" if settings.memory is None else f"{settings.memory / 2**20:,.0f} MiB"
            return Ending.OUT_OF_MEMORY, f"it wants more memory than {given}; try a larger --memory, or fewer --jobs"
        case Crashed(message=message):
            return Ending.CRASHED, message
        case Failed(message=message):
            return Ending.FAILED, message
        case _:
            assert_never(result)


def read_row(line: bytes) -> Row | None:
    """The row of a line of a manifest; None for a line that is none."""
    try:
        return _row(json.loads(line))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _row(found: Any) -> Row:
    """Raises KeyError, TypeError or ValueError for what is no row: each value is of its kind."""
    given: Mapping[str, Any] = found
    return Row(
        file=_text(given["file"]),
        sha256=_text_or_none(given["sha256"]),
        outcome=Ending(given["outcome"]),
        seconds=float(given["seconds"]),
        settings=_settings(given["settings"]),
        search=_text_or_none(given["search"]),
        iou64=_number(given["iou64"]),
        chamfer=_number(given["chamfer"]),
        primitives=None if given["primitives"] is None else int(given["primitives"]),
        tokens=None if given["tokens"] is None else int(given["tokens"]),
        program=_text_or_none(given["program"]),
        notes=_texts(given["notes"]),
        code=_text_or_none(given["code"]),
        error=_text_or_none(given["error"]),
        # Manifests of before these could be said have neither.
        log_prob=_number(given.get("log_prob")),
        alternatives=tuple(_read_alternate(each) for each in given.get("alternatives", [])),
    )


def _read_alternate(given: Mapping[str, Any]) -> Alternate:
    return Alternate(
        _text(given["program"]),
        _text(given["structure"]),
        _number(given["iou64"]),
        _number(given["chamfer"]),
        int(given["primitives"]),
        int(given["tokens"]),
        _number(given["bits"]),
    )


def _settings(given: Mapping[str, Any]) -> Settings:
    memory = given["memory"]
    return Settings(
        float(given["time_limit"]),
        int(given["max_parts"]),
        int(given["seed"]),
        None if memory is None else int(memory),
        # Manifests of before these could be said have none of them.
        Up(given.get("up", Up.Y)),
        bool(given.get("keep_groups", False)),
        int(given.get("alternatives", 1)),
        _text_or_none(given.get("grammar")),
        bool(given.get("any_size", False)),
    )


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _text_or_none(value: Any) -> str | None:
    return None if value is None else _text(value)


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise TypeError(value)
    return tuple(_text(each) for each in cast(list[Any], value))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value
