"""How the files of a run are called."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, final

from shapelang.cli.sampling.items import seed_of
from shapelang.diagnostics import UsageError, closest

FOLDER: Final = 10_000
"""Items of one folder; a run of more has numbered folders."""

_LONGEST: Final = 200


@final
@dataclass(frozen=True, slots=True)
class Names:
    """Names of items. `pattern` may hold {name}, {seed} (the run's seed + the index) and {index}; `numbered`: in the
    folders 00000, 00001, … of `FOLDER` items each.
    """

    pattern: str
    program: str
    seed: int
    numbered: bool

    def of(self, index: int) -> str:
        """The name of an item below the run's folder, without a suffix."""
        name = _filled(self.pattern, self.program, seed_of(self.seed, index), index)
        return f"{index // FOLDER:05d}/{name}" if self.numbered else name


def checked_names(pattern: str, program: str, seed: int, count: int) -> Names:
    """The names of so many items; raises UsageError for an unknown field, or when two could be the same."""
    filled = [_filled(pattern, program, seed_of(seed, k), k, cut=False) for k in (0, max(1, count - 1))]
    # Seeds and indices differ between items, so that names do, unless their ends are cut off.
    if filled[0] == filled[1] or (count > 1 and max(map(len, filled)) > _LONGEST):
        if count > 1:
            what = "needs {seed} or {index}" if filled[0] == filled[1] else "is too long"
            raise UsageError(f"--name '{pattern}' calls several variants the same: it {what}")
    return Names(pattern, program, seed, count > FOLDER)


def _filled(pattern: str, program: str, seed: int, index: int, cut: bool = True) -> str:
    fields = {"name": program, "seed": str(seed), "index": str(index)}

    def value(match: re.Match[str]) -> str:
        if match[1] not in fields:
            hint = closest(match[1], fields) or "known are {name}, {seed} and {index}"
            raise UsageError(f"--name '{pattern}': there is no field '{{{match[1]}}}'; {hint}")
        return fields[match[1]]

    name = re.sub(r"\{([^{}]*)\}", value, pattern)
    return safe_name(name) if cut else name


def safe_name(name: str) -> str:
    """A name that is one file in one folder on every system: what could lead elsewhere becomes `_`."""
    safe = re.sub(r"[^\w.+@()\- ]", "_", name).strip(". ")
    return safe[:_LONGEST] or "variant"
