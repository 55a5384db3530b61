"""Programs as terms: a head over children, equal terms kept once.

A term is told by its number in a pool; children have smaller numbers. Its cost is how many heads it has.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, final

import numpy as np

_WORD: Final = 64


@final
@dataclass(frozen=True, slots=True)
class Head:
    """What a term is besides its children.

    `whole`: what it heads may be told once, as an abstraction. `argument`: it may be handed to one. `sequence`: its
    last child is what follows it, so that an abstraction may end before that. `sealed`: it stands in no abstraction.
    `reads` and `binds` are names; what is read stands in an abstraction only where that binds it.
    """

    form: Hashable
    whole: bool = False
    argument: bool = False
    sequence: bool = False
    sealed: bool = False
    reads: frozenset[str] = frozenset()
    binds: frozenset[str] = frozenset()


@final
@dataclass(frozen=True, slots=True)
class Term:
    """A head, numbers of its children, and whether this one may be told once: no name that it binds is read outside."""

    head: Head
    children: tuple[int, ...]
    whole: bool


@final
@dataclass(slots=True)
class Pool:
    """Terms, each once, children before parents."""

    terms: list[Term] = field(default_factory=list[Term])
    numbers: dict[Term, int] = field(default_factory=dict[Term, int])

    def add(self, head: Head, children: tuple[int, ...] = (), whole: bool | None = None) -> int:
        """The number of a term."""
        term = Term(head, children, head.whole if whole is None else whole)
        found = self.numbers.setdefault(term, len(self.terms))
        if found == len(self.terms):
            self.terms.append(term)
        return found


@final
@dataclass(frozen=True, eq=False)
class Corpus:
    """Programs of a pool by the numbers of their terms, with tables of all terms."""

    pool: Pool
    roots: tuple[int, ...]

    @cached_property
    def labels(self) -> np.ndarray:
        """(n,) a number for each head with a number of children."""
        numbers: dict[tuple[Head, int], int] = {}
        return np.array([numbers.setdefault((t.head, len(t.children)), len(numbers)) for t in self.pool.terms])

    @cached_property
    def cost(self) -> np.ndarray:
        """(n,) heads of each term."""
        found: list[int] = []
        for term in self.pool.terms:
            found.append(1 + sum(found[c] for c in term.children))
        return np.array(found)

    @cached_property
    def uses(self) -> np.ndarray:
        """(n,) how often each term stands in the programs."""
        found = [0] * len(self.pool.terms)
        for root in self.roots:
            found[root] += 1
        for k in reversed(range(len(found))):
            for child in self.pool.terms[k].children:
                found[child] += found[k]
        return np.array(found)

    @cached_property
    def first(self) -> np.ndarray:
        """(n,) where the children of each term begin in `children`."""
        counts = [len(t.children) for t in self.pool.terms]
        return np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(int)

    @cached_property
    def children(self) -> np.ndarray:
        """(m,) children of all terms."""
        return np.array([c for t in self.pool.terms for c in t.children], int)

    @cached_property
    def whole(self) -> np.ndarray:
        """(n,) whether a term may be told once."""
        return np.array([t.whole for t in self.pool.terms])

    @cached_property
    def argument(self) -> np.ndarray:
        """(n,) whether a term may be handed over."""
        return np.array([t.head.argument for t in self.pool.terms])

    @cached_property
    def open(self) -> np.ndarray:
        """(n,) whether nothing in a term is sealed."""
        found: list[bool] = []
        for term in self.pool.terms:
            found.append(not term.head.sealed and all(found[c] for c in term.children))
        return np.array(found)

    @cached_property
    def names(self) -> dict[str, int]:
        """A number for each name that is read or bound."""
        found: dict[str, int] = {}
        for term in self.pool.terms:
            for name in sorted(term.head.reads | term.head.binds):
                found.setdefault(name, len(found))
        return found

    @cached_property
    def bound(self) -> np.ndarray:
        """(n, words) a bit for each name that is bound within a term."""
        found = np.zeros((len(self.pool.terms), self._words), np.uint64)
        for k, term in enumerate(self.pool.terms):
            found[k] = self.bits(term.head.binds)
            for child in term.children:
                found[k] |= found[child]
        return found

    @cached_property
    def free(self) -> np.ndarray:
        """(n, words) a bit for each name that a term reads and does not bind."""
        found = np.zeros((len(self.pool.terms), self._words), np.uint64)
        for k, term in enumerate(self.pool.terms):
            found[k] = self.bits(term.head.reads)
            for child in term.children:
                found[k] |= found[child]
            found[k] &= ~self.bound[k]
        return found

    @property
    def _words(self) -> int:
        return max(1, -(-len(self.names) // _WORD))

    def bits(self, names: frozenset[str]) -> np.ndarray:
        """(words,) a bit for each of some names."""
        found = np.zeros(self._words, np.uint64)
        for name in names:
            word, bit = divmod(self.names[name], _WORD)
            found[word] |= np.uint64(1 << bit)
        return found

    @property
    def size(self) -> int:
        """Heads of all programs."""
        return int(self.cost[list(self.roots)].sum()) if self.roots else 0


def gathered(pool: Pool, roots: Sequence[int]) -> Corpus:
    """A corpus of the terms that some programs have, and no others."""
    fresh = Pool()
    wanted = set(roots)
    for k in reversed(range(len(pool.terms))):
        if k in wanted:
            wanted.update(pool.terms[k].children)
    numbers: dict[int, int] = {}
    for k in sorted(wanted):
        term = pool.terms[k]
        numbers[k] = fresh.add(term.head, tuple(numbers[c] for c in term.children), term.whole)
    return Corpus(fresh, tuple(numbers[r] for r in roots))
