"""JSON files of at most a megabyte, without NaN, and no name twice in an object."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final, NoReturn

from shapelang.diagnostics import UsageError

_LARGEST: Final = 1 << 20


def read_json(path: Path) -> Any:
    """What the file says; raises UsageError with the file and what is wrong with it."""
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST + 1)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror or error}") from None
    if len(text) > _LARGEST:
        raise UsageError(f"{path}: more than {_LARGEST:,} bytes")
    try:
        return json.loads(text.decode("utf-8"), parse_constant=_refused, object_pairs_hook=_once)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is no JSON: {error}") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"'{next(name for name in names if names.count(name) > 1)}' stands there twice")
    return found


def _refused(name: str) -> NoReturn:
    raise ValueError(f"JSON has no {name}")
