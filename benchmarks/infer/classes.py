"""Which shapes have a certain inside, and which of those are hollow or thin: a rule on the figures of the input.

`python -m benchmarks.infer.classes rows.jsonl` writes the list that is committed; the tables read it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final, TypeAlias, final

from benchmarks.infer.jobs import INPUT
from benchmarks.infer.rows import Row, State, read_rows

_LIST: Final = Path(__file__).with_name("classes.json")

_SHARED: Final = ("kenney", "ikea", "ikea_fused", "polyhaven", "kenney_props", "kaykit", "quaternius")
"""The sets whose names may be listed."""

_UNDECIDED: Final = 0.02
"""The share of cells with |winding| between 0.1 and 0.9 from which on a mesh has no certain inside."""

_FILLED: Final = 0.001
"""The share of cells inside below which there is next to none."""

_CAVITY: Final = 0.35
"""The share of what is filled or hollow that is hollow: a bathtub has 0.39, an open bookcase 0.36, a chair 0.29."""

_THIN: Final = 2.0
"""Cells of 64 that the walls are thick on average: windows, rugs, lamp shades, frames."""


@final
class Class(StrEnum):
    """`HOLLOW` are some of the `SOLID`; what is not solid is `OPEN`."""

    SOLID = "solid"
    HOLLOW = "hollow or thin"
    OPEN = "open"


Listed: TypeAlias = Mapping[Class, frozenset[tuple[str, str]]]
"""Of each class the set and name of its shapes."""


def classes_of(facts: Mapping[str, float]) -> tuple[Class, ...]:
    """The classes of a mesh by its figures (`measure.facts`)."""
    if facts["undecided"] >= _UNDECIDED or facts["filled"] < _FILLED:
        return (Class.OPEN,)
    hollow = facts["cavity"] >= _CAVITY or facts["thickness"] < _THIN
    return (Class.SOLID, Class.HOLLOW) if hollow else (Class.SOLID,)


def listed(path: Path = _LIST) -> Listed:
    """The list that is committed."""
    given = json.loads(path.read_text(encoding="utf-8"))
    return {
        one: frozenset((of, name) for of, classes in given.items() for name in classes.get(one.value, ()))
        for one in Class
    }


def list_of(rows: Iterable[Row]) -> dict[str, dict[str, list[str]]]:
    """Set, class, names in order: of all the inputs among some rows whose names may be listed."""
    found: dict[str, dict[str, list[str]]] = {}
    for row in sorted(rows, key=lambda row: row.key):
        if row.system == INPUT and row.state is State.OK and row.set in _SHARED:
            classes = found.setdefault(row.set, {one.value: [] for one in Class})
            for one in classes_of(row.figures):
                classes[one.value].append(row.shape)
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the list for the sets of some files of rows; other sets stay as they are."""
    paths = [Path(word) for word in (sys.argv[1:] if arguments is None else arguments)]
    old = json.loads(_LIST.read_text(encoding="utf-8")) if _LIST.exists() else {}
    _LIST.write_text(json.dumps(old | list_of(read_rows(paths)), indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
