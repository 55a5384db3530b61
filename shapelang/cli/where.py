"""Items under a condition: `--where`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from math import isfinite
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

import typer

from shapelang.cli.console import say
from shapelang.cli.programs import blaming_settings
from shapelang.diagnostics import counted

if TYPE_CHECKING:
    from grammars.conditioning.conditioned import Conditional
    from grammars.conditioning.estimate import Estimate
    from shapelang.execution.budget import Limits
    from shapelang.execution.trace import Trace
    from shapelang.semantics.program import Program

SECONDS: Final = 60.0
"""In which the items of one chunk have to be found."""

Where: TypeAlias = Annotated[
    list[str] | None,
    typer.Option("--where", metavar="TEST", help="Only what meets a test, such as 'count(leg) == 4'. Repeatable."),
]


def told(program: Program, where: Sequence[str], given: Mapping[str, Any], limits: Limits) -> None:
    """Says how probable a condition is. Raises UsageError for a slip in it, Infeasible where nothing meets it."""
    if where:
        conditional = _conditional(program, where, given, limits)
        say(f"--where: {_shown(conditional.probability(seconds=1.0))}")
        if isfinite(conditional.drawn_from):
            say(
                f"--where: it is rare: items are variants of what is worth {conditional.drawn_from:.0f} independent "
                "derivations: more items than these tell hardly more of how such shapes are distributed"
            )


def _shown(estimate: Estimate) -> str:
    """0 ± 0 would be a proof: where none of the proposals met, a bound is told, and of how many."""
    from grammars.conditioning.estimate import fewer_than

    if estimate.value > 0.0:
        return f"about {estimate.value:.3g} ± {estimate.error:.1g} of all derivations meet it"
    tried = counted(estimate.tried, "derivation")
    return f"none of {tried} tried meets it: {fewer_than(estimate.below)} of all does (95 % confidence)"


def traces_where(
    program: Program, where: Sequence[str], seeds: Sequence[int], given: Mapping[str, Any], limits: Limits
) -> list[Trace]:
    """A trace for each seed that meets the condition, which hangs on no other seed. Raises NotMet, Infeasible."""
    from grammars.conditioning.errors import NotMet

    with blaming_settings(program, given):
        conditional = _conditional(program, where, given, limits)
        found = conditional.draw(seeds, SECONDS)
    if found.missing:
        raise NotMet(len(found.seeds), len(seeds), found.tried, conditional.cover.volume(), program.name)
    return list(found.traces())


def _conditional(program: Program, where: Sequence[str], given: Mapping[str, Any], limits: Limits) -> Conditional:
    return _bounded(_Key(program, tuple(where), tuple(given.items()), limits))


class _Key:
    """Equal for equal texts, since a process reads the program anew for every chunk."""

    def __init__(
        self, program: Program, where: tuple[str, ...], given: tuple[tuple[str, Any], ...], limits: Limits
    ) -> None:
        self.program, self.where, self.given, self.limits = program, where, given, limits
        source = program.source
        self.compared = (source.name, source.text, where, repr(given), repr(limits))

    def __hash__(self) -> int:
        return hash(self.compared)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and self.compared == other.compared


@lru_cache(maxsize=4)
def _bounded(key: _Key) -> Conditional:
    from grammars.conditioning.conditioned import Conditional
    from grammars.conditioning.reading import query_of

    return Conditional(key.program, query_of(key.program, key.where), dict(key.given), key.limits)
