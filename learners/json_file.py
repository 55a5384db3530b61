"""JSON files of at most a megabyte, without NaN."""

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
        return json.loads(text.decode("utf-8"), parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is no JSON: {error}") from None


def _refused(name: str) -> NoReturn:
    raise ValueError(f"JSON has no {name}")
