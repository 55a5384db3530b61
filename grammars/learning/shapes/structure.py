"""Which parts stand together: choices between sets of parts, one within another, by the shorter text.

What stands in every body of a corpus is no choice. Of the rest, the most frequent first, a part joins those that are
there exactly when it is; or is an alternative of a choice whose others exclude it; or a choice of its own, within the
alternative that it never stands without. What saves most bits over a choice of its own is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import lgamma, log
from typing import Final

from grammars.learning.shapes.alternatives import FEW, Alternative, Choice
from grammars.learning.shapes.bearing import Bearing, standing_on

_CHOICE: Final = 6.0
"""Bits of a choice that is written, besides those of its alternatives."""

_ALTERNATIVE: Final = 6.0

_EXCEPTIONS: Final = 0.04
"""Of the bodies that hold a part: where it may stand otherwise, and is left out."""


_ABSENT: Final = 0.07
"""Of all bodies: what is missing in fewer always stands."""


def structure_of(
    present: Sequence[frozenset[int]],
    bodies: frozenset[int],
    needs: Sequence[int | None] = (),
    bearing: Bearing | None = None,
) -> Alternative:
    """The structure of parts of which is known in which bodies they stand; the root holds what always does.

    A part stands only where the one does that it `needs`, which is no rarer and has a lower number. What is `bearing`
    is chosen first, with all that it hangs on, in sets that were seen; what hangs on what no set has is left out.
    """
    absent = _ABSENT * len(bodies) if len(bodies) > FEW else 0.0
    always = [k for k, there in enumerate(present) if len(bodies - there) <= absent]
    root = Alternative(always, bodies)
    done = standing_on(root, present, needs, bearing) if bearing is not None else frozenset[int]()
    rest = [k for k, there in enumerate(present) if there and k not in always and k not in done]
    for k in sorted(rest, key=lambda k: (-len(present[k]), k)):
        need = needs[k] if needs else None
        for home in [root] if need is None else list(_homes(root, need)):
            there = present[k] & home.there
            if home is not root and len(home.there - there) <= _EXCEPTIONS * len(home.there):
                home.parts.append(k)
            elif there:
                _insert(home, k, there)
    return root


def _homes(context: Alternative, part: int) -> Iterator[Alternative]:
    """The alternatives in which a part stands."""
    if part in context.parts:
        yield context
        return
    for choice in context.choices:
        for alternative in choice.alternatives:
            yield from _homes(alternative, part)


def most_specific(present: Sequence[frozenset[int]], bodies: frozenset[int]) -> Alternative:
    """One alternative for each set of parts that was seen."""
    root = Alternative([k for k, there in enumerate(present) if there == bodies], bodies)
    sets: dict[tuple[int, ...], set[int]] = {}
    for body in sorted(bodies):
        sets.setdefault(tuple(k for k, there in enumerate(present) if body in there), set()).add(body)
    if len(sets) > 1:
        alternatives = [
            Alternative([k for k in parts if k not in root.parts], frozenset(there)) for parts, there in sets.items()
        ]
        root.choices.append(Choice([a for a in alternatives if a.parts], bodies))
    return root


def choosing(counts: Sequence[int]) -> float:
    """Bits of which alternative was taken each time, weights unknown and alike before (Dirichlet with 1 for each)."""
    n, k = sum(counts), len(counts)
    return (lgamma(n + k) - lgamma(k) - sum(lgamma(c + 1) for c in counts)) / log(2.0)


def _insert(context: Alternative, part: int, there: frozenset[int]) -> None:
    there = there & context.there
    alone = _bits((len(there),), len(context.there))
    best: tuple[float, Choice | None, Alternative | None, bool] = (0.0, None, None, False)
    for choice in context.choices:
        for alternative in choice.alternatives:
            both = alternative.there & there
            allowed = _EXCEPTIONS * len(there)
            if len(there - both) > allowed:
                continue
            if len(alternative.there - both) <= _EXCEPTIONS * len(alternative.there):
                gain = alone + 1.0
                if gain > best[0]:
                    best = (gain, choice, alternative, True)
                continue
            gain = alone - _bits((len(both),), len(alternative.there)) + 1.0
            if gain > best[0]:
                best = (gain, choice, alternative, False)
        others = choice.alternatives
        if there <= choice.context and all(len(a.there & there) <= _EXCEPTIONS * len(there) for a in others):
            before = [len(alternative.there) for alternative in choice.alternatives]
            gain = _bits(before, len(choice.context)) + alone - _bits([*before, len(there)], len(choice.context))
            if gain > best[0]:
                best = (gain, choice, None, False)
    _, choice, alternative, same = best
    if choice is None:
        context.choices.append(Choice([Alternative([part], there)], context.there))
    elif alternative is None:
        taken = frozenset[int]().union(*(a.there for a in choice.alternatives))
        choice.alternatives.append(Alternative([part], there - taken))
    elif same:
        alternative.parts.append(part)
        # Where one of them is missing all of them are left out of the count.
    else:
        _insert(alternative, part, there)


def _bits(counts: Sequence[int], whole: int) -> float:
    """Bits of a choice: its alternatives with how often each stands, nothing in the rest."""
    rest = whole - sum(counts)
    every = [*counts, *((rest,) if rest > 0 else ())]
    return _CHOICE + _ALTERNATIVE * len(every) + choosing(every)
