"""Many variants at once: lanes of seeds run through the one evaluator, parted wherever their structures differ.

A group of lanes runs until a structural decision differs between them; then each side starts again from the top. Draws
hang on (seed, address, try) alone, so starting again changes nothing, and every lane gives the bytes that a run of its
own seed gives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from shapelang.assembly.assembly import Assembly
from shapelang.diagnostics import ProgramError
from shapelang.execution.budget import Limits
from shapelang.execution.choosers import Impossible
from shapelang.execution.errors import Diverged, Rejected
from shapelang.execution.interpreter import DEFAULT_LIMITS, checked_values, execute
from shapelang.execution.lanes import Lanes
from shapelang.execution.redraws import Abandoned, Chain, Redraws, Tries
from shapelang.execution.run import Run
from shapelang.execution.simulate import simulate
from shapelang.execution.style import PLAIN, Style
from shapelang.execution.trace import Choice, Trace, total_log_prob
from shapelang.memory import collector_paused
from shapelang.numbers import NUMPY
from shapelang.semantics.program import Program

Positions: TypeAlias = NDArray[np.int64]

BLOCK = 128
"""Variants of a structure that are floats at the same time: enough for columns to pay, few enough for any memory."""

MIN_LANES = 3
"""Below this many lanes, runs on plain floats are faster than one run on arrays."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """The variants of one structure.

    `positions` are their places among the seeds, `lanes` where each stands in the arrays of `assembly` and `choices`;
    lanes of the arrays that are not named there were rejected and mean nothing.
    """

    positions: tuple[int, ...]
    lanes: tuple[int, ...]
    assembly: Assembly
    choices: Mapping[str, Choice]
    conditioned: bool
    rejections: tuple[int, ...]

    def log_prob(self) -> NDArray[np.float64]:
        """(variants,) Σ log p(choice), in the order of `positions`."""
        with np.errstate(all="ignore"):
            total = np.broadcast_to(total_log_prob(self.choices, NUMPY), (max(self.lanes) + 1,))
        return total[list(self.lanes)]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Variants of a program by seed: grouped by structure where that pays, single traces otherwise."""

    program: Program
    seeds: tuple[int, ...]
    structures: tuple[Structure, ...]
    singles: Mapping[int, Trace]

    def traces(self) -> Iterator[Trace]:
        """Every variant as a trace of floats, in the order of the seeds; `BLOCK` of a structure are made at a time."""
        where = {p: (s, k) for s in self.structures for k, p in enumerate(s.positions)}
        taken = {id(s): _Taken(self, s) for s in self.structures}
        for position in range(len(self.seeds)):
            if position in self.singles:
                yield self.singles[position]
                continue
            structure, k = where[position]
            yield taken[id(structure)].trace(k)


@final
class _Taken:
    """The traces of one structure, a block of neighbours at a time."""

    def __init__(self, batch: Batch, structure: Structure) -> None:
        self._batch, self._structure = batch, structure
        places = sorted(range(len(structure.positions)), key=structure.positions.__getitem__)
        self._blocks = {k: n // BLOCK for n, k in enumerate(places)}
        self._places = places
        self._now = -1
        self._made: dict[int, Trace] = {}

    def trace(self, k: int) -> Trace:
        """The trace of one of the structure's variants."""
        block = self._blocks[k]
        if block != self._now:
            self._now = block
            self._made = dict(self._block(self._places[block * BLOCK : (block + 1) * BLOCK]))
        return self._made[k]

    def _block(self, places: Sequence[int]) -> Iterator[tuple[int, Trace]]:
        structure, program = self._structure, self._batch.program
        seeds = [self._batch.seeds[structure.positions[k]] for k in places]
        lanes = Lanes([structure.lanes[k] for k in places])
        with collector_paused():
            assemblies = lanes.assemblies(structure.assembly, seeds)
            choices = lanes.choices(structure.choices)
        for k, seed, assembly, chosen in zip(places, seeds, assemblies, choices, strict=True):
            yield k, Trace(program, seed, chosen, assembly, structure.conditioned, structure.rejections[k])


def simulate_batch(
    program: Program,
    seeds: Sequence[int],
    given: Mapping[str, Any] | None = None,
    limits: Limits = DEFAULT_LIMITS,
    style: Style = PLAIN,
) -> Batch:
    """`simulate` for every seed; equal values, structure by structure. Raises what `simulate` raises.

    Fuel is counted for each run of a structure, not over all its tries.
    """
    return _Batches(program, tuple(seeds), dict(given or {}), limits, style).run()


@final
class _Batches:
    """The lanes that wait: parted ones run on their own; rejected ones wait for others with the same try numbers."""

    def __init__(
        self, program: Program, seeds: tuple[int, ...], given: dict[str, Any], limits: Limits, style: Style
    ) -> None:
        self.program, self.seeds, self.given, self.limits, self.style = program, seeds, given, limits, style
        self.fixed = checked_values(program, given)
        self.lanes = np.array([s & (2**64 - 1) for s in seeds], dtype=np.uint64)
        self.rejections = np.zeros(len(seeds), dtype=np.int64)
        self.structures: list[Structure] = []
        self.singles: dict[int, Trace] = {}
        self.parted: list[tuple[Positions, Tries]] = [(np.arange(len(seeds)), {})]
        self.pooled: dict[frozenset[tuple[Chain, int]], list[Positions]] = {}

    def run(self) -> Batch:
        """Runs until nothing waits."""
        while self.parted or self.pooled:
            if not self.parted:
                tries = min(self.pooled, key=lambda t: sum(n for _, n in t))
                self.parted.append((np.concatenate(self.pooled.pop(tries)), dict(tries)))
            positions, tries = self.parted.pop()
            if len(positions) < MIN_LANES:
                self._one_by_one(positions)
            else:
                self._together(positions, tries)
        return Batch(self.program, self.seeds, tuple(self.structures), self.singles)

    def _one_by_one(self, positions: Positions) -> None:
        for k in positions.tolist():
            self.singles[k] = simulate(self.program, self.seeds[k], self.given, self.limits, self.style)

    def _together(self, positions: Positions, tries: Tries) -> None:
        redraws = Redraws(len(positions), tries, self.limits.tries)
        drawing = self.style.chooser(self.lanes[positions])
        try:
            with np.errstate(all="ignore"):
                run, assembly = execute(self.program, NUMPY, drawing, 0, self.fixed, self.limits, redraws=redraws)
        except Diverged as ways:
            groups = [positions[way & redraws.alive] for way in ways.groups]
            self.parted += [(group, tries) for group in groups if len(group)]
        except Abandoned:
            pass
        except (Rejected, ProgramError, Impossible):
            # A lane on its own goes to the Markov chain, or gives the error with its place.
            self._one_by_one(positions[redraws.alive])
        else:
            self._keep(positions, redraws, run, assembly)
        self._one_by_one(positions[redraws.hopeless])
        for lanes, again in redraws.rejected:
            self.rejections[positions[lanes]] += 1
            self.pooled.setdefault(frozenset(again.items()), []).append(positions[lanes])

    def _keep(self, positions: Positions, redraws: Redraws, run: Run, assembly: Assembly) -> None:
        lanes = np.flatnonzero(redraws.alive)
        if len(lanes):
            kept = positions[lanes]
            found = Structure(
                tuple(kept.tolist()), tuple(lanes.tolist()), assembly, run.choices, run.conditioned,
                tuple(self.rejections[kept].tolist()),
            )  # fmt: skip
            self.structures.append(found)
