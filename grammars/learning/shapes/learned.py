"""A readable grammar from examples: `learned(bodies)`, with the bits of each step of the learning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from math import log2
from typing import Final, final

import numpy as np

from grammars.learning.shapes.bodies import Body
from grammars.learning.shapes.describing import Described, described, independent
from grammars.learning.shapes.dividing import divided
from grammars.learning.shapes.escape import Escape, escape_of
from grammars.learning.shapes.families import description
from grammars.learning.shapes.growing import Growth, Steps
from grammars.learning.shapes.laws import share
from grammars.learning.shapes.mixing import mixed
from grammars.learning.shapes.model import Family
from grammars.learning.shapes.named import WHOLE
from grammars.learning.shapes.precision import Precision
from grammars.learning.shapes.rates import Rates
from grammars.learning.shapes.scoring import Explained, explained, observe
from grammars.learning.shapes.writing import written
from shapelang.deadline import Progress, between, silent

_STEPS: Final = (
    ("most specific", Steps(merged=False, dependent=False), 0.05),
    ("structure merged", Steps(merged=True, dependent=False), 0.1),
    ("numbers described", Steps(merged=True, dependent=True), 0.4),
)
"""With the share of the work that is behind after each."""

_DIVIDED: Final = 0.5
"""Of the work in families: behind when it is known which there are."""

_TELLING: Final = 0.85
"""Of the work: behind when all is learned."""

_NOTHING: Final = "nothing learned"

_FAMILIES: Final = "in families"

_WEIGHED: Final = 500
"""Examples that the weights of families are estimated from."""

_MEASURED: Final = 500
"""Training examples of which the bits are told, at most."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Grammar:
    """Families of shapes, the largest first: the whole where there is one, else alternatives of one choice.

    `rates` are those of each family. What no family explains is told by the `escape`, all of it where that is shortest,
    which a shape is with the probability `strange`; without any family everything is.
    """

    families: tuple[Family, ...]
    rates: tuple[Rates, ...]
    escape: Escape
    strange: float

    @property
    def text(self) -> str:
        """The program."""
        return written(self.families)

    def explained(self, body: Body) -> Explained:
        """The derivation of a body of the fewest bits, in one of the families or by the escape alone."""
        return min((*self._derivations(body), self._strange(body)), key=lambda found: found.bits)

    def _derivations(self, body: Body) -> Iterator[Explained]:
        for family, rates in zip(self.families, self.rates, strict=True):
            path = f"{WHOLE}/" if len(self.families) > 1 else ""
            found = explained(family, body, self.escape, rates, path)
            found.structure -= log2((1.0 - self.strange) * family.weight)
            if path:
                found.choices[WHOLE] = family.name
            yield found

    def _strange(self, body: Body) -> Explained:
        return Explained(escaped=self.escape.of_body(body) - log2(self.strange), missing=["it is of no family"])


def grammar_of(families: Sequence[Family], groups: Sequence[Sequence[Body]], escape: Escape) -> Grammar:
    """The grammar of families, each with the bodies that it was learned from; weights are those of a mixture of all."""
    rates = tuple(Rates() for _ in families)
    for family, group, of_one in zip(families, groups, rates, strict=True):
        for body in group:
            observe(family, body, escape, of_one)
    bodies = [body for group in groups for body in group]
    if len(families) == 1:
        return Grammar(tuple(families), rates, escape, share(0.0, len(bodies)))
    some = bodies[:: -(-len(bodies) // _WEIGHED)]
    bits = [
        [*(explained(f, body, escape, r).bits for f, r in zip(families, rates, strict=True)), escape.of_body(body)]
        for body in some
    ]
    *weights, strange = mixed(np.array(bits)).weights.tolist()
    weighed = (replace(f, weight=w / (1.0 - strange)) for f, w in zip(families, weights, strict=True))
    return Grammar(tuple(weighed), rates, escape, strange)


@final
@dataclass(frozen=True, slots=True)
class Fit:
    """Of a set of examples under a grammar: how many it explains whole, and mean bits of all of them.

    `escaped`: the bits of what is not explained.
    """

    examples: int
    explained: int
    structure: float
    numbers: float
    escaped: float

    @property
    def bits(self) -> float:
        """Of an example."""
        return self.structure + self.numbers + self.escaped


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
    """The last grammar, all steps to it, and what it does not explain of which training examples, by number."""

    grammar: Grammar
    steps: tuple[Step, ...]
    unexplained: tuple[tuple[int, tuple[str, ...]], ...]


def learned(
    training: Sequence[Body],
    held_out: Sequence[Body],
    precision: Precision,
    *,
    count: int | None = None,
    seed: int = 0,
    tell: Progress = silent,
) -> Learned:
    """The grammar of the training bodies, in `count` families, or in those of most posterior.

    The held-out bodies are measured alone, as are some of many training bodies, evenly. Before all steps: what the
    examples take without a grammar.
    """
    growth, escape = Growth(precision), escape_of(training, precision)
    found = [(_NOTHING, Grammar((), (), escape, 1.0))]
    behind = 0.0
    for name, what, after in _STEPS:
        family = _family("", 1.0, training, growth, what, _named(name, between(tell, behind, after)))
        found.append((name, grammar_of([family], [training], escape)))
        behind = after
    grammar = _in_families(
        training, growth, found[-1][1], count, seed, _named(_FAMILIES, between(tell, behind, _TELLING))
    )
    found.append((_FAMILIES, grammar))
    some = range(0, len(training), -(-len(training) // _MEASURED))
    steps: list[Step] = []
    told: list[Explained] = []
    for k, (name, one) in enumerate(found):
        tell("telling the examples", _TELLING + (1.0 - _TELLING) * k / len(found))
        told = [one.explained(training[k]) for k in some]
        steps.append(Step(name, fit(told), fit([one.explained(body) for body in held_out])))
    missing = ((k, tuple(t.missing)) for k, t in zip(some, told, strict=True) if t.missing)
    return Learned(grammar, tuple(steps), tuple(missing))


def _named(step: str, tell: Progress) -> Progress:
    """Tells what is done as a part of a step."""
    return lambda what, done: tell(f"{step}: {what}", done)


def _in_families(
    bodies: Sequence[Body], growth: Growth, whole: Grammar, count: int | None, seed: int, tell: Progress
) -> Grammar:
    """In the families of most posterior; in as many as are asked for."""
    tell("dividing", 0.0)
    divisions = divided(bodies, growth.precision, growth.matching, count, seed)
    groups = [[bodies[b] for b in group] for group in divisions]
    if len(groups) == 1:
        return whole
    made: list[Family] = []
    behind = 0
    for k, group in enumerate(groups):
        low, high = (_DIVIDED + (1.0 - _DIVIDED) * n / len(bodies) for n in (behind, behind + len(group)))
        told = between(tell, low, high)
        made.append(_family(f"family_{k + 1}", len(group) / len(bodies), group, growth, _STEPS[-1][1], told))
        behind += len(group)
    return grammar_of(made, groups, whole.escape)


def _family(name: str, weight: float, bodies: Sequence[Body], growth: Growth, what: Steps, tell: Progress) -> Family:
    """Numbers hang on the extents of the whole, or not, by the shorter description."""
    extents = _extents(bodies, growth.precision, what.dependent)
    framed = (True, False) if what.dependent else (True,)
    grammars = [
        growth.grown(bodies, what, framed=f, tell=between(tell, k / len(framed), (k + 1) / len(framed)))
        for k, f in enumerate(framed)
    ]
    return Family(name, weight, extents, min(grammars, key=lambda grammar: description(extents, grammar)))


def fit(told: Sequence[Explained]) -> Fit:
    """How well bodies are explained that are told so."""
    n = max(len(told), 1)
    return Fit(
        len(told),
        sum(not t.missing for t in told),
        sum(t.structure for t in told) / n,
        sum(t.numbers for t in told) / n,
        sum(t.escaped for t in told) / n,
    )


def _extents(bodies: Sequence[Body], precision: Precision, dependent: bool) -> tuple[Described, Described, Described]:
    sizes = np.array([body.size for body in bodies]).T
    tolerance, step = precision.tolerance, precision.step
    if not dependent:
        x, y, z = (independent(size, tolerance, step) for size in sizes)
    else:
        x, y, z = (described(sizes[k], sizes[:k], tolerance, step, loosely=False) for k in range(3))
    return x, y, z
