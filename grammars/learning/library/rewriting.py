"""Programs written with an abstraction: at the places where that saves most, overlapping ones weighed exactly."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from grammars.learning.library.abstractions import Abstraction, Body, Hole, Rest, Tree
from grammars.learning.library.terms import Corpus, Head, Pool, gathered

Match: TypeAlias = tuple[tuple[int, ...], int | None]
"""Terms of the arguments, and what follows."""

END: Head = Head(("end",))
"""The end of a sequence."""


def matched(corpus: Corpus, abstraction: Abstraction) -> dict[int, Match]:
    """All places at which an abstraction may be called, by the numbers of their terms."""
    found: dict[int, Match] = {}
    for k, term in enumerate(corpus.pool.terms):
        if not term.whole or term.head != abstraction.body.head:
            continue
        filled: dict[int, int] = {}
        rest = _filled(corpus, abstraction.body, k, filled)
        if rest is False or any((corpus.free[a] & corpus.bound[k]).any() for a in filled.values()):
            continue
        if rest is not None and (corpus.free[rest] & corpus.bound[k]).any():
            continue
        found[k] = tuple(filled[n] for n in range(abstraction.arity)), rest
    return found


def _filled(corpus: Corpus, body: Tree, term: int, filled: dict[int, int]) -> int | bool | None:
    """What follows the body at a place, None if nothing does, False where it does not match. Fills the holes."""
    rest: int | None = None
    stack: list[tuple[Body, int]] = [(body, term)]
    while stack:
        part, at = stack.pop()
        own = corpus.pool.terms[at]
        match part:
            case Hole(number):
                if filled.setdefault(number, at) != at or not own.head.argument:
                    return False
            case Rest():
                rest = at
            case Tree(head, children):
                if own.head != head or len(own.children) != len(children):
                    return False
                stack.extend(zip(children, own.children, strict=True))
    return rest


def savings(corpus: Corpus, abstraction: Abstraction, matches: Mapping[int, Match]) -> list[int]:
    """(n,) heads that each term is shorter by when it is rewritten in the best way."""
    best: list[int] = []
    cost, fixed = corpus.cost, abstraction.overhead
    for k, term in enumerate(corpus.pool.terms):
        own = sum(best[c] for c in term.children)
        match = matches.get(k)
        if match is not None:
            handed = match[0] if match[1] is None else (*match[0], match[1])
            called = int(cost[k]) - fixed - sum(int(cost[a]) - best[a] for a in handed)
            own = max(own, called)
        best.append(own)
    return best


def saved(corpus: Corpus, abstraction: Abstraction, matches: Mapping[int, Match]) -> int:
    """Heads that all programs are shorter by."""
    best = savings(corpus, abstraction, matches)
    return sum(best[root] for root in corpus.roots)


def rewritten(corpus: Corpus, abstraction: Abstraction) -> Corpus:
    """The programs with calls of an abstraction."""
    matches = matched(corpus, abstraction)
    best = savings(corpus, abstraction, matches)
    pool = Pool()
    fresh: list[int] = []
    for k, term in enumerate(corpus.pool.terms):
        match = matches.get(k)
        plain = sum(best[c] for c in term.children)
        if match is None or best[k] <= plain:
            fresh.append(pool.add(term.head, tuple(fresh[c] for c in term.children), term.whole))
            continue
        call = pool.add(abstraction.call, tuple(fresh[a] for a in match[0]))
        if term.head.sequence:
            rest = pool.add(END) if match[1] is None else fresh[match[1]]
            fresh.append(pool.add(term.head, (call, rest), term.whole))
        else:
            fresh.append(call)
    return gathered(pool, [fresh[r] for r in corpus.roots])
