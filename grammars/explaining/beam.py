"""The most probable derivation that explains a mesh: a beam over the choices of a program.

Reals are moved by gradient (`shapelang.fitting`); everything else is tried, one choice after the other in the order of
the program, until no other value of any choice is better. A trace keeps what still occurs (`update`) and draws what is
new.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import inf, isfinite
from typing import Any, Final, final

from grammars.explaining.options import mode_of, options_of
from grammars.explaining.placing import Place
from grammars.explaining.surplus import surplus
from shapelang.deadline import Deadline
from shapelang.diagnostics import ProgramError, UsageError
from shapelang.execution.constrain import constrain
from shapelang.execution.replay import ReplayError, replay
from shapelang.execution.trace import Trace
from shapelang.execution.update import update
from shapelang.fitting.latents import Latent, Structure, structure_of
from shapelang.fitting.placed import placing
from shapelang.fitting.race import form_of, race_of
from shapelang.fitting.rewrite import number
from shapelang.fitting.target import Target
from shapelang.metrics.triangles import Triangles
from shapelang.semantics.program import Program

WIDTH: Final = 3
"""Hypotheses that are kept."""

FIRST: Final = 4
"""Runs of the program that the beam begins with."""

_SWEEPS: Final = 4
"""Times at most that all choices are gone through."""

STEPS: Final = 8
"""Of a structure's reals,"""

_LAST: Final = 30
"""and of the best at last."""

_BETTER: Final = 5.0
"""A geometry is fitted again from a hypothesis whose score is so much above those that it was fitted from."""

_PLACE: Final = tuple(latent.name for latent in placing(0.0, True))
_HERE: Final = (0.0, 0.0, 0.0, 1.0)
"""The names of the shifts and of the factor that a whole is placed by, and what they are where it is not moved."""

_SIGMA: Final = 0.002
"""Of the diagonal: how far a surface may be off, as one standard deviation."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Hypothesis:
    """A derivation with its reals where the mesh has them, standing at `place`.

    `log_likelihood` is −Σ r² / 2σ² over the target's points and over points on what is made.
    """

    trace: Trace
    structure: Structure
    params: Mapping[str, Any]
    place: Place
    log_likelihood: float

    @property
    def known(self) -> dict[str, Any]:
        """Where a search for its latents, and for its place, begins."""
        place = dict(zip(_PLACE, (*self.place.shift, self.place.scale), strict=True))
        return {**place, **self.params, **{address: choice.value for address, choice in self.trace.choices.items()}}

    @property
    def score(self) -> float:
        """Ln p of choices and mesh, up to a constant."""
        return self.trace.log_prob + self.log_likelihood


@final
@dataclass(frozen=True, slots=True, eq=False)
class _Fit:
    """The reals of one geometry by name, those `free` that the mesh says nothing about, and the sum of squares.

    `parent` is the best score of a hypothesis that it was fitted from.
    """

    values: Mapping[str, float]
    free: frozenset[str]
    cost: float
    tries: int
    parent: float = -inf

    @property
    def place(self) -> Place:
        """In the digits that a text has."""
        x, y, z, scale = (
            float(number(self.values.get(name, value))) for name, value in zip(_PLACE, _HERE, strict=True)
        )
        return Place(0, scale, (x, y, z))


@final
@dataclass(slots=True, eq=False)
class Beam:
    """A search: what has been fitted is fitted again only from better hypotheses.

    With the latents of a `placing` whatever is made may be moved too.
    """

    program: Program
    mesh: Triangles
    target: Target
    seed: int
    deadline: Deadline
    placing: tuple[Latent, ...] = ()
    middles: dict[str, float] = field(default_factory=dict[str, float])
    known: dict[tuple[object, ...], _Fit] = field(default_factory=dict)

    def search(self, most: int) -> list[Hypothesis]:
        """At most `most` derivations of different geometry, the most probable first.

        Raises UsageError for a program that makes nothing comparable, ProgramError for one that does not run.
        """
        kept = self._best(self._starts(), WIDTH)
        for _ in range(_SWEEPS):
            before = kept[0].score
            kept = self._swept(kept)
            if kept[0].score <= before + 1e-9 or self.deadline.late():
                break
        self.known.clear()
        return sorted((self._polished(one) for one in kept), key=_by_score)[: max(1, most)]

    def _polished(self, one: Hypothesis) -> Hypothesis:
        """With more steps, where there is time and those bring it anything."""
        if self.deadline.late():
            return one
        made = self._fitted(one.trace, _LAST, one)
        return one if made is None or made.score < one.score else made

    def _starts(self) -> list[Hypothesis]:
        """Runs of the program, more of them as long as none makes a shape."""
        found: list[Hypothesis] = []
        failure: ProgramError | None = None
        for k in range(64):
            if len(found) >= FIRST or (found and self.deadline.late()):
                break
            try:
                trace, _ = constrain(self.program, {}, self.seed + k)
            except ProgramError as error:
                failure = error
                continue
            one = self._fitted(trace, STEPS, None)
            found += [] if one is None else [one]
            if not trace.choices:
                break
        if not found:
            raise failure or UsageError(f"{self.program.name} makes no shape that could be compared with the mesh")
        return found

    def _swept(self, kept: list[Hypothesis]) -> list[Hypothesis]:
        """Every choice of every hypothesis as everything that it could be."""
        done: set[str] = set()
        while (address := _next(kept, done)) is not None and not self.deadline.late():
            done.add(address)
            others = [one for hypothesis in kept for one in self._others(hypothesis, address)]
            kept = self._best([*kept, *others], WIDTH)
        return kept

    def _others(self, hypothesis: Hypothesis, address: str) -> Iterator[Hypothesis]:
        choice = hypothesis.trace.choices.get(address)
        for value in () if choice is None else options_of(choice):
            if value == hypothesis.trace.choices[address].value or self.deadline.late():
                continue
            try:
                trace, _ = update(hypothesis.trace, {address: value}, hypothesis.params)
            except (ProgramError, ReplayError):
                continue
            made = self._fitted(trace, STEPS, hypothesis)
            if made is not None:
                yield made

    def _best(self, found: list[Hypothesis], most: int) -> list[Hypothesis]:
        """The best of each geometry."""
        best: dict[tuple[object, ...], Hypothesis] = {}
        for one in sorted(found, key=_by_score):
            best.setdefault(self.form(one.structure), one)
        return list(best.values())[:most]

    def form(self, structure: Structure) -> tuple[object, ...]:
        """What a structure makes with its reals in their middles: equal for the same geometry."""
        return form_of(self.program, structure, self.middles)

    def _fitted(self, trace: Trace, steps: int, near: Hypothesis | None) -> Hypothesis | None:
        """The trace with its reals moved to the mesh, from where those of the hypothesis `near` it stand; None where
        the program refuses what fits. From a better one a geometry is fitted again.
        """
        if next(iter(trace.assembly.leaves()), None) is None:
            return None
        structure = structure_of(self.program, trace, {})
        form, parent = self.form(structure), -inf if near is None else near.score
        fit = self.known.get(form)
        if fit is None or parent > fit.parent + _BETTER:
            drawn = {address: choice.value for address, choice in trace.choices.items()}
            known = drawn if near is None else {**near.known, **drawn}
            found = replace(self._moved(structure, known, steps, 0 if fit is None else fit.tries), parent=parent)
            fit = found if fit is None or found.cost < fit.cost else replace(fit, tries=found.tries, parent=parent)
            self.known[form] = fit
        return self._settled(structure, fit) if isfinite(fit.cost) else None

    def _moved(self, structure: Structure, known: Mapping[str, Any], steps: int, tries: int) -> _Fit:
        """The structure's reals from where they are known to stand, and from one random place."""
        names = [latent.name for latent in (*structure.latents, *self.placing)]
        race = race_of(self.program, structure, self.target, 2, self.seed + tries, known, self.placing)
        race.run(steps, self.deadline)
        if race.best == inf:
            return _Fit({}, frozenset(), inf, tries + 1)
        free = frozenset(name for name, error in zip(names, race.errors, strict=True) if not isfinite(error))
        found = _Fit(dict(zip(names, race.row, strict=True)), free, race.best, tries + 1)
        settled = self._settled(structure, found)
        if settled is None:
            return replace(found, cost=inf)
        return replace(found, cost=found.cost + surplus(settled.trace.assembly, settled.place, self.mesh, self.seed))

    def _settled(self, structure: Structure, fit: _Fit) -> Hypothesis | None:
        """The run with these latents, in the digits that its text will have; what the mesh leaves open at its mode."""
        row = [fit.values[latent.name] for latent in structure.latents]
        params, choices = structure.values([float(number(value)) for value in row])
        try:
            trace = replay(self.program, choices, params)
            open_ones = {name: mode_of(trace.choices[name]) for name in fit.free if name in trace.choices}
            if open_ones:
                trace = replay(self.program, {**choices, **open_ones}, params)
        except (ProgramError, ReplayError):
            return None
        return Hypothesis(trace, structure, params, fit.place, -0.5 * fit.cost / _SIGMA**2)


def _by_score(one: Hypothesis) -> float:
    return -one.score


def _next(kept: list[Hypothesis], done: set[str]) -> str | None:
    """The first choice with other values that has not been looked at."""
    for one in kept:
        for address, choice in one.trace.choices.items():
            if address not in done and options_of(choice):
                return address
    return None
