"""The best programs of different structure, by description length."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final, final

from shapelang.deadline import Deadline
from shapelang.diagnostics import counted
from shapelang.inference.alternatives.structure import Structure, structure_of
from shapelang.inference.measuring.evidence import Evidence
from shapelang.inference.prior import Derived

_TRIED: Final = 4
"""Programs that are measured, for each that is wanted."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Alternative:
    """A program with its evidence, measured on the text as parsed and run again; `derived` by a prior, or None."""

    text: str
    structure: Structure
    evidence: Evidence
    derived: Derived | None = None

    def row(self) -> dict[str, Any]:
        """As JSON. The text is part of it, so that a report needs no other file."""
        e = self.evidence
        return {
            "structure": self.structure.words(),
            "iou64": e.iou64,
            "chamfer": e.chamfer,
            "primitives": e.primitives,
            "tokens": e.tokens,
            "bits": e.bits,
            "program": self.text,
            **({} if self.derived is None else {"derivation": self.derived.row()}),
        }


def ranked(
    texts: Iterable[str], most: int, measured: Callable[[str], Evidence], deadline: Deadline
) -> tuple[Alternative, ...]:
    """At most `most` of the programs, no two of one structure, the one that makes the mesh shortest to tell first.

    Of programs of one structure it is the first. The first of all is measured in any case, the next as long as
    there is time for one more like it.
    """
    found: dict[Structure, Alternative] = {}
    for text in texts:
        structure = structure_of(text)
        if structure in found:
            continue
        started = monotonic()
        found[structure] = Alternative(text, structure, measured(text))
        if len(found) >= _TRIED * most or deadline.left() < 2.0 * (monotonic() - started):
            break
    return tuple(sorted(found.values(), key=lambda one: one.evidence.bits)[:most])


def fewer(found: int, wanted: int) -> tuple[str, ...]:
    """A note where there are fewer programs than were wanted."""
    return () if found >= wanted else (f"Found {counted(found, 'program')} of the {wanted} that were asked for.",)
