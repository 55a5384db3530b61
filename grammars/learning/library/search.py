"""The abstraction that saves most, by corpus-guided top-down search (Bowers et al., "Top-Down Synthesis for Library
Learning", POPL 2023).

A partial abstraction has open holes. The open hole that holds most is closed in every way that the corpus knows: by
each head that stands there, as an argument, or as an argument that there is already. It matches fewer places then, and
no closing can save more than all that its places cost less what is handed over; what cannot beat the best one so far is
left out. So the search is exact, unless its steps are used up.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np

from grammars.learning.library.abstractions import (
    REST,
    Abstraction,
    Body,
    Hole,
    Tree,
    in_order,
    overhead,
    parts,
    tree_of,
    worth_a_name,
)
from grammars.learning.library.rewriting import saved
from grammars.learning.library.terms import Corpus, Head
from shapelang.outcome import Outcome

_LEAST: Final = 2
"""Places that an abstraction stands at."""


@final
@dataclass(frozen=True, slots=True)
class Limits:
    """`arity`: arguments at most. `steps`: partial abstractions that are looked at, at most."""

    arity: int = 3
    steps: int = 20_000


@final
@dataclass(frozen=True, slots=True)
class Found:
    """The best abstraction and the heads that it saves, if one saves any, and whether it is surely the best."""

    abstraction: Abstraction | None
    saving: int
    steps: int
    outcome: Outcome


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Open:
    """An open hole: its number, the term at each place, and whether it is where the body's sequence goes on."""

    number: int
    terms: np.ndarray
    last: bool


_Step = tuple[int, "Head | Tree | int | None", int]
"""Which hole was closed: by a head with so many children, a whole term, an argument, or by what follows (None)."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Partial:
    """Places (numbers of terms) that match, open holes, arguments so far; `size`: heads of the body that stand fast."""

    places: np.ndarray
    open: tuple[_Open, ...]
    arguments: tuple[np.ndarray, ...]
    rest: np.ndarray | None
    size: int
    holes: int
    steps: tuple[_Step, ...]


def best(corpus: Corpus, call: Head, limits: Limits, floor: int = 0) -> Found:
    """The abstraction that saves most heads in the programs less those of its definition, and more than `floor`."""
    return _Search(corpus, call, limits, floor).run()


@final
class _Search:
    """The queue of partial abstractions, and the best whole one."""

    def __init__(self, corpus: Corpus, call: Head, limits: Limits, floor: int) -> None:
        self.corpus, self.call, self.limits = corpus, call, limits
        self.heads = {int(label): t.head for label, t in zip(corpus.labels, corpus.pool.terms, strict=True)}
        self.arities = {int(label): len(t.children) for label, t in zip(corpus.labels, corpus.pool.terms, strict=True)}
        self.saving = floor
        self.found: Abstraction | None = None
        self.queue: list[tuple[int, int, _Partial]] = []
        self.pushed = 0

    def run(self) -> Found:
        """Look at partial abstractions, the most promising first, until none can be better."""
        places = np.flatnonzero(self.corpus.whole & (self.corpus.uses > 0))
        start = _Partial(places, (_Open(0, places, True),), (), None, 0, 1, ())
        for partial in self._by_head(start, start.open[0]):
            self._push(partial)
        steps = 0
        while self.queue and -self.queue[0][0] > self.saving:
            if steps == self.limits.steps:
                return Found(self.found, self.saving, steps, Outcome.STEPS)
            steps += 1
            partial = heapq.heappop(self.queue)[2]
            for further in self._closed(partial):
                self._push(further)
        return Found(self.found, self.saving, steps, Outcome.FINISHED)

    def _push(self, partial: _Partial) -> None:
        bound = self._bound(partial)
        if bound <= self.saving:
            return
        if not partial.open:
            self._offer(partial)
            return
        self._offer_closed(partial)
        self.pushed += 1
        heapq.heappush(self.queue, (-bound, -self.pushed, partial))

    # --- what a partial abstraction may save ---

    def _gains(self, partial: _Partial) -> np.ndarray:
        """(n,) of each place: heads that a call saves at most, over all the times that the place stands there."""
        corpus = self.corpus
        head = corpus.pool.terms[int(partial.places[0])].head
        rest = partial.rest is not None or any(hole.last for hole in partial.open)
        gains = corpus.cost[partial.places] - overhead(head, rest)
        for terms in partial.arguments:
            gains = gains - corpus.cost[terms]
        if partial.rest is not None:
            gains = gains - corpus.cost[partial.rest]
        return np.maximum(gains, 0) * corpus.uses[partial.places]

    def _defined(self, partial: _Partial) -> int:
        """Heads of the definition at least."""
        return 1 + len(partial.arguments) + partial.size + len(partial.open)

    def _bound(self, partial: _Partial) -> int:
        return int(self._gains(partial).sum()) - self._defined(partial)

    # --- whole abstractions ---

    def _offer_closed(self, partial: _Partial) -> None:
        """Try what comes of a partial abstraction when all its open holes are arguments."""
        inner = [hole for hole in partial.open if not hole.last]
        if len(partial.arguments) + len(inner) > self.limits.arity:
            return
        for hole in partial.open:
            further = next(iter(self._as_argument(partial, hole)), None)
            if further is None:
                return
            partial = further
        if self._bound(partial) > self.saving:
            self._offer(partial)

    def _offer(self, partial: _Partial) -> None:
        """Take a whole abstraction if it is the best: what it saves is counted exactly where its places overlap."""
        if self.corpus.uses[partial.places].sum() < _LEAST:
            return
        body = _body(partial.steps)
        if not worth_a_name(body):
            return
        made = Abstraction(body, len(partial.arguments), self.call)
        exact = self._bound(partial)
        if self._may_overlap(body):
            matches = {
                int(place): (
                    tuple(int(terms[k]) for terms in partial.arguments),
                    None if partial.rest is None else int(partial.rest[k]),
                )
                for k, place in enumerate(partial.places)
            }
            exact = saved(self.corpus, made, matches) - made.cost
        if exact > self.saving:
            self.saving, self.found = exact, made

    def _may_overlap(self, body: Tree) -> bool:
        """Whether a body's own head stands again within it, or an argument does: what is called within that is once."""
        inner = [p for child in body.children for p in parts(child)]
        holes = [p.number for p in inner if isinstance(p, Hole)]
        return len(set(holes)) < len(holes) or any(isinstance(p, Tree) and p.head == body.head for p in inner)

    # --- the ways to close a hole ---

    def _closed(self, partial: _Partial) -> Iterator[_Partial]:
        uniform = next((h for h in partial.open if self._uniform(partial, h)), None)
        if uniform is not None:
            yield self._as_it_is(partial, uniform)
            return
        held = [int((self.corpus.cost[h.terms] * self.corpus.uses[partial.places]).sum()) for h in partial.open]
        hole = partial.open[int(np.argmax(held))]
        yield from self._by_head(partial, hole)
        yield from self._as_argument(partial, hole)
        yield from self._as_given(partial, hole)

    def _by_head(self, partial: _Partial, hole: _Open) -> Iterator[_Partial]:
        """A head in the hole, for each that some of the places have there."""
        labels = self.corpus.labels[hole.terms]
        order = np.argsort(labels, kind="stable")
        starts = np.flatnonzero(np.diff(labels[order], prepend=-1))
        gains = np.add.reduceat(self._whole_gains(partial)[order], starts)
        least = self._defined(partial)
        for start, stop, gain in zip(starts, [*starts[1:], len(order)], gains, strict=True):
            if gain - least <= self.saving:
                continue
            label = int(labels[order[start]])
            if self.heads[label].sealed:
                continue
            kept = np.sort(order[start:stop])
            reads = self.heads[label].reads
            if reads:
                bits = self.corpus.bits(reads)
                kept = kept[~(bits & ~self.corpus.bound[partial.places[kept]]).any(axis=1)]
            if len(kept):
                yield self._grown(_rows(partial, kept), hole, label)

    def _uniform(self, partial: _Partial, hole: _Open) -> bool:
        """Whether the same term stands in a hole everywhere and may stand in the body: nothing else is as good then."""
        term = int(hole.terms[0])
        return (
            bool((hole.terms == term).all())
            and bool(self.corpus.open[term])
            and not (self.corpus.free[term] & ~self.corpus.bound[partial.places]).any()
        )

    def _as_it_is(self, partial: _Partial, hole: _Open) -> _Partial:
        """The hole closed by the term that stands there everywhere."""
        term = int(hole.terms[0])
        return replace(
            partial,
            open=tuple(h for h in partial.open if h is not hole),
            size=partial.size + int(self.corpus.cost[term]),
            steps=(*partial.steps, (hole.number, tree_of(self.corpus, term), 0)),
        )

    def _whole_gains(self, partial: _Partial) -> np.ndarray:
        if partial.steps:
            return self._gains(partial)
        return self.corpus.cost[partial.places] * self.corpus.uses[partial.places]

    def _grown(self, partial: _Partial, hole: _Open, label: int) -> _Partial:
        own = next(h for h in partial.open if h.number == hole.number)
        count = self.arities[label]
        head = self.heads[label]
        first = self.corpus.first[own.terms]
        fresh = tuple(
            _Open(partial.holes + k, self.corpus.children[first + k], own.last and head.sequence and k == count - 1)
            for k in range(count)
        )
        return replace(
            partial,
            open=(*(h for h in partial.open if h is not own), *fresh),
            size=partial.size + 1,
            holes=partial.holes + count,
            steps=(*partial.steps, (hole.number, head, count)),
        )

    def _as_argument(self, partial: _Partial, hole: _Open) -> Iterator[_Partial]:
        """The hole as a new argument, or as the end of the body."""
        own = next(h for h in partial.open if h.number == hole.number)
        if not own.last and len(partial.arguments) == self.limits.arity:
            return
        corpus = self.corpus
        usable = np.ones(len(own.terms), bool) if own.last else corpus.argument[own.terms]
        usable &= ~(corpus.free[own.terms] & corpus.bound[partial.places]).any(axis=1)
        kept = np.flatnonzero(usable)
        if not len(kept) or (not own.last and self._needless(partial, own, kept)):
            return
        rows = _rows(partial, kept)
        terms = own.terms[kept]
        left = tuple(h for h in rows.open if h.number != own.number)
        if own.last:
            step: _Step = (own.number, None, 0)
            yield replace(rows, open=left, rest=terms, size=rows.size + 1, steps=(*rows.steps, step))
        else:
            step = (own.number, len(rows.arguments), 0)
            made = (*rows.arguments, terms)
            yield replace(rows, open=left, arguments=made, size=rows.size + 1, steps=(*rows.steps, step))

    def _needless(self, partial: _Partial, hole: _Open, kept: np.ndarray) -> bool:
        """Whether an argument would be the same everywhere, or the same as another one."""
        terms = hole.terms[kept]
        if (terms == terms[0]).all() and not self.corpus.free[terms[0]].any():
            return True
        return any((terms == given[kept]).all() for given in partial.arguments)

    def _as_given(self, partial: _Partial, hole: _Open) -> Iterator[_Partial]:
        """The hole as an argument that there is already."""
        if hole.last:
            return
        for k, given in enumerate(partial.arguments):
            kept = np.flatnonzero(hole.terms == given)
            if len(kept):
                rows = _rows(partial, kept)
                left = tuple(h for h in rows.open if h.number != hole.number)
                yield replace(rows, open=left, size=rows.size + 1, steps=(*rows.steps, (hole.number, k, 0)))


def _rows(partial: _Partial, kept: np.ndarray) -> _Partial:
    """A partial abstraction at some of its places."""
    if len(kept) == len(partial.places):
        return partial
    return replace(
        partial,
        places=partial.places[kept],
        open=tuple(_Open(h.number, h.terms[kept], h.last) for h in partial.open),
        arguments=tuple(terms[kept] for terms in partial.arguments),
        rest=None if partial.rest is None else partial.rest[kept],
    )


def _body(steps: tuple[_Step, ...]) -> Tree:
    """The body that closing holes in some order gives."""
    closed: dict[int, tuple[Head | Tree | int | None, range]] = {}
    holes = 1
    for number, by, count in steps:
        closed[number] = (by, range(holes, holes + count))
        holes += count

    def made(number: int) -> Body:
        by, children = closed[number]
        match by:
            case None:
                return REST
            case int():
                return Hole(by)
            case Tree():
                return by
            case Head():
                return Tree(by, tuple(made(c) for c in children))

    body = made(0)
    assert isinstance(body, Tree), "a body begins with a head"
    return in_order(body)
