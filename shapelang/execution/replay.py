"""replay: run a program with every choice given. The result is the assembly of those choices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shapelang.diagnostics import ShapelangError, UsageError, closest
from shapelang.execution.budget import Limits
from shapelang.execution.choosers import Given, Impossible, Missing
from shapelang.execution.errors import Rejected
from shapelang.execution.interpreter import DEFAULT_LIMITS, checked_values, execute
from shapelang.execution.trace import Trace
from shapelang.numbers import FLOAT
from shapelang.semantics.program import Program


class ReplayError(ShapelangError):
    """The given choices are not those of a run: one is missing, or nothing uses one."""


def replay(
    program: Program, choices: Mapping[str, Any], given: Mapping[str, Any] | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Trace:  # fmt: skip
    """The trace of exactly these choices; trace.log_prob = Σ log p(choice).

    Raises ReplayError when a choice is missing, unused or impossible; ProgramError when a `require` refuses them.
    """
    chooser = Given(choices, None)
    try:
        run, assembly = execute(program, FLOAT, chooser, 0, checked_values(program, given or {}), limits)
    except Missing as missing:
        raise ReplayError(f"the choice '{missing}' is not given") from None
    except Impossible as error:
        raise ReplayError(str(error)) from None
    except Rejected as failure:
        raise failure.error("the given choices do not satisfy it") from None
    refuse_unvisited(chooser, run.choices)
    return Trace(program, 0, run.choices, assembly, run.conditioned)


def refuse_unvisited(chooser: Given, made: Mapping[str, Any]) -> None:
    """Refuses choices that the run did not meet, naming the nearest address it did meet."""
    extra = sorted(set(chooser.choices) - chooser.visited)
    if extra:
        hint = closest(extra[0], made)
        raise UsageError(f"the run makes no choice '{extra[0]}'" + (f"; {hint}" if hint else ""))
