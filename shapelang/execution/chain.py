"""When rejection fails at the program: a Markov chain over its choices, towards a trace that satisfies every `require`.

Single-site Metropolis–Hastings on traces (Wingate, Stuhlmüller & Goodman 2011, "Lightweight implementations of
probabilistic programming languages via transformational compilation"): one choice is drawn anew, the others are kept
where their addresses still occur. The target is p(choices) · exp(−β · failed requires); β grows, and the first state
without a failure, after some further steps within the satisfied set, is the sample.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, final

from shapelang.assembly.assembly import Assembly
from shapelang.chance.address import key
from shapelang.chance.draw import retry_salt, uniform
from shapelang.diagnostics import ProgramError, counted
from shapelang.elementary import exp
from shapelang.execution.budget import Limits
from shapelang.execution.choosers import Given, Impossible
from shapelang.execution.errors import Rejected
from shapelang.execution.interpreter import execute
from shapelang.execution.run import Chooser, Run
from shapelang.execution.style import Style
from shapelang.execution.trace import Trace
from shapelang.numbers import FLOAT
from shapelang.semantics.program import Program

State = tuple[Run, Assembly]
STEPS_AFTER = 50
"""Steps within the satisfied set, so that the sample does not stick to the first corner that was found."""

COLDEST = 6.0
_CHAIN = key("chain")


def walk(
    program: Program, seed: int, fixed: Mapping[str, Any], limits: Limits, style: Style, failure: Rejected
) -> Trace:
    """A trace that satisfies every `require`, or ProgramError with the count of tries.

    All steps together have the fuel of one run.
    """
    chain = _Chain(program, seed, fixed, limits, style)
    state = chain.start()
    left = STEPS_AFTER
    for step in range(limits.chain_steps):
        if state is None or chain.fuel <= 0:
            break
        if not state[0].violations:
            left -= 1
            if left == 0:
                break
        proposal = chain.propose(state, step)
        if proposal is not None and _accept(seed, step, state[0], proposal[0], limits, style):
            state = proposal
    tries = limits.tries + chain.steps
    if state is None or state[0].violations:
        drawn = state is not None and bool(state[0].choices)
        note = f"nothing satisfied it in {counted(tries, 'try', 'tries')}" if drawn else None
        raise (state[0].violations[0] if state and state[0].violations else failure).error(note)
    run, assembly = state
    return Trace(program, seed, run.choices, assembly, True, tries)


@final
class _Chain:
    """Runs of one program under choices that are partly kept, on one budget of fuel."""

    def __init__(self, program: Program, seed: int, fixed: Mapping[str, Any], limits: Limits, style: Style) -> None:
        self.program, self.seed, self.fixed, self.limits, self.style = program, seed, fixed, limits, style
        self.fuel = limits.fuel
        self.usual = limits.fuel // 1000
        self.steps = 0

    def start(self) -> State | None:
        """A first state: failed requires are counted, but its geometry must be possible."""
        for number in range(self.limits.tries):
            state = self._run(_Salted(self.style.chooser(self.seed), retry_salt(0, _CHAIN, number)))
            if state is not None or self.fuel <= 0:
                return state
        return None

    def propose(self, state: State, step: int) -> State | None:
        """A state with one choice drawn anew; None where its geometry is impossible or the fuel ends."""
        self.steps += 1
        choices = state[0].choices
        addresses = list(choices)
        if not addresses:
            return None
        site = addresses[int(uniform(FLOAT, self.seed, _CHAIN, 2 * step) * len(addresses))]
        kept = {a: c.value for a, c in choices.items() if a != site}
        fresh = _Salted(self.style.chooser(self.seed), retry_salt(0, _CHAIN, step + self.limits.tries))
        return self._run(_Kept(kept, fresh))

    def _run(self, chooser: Chooser) -> State | None:
        limits = replace(self.limits, fuel=self.fuel)
        try:
            state = execute(self.program, FLOAT, chooser, self.seed, self.fixed, limits, soft=True)
        except Rejected:
            # A rejected run tells no cost: it counts as much as the last one that came to its end.
            self.fuel -= self.usual
            return None
        except ProgramError:
            self.fuel = 0
            return None
        self.usual = self.fuel - state[0].fuel
        self.fuel = state[0].fuel
        return state


class _Salted:
    """Draws with a salt of its own for each step of the chain."""

    redraws = False

    def __init__(self, inner: Chooser, salt: int) -> None:
        self.inner, self.salt = inner, salt

    def choose(self, n: Any, address: str, distribution: Any, support: Any, salt: int) -> Any:
        return self.inner.choose(n, address, distribution, support, retry_salt(salt, self.salt, 1))


class _Kept:
    """Keeps the choices of a state but for one, which is drawn anew with all that newly occur."""

    redraws = False

    def __init__(self, kept: Mapping[str, Any], fresh: _Salted) -> None:
        self.given, self.fresh = Given(kept, None), fresh

    def choose(self, n: Any, address: str, distribution: Any, support: Any, salt: int) -> Any:
        if address in self.given.choices:
            try:
                return self.given.choose(n, address, distribution, support, salt)
            except Impossible:
                pass
        return self.fresh.choose(n, address, distribution, support, salt)


def _accept(seed: int, step: int, old: Run, new: Run, limits: Limits, style: Style) -> bool:
    """min(1, exp(−β Δ) · |old| / |new| · the ratio of the kept choices' densities)."""
    beta = COLDEST * min(1.0, 2.0 * (step + 1) / limits.chain_steps) + 1.0
    score = -beta * (len(new.violations) - len(old.violations))
    for address, choice in new.choices.items():
        before = old.choices.get(address)
        if before is not None and before.value == choice.value:
            score += style.log_prob(choice) - style.log_prob(before)
    if score != score or score == float("-inf"):
        return False
    ratio = exp(FLOAT, min(score, 0.0)) * (len(old.choices) / len(new.choices))
    return uniform(FLOAT, seed, _CHAIN, 2 * step + 1) < ratio
