"""update: change some choices of a trace, keep the rest. weight = log p(new trace) − log p(old trace)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shapelang.diagnostics import UsageError, closest
from shapelang.execution.budget import Limits
from shapelang.execution.choosers import Drawing, Given, Impossible
from shapelang.execution.errors import Rejected
from shapelang.execution.interpreter import DEFAULT_LIMITS, checked_values, execute
from shapelang.execution.replay import ReplayError
from shapelang.execution.trace import Trace
from shapelang.numbers import FLOAT
from shapelang.semantics.program import Program


def update(
    trace: Trace, changes: Mapping[str, Any], given: Mapping[str, Any] | None = None, limits: Limits = DEFAULT_LIMITS
) -> tuple[Trace, float]:
    """(new trace, weight). Choices that no longer occur are dropped; new ones are drawn by (seed, address).

    Raises UsageError for a change that the new run does not meet, ProgramError when a `require` refuses it.
    """
    program: Program = trace.program
    kept = {a: c.value for a, c in trace.choices.items()}
    chooser = Given({**kept, **changes}, Drawing(trace.seed))
    values = checked_values(program, given or {})
    try:
        run, assembly = execute(program, FLOAT, chooser, trace.seed, values, limits)
    except Impossible as error:
        raise ReplayError(str(error)) from None
    except Rejected as failure:
        raise failure.error("the changed choices do not satisfy it") from None
    lost = sorted(set(changes) - chooser.visited)
    if lost:
        hint = closest(lost[0], run.choices)
        raise UsageError(f"the run makes no choice '{lost[0]}'" + (f"; {hint}" if hint else ""))
    new = Trace(program, trace.seed, run.choices, assembly, run.conditioned, run.rejections)
    return new, new.log_prob - trace.log_prob
