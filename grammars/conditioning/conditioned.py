"""`Conditional`: a program under a query. Every seed is one derivation that meets it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import hypot, inf
from time import monotonic
from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from grammars.conditioning.covering import cover, irreducible
from grammars.conditioning.drawing import Plain, Proposals
from grammars.conditioning.errors import Infeasible, NotMet
from grammars.conditioning.estimate import Estimate, sampled
from grammars.conditioning.query import Query
from grammars.conditioning.starting import Start, start
from grammars.conditioning.structures import structures
from grammars.conditioning.task import Task
from grammars.conditioning.vocabulary import vocabulary_of
from shapelang.execution.batch import Batch, Structure
from shapelang.execution.budget import Limits
from shapelang.execution.interpreter import DEFAULT_LIMITS, checked_values
from shapelang.execution.lanes import lane_value
from shapelang.execution.trace import Trace
from shapelang.semantics.program import Program

_WIDEST: Final = 4096
"""Proposals that are made at once, where there are fewer seeds."""

_ROUND: Final = 1.0
"""Seconds that one round of tries should take at most, so that the time can be kept."""

_SOME: Final = 16
"""Proposals that are made in any case where a probability is asked for."""

_TRIED: Final = 256
"""Proposals from a cover that are looked at before structures are drawn."""

_SLICED: Final = 2048
"""The same where a slice is looked at first, which takes a tenth of the time."""

_JOINT: Final = 16
"""Times as many are made where they run together."""

_RARE: Final = 512
"""When at most one of so many meets the query (or one at all), structures are drawn."""

_MOST_TRIES: Final = 1 << 20

_BLOCK: Final = 32
"""Tries of every seed that plain derivations are kept in; where they run together as many as make `_WIDEST`."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Conditioned:
    """Derivations that meet a query, by seed; `missing` are seeds for which none was found in time.

    They are of equal weight, and independent unless their structures were drawn once for all (`drawn_from`, infinite
    otherwise, is Kish's effective number of these: (Σ w)² / Σ w²). `probability` estimates that of the query, `tried`
    counts the proposals.
    """

    program: Program
    seeds: tuple[int, ...]
    missing: tuple[int, ...]
    structures: tuple[Structure, ...]
    singles: Mapping[int, Trace]
    tried: int
    probability: Estimate
    drawn_from: float = inf

    @property
    def effective_sample_size(self) -> float:
        """As many independent ones would tell as much: 1 / (1 / n + 1 / structures)."""
        return 1.0 / (1.0 / len(self.seeds) + 1.0 / self.drawn_from) if self.seeds else 0.0

    def traces(self) -> Iterator[Trace]:
        """Every derivation with its assembly, in the order of the seeds that were met.

        `replay` makes one again from its choices; its seed does so under the same query alone.
        """
        return Batch(self.program, self.seeds, self.structures, self.singles).traces()

    def choices(self) -> list[dict[str, Any]]:
        """The values that were chosen, by address, in the order of the seeds; without the assemblies."""
        found: list[dict[str, Any]] = [{} for _ in self.seeds]
        for place, trace in self.singles.items():
            found[place] = {address: choice.value for address, choice in trace.choices.items()}
        for structure in self.structures:
            for address, choice in structure.choices.items():
                for place, lane in zip(structure.positions, structure.lanes, strict=True):
                    found[place][address] = lane_value(choice.value, lane)
        return found


@final
class Conditional:
    """A program under a query: bounded once, then drawn from by seed."""

    def __init__(
        self, program: Program, query: Query, given: Mapping[str, Any] | None = None, limits: Limits = DEFAULT_LIMITS,
        *, always: bool = False, plain: Plain | None = None,
    ) -> None:  # fmt: skip
        """Bounds the query, unless plain derivations meet it often; `always` bounds it all the same.

        Queries on one program may share `plain` derivations (of the same program, values and limits), which then run
        once; what seeds give is as probable with them as without, but may be something else.
        Raises Infeasible where no derivation meets the query, UsageError where it compares unlike things.
        """
        fixed = checked_values(program, given or {})
        self.task = Task(program, query, fixed, limits, vocabulary_of(program).looks)
        first = Start(cover(self.task)) if always else start(self.task, plain)
        self.cover, self._structures = first.cover, first.structures
        if not self.cover.groups:
            found = tuple(clause.text for clause in irreducible(self.task, self.cover))
            raise Infeasible(found or ("require",), program.name)
        self._proposals = Proposals(self.task, self.cover, plain)
        tried = _SLICED if any(group.first is not None for group in self.cover.groups) else _TRIED
        met = 0
        if not first.settled:
            met = _first_met(self._proposals, tried)
            if met <= max(1, tried // _RARE):
                self._structures = structures(self.task, self.cover)
        # Where no structure shows what is asked for, the plain proposals alone bound how seldom it is. Of m that met
        # among n, (3 + 2 m) / n holds with a confidence of 95 %; 3 / tried is at least that.
        self._tried = tried // (1 + met)
        if self._structures is not None:
            self._proposals = Proposals(self.task, self._structures.cover)

    @property
    def drawn_from(self) -> float:
        """Kish's effective number of the structures that all draws are from; infinite where they are independent."""
        return self._structures.effective if self._structures is not None else inf

    def probability(self, proposals: int = 512, seconds: float = 10.0) -> Estimate:
        """How probable the query is: the volume of the cover times the share of proposals that meet it.

        After the seconds it is estimated from as many proposals as there are, 16 at least.
        """
        seeds, end = np.arange(_SOME, dtype=np.uint64), monotonic() + seconds
        wide = _JOINT if self._proposals.joint else 1
        met = tried = 0
        while tried < wide * proposals and (not tried or monotonic() < end):
            some = range(tried // _SOME, tried // _SOME + (1 if tried < 4 * _SOME else 16 * wide))
            drawn = self._proposals.seen(seeds, some).met
            met, tried = met + int(drawn.sum()), tried + len(drawn)
        return self._estimate(met, tried)

    def _estimate(self, met: int, tried: int) -> Estimate:
        found = sampled(self._proposals.volume, met, tried)
        if self._structures is None:
            return found
        if not met:
            return sampled(self.cover.volume(), 0, self._tried)
        share = found.value / found.volume
        return replace(found, error=hypot(found.error, share * self._structures.error))

    def draw(self, seeds: Sequence[int], seconds: float = 20.0) -> Conditioned:
        """A derivation for every seed, as far as they are found in the seconds that there are.

        Raises NotMet where not one is found, ProgramError what a run of the program raises.
        """
        search = _Search(self._proposals, seeds, monotonic() + seconds)
        search.run()
        if not len(search.found()) and len(seeds):
            tried = search.tried if self._structures is None else self._tried
            raise NotMet(0, len(seeds), tried, self.cover.volume(), self.task.program.name)
        return search.conditioned(
            self.task.program,
            self._estimate(search.met, search.tried),
            self.drawn_from,
        )


def _first_met(proposals: Proposals, most: int) -> int:
    """How many of a cover's first proposals meet the query; no more are made once they are not rare."""
    met = tried = 0
    while tried < most:
        drawn = proposals.seen(np.arange(_SOME, dtype=np.uint64), range(tried // _SOME, tried // _SOME + 4)).met
        met, tried = met + int(drawn.sum()), tried + len(drawn)
        if met > max(1, most // _RARE):
            break
    return met


@final
class _Search:
    """Seeds that wait for the first of their tries that meets the query."""

    def __init__(self, proposals: Proposals, seeds: Sequence[int], deadline: float) -> None:
        self.proposals, self.seeds, self.deadline = proposals, tuple(seeds), deadline
        self.lanes = np.array([s & (2**64 - 1) for s in seeds], dtype=np.uint64)
        self.waiting: NDArray[np.int64] = np.arange(len(seeds))
        self.structures: list[Structure] = []
        self.singles: dict[int, Trace] = {}
        self.tried = self.met = 0

    def run(self) -> None:
        """Rounds of tries, until every seed has one or the time is over."""
        everyone, number, started = np.arange(len(self.seeds)), 0, monotonic()
        while len(self.waiting) and number < _MOST_TRIES:
            block = range(number, number + self._block())
            if self._is_kept(block):
                owners, numbers = everyone, block
            else:
                tries = self._tries((monotonic() - started) / max(self.tried, 1))
                owners, numbers = self.waiting, range(number, number + tries)
            self._round(owners, numbers)
            number = numbers.stop
            if monotonic() > self.deadline:
                break

    def _block(self) -> int:
        return max(_BLOCK, _WIDEST // len(self.seeds)) if self.proposals.joint else _BLOCK

    def _is_kept(self, block: range) -> bool:
        """Whether plain derivations of all seeds are kept, or will be."""
        plain = self.proposals.plain
        if plain is None or block.start % len(block):
            return False
        return plain.holds(self.lanes, block, self.proposals.joint) or plain.left(len(self.lanes) * len(block))

    def _tries(self, each: float) -> int:
        """How many tries of every seed at once: what is needed by what was met so far, in runs of about a second."""
        if not self.tried:
            return 1
        wanted = 3.0 * len(self.waiting) * (self.tried + 2) / (self.met + 1)
        return max(1, int(min(wanted, _WIDEST, _ROUND / each) / len(self.waiting)))

    def _round(self, owners: NDArray[np.int64], numbers: range) -> None:
        """Some tries of seeds at once; each that waits takes the first that meets the query."""
        drawn = self.proposals.seen(self.lanes[owners], numbers)
        self.tried += len(drawn.met)
        self.met += int(drawn.met.sum())
        by_try = drawn.met.reshape(len(numbers), len(owners)) & np.isin(owners, self.waiting)
        first = by_try.argmax(axis=0)
        wanted = np.zeros_like(by_try)
        wanted[first, np.arange(len(owners))] = by_try.any(axis=0)
        drawn = self.proposals.made(drawn, wanted.reshape(-1))
        wanted = wanted & drawn.met.reshape(wanted.shape)
        self.structures += [
            kept for s in drawn.structures if (kept := _kept(s, wanted.reshape(-1), owners)) is not None
        ]
        for position, trace in drawn.singles.items():
            if wanted.reshape(-1)[position]:
                owner = int(owners[position % len(owners)])
                self.singles[owner] = replace(trace, seed=self.seeds[owner])
        self.waiting = np.setdiff1d(self.waiting, owners[wanted.any(axis=0)])

    def found(self) -> NDArray[np.int64]:
        """The positions of seeds that have one."""
        return np.setdiff1d(np.arange(len(self.seeds)), self.waiting)

    def conditioned(self, program: Program, estimate: Estimate, drawn_from: float) -> Conditioned:
        """The result."""
        found = self.found().tolist()
        place = {position: k for k, position in enumerate(found)}
        structures = tuple(replace(s, positions=tuple(place[p] for p in s.positions)) for s in self.structures)
        singles = {place[p]: trace for p, trace in self.singles.items()}
        seeds = tuple(self.seeds[k] for k in found)
        missing = tuple(self.seeds[k] for k in self.waiting.tolist())
        return Conditioned(program, seeds, missing, structures, singles, self.tried, estimate, drawn_from)


def _kept(structure: Structure, wanted: NDArray[np.bool_], owners: NDArray[np.int64]) -> Structure | None:
    """The proposals that are wanted, by whose they are."""
    positions = np.array(structure.positions)
    some = wanted[positions]
    if not some.any():
        return None
    lanes = tuple(np.array(structure.lanes)[some].tolist())
    kept = tuple(owners[positions[some] % len(owners)].tolist())
    return replace(structure, positions=kept, lanes=lanes, rejections=(0,) * len(kept))
