"""A program of chance as a prior of `shapelang infer`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import final

from grammars.derivation.beam import Beam, Hypothesis
from grammars.derivation.fixed import fixed_text, rerun
from shapelang.deadline import Deadline
from shapelang.inference.prior import Derived
from shapelang.metrics.triangles import Triangles
from shapelang.semantics.loader import FileLoader
from shapelang.semantics.program import Program


@final
@dataclass(frozen=True, slots=True, eq=False)
class Grammar:
    """A checked program; `loader` finds the files that it uses. It is an `inference.prior.Prior`."""

    program: Program
    loader: FileLoader

    def derivations(self, mesh: Triangles, most: int, seed: int, deadline: Deadline) -> Sequence[Derived]:
        """The most probable derivations that a beam finds, each run again from the text that it is written as."""
        from shapelang.fitting.target import target_of

        beam = Beam(self.program, mesh, target_of(mesh, seed, "cpu"), seed, deadline)
        return [self._derived(one) for one in beam.search(most)]

    def _derived(self, found: Hypothesis) -> Derived:
        choices = {address: choice.value for address, choice in found.trace.choices.items()}
        text, left = fixed_text(self.program, choices, found.params)
        again = rerun(self.program, text, self.loader, choices, left)
        return Derived(
            text, choices, dict(found.params), left, found.trace.log_prob, found.log_likelihood, again.assembly
        )
