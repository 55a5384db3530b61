"""A grammar of bodies: roles, the structure of what stands together, and the numbers of each part, body within body."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np

from grammars.learning.shapes.bodies import Body, Item, Row
from grammars.learning.shapes.fitting import fitted_part
from grammars.learning.shapes.model import Content, LearnedAlternative, LearnedBody, LearnedChoice, LearnedPart
from grammars.learning.shapes.placing import Support, nearest_image
from grammars.learning.shapes.precision import Precision
from grammars.learning.shapes.roles import roles_of
from grammars.learning.shapes.structure import Alternative, Choice, choosing, most_specific, structure_of
from grammars.learning.shapes.supports import Hung, assigned, common_parts, standing_of
from grammars.learning.shapes.used import extents_of

_PRIOR: Final = 0.5
"""Pseudo-count of each alternative (Jeffreys' prior)."""

_RARE: Final = 0.02
"""Of the bodies: what stands in fewer is left out, where there are more than a few."""

_FEW: Final = 30
"""Bodies of which nothing is left out."""

_MOST_KNOWN: Final = 8
"""Parts that a number may hang on, the largest."""


@final
@dataclass(frozen=True, slots=True)
class Steps:
    """What is done: whether sets of parts are merged into choices, and whether numbers may hang on one another."""

    merged: bool
    dependent: bool


def grown(bodies: Sequence[Body], precision: Precision, steps: Steps) -> LearnedBody:
    """The grammar of bodies that are the same part of different examples."""
    roles, assignments = roles_of(bodies)
    standings = [standing_of(body, roles, precision.near) for body, roles in zip(bodies, assignments, strict=True)]
    fewest = 1 if len(bodies) <= _FEW else max(2, round(_RARE * len(bodies)))
    parts = common_parts(standings, fewest)
    seen: list[dict[int, Item]] = [{} for _ in parts]
    for k, standing in enumerate(standings):
        for number, item in assigned(standing, parts).items():
            seen[number][k] = item
    everywhere = frozenset(range(len(bodies)))
    present = [frozenset(items) for items in seen]
    needs = [part.support for part in parts]
    shape = structure_of(present, everywhere, needs) if steps.merged else most_specific(present, everywhere)
    names = _distinct([roles[part.key[0]].name for part in parts])
    grower = _Grower(bodies, parts, seen, names, replace(precision, dependent=steps.dependent), steps)
    root = grower.alternative(shape, 1.0, ())
    return LearnedBody(
        root, extents_of(root), tuple(roles), tuple(parts), precision.near, bodies[0].operator, float(bodies[0].blend)
    )


def _distinct(names: Sequence[str]) -> list[str]:
    """The names, a number behind those that are taken."""
    found: list[str] = []
    for name in names:
        found.append(next(n for k in range(1, len(names) + 2) if (n := name if k == 1 else f"{name}_{k}") not in found))
    return found


@final
class _Grower:
    """The parts and choices of one body."""

    def __init__(
        self,
        bodies: Sequence[Body],
        hung: Sequence[Hung],
        seen: Sequence[Mapping[int, Item]],
        names: Sequence[str],
        precision: Precision,
        steps: Steps,
    ) -> None:
        self.bodies, self.seen, self.names, self.precision, self.steps = bodies, seen, names, precision, steps
        self.hung = hung
        self.volumes = [float(np.mean([np.prod(item.size) for item in items.values()])) for items in seen]

    def alternative(self, shape: Alternative, weight: float, known: tuple[int, ...]) -> LearnedAlternative:
        """Parts in order of their volume, each after its support, then the choices.

        Numbers hang on what is `known`, and on earlier ones.
        """
        parts: list[LearnedPart] = []
        order = self._ordered(shape.parts)
        for number in order:
            there = [b for b in sorted(self.seen[number]) if b in shape.there and all(b in self.seen[k] for k in known)]
            if not there:
                continue
            part = self._part(number, there, known)
            parts.append(part)
            if self._firm(part):
                known = (*known, number)
        choices = tuple(self._choice(choice, known) for choice in shape.choices)
        name = self.names[order[0]] if order else "all"
        return LearnedAlternative(name, weight, tuple(parts), choices)

    def _ordered(self, numbers: Sequence[int]) -> list[int]:
        found: list[int] = []
        left = sorted(numbers, key=lambda k: -self.volumes[k])
        while left:
            number = next(k for k in left if self.hung[k].support not in left)
            left.remove(number)
            found.append(number)
        return found

    def _part(self, number: int, there: Sequence[int], known: tuple[int, ...]) -> LearnedPart:
        support = self.hung[number].support
        largest = tuple(sorted(known, key=lambda k: (k != support, -self.volumes[k]))[:_MOST_KNOWN])
        items = [self.seen[number][b] for b in there]
        before = [{k: self.seen[k][b] for k in largest} for b in there]
        bodies = [self.bodies[b] for b in there]
        hung = None
        if support is not None and self._reached(support) and all(b in self.seen[support] for b in there):
            apart = self.precision.near * self.hung[number].apart
            others = [self.seen[support][b] for b in there]
            image = nearest_image(items, others, apart)
            hung = Support(support, others, support in known and not image, apart, image)
        part = fitted_part(number, self.names[number], bodies, items, largest, before, hung, self.precision)
        contents = [self._content(part.name, c, items) for c in part.contents]
        names = _distinct([c.name for c in contents])
        return replace(part, contents=tuple(replace(c, name=n) for c, n in zip(contents, names, strict=True)))

    def _content(self, name: str, content: Content, items: Sequence[Item]) -> Content:
        own = [item.body for item in items if item.body is not None and item.content == (content.kind, content.fixed)]
        # What stands in a part is told by the extents that it is called with.
        inner = grown(own, replace(self.precision, framed=True), self.steps) if own else None
        return replace(content, inner=inner, name=f"built_{name}" if own else f"{content.kind}_{name}")

    def _firm(self, part: LearnedPart) -> bool:
        """Whether others may hang on it: it is not turned, and one index at most reaches it."""
        return not part.turned and self._reached(part.number)

    def _reached(self, number: int) -> bool:
        """Whether one index at most reaches a part."""
        return not any(isinstance(item.repeats, Row) and item.mirrored for item in self.seen[number].values())

    def _choice(self, choice: Choice, known: tuple[int, ...]) -> LearnedChoice:
        counts = [len(alternative.there) for alternative in choice.alternatives]
        rest = len(choice.none)
        whole = sum(counts) + rest + _PRIOR * (len(counts) + (rest > 0))
        alternatives = tuple(
            self.alternative(alternative, (count + _PRIOR) / whole, known)
            for alternative, count in zip(choice.alternatives, counts, strict=True)
        )
        bits = choosing([*counts, *((rest,) if rest else ())])
        return LearnedChoice(alternatives[0].name, alternatives, (rest + _PRIOR) / whole if rest else 0.0, bits)
