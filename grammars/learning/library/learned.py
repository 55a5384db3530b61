"""Library learning: the abstraction that saves most, again and again, in programs that call those found before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import final

from grammars.learning.library.abstractions import Abstraction
from grammars.learning.library.rewriting import rewritten
from grammars.learning.library.search import Limits, best
from grammars.learning.library.terms import Corpus, Head
from shapelang.outcome import Outcome


@final
@dataclass(frozen=True, slots=True)
class Library:
    """Abstractions, of which later ones may call earlier ones, and the programs that call them.

    `before` and `after` are heads of all programs; `cost` is that of the definitions. `outcome` is STEPS where a search
    was cut short, so that what it found may not be the best.
    """

    abstractions: tuple[Abstraction, ...]
    programs: Corpus
    before: int
    outcome: Outcome

    @property
    def after(self) -> int:
        """Heads of all programs with calls."""
        return self.programs.size

    @property
    def cost(self) -> int:
        """Heads of the definitions."""
        return sum(a.cost for a in self.abstractions)

    @property
    def ratio(self) -> float:
        """By how much shorter programs and definitions together are: before / after."""
        return self.before / max(1, self.after + self.cost)


def library(
    corpus: Corpus,
    rounds: int,
    limits: Limits,
    call: Callable[[int], Head],
    tell: Callable[[float], None] | None = None,
) -> Library:
    """At most `rounds` abstractions, each the best for the programs as those before it left them.

    `call(k)` is the head of calls of abstraction k.
    """
    before = corpus.size
    made: list[Abstraction] = []
    outcome = Outcome.FINISHED
    for k in range(rounds):
        found = best(corpus, call(k), limits)
        outcome = found.outcome if found.outcome is Outcome.STEPS else outcome
        if found.abstraction is None:
            break
        corpus = rewritten(corpus, found.abstraction)
        made.append(found.abstraction)
        if tell is not None:
            tell((k + 1) / rounds)
    return Library(tuple(made), corpus, before, outcome)
