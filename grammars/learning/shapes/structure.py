"""Which parts stand together: choices between sets of parts, one within another, by the shorter text.

What stands in every body of a corpus is no choice. Of the rest, the most frequent first, a part joins those that are
there exactly when it is; or is an alternative of a choice whose others exclude it; or a choice of its own, within the
alternative that it never stands without. What saves most bits over a choice of its own is taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import lgamma, log
from typing import Final, final

_CHOICE: Final = 6.0
"""Bits of a choice that is written, besides those of its alternatives."""

_ALTERNATIVE: Final = 6.0

_EXCEPTIONS: Final = 0.04
"""Of the bodies that hold a part: where it may stand otherwise, and is left out."""


_ABSENT: Final = 0.07
"""Of all bodies: what is missing in fewer always stands."""

_MANY: Final = 30
"""Bodies; of fewer each is explained."""


@final
@dataclass(slots=True, eq=False)
class Alternative:
    """Parts that stand together, by number, in the bodies `there`; and the choices that are made where they do."""

    parts: list[int]
    there: frozenset[int]
    choices: list[Choice] = field(default_factory=list["Choice"])


@final
@dataclass(slots=True, eq=False)
class Choice:
    """Alternatives that exclude one another; in the other bodies of its context nothing of it stands."""

    alternatives: list[Alternative]
    context: frozenset[int]

    @property
    def none(self) -> frozenset[int]:
        """The bodies in which none of the alternatives stands."""
        return self.context - frozenset[int]().union(*(a.there for a in self.alternatives))


def structure_of(
    present: Sequence[frozenset[int]], bodies: frozenset[int], needs: Sequence[int | None] = ()
) -> Alternative:
    """The structure of parts of which is known in which bodies they stand; the root holds what always does.

    A part stands only where the one does that it `needs`, which is no rarer and has a lower number.
    """
    absent = _ABSENT * len(bodies) if len(bodies) >= _MANY else 0.0
    always = [k for k, there in enumerate(present) if len(bodies - there) <= absent]
    root = Alternative(always, bodies)
    rest = [k for k, there in enumerate(present) if there and k not in always]
    for k in sorted(rest, key=lambda k: (-len(present[k]), k)):
        need = needs[k] if needs else None
        home = root if need is None else _home(root, need) or root
        if home is not root and len(home.there - present[k]) <= _EXCEPTIONS * len(home.there):
            home.parts.append(k)
        else:
            _insert(home, k, present[k])
    return root


def _home(context: Alternative, part: int) -> Alternative | None:
    """The alternative in which a part stands."""
    if part in context.parts:
        return context
    inner = (_home(a, part) for choice in context.choices for a in choice.alternatives)
    return next((home for home in inner if home is not None), None)


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
        if all(len(alternative.there & there) <= _EXCEPTIONS * len(there) for alternative in choice.alternatives):
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
