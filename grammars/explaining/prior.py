"""A program of chance as a prior of `shapelang infer`."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, final

from grammars.explaining.beam import Beam, Hypothesis
from grammars.explaining.fixed import fixed_text, rerun
from grammars.explaining.inner import inner_fixed
from grammars.explaining.placing import HERE, Place, places
from grammars.explaining.standing import standing
from shapelang.deadline import Deadline
from shapelang.diagnostics import ProgramError, UsageError
from shapelang.inference.prior import Derived
from shapelang.metrics.triangles import Triangles
from shapelang.semantics.loader import FileLoader
from shapelang.semantics.program import Program
from shapelang.syntax.source import Source

_EXPLAINED: Final = -40.0
"""Ln p of a mesh above which it stands where the grammar makes things."""

_EACH: Final = 0.6
"""Of the time that is left: what the search at one place may take."""

_LAYING: Final = 0.2
"""Of the time: in which the mesh is laid on runs of the program."""

_REACH: Final = 0.3
"""Of the mesh's diagonal: how far what is made may be moved from where boxes lie on one another."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Grammar:
    """A checked program; `loader` finds the files that it uses. It is an `inference.prior.Prior`.

    What is not explained where the grammar makes things is looked for elsewhere on the ground and turned by quarters
    about up, and where it is `scaled` in another size.
    """

    program: Program
    loader: FileLoader
    scaled: bool = False

    def derivations(self, mesh: Triangles, most: int, seed: int, deadline: Deadline) -> Sequence[Derived]:
        """The most probable derivations that a beam finds, each run again from the text that it is written as.

        Each geometry has one place. Raises what the searches raise where none of them finds anything.
        """
        best: dict[tuple[object, ...], tuple[Place, Hypothesis]] = {}
        middles: dict[str, float] = {}
        failure: ProgramError | UsageError | None = None
        for place in places(self.program, mesh, seed, self.scaled, deadline.share(_LAYING).late):
            if best and (_ordered(best.values())[0][1].log_likelihood > _EXPLAINED or deadline.late()):
                break
            beam = self._beam(place, mesh, seed, deadline.share(_EACH), middles)
            try:
                found = beam.search(most)
            except (ProgramError, UsageError) as error:
                failure = failure or error
                continue
            for one in found:
                form = beam.form(one.structure)
                if form not in best or one.score > best[form][1].score:
                    best[form] = place, one
        if failure is not None and not best:
            raise failure
        return [self._derived(place, one) for place, one in _ordered(best.values())[:most]]

    def _beam(self, place: Place, mesh: Triangles, seed: int, deadline: Deadline, middles: dict[str, float]) -> Beam:
        from shapelang.fitting.placed import placing
        from shapelang.fitting.target import target_of

        seen = place.undone(mesh)
        free = () if place == HERE else placing(_REACH * seen.diagonal, self.scaled)
        return Beam(self.program, seen, target_of(seen, seed, "cpu"), seed, deadline, free, middles)

    def _derived(self, place: Place, found: Hypothesis) -> Derived:
        choices = {address: choice.value for address, choice in found.trace.choices.items()}
        name = self.program.source.name
        text, unwritten = fixed_text(self.program, choices, found.params)
        text, left = inner_fixed(Source(name, text), self.loader, {address: choices[address] for address in unwritten})
        whole = place.then_inside(found.place.shift, found.place.scale).written()
        text, prefix = standing(Source(name, text), self.loader, whole)
        again = rerun(Source(name, text), self.loader, {f"{prefix}{address}": value for address, value in left.items()})
        return Derived(
            text,
            choices,
            dict(found.params),
            tuple(left),
            whole.row(),
            found.trace.log_prob,
            found.log_likelihood,
            again.assembly,
        )


def _ordered(found: Iterable[tuple[Place, Hypothesis]]) -> list[tuple[Place, Hypothesis]]:
    """The most probable first."""
    return sorted(found, key=lambda one: -one[1].score)
