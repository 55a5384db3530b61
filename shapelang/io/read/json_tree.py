"""JSON from a file that nobody trusts: bounded in size and depth, every access typed and with its place."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Any, Final, NoReturn, final

import numpy as np

from shapelang.io.read.source import MeshSource, shown

_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_LARGEST: Final = 2**53


@final
@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A value in the document with its place, such as `nodes[3].mesh`. Each method raises MeshError M103 or M104."""

    value: Any
    place: str
    source: MeshSource

    def get(self, key: str) -> Field | None:
        """A member of an object; None where it is absent."""
        if not isinstance(self.value, dict):
            raise self._wrong("an object")
        if key not in self.value:
            return None
        return Field(self.value[key], f"{self.place}.{key}" if self.place else key, self.source)

    def need(self, key: str) -> Field:
        """A member that must be there."""
        found = self.get(key)
        if found is None:
            raise self.source.broken(f"{key!r} is missing", self.place or "top of the JSON")
        return found

    def list(self, key: str) -> list[Field]:
        """The items of a member; none where it is absent."""
        found = self.get(key)
        return [] if found is None else found.items()

    def items(self) -> list[Field]:
        """The items of an array."""
        if not isinstance(self.value, list):
            raise self._wrong("an array")
        return [Field(item, f"{self.place}[{k}]", self.source) for k, item in enumerate(self.value)]

    def integer(self, low: int = 0, high: int = _LARGEST) -> int:
        """A whole number within bounds."""
        value = self.value
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self._wrong("a whole number")
        if not low <= value <= high:
            raise self.source.broken(f"{value} is not within {low} … {high}", self.place)
        return value

    def index(self, count: int, what: str) -> int:
        """A number of one of `count` things."""
        value = self.integer(0)
        if value >= count:
            raise self.source.broken(f"{what} {value} does not exist, there are {count}", self.place)
        return value

    def number(self) -> float:
        """A finite number."""
        if not isinstance(self.value, int | float) or isinstance(self.value, bool):
            raise self._wrong("a number")
        try:
            value = float(self.value)
        except OverflowError:
            value = math.inf
        if not math.isfinite(value):
            raise self.source.bad_number("the number is too large", self.place)
        return value

    def numbers(self, count: int) -> list[float]:
        """An array of so many numbers."""
        items = self.items()
        if len(items) != count:
            raise self.source.broken(f"{count} numbers are needed, {len(items)} are there", self.place)
        return [item.number() for item in items]

    def text(self) -> str:
        """A string."""
        if not isinstance(self.value, str):
            raise self._wrong("a text")
        return self.value

    def placed(self, row: int) -> str:
        """The place of a row in what this value describes."""
        return f"{self.place}, row {row}"

    def _wrong(self, wanted: str) -> Exception:
        found = shown(json.dumps(self.value)[:60])
        return self.source.broken(f"{wanted} is needed, found {found}", self.place or "top of the JSON")


def parsed(source: MeshSource, text: bytes, offset: int) -> Field:
    """The document; `offset` is where the text begins in the file. Raises MeshError M103, M104, M107."""
    if len(text) > source.limits.text_bytes:
        raise source.too_large("bytes of JSON", len(text), source.limits.text_bytes, f"byte {offset}")
    _check_depth(source, text)

    def refused(name: str) -> NoReturn:
        raise source.bad_number(f"JSON has no {name}", f"byte {offset + max(0, text.find(name.encode()))}")

    try:
        value = json.loads(text.decode("utf-8"), parse_constant=refused)
    except UnicodeDecodeError as error:
        raise source.broken("the JSON is not UTF-8", f"byte {offset + error.start}") from None
    except json.JSONDecodeError as error:
        # `pos` counts characters; up to the fault they are what was decoded.
        place = offset + len(error.doc[: error.pos].encode("utf-8"))
        raise source.broken(f"the JSON is damaged: {error.msg}", f"byte {place}") from None
    except (ValueError, RecursionError) as error:
        raise source.broken(f"the JSON is damaged: {error}", f"byte {offset}") from None
    return Field(value, "", source)


def _check_depth(source: MeshSource, text: bytes) -> None:
    """Python's parser recurses: what is nested too deep must not reach it."""
    codes = np.frombuffer(_STRING.sub(b"", text), np.uint8)
    # `[` and `{` are 91 and 123, their partners 93 and 125.
    steps = ((codes == 91) | (codes == 123)).astype(np.int32) - ((codes == 93) | (codes == 125))
    depth = int(np.cumsum(steps).max(initial=0))
    if depth > source.limits.depth:
        raise source.too_large("levels of JSON", depth, source.limits.depth)
