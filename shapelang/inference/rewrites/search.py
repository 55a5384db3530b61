"""Rewrites applied until nothing new comes of them, the shortest program taken out, and how it was come by."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, final

from shapelang.deadline import Deadline
from shapelang.inference.rewrites.egraph import EGraph
from shapelang.inference.rewrites.rules import REWRITES, Rewrite
from shapelang.inference.rewrites.terms import Class, Group, Term, inner

_TERMS: Final = 1500
"""Of the e-graph: more are not looked for."""


@final
@dataclass(frozen=True, slots=True)
class Step:
    """A rewrite that was applied. `where`: the statement that it made, by its number in each block from outside in."""

    rewrite: str
    where: tuple[int, ...]


@final
class Search:
    """Saturates an e-graph as far as the deadline and a number of terms allow."""

    def __init__(self, graph: EGraph, root: Group, rewrites: Sequence[Rewrite] = REWRITES) -> None:
        self.graph: Final = graph
        self._rewrites: Final = rewrites
        self._made_by: dict[Term, str] = {}
        self._root: Final = root
        graph.add(root)

    def run(self, deadline: Deadline) -> None:
        """Every rewrite on every block, the blocks that a rewrite makes too, first come first served."""
        waiting = deque(self._blocks(self._root))
        seen = set(waiting)
        while waiting and not deadline.late() and len(self.graph) < _TERMS:
            block = waiting.popleft()
            for rewrite in self._rewrites:
                made = self._applied(rewrite, block)
                for new in () if made is None else (made, *self._blocks(made)):
                    if new not in seen:
                        seen.add(new)
                        waiting.append(new)

    def _applied(self, rewrite: Rewrite, block: Group) -> Group | None:
        known = len(self.graph)
        members = rewrite.apply(self.graph, block.members)
        for term in self.graph.since(known):
            self._made_by[term] = rewrite.name
        made = Group(members)
        # What it makes is within the tolerance of what was there, or it is another class and no rewrite.
        return made if members != block.members and self.graph.add(made) == self.graph.add(block) else None

    def _blocks(self, term: Group) -> list[Group]:
        """The block and all within it."""
        found: list[Group] = [term]
        for member in term.members:
            for inside in self.graph.terms(member):
                for body in inner(inside):
                    found += [b for t in self.graph.terms(body) if isinstance(t, Group) for b in [t] if b != term]
        return found

    def steps(self) -> tuple[Step, ...]:
        """The rewrites that made the mirrors and arrays of the cheapest program, those outside before those inside."""
        return tuple(self._steps(self.graph.add(self._root), ()))

    def _steps(self, number: Class, where: tuple[int, ...]) -> list[Step]:
        term = self.graph.best(number)
        if isinstance(term, Group):
            return [step for place, member in enumerate(term.members) for step in self._steps(member, (*where, place))]
        mine = [Step(self._made_by[term], where)] if term in self._made_by else []
        return mine + [step for body in inner(term) for step in self._steps(body, where)]
