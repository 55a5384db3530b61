"""A probability that was sampled, and what none of so many proposals tells."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import final


@final
@dataclass(frozen=True, slots=True)
class Estimate:
    """A probability that was sampled: its value, and one standard error; from how many proposals, of which volume.

    Never exact; but 0 ± 0, of no proposals, where it was shown that nothing meets a query.
    """

    value: float
    error: float
    tried: int = 0
    volume: float = 1.0
    log: float | None = None
    """Of the value, where that may be too small for a float."""

    @property
    def below(self) -> float:
        """Where the value is 0: what the probability is below with a confidence of 95 %.

        The rule of three: with a share of 3 / n at least, none of n is met in exp(−3) < 5 % of the cases.
        """
        return self.volume * min(1.0, 3.0 / self.tried) if self.tried else 0.0


def sampled(volume: float, met: int, tried: int) -> Estimate:
    """The volume from which proposals were drawn times the share that met; its error is 0 for no share.

    Where none or all met, the error is that of one in as many.
    """
    share = met / max(tried, 1)
    spread = max(share * (1.0 - share), 1.0 / max(tried, 1))
    return Estimate(volume * share, volume * sqrt(spread / max(tried, 1)), tried, volume)


def fewer_than(bound: float) -> str:
    """`fewer than 1 in 1,234`: a bound of a probability above 0, rounded up."""
    # The slack is for what a quotient loses: 1 / (3 / 528) is 176.
    return f"fewer than 1 in {int(1.0 / bound + 1e-6):,}"
