"""How a condition cannot be met: never, or not found in time; the two are told apart."""

from __future__ import annotations

from typing import final

from grammars.conditioning.estimate import fewer_than, sampled
from shapelang.diagnostics import ShapelangError, counted


class ConditionError(ShapelangError):
    """Nothing was found under a condition."""


@final
class Infeasible(ConditionError):
    """No derivation meets the condition: every one is excluded. `clauses` are those that exclude them."""

    def __init__(self, clauses: tuple[str, ...], name: str) -> None:
        self.clauses = clauses
        if len(clauses) == 1:
            message = f"no {name} meets '{clauses[0]}'"
        else:
            message = f"no {name} meets these together: " + "; ".join(f"'{clause}'" for clause in clauses)
        super().__init__(f"{message}\n  help: every derivation of the program was excluded, so no other seed finds one")


@final
class NotMet(ConditionError):
    """Too little was found in the time that there was; whether there is more is open."""

    def __init__(self, found: int, wanted: int, tried: int, share: float, name: str) -> None:
        self.found, self.wanted, self.tried, self.share = found, wanted, tried, share
        bound = sampled(share, 0, tried).below
        how_many = f"only {found:,} of {counted(wanted, name)}" if found else f"no {name}"
        shown = "there may be more" if found else "nor was it shown that there is none"
        rare = f": {fewer_than(bound)} of all derivations meets it (95 % confidence)" if not found and bound else ""
        super().__init__(
            f"{how_many} under the condition {'were' if found else 'was'} found in time; {shown}\n"
            f"  help: {counted(tried, 'derivation')} tried, out of the {share:.3g} of all that bounds leave{rare}; "
            "loosen a test"
        )


@final
class Unsampled(ConditionError):
    """Nothing that was proposed shows what is seen: the probability is `below` so much, with a confidence of 95 %."""

    def __init__(self, tried: int, below: float, cause: str) -> None:
        self.tried, self.below, self.cause = tried, below, cause
        bound = f"it is below {below:.3g} (95 % confidence) and" if below < 1.0 else "it"
        super().__init__(
            f"the probability cannot be told: no chart sums it ({cause}), and none of {counted(tried, 'proposal')} "
            f"shows what is seen\n  help: {bound} may be 0; more proposals, or a coarser grid"
        )
