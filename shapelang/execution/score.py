"""score: log p of given choices. −inf when a value is outside its support or a `require` fails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shapelang.execution.budget import Limits
from shapelang.execution.choosers import Given, Impossible, Missing
from shapelang.execution.errors import Rejected
from shapelang.execution.interpreter import DEFAULT_LIMITS, checked_values, execute
from shapelang.execution.replay import ReplayError, refuse_unvisited
from shapelang.execution.trace import total_log_prob
from shapelang.numbers import FLOAT
from shapelang.semantics.program import Program


def score(
    program: Program, choices: Mapping[str, Any], given: Mapping[str, Any] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> float:  # fmt: skip
    """Σ log p(choice) of the unconditioned program.

    Raises ReplayError for a missing choice, UsageError for an unused one.
    """
    chooser = Given(choices, None)
    try:
        run, _ = execute(program, FLOAT, chooser, 0, checked_values(program, given or {}), limits)
    except Missing as missing:
        raise ReplayError(f"the choice '{missing}' is not given") from None
    except (Rejected, Impossible):
        return float("-inf")
    refuse_unvisited(chooser, run.choices)
    return total_log_prob(run.choices)
