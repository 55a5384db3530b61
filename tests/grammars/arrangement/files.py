"""The examples of furnished rooms, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

from grammars.arrangement.reading import Furnished, rooms_of
from shapelang.execution.simulate import simulate
from shapelang.semantics.check import load

SCENES: Final = Path(__file__).parents[3] / "examples" / "scenes"
ROOMS: Final = tuple(sorted((SCENES / "rooms").glob("*.shape")))


@cache
def room(path: Path) -> Furnished:
    """The one room of a file."""
    (found,) = rooms_of(simulate(load(path), 7).assembly)
    return found
