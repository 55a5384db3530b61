"""Many variants at once: lanes of seeds run through the one evaluator, parted wherever their structures differ.

A group of lanes runs until a structural decision differs between them; then each side starts again from the top. Draws
hang on (seed, address, try) alone, so starting again changes nothing, and every lane gives the bytes that a run of its
own seed gives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, final

import numpy as np

from shapelang.assembly.assembly import Assembly
from shapelang.diagnostics import ProgramError
from shapelang.execution.budget import Limits
from shapelang.execution.choosers import Drawing
from shapelang.execution.errors import Diverged, Rejected
from shapelang.execution.interpreter import DEFAULT_LIMITS, checked_values, execute
from shapelang.execution.lanes import lane_assembly, lane_value
from shapelang.execution.simulate import simulate
from shapelang.execution.trace import Choice, Trace, total_log_prob
from shapelang.numbers import NUMPY
from shapelang.semantics.program import Program

MIN_LANES = 3
"""Below this many lanes, runs on plain floats are faster than one run on arrays."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """The variants of one structure: `assembly` and `choices` hold lanes, one for each of `positions`."""

    positions: tuple[int, ...]
    assembly: Assembly
    choices: Mapping[str, Choice]
    conditioned: bool
    rejections: int

    def log_prob(self) -> Any:
        """Lanes of Σ log p(choice)."""
        return total_log_prob(self.choices, NUMPY)


@final
@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Variants of a program by seed: grouped by structure where that pays, single traces otherwise."""

    program: Program
    seeds: tuple[int, ...]
    structures: tuple[Structure, ...]
    singles: Mapping[int, Trace]

    def traces(self) -> Iterator[Trace]:
        """Every variant as a trace of floats, in the order of the seeds."""
        where = {p: (s, k) for s in self.structures for k, p in enumerate(s.positions)}
        for position, seed in enumerate(self.seeds):
            if position in self.singles:
                yield self.singles[position]
                continue
            structure, lane = where[position]
            yield Trace(
                self.program,
                seed,
                {a: _lane_choice(c, lane) for a, c in structure.choices.items()},
                lane_assembly(structure.assembly, seed, lane),
                structure.conditioned,
                structure.rejections,
            )


def _lane_choice(choice: Choice, lane: int) -> Choice:
    distribution = choice.distribution
    fields = [lane_value(getattr(distribution, f), lane) for f in type(distribution).__slots__]
    return Choice(lane_value(choice.value, lane), type(distribution)(*fields), lane_value(choice.support, lane))


def simulate_batch(
    program: Program, seeds: Sequence[int], given: Mapping[str, Any] | None = None, limits: Limits = DEFAULT_LIMITS
) -> Batch:
    """`simulate` for every seed; equal values, structure by structure. Raises what `simulate` raises."""
    fixed = checked_values(program, given or {})
    all_seeds = np.array([s & (2**64 - 1) for s in seeds], dtype=np.uint64)
    waiting = [np.arange(len(all_seeds))]
    structures: list[Structure] = []
    singles: dict[int, Trace] = {}
    while waiting:
        lanes = waiting.pop()
        if len(lanes) < MIN_LANES:
            singles |= {int(k): simulate(program, seeds[int(k)], given, limits) for k in lanes}
            continue
        try:
            run, assembly = execute(program, NUMPY, Drawing(all_seeds[lanes]), 0, fixed, limits)
        except Diverged as parted:
            waiting += [lanes[mask] for mask in parted.groups if mask.any()]
        except (Rejected, ProgramError):
            # What rejection could not mend goes to the Markov chain, lane by lane; errors name their seed's place.
            singles |= {int(k): simulate(program, seeds[int(k)], given, limits) for k in lanes}
        else:
            positions = tuple(int(k) for k in lanes)
            structures.append(Structure(positions, assembly, run.choices, run.conditioned, run.rejections))
    return Batch(program, tuple(seeds), tuple(structures), singles)
