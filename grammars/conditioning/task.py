"""What is bounded and drawn from: a program under a query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from grammars.conditioning.query import Query
from shapelang.execution.budget import Limits
from shapelang.semantics.program import Program


@final
@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """What is bounded: a program with values given from outside, a query, and drawn names that only give looks."""

    program: Program
    query: Query
    fixed: Mapping[str, Any]
    limits: Limits
    looks: frozenset[str]
    grid: float | None = None
    """What reals are rounded to before they are used; None leaves them as they are drawn."""
