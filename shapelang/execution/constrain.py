"""constrain: run with some choices observed and the others drawn. weight = Σ log p(observed choice)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shapelang.execution.budget import Limits
from shapelang.execution.choosers import Drawing, Given, Impossible
from shapelang.execution.errors import Rejected
from shapelang.execution.interpreter import DEFAULT_LIMITS, checked_values, execute
from shapelang.execution.replay import ReplayError, refuse_unvisited
from shapelang.execution.trace import Trace, total_log_prob
from shapelang.numbers import FLOAT
from shapelang.semantics.program import Program


def constrain(
    program: Program, observed: Mapping[str, Any], seed: int = 0, given: Mapping[str, Any] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> tuple[Trace, float]:  # fmt: skip
    """(trace, weight): the other choices come from the program itself, so weight = log p(trace) − log q(trace).

    Raises UsageError for an observation that the run does not meet, ProgramError when a `require` cannot be met.
    """
    chooser = Given(observed, Drawing(seed))
    try:
        run, assembly = execute(program, FLOAT, chooser, seed, checked_values(program, given or {}), limits)
    except Impossible as error:
        raise ReplayError(str(error)) from None
    except Rejected as failure:
        raise failure.error(f"with {len(observed)} observed choices nothing satisfied it") from None
    refuse_unvisited(chooser, run.choices)
    weight = total_log_prob({a: c for a, c in run.choices.items() if a in chooser.visited})
    return Trace(program, seed, run.choices, assembly, run.conditioned, run.rejections), weight
