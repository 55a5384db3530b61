"""Which parts bear a body on the ground, and the sets in which they do: a body stands on all of one, or it falls.

What a leg or a foot is told by stands for others: with front legs there are rear legs, or a column. So what bears is
one choice between sets that were seen, after what it hangs on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, final

from grammars.learning.shapes.alternatives import FEW, Alternative, Choice
from grammars.learning.shapes.bodies import Body, Item
from grammars.learning.shapes.contacts import leaves_of

_BEARS: Final = 0.25
"""Of the bodies that have a part: where it is on the ground at least, to be one that bears."""

_RARE: Final = 0.01
"""Of many bodies: a set that fewer stand on is left out."""


@final
@dataclass(frozen=True, slots=True)
class Bearing:
    """The parts that bear, by number, and the bodies of which nothing else does."""

    parts: frozenset[int]
    told: frozenset[int]


def bearing_of(seen: Sequence[Mapping[int, Item]], bodies: Sequence[Body], near: float) -> Bearing:
    """What is on the ground: less than `near` above the lowest of its body, in metres."""
    bears: list[set[int]] = []
    told: set[int] = set()
    for b, body in enumerate(bodies):
        lows = [_low(item) for item in body.items]
        on_ground = {id(item) for item, low in zip(body.items, lows, strict=True) if low - min(lows) < near}
        bears.append({number for number, items in enumerate(seen) if b in items and id(items[b]) in on_ground})
        if len(bears[b]) == len(on_ground):
            told.add(b)
    counts = Counter(number for numbers in bears for number in numbers)
    parts = (number for number, count in counts.items() if count >= _BEARS * len(seen[number]))
    return Bearing(frozenset(parts), frozenset(told))


def _low(item: Item) -> float:
    return min(leaf.centre[1] - leaf.reach()[1] for leaf in leaves_of(item))


def standing_on(
    root: Alternative, present: Sequence[frozenset[int]], needs: Sequence[int | None], bearing: Bearing
) -> frozenset[int]:
    """Put in what bears, and what that hangs on, as choices between sets that were seen; the parts that this is.

    Sets are those of the bodies of which all is told that bears them.
    """
    trunk = set(bearing.parts)
    for number in bearing.parts:
        need = needs[number]
        while need is not None:
            trunk.add(need)
            need = needs[need]
    trunk.difference_update(root.parts)
    fewest = max(1, round(_RARE * len(root.there)))
    _Trunk(present, needs, bearing, fewest, len(root.there) > FEW).stand(root, sorted(trunk))
    return frozenset(trunk)


@final
class _Trunk:
    """Parts that bear, and those that these hang on, as alternatives that exclude one another.

    A set that fewer bodies than `fewest` stand on is left out. Of `many` bodies, so are those that stand on nothing.
    """

    def __init__(
        self,
        present: Sequence[frozenset[int]],
        needs: Sequence[int | None],
        bearing: Bearing,
        fewest: int,
        many: bool,
    ) -> None:
        self.present, self.needs, self.bearing, self.fewest, self.many = present, needs, bearing, fewest, many

    def stand(self, context: Alternative, left: Sequence[int], borne: bool = False) -> None:
        """Choose what of the parts that are left stands in an alternative; `borne`: it may be nothing."""
        told = context.there & self.bearing.told
        left = [k for k in left if self.present[k] & told]
        always = [k for k in left if told <= self.present[k]]
        context.parts += always
        left = [k for k in left if k not in always]
        borne = borne or not self.bearing.parts.isdisjoint(context.parts)
        alternatives = self._alternatives(context.there, left, borne) if left else []
        covered = frozenset[int]().union(*(a.there for a in alternatives))
        none = told - covered if borne or not self.many else frozenset[int]()
        if len(alternatives) == 1 and not none:
            context.parts += alternatives[0].parts
            context.choices += alternatives[0].choices
        elif alternatives:
            context.choices.append(Choice(alternatives, covered | none))

    def _alternatives(self, bodies: frozenset[int], left: Sequence[int], borne: bool) -> list[Alternative]:
        """By what others hang on first, then by the sets that are seen."""
        shared = [k for k in left if k not in self.bearing.parts and self.needs[k] not in left]
        if not shared:
            return self._sets(bodies & self.bearing.told, left)
        first = max(shared, key=lambda k: (len(self.present[k] & bodies), -k))
        inside = Alternative([first], self.present[first] & bodies)
        rest = [k for k in left if k != first]
        self.stand(inside, rest, borne)
        others = bodies - inside.there
        remaining = [k for k in rest if self.present[k] & others]
        stands = not self.many or inside.choices or not self.bearing.parts.isdisjoint(inside.parts)
        found = [inside] if stands else []
        return [*found, *(self._alternatives(others, remaining, borne) if remaining else ())]

    def _sets(self, bodies: frozenset[int], left: Sequence[int]) -> list[Alternative]:
        """Each set of parts that was seen, the most frequent first; of rare ones the most frequent, if all are."""
        sets: dict[tuple[int, ...], set[int]] = {}
        for b in sorted(bodies):
            sets.setdefault(tuple(k for k in left if b in self.present[k]), set()).add(b)
        sets.pop((), None)
        found = sorted(sets.items(), key=lambda one: -len(one[1]))
        kept = [one for one in found if len(one[1]) >= self.fewest] or found[:1]
        return [Alternative(list(parts), frozenset(there)) for parts, there in kept]
