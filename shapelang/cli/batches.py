"""The assemblies of many seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from shapelang.cli.programs import blaming_settings

if TYPE_CHECKING:
    from shapelang.assembly.assembly import Assembly
    from shapelang.execution.budget import Limits
    from shapelang.semantics.program import Program


def assemblies_of(program: Program, seeds: Sequence[int], given: Mapping[str, Any], limits: Limits) -> list[Assembly]:
    """The assemblies alone."""
    from shapelang.execution.batch import simulate_batch

    with blaming_settings(program, given):
        return [trace.assembly for trace in simulate_batch(program, seeds, given, limits).traces()]
