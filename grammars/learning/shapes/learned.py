"""A readable grammar from examples: `learned(bodies)`, with the bits of each step of the learning."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Final, final

import numpy as np

from grammars.learning.shapes.bodies import Body
from grammars.learning.shapes.describing import Described, described, independent
from grammars.learning.shapes.families import description, families
from grammars.learning.shapes.fitting import Precision
from grammars.learning.shapes.growing import Steps, grown
from grammars.learning.shapes.model import Family
from grammars.learning.shapes.scoring import Explained, explained
from grammars.learning.shapes.structure import choosing
from grammars.learning.shapes.writing import written
from shapelang.deadline import Progress, silent

_STEPS: Final = (
    ("most specific", Steps(merged=False, dependent=False)),
    ("structure merged", Steps(merged=True, dependent=False)),
    ("numbers described", Steps(merged=True, dependent=True)),
)


_FAMILIES: Final = "in families"

_MOST: Final = 8
"""Families."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Grammar:
    """Families of shapes, the largest first: the whole where there is one, else alternatives of one choice."""

    families: tuple[Family, ...]

    @property
    def text(self) -> str:
        """The program."""
        return written(self.families)

    def explained(self, body: Body) -> Explained:
        """The derivation of a body: of the family that explains it in the fewest bits, or leaves least of it."""
        return min((explained(f, body, len(self.families)) for f in self.families), key=_unlikeliness)


def _unlikeliness(found: Explained) -> tuple[int, float]:
    return len(found.missing), found.structure + found.numbers


@final
@dataclass(frozen=True, slots=True)
class Fit:
    """Of a set of examples under a grammar: how many it explains, and the mean bits of `common` ones.

    These are the examples that all grammars explain that are compared.
    """

    examples: int
    explained: int
    common: int
    structure: float
    numbers: float

    @property
    def bits(self) -> float:
        """Of an example; ∞ where no grammar explains one that all others do."""
        return self.structure + self.numbers if self.common else inf


@final
@dataclass(frozen=True, slots=True)
class Step:
    """A step of the learning, with what it makes of the training and of the held-out examples."""

    name: str
    training: Fit
    held_out: Fit


@final
@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """The last grammar, and all steps to it."""

    grammar: Grammar
    steps: tuple[Step, ...]


def learned(
    training: Sequence[Body],
    held_out: Sequence[Body],
    precision: Precision,
    *,
    count: int | None = None,
    tell: Progress = silent,
) -> Learned:
    """The grammar of the training bodies, in `count` families, at most, or as many as make it shortest.

    The held-out bodies are measured alone.
    """
    found: list[tuple[str, Grammar]] = []
    for k, (name, what) in enumerate(_STEPS):
        tell(name, k / len(_STEPS))
        found.append((name, Grammar((_family("", 1.0, training, precision, what),))))
    best = found.pop()
    tell(_FAMILIES, 0.75)
    grammar = _in_families(training, precision, best[1], count)
    found += [best, (_FAMILIES, grammar)]
    grammars = [g for _, g in found]
    both = zip(found, fits(grammars, training), fits(grammars, held_out), strict=True)
    return Learned(grammar, tuple(Step(name, inside, outside) for (name, _), inside, outside in both))


def _in_families(bodies: Sequence[Body], precision: Precision, whole: Grammar, count: int | None) -> Grammar:
    """In as many families as make the description shortest, or as are asked for."""
    best = description(whole.families[0].extents, whole.families[0].body)
    for groups in families(bodies, _MOST if count is None else count):
        if len(groups) == 1:
            continue
        made = [
            _family(f"family_{k + 1}", len(group) / len(bodies), [bodies[b] for b in group], precision, _STEPS[-1][1])
            for k, group in enumerate(groups)
        ]
        bits = choosing([len(group) for group in groups])
        bits += sum(description(family.extents, family.body) for family in made)
        if bits < best or count is not None:
            best, whole = bits, Grammar(tuple(made))
    return whole


def _family(name: str, weight: float, bodies: Sequence[Body], precision: Precision, what: Steps) -> Family:
    """Numbers hang on the extents of the whole, or not, by the shorter description."""
    extents = _extents(bodies, precision, what.dependent)
    framed = (True, False) if what.dependent else (True,)
    grammars = [grown(bodies, replace(precision, framed=f), what) for f in framed]
    return Family(name, weight, extents, min(grammars, key=lambda grammar: description(extents, grammar)))


def fits(grammars: Sequence[Grammar], bodies: Sequence[Body]) -> list[Fit]:
    """How well grammars explain bodies; the bits are means over those that all of the grammars explain."""
    told = [[grammar.explained(body) for body in bodies] for grammar in grammars]
    common = [k for k in range(len(bodies)) if all(not row[k].missing for row in told)]

    def mean(row: Sequence[Explained]) -> tuple[float, float]:
        structure, numbers = ([row[k].structure for k in common], [row[k].numbers for k in common])
        return float(np.mean(structure)), float(np.mean(numbers))

    return [
        Fit(len(bodies), sum(not t.missing for t in row), len(common), *(mean(row) if common else (0.0, 0.0)))
        for row in told
    ]


def _extents(bodies: Sequence[Body], precision: Precision, dependent: bool) -> tuple[Described, Described, Described]:
    sizes = np.array([body.size for body in bodies]).T
    tolerance, step = precision.tolerance, precision.step
    if not dependent:
        x, y, z = (independent(size, tolerance, step) for size in sizes)
    else:
        x, y, z = (described(sizes[k], sizes[:k], tolerance, step, loosely=False) for k in range(3))
    return x, y, z
