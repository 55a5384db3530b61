"""simulate: run a program with every choice drawn. (trace) ~ p(choices | require)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shapelang.execution.budget import Limits
from shapelang.execution.chain import walk
from shapelang.execution.choosers import Impossible
from shapelang.execution.errors import Rejected
from shapelang.execution.interpreter import DEFAULT_LIMITS, checked_values, compiled, execute
from shapelang.execution.replay import ReplayError
from shapelang.execution.style import PLAIN, Style
from shapelang.execution.trace import Trace
from shapelang.numbers import FLOAT
from shapelang.semantics.program import Program


def simulate(
    program: Program,
    seed: int = 0,
    given: Mapping[str, Any] | None = None,
    limits: Limits = DEFAULT_LIMITS,
    style: Style = PLAIN,
) -> Trace:
    """One run: choices drawn by (seed, address); what `require` refuses is drawn again, at last by a Markov chain.

    `given` replaces params by name and fixes chooses by address; neither counts in the log-probability.
    `style` says how choices are drawn: the log-probability stays that of the program.
    Raises ProgramError at the place that no draw could satisfy, with the count of tries; UsageError for a name or
    value in `given` that the program does not take, ReplayError for a fixed value that a choice cannot have.
    """
    fixed = checked_values(program, given or {})
    try:
        run, assembly = execute(program, FLOAT, style.chooser(seed), seed, fixed, limits)
    except Rejected as failure:
        if not compiled(program).random:
            raise failure.error() from None
        return _walked(program, seed, fixed, limits, style, failure)
    except Impossible as error:
        raise ReplayError(str(error)) from None
    return Trace(program, seed, run.choices, assembly, run.conditioned, run.rejections)


def _walked(
    program: Program, seed: int, fixed: Mapping[str, Any], limits: Limits, style: Style, failure: Rejected
) -> Trace:
    try:
        return walk(program, seed, fixed, limits, style, failure)
    except Impossible as error:
        raise ReplayError(str(error)) from None
