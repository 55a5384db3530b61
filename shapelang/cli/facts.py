"""What can be counted and measured of an assembly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

from shapelang.cli.console import size_shown
from shapelang.diagnostics import EmptyError, counted

if TYPE_CHECKING:
    from shapelang.assembly.assembly import Assembly
    from shapelang.execution.trace import Trace


@final
@dataclass(frozen=True, slots=True)
class Facts:
    """Of the surface: shapes, triangles, and the corners of its axis-aligned box in metres."""

    shapes: int
    triangles: int
    low: tuple[float, float, float]
    high: tuple[float, float, float]

    @property
    def size(self) -> tuple[float, float, float]:
        """Full extents, metres."""
        return (self.high[0] - self.low[0], self.high[1] - self.low[1], self.high[2] - self.low[2])

    def shown(self) -> str:
        """`12 shapes, 144 triangles, 0.46 × 0.9 × 0.44 m`."""
        return f"{counted(self.shapes, 'shape')}, {counted(self.triangles, 'triangle')}, {size_shown(self.size)}"

    def row(self) -> dict[str, Any]:
        """As JSON."""
        box = {"min": list(self.low), "max": list(self.high)}
        return {"shapes": self.shapes, "triangles": self.triangles, "bounding_box": box}


def facts_of(assembly: Assembly, segments: int) -> Facts:
    """Counts and box of the surface; raises EmptyError when there is none, ProgramError for a solid without one."""
    from shapelang.representations.refusals import refuse_broken_solids
    from shapelang.representations.surface import flattened

    refuse_broken_solids(assembly, segments)
    flat = flattened(assembly, segments)
    if not len(flat.faces):
        raise EmptyError(f"{assembly.program}: the program makes no shape, so there is nothing to see")
    low, high = flat.positions.min(axis=0).tolist(), flat.positions.max(axis=0).tolist()
    return Facts(len(flat.leaves), len(flat.faces), (low[0], low[1], low[2]), (high[0], high[1], high[2]))


def file_row(file: str, content: bytes) -> dict[str, Any]:
    """A file that was written, as JSON."""
    import hashlib

    return {"file": file, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def choice_values(trace: Trace) -> dict[str, Any]:
    """The value of every choice by its address, in the order of the program."""
    return {address: choice.value for address, choice in trace.choices.items()}


def trace_row(trace: Trace, given: Mapping[str, Any]) -> dict[str, Any]:
    """A trace as JSON: what `sample --json` prints and `score` reads."""
    from shapelang.io.json_text import plain

    return {
        "seed": trace.seed,
        "parameters": plain(trace.assembly.parameters),
        "given": plain(given),
        "choices": plain(choice_values(trace)),
        "log_prob": plain(trace.log_prob),
        "conditioned": trace.conditioned,
        "rejections": trace.rejections,
    }
