"""`shapelang score NAME.programs`: the bits that a model of programs gives to others."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Sequence
from math import log
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shapelang.cli.console import emit, emit_json
from shapelang.cli.failures import OK
from shapelang.cli.programs import MODEL, STDIN, existing, read_stdin, refuse_model
from shapelang.diagnostics import ShapelangError, UsageError

if TYPE_CHECKING:
    from grammars.programs.program import Assembly

MOST_BYTES: Final = 1 << 28
"""Of programs that are read."""


def score_programs(model: str, file: str, json: bool) -> int:
    """A line for each program: bits under the grammar that all programs have a probability of, and ln p under the
    careful one, which `sample` draws from. Raises UsageError.
    """
    from grammars.programs.files import read_model
    from shapelang.io.json_text import plain

    stored = read_model(existing(model)).model
    programs = _read(file)
    careful = stored.careful().bits(programs)
    for (structure, numbers), beside in zip(stored.bits(programs).tolist(), careful.sum(axis=1).tolist(), strict=True):
        if json:
            row = {"log_prob": -(structure + numbers) * log(2.0), "careful_log_prob": -beside * log(2.0)}
            emit_json(plain(row | {"bits": {"structure": structure, "numbers": numbers}}))
        else:
            emit(f"{structure + numbers:.2f} bits ({structure:.2f} of structure, {numbers:.2f} of numbers)")
    return OK


def refuse_for_models(seed: int | None, settings: Sequence[str] | None) -> None:
    """Raises UsageError for options of `score` that have no meaning for a model."""
    for option, value in (("--seed", seed), ("--set", settings)):
        if value is not None:
            raise UsageError(
                f"{option} is for programs of chance: a model of programs ({MODEL}) scores the text of ShapeAssembly, "
                "or rows of `sample --json`"
            )


def _read(file: str) -> list[Assembly]:
    """A text of ShapeAssembly, or rows that have one."""
    from grammars.programs.text import read

    refuse_model(file, "program")
    name = "standard input" if file == STDIN else file
    try:
        data = read_stdin(MOST_BYTES) if file == STDIN else _bytes(existing(file))
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{name}: not UTF-8 text (byte {error.start})") from None
    texts = _rows(name, text) if text.lstrip().startswith("{") else [text]
    found: list[Assembly] = []
    for number, each in enumerate(texts, 1):
        try:
            found.append(read(each))
        except ShapelangError as error:
            where = name if len(texts) == 1 else f"{name}: row {number}"
            raise UsageError(
                f"{where}: {error}\n  help: programs are of ShapeAssembly, within the limits in docs/programs_models.md"
            ) from None
    return found


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > MOST_BYTES:
        raise UsageError(f"{path}: more than {MOST_BYTES // 1024 // 1024} MiB")
    return path.read_bytes()


def _rows(name: str, text: str) -> list[str]:
    found: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row: Any = jsonlib.loads(line)
        except (ValueError, RecursionError):
            raise UsageError(f"{name}:{number}: not JSON") from None
        if not isinstance(row, dict) or not isinstance(row.get("program"), str):
            raise UsageError(f"{name}:{number}: a row of `sample --json` has a 'program', and this has none")
        found.append(row["program"])
    return found
