"""JSON as it is written everywhere here: sorted keys, shortest numbers, the same bytes every time."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeAlias

Json: TypeAlias = Any
"""What JSON can say: None, bool, int, float, str, lists and dicts of these."""


def compact(value: Json) -> bytes:
    """UTF-8 without a blank; NaN and infinities are refused (ValueError)."""
    return _encoded(json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False))


def indented(value: Json) -> bytes:
    """UTF-8 for reading, ending in a newline; NaN and infinities are refused (ValueError)."""
    return _encoded(json.dumps(value, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False) + "\n")


def _encoded(text: str) -> bytes:
    # Half a surrogate pair (from an escape in a string of a program) has no UTF-8.
    return text.encode("utf-8", errors="replace")


def plain(value: object) -> Json:
    """A value of the language as JSON: vectors and lists as lists, data as an object with its `type`, −0 as 0."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value + 0.0 if math.isfinite(value) else str(value)
        case Mapping():
            return {str(key): plain(item) for key, item in value.items()}
        case list() | tuple() | range():
            return [plain(item) for item in value]
        case _ if is_dataclass(value):
            named = {field.name: plain(getattr(value, field.name)) for field in fields(value)}
            return {"type": type(value).__name__, **named}
        case _:
            # Parts and other things that are no data: which kind they are is all that can be said.
            return type(value).__name__
