"""A grammar of bodies: roles, the structure of what stands together, and the numbers of each part, body within body."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, final

import numpy as np

from grammars.learning.shapes.alternatives import Alternative, Choice
from grammars.learning.shapes.bearing import bearing_of
from grammars.learning.shapes.bodies import Body, Item, Row
from grammars.learning.shapes.fitting import fitted_part
from grammars.learning.shapes.matching import Bodies, Matching, Parts
from grammars.learning.shapes.model import Content, LearnedAlternative, LearnedBody, LearnedChoice, LearnedPart
from grammars.learning.shapes.naming import distinct, middle_of, of_sets, placed_labels
from grammars.learning.shapes.placing import Support
from grammars.learning.shapes.precision import Precision
from grammars.learning.shapes.structure import choosing, most_specific, structure_of
from grammars.learning.shapes.touching import nearest_image
from grammars.learning.shapes.used import extents_of
from shapelang.deadline import Progress, silent

_PRIOR: Final = 0.5
"""Pseudo-count of each alternative (Jeffreys' prior)."""

_MOST_KNOWN: Final = 8
"""Parts that a number may hang on, the largest."""


@final
@dataclass(frozen=True, slots=True)
class Steps:
    """What is done: whether sets of parts are merged into choices, and whether numbers may hang on one another."""

    merged: bool
    dependent: bool


@final
class Growth:
    """Grammars of bodies; those of bodies that stand in others are learned once for the same ones."""

    def __init__(self, precision: Precision) -> None:
        self.precision, self.matching = precision, Matching(precision.near)
        self._within: dict[tuple[Bodies, Steps], LearnedBody] = {}

    def grown(self, bodies: Sequence[Body], steps: Steps, *, framed: bool, tell: Progress = silent) -> LearnedBody:
        """The grammar of bodies that are the same part of different examples.

        `framed`: whether numbers may hang on the extents of the body.
        """
        parts = self.matching.parts(bodies)
        everywhere = frozenset(range(len(bodies)))
        present = [frozenset(items) for items in parts.seen]
        needs = [part.support for part in parts.hung]
        if steps.merged:
            bearing = bearing_of(parts.seen, bodies, self.precision.near)
            shape = structure_of(present, everywhere, needs, bearing)
        else:
            shape = most_specific(present, everywhere)
        precision = replace(self.precision, dependent=steps.dependent, framed=framed)
        root = _Grower(self, bodies, parts, precision, steps, tell).alternative(shape, 1.0, ())
        near, one = self.precision.near, bodies[0]
        return LearnedBody(root, extents_of(root), parts.roster, parts.hung, near, one.operator, float(one.blend))

    def within(self, bodies: Sequence[Body], steps: Steps) -> LearnedBody:
        """Of bodies that are a part of others: what stands in one is told by the extents that it is called with."""
        key = tuple(bodies), steps
        if key not in self._within:
            self._within[key] = self.grown(bodies, steps, framed=True)
        return self._within[key]


def _names(parts: Parts) -> list[str]:
    """Of parts. What the examples call theirs stays as it is, others with one label are told apart by their places."""
    roles = parts.roster.roles
    unnamed = [k for k, role in enumerate(roles) if not role.names]
    labels = [role.label for role in roles]
    middles = np.array([middle_of(roles[k].faces, roles[k].copies) for k in unnamed]).reshape(-1, 3)
    placed = placed_labels([labels[k] for k in unnamed], middles)
    for k, label in zip(unnamed, placed, strict=True):
        labels[k] = label
    return distinct([labels[part.key[0]] for part in parts.hung])


@final
class _Grower:
    """The parts and choices of one body."""

    def __init__(
        self, growth: Growth, bodies: Sequence[Body], parts: Parts, precision: Precision, steps: Steps, tell: Progress
    ) -> None:
        self.growth, self.bodies, self.precision, self.steps, self.tell = growth, bodies, precision, steps, tell
        self.hung, self.seen = parts.hung, parts.seen
        self.names = _names(parts)
        self.volumes = [float(np.mean([np.prod(item.size) for item in items.values()])) for items in self.seen]
        self.behind, self.all = 0, max(sum(map(len, self.seen)), 1)

    def alternative(
        self, shape: Alternative, weight: float, known: tuple[int, ...], name: str = "all"
    ) -> LearnedAlternative:
        """Parts in order of their volume, each after its support, then the choices.

        Numbers hang on what is `known`, and on earlier ones.
        """
        parts: list[LearnedPart] = []
        for number in self._ordered(shape.parts):
            there = [b for b in sorted(self.seen[number]) if b in shape.there and all(b in self.seen[k] for k in known)]
            if not there:
                continue
            part = self._part(number, there, known)
            parts.append(part)
            if self._firm(part):
                known = (*known, number)
        choices = tuple(self._choice(choice, known) for choice in shape.choices)
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
        before = {k: [self.seen[k][b] for b in there] for k in largest}
        bodies = [self.bodies[b] for b in there]
        hung = None
        if support is not None and self._reached(support) and all(b in self.seen[support] for b in there):
            apart = self.precision.near * self.hung[number].apart
            others = [self.seen[support][b] for b in there]
            image = nearest_image(items, others, apart)
            hung = Support(support, others, support in known and not image, apart, image)
        part = fitted_part(number, self.names[number], bodies, items, before, hung, self.precision)
        contents = [self._content(part.name, c, items) for c in part.contents]
        names = distinct([c.name for c in contents])
        self.behind += len(there)
        self.tell(part.name, min(self.behind / self.all, 1.0))
        return replace(part, contents=tuple(replace(c, name=n) for c, n in zip(contents, names, strict=True)))

    def _content(self, name: str, content: Content, items: Sequence[Item]) -> Content:
        own = [item.body for item in items if item.body is not None and item.content == (content.kind, content.fixed)]
        inner = self.growth.within(own, self.steps) if own else None
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
        names = of_sets([[self.names[k] for k in self._ordered(a.parts)] for a in choice.alternatives])
        alternatives = tuple(
            self.alternative(alternative, (count + _PRIOR) / whole, known, name)
            for alternative, count, name in zip(choice.alternatives, counts, names, strict=True)
        )
        bits = choosing([*counts, *((rest,) if rest else ())])
        return LearnedChoice(alternatives[0].name, alternatives, (rest + _PRIOR) / whole if rest else 0.0, bits)
