"""Traces: every choice of a run under its address, with its log-probability."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, final

from shapelang.assembly.assembly import Assembly
from shapelang.chance.distributions import Categorical, Distribution, log_prob
from shapelang.numbers import FLOAT, Numbers
from shapelang.semantics.program import Program

Support = tuple[Any, Any] | None


@final
@dataclass(frozen=True, slots=True)
class Choice:
    """One draw. `value` is a number, bool, or the label of a `categorical` or `choose`; floats, or lanes of a batch."""

    value: Any
    distribution: Distribution
    support: Support

    def log_prob(self, n: Numbers = FLOAT) -> Any:
        """log p(value), truncated to the support; −inf outside."""
        value = self.value
        if isinstance(self.distribution, Categorical):
            if value not in self.distribution.labels:
                return float("-inf")
            value = self.distribution.labels.index(value)
        return log_prob(n, self.distribution, value, self.support)


@final
@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """What one run chose and made.

    `conditioned` says that a `require` stood in its way: the log-probability is then the unconditioned program's, and
    the normaliser of the condition is missing. `rejections` counts the draws thrown away.
    """

    program: Program
    seed: int
    choices: Mapping[str, Choice]
    assembly: Assembly
    conditioned: bool = False
    rejections: int = 0

    @property
    def log_prob(self) -> float:
        """Σ log p(choice), in program order."""
        return total_log_prob(self.choices)


def total_log_prob(choices: Mapping[str, Choice], n: Numbers = FLOAT) -> Any:
    """Σ log p(choice) over a trace, in program order."""
    total: Any = 0.0
    for choice in choices.values():
        total = total + choice.log_prob(n)
    return total
