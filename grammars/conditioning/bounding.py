"""One run of the evaluator on forms: what a query can be in each of some cells."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias, final

import numpy as np

from grammars.conditioning.cells import Cells
from grammars.conditioning.drawn import Source, Way, hangs, options, real
from grammars.conditioning.forms import NOTHING, Bools, Form, Lanes, Maybe, Slopes, coin, selected
from grammars.conditioning.measuring import decided, demands, holds, is_told
from grammars.conditioning.numbers import FORMS
from grammars.conditioning.query import Query, Test
from grammars.conditioning.requires import Requires, joined, lanes_of
from grammars.conditioning.seeing import Seen
from grammars.conditioning.task import Task
from grammars.conditioning.tightening import tightened
from grammars.conditioning.ways import ways
from shapelang.chance.address import key
from shapelang.chance.distributions import quantile
from shapelang.chance.draw import uniform
from shapelang.chance.families import (
    Bernoulli,
    Beta,
    Categorical,
    Distribution,
    LogNormal,
    Normal,
    Poisson,
    Uniform,
    UniformInt,
)
from shapelang.diagnostics import ProgramError
from shapelang.execution.errors import Diverged, Rejected
from shapelang.execution.interpreter import execute
from shapelang.execution.trace import Support
from shapelang.numbers import FLOAT

OWN: Final = -1
"""The number of the program's own demands (`require`, sizes above 0) among those that exclude a cell."""

_ANY: Final = 1e-6
"""Blame of a draw as wide as it can be, of which nothing is known."""

_EDGE: Final = 1e-6
"""By how much of what it can be a demand may fail where a cell counts as one that meets the query: cuts lie a little
outward.
"""

_OVERLAP: Final = 1e-9
"""Of ranges of options together: they reach a little over one another for the sake of rounding."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A choice has to be settled before more can be said; `ways` is None where it has too many options."""

    address: str
    ways: list[Way] | None
    failing: tuple[frozenset[int], ...]
    """Of each way the clauses that fail by this choice alone."""
    cost: int


@final
@dataclass(frozen=True, slots=True, eq=False)
class Parted:
    """The cells take different ways; `open` are those of which it is not certain which."""

    groups: tuple[Bools, ...]
    open: Bools
    blame: Mapping[str, Lanes]
    coins: Mapping[str, list[Way]]


@final
@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Cells in which the query holds for certain (or but for an edge), or fails, with the clauses that fail.

    `tighter` has sides that no derivation of a cell that meets the query lies beyond. `reals` are the addresses of what
    is drawn and not settled, `slopes` tells how much each demand hangs on them, in its units, all cells together.
    """

    yes: Bools
    no: Bools
    failing: tuple[frozenset[int], ...]
    blame: Mapping[str, Lanes]
    tighter: Cells
    reals: tuple[str, ...]
    slopes: tuple[Mapping[str, float], ...]
    told: bool
    """Whether all that is open is told by demands."""
    coins: Mapping[str, list[Way]]
    """By address what is true or false and was left open, with what settles it: no side can be cut along it."""
    ways: tuple[tuple[Test, ...], ...]
    """Of one cell of which it is not: disjoint ways in which the query can hold, each with its tests."""
    cost: int

    @property
    def pivots(self) -> tuple[str, ...]:
        """The reals that have most to do with each demand."""
        return tuple(dict.fromkeys(max(each, key=lambda a: each[a]) for each in self.slopes if each))


@final
@dataclass(frozen=True, slots=True, eq=False)
class Impossible:
    """The program itself refuses every one of the cells."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Unbounded:
    """A run on forms ended by an error; nothing is known."""


Bounded: TypeAlias = Opened | Parted | Judged | Impossible | Unbounded


def bounded(task: Task, cells: Cells, along: Collection[str] | None = None, *, lines: bool = False) -> Bounded:
    """What can be said of cells by one run, which are made tighter `along` some addresses, or all where it is None.

    `lines` are cells about a derivation: a choice of it that hangs on what is open in them is Opened again.
    Raises UsageError for a query that compares unlike things.
    """
    return _run(task, _Bounding(cells, task, None, along, lines=lines))


def bounded_by_chance(task: Task, cells: Cells, seed: int) -> tuple[Cells, Bounded]:
    """The same of the cells with all open choices settled by a seed, each option as often as it is probable.

    They are made no tighter. A choice whose probabilities hang on reals that are not settled is left open.
    """
    chooser = _Bounding(cells, task, seed, ())
    found = _run(task, chooser)
    return chooser.cells, found


def pinned(task: Task, cells: Cells, seed: int) -> tuple[Cells, Bounded]:
    """One cell with all that is open settled by a seed, choices and reals alike, and what can be said of it."""
    chooser = _Bounding(cells, task, seed, (), pins=True, lines=True)
    found = _run(task, chooser)
    return chooser.cells, found


def _run(task: Task, chooser: _Bounding) -> Bounded:
    account = Requires(chooser.cells.count)
    try:
        with np.errstate(all="ignore"):
            run, assembly = execute(task.program, FORMS, chooser, 0, task.fixed, task.limits, redraws=account)
            seen = Seen(FORMS, assembly, run.choices)
            return _judged(task, seen, chooser, account, assembly.root.count + len(run.choices))
    except _Open as choice:
        failing = tuple(_failing(task.query, choice.address, choice.value(way[0])) for way in choice.ways or ())
        return Opened(choice.address, choice.ways, failing, 5 * (len(chooser.cells.taken) + len(chooser.sources)))
    except Diverged as ways:
        return _parted(account, chooser, ways)
    except Rejected:
        return Impossible()
    except ProgramError:
        return Unbounded()


def _failing(query: Query, address: str, value: Any) -> frozenset[int]:
    """The clauses that one choice decides, and that fail by its value."""
    return frozenset(k for k, clause in enumerate(query.clauses) if decided(clause.test, address, value) is False)


def _parted(account: Requires, chooser: _Bounding, ways: Diverged) -> Parted:
    tests = [test for test in ways.groups if isinstance(test, Maybe)]
    groups = tuple(test.yes & account.alive for test in tests)
    undecided = account.alive.copy()
    for group in groups:
        undecided = undecided & ~group
    return Parted(groups, undecided, chooser.by_address(tests[0].blame if tests else NOTHING), chooser.coins)


def _judged(task: Task, seen: Seen, chooser: _Bounding, account: Requires, cost: int) -> Judged:
    count = chooser.cells.count
    yes, no = account.sure & account.alive, ~account.alive
    blame: Slopes = account.blame
    failing: list[set[int]] = [set() if alive else {OWN} for alive in account.alive.tolist()]
    wanted: list[Form] = []
    told = True
    tests = chooser.cells.tests(task.query)
    for k, each in enumerate(tests):
        test = lanes_of(holds(each, seen), count)
        for lane in np.flatnonzero(test.no).tolist():
            failing[lane].add(k)
        yes, no = yes & test.yes, no | test.no
        blame = joined(blame, test)
        wanted += demands(each, seen)
        told = told and is_told(each, seen)
    if told:
        # What demands say is sharper: how much of a cell fails, and not only that some may.
        nearly, blame = _by_demands(wanted, account)
        yes = yes | (nearly & ~no)
    tighter = tightened(wanted, chooser.cells, chooser.sources, chooser.along)
    why = tuple(frozenset(f) for f in failing)
    parted = () if told or count > 1 or chooser.cells.way else ways(tests, seen)
    return Judged(
        yes,
        no,
        why,
        chooser.by_address(blame),
        tighter,
        chooser.reals(),
        _slopes(wanted, chooser),
        told,
        chooser.coins,
        parted,
        cost,
    )


def _by_demands(wanted: list[Form], account: Requires) -> tuple[Bools, Slopes]:
    """Where all demands are met but for the edge that cutting leaves, and what the draws have to do with the others."""
    nearly: Bools = account.sure & account.alive
    blame = dict(account.blame)
    for form in wanted:
        radius = form.radius()
        short = np.maximum(-form.low, 0.0) / np.where(radius > 0.0, radius, 1.0)
        nearly = nearly & (short <= _EDGE)
        for k, slope in form.slopes.items():
            share = abs(slope) / np.where(radius > 0.0, radius, 1.0)
            blame[k] = blame.get(k, 0.0) + np.minimum(short, 1.0) * share
    return nearly, blame


def _slopes(wanted: list[Form], chooser: _Bounding) -> tuple[Mapping[str, float], ...]:
    return tuple(
        {chooser.sources[k][0]: float(np.abs(v).sum()) for k, v in form.slopes.items() if k in chooser.sources}
        for form in wanted
    )


def _rounded(form: Form, grid: float) -> Form:
    """What rounding to the grid may make of a form: known where it lies within one step."""
    low, high = np.floor(form.low / grid + 0.5) * grid, np.floor(form.high / grid + 0.5) * grid
    return selected(low == high, Form(low), Form(form.mid, form.slopes, form.rest + 0.5 * grid))


class _Open(Exception):
    """A choice that no cell has settled."""

    def __init__(self, address: str, ways: list[Way] | None, distribution: Distribution) -> None:
        self.address, self.ways, self.distribution = address, ways, distribution
        super().__init__(address)

    def value(self, option: Any) -> Any:
        """What a trace has for an option."""
        return self.distribution.labels[option] if isinstance(self.distribution, Categorical) else option


@final
class _Bounding:
    """Takes settled choices from the cells, and gives reals as forms. With a seed others are settled by chance."""

    redraws = False

    def __init__(
        self, cells: Cells, task: Task, seed: int | None, along: Collection[str] | None,
        *, pins: bool = False, lines: bool = False,
    ) -> None:  # fmt: skip
        self.cells, self.seed, self.along, self.pins, self.lines = cells, seed, along, pins, lines
        self.grid = task.grid
        self.asked = task.query.mentions()
        self.free = task.looks - self.asked
        self.coins: dict[str, list[Way]] = {}
        self.sources: dict[int, tuple[str, Source]] = {}
        self._addresses: list[str] = []

    def choose(self, n: Any, address: str, distribution: Distribution, support: Support, salt: int) -> Any:
        """The settled option, or a form; raises _Open for a choice that is not settled."""
        del n, salt
        cells = self.cells
        match distribution:
            case Categorical() | Bernoulli() | Poisson() | UniformInt():
                if address in cells.taken:
                    if self.lines and hangs(distribution, support):
                        # Where it was settled by reals that stand, it may not be where one of them does not.
                        raise _Open(address, None, distribution)
                    return cells.taken[address]
                ways = options(distribution, support, cells.count)
                if address in self.free and ways:
                    return ways[0][0]
                if self.seed is not None and ways and _are_known(ways):
                    option, low, high = _by_chance(ways, uniform(FLOAT, self.seed, key(address)))
                    self.cells = cells.settled(address, option, low, high)
                    return option
                if isinstance(distribution, Bernoulli) and self._can_wait(address, ways):
                    self.coins[address] = ways or []
                    self._addresses.append(address)
                    return coin(len(self._addresses) - 1, cells.count)
                raise _Open(address, ways, distribution)
            case Normal() | LogNormal() | Uniform() | Beta():
                if self.pins and address not in cells.at:
                    assert self.seed is not None
                    cells = self.cells = cells.pinned(address, uniform(FLOAT, self.seed, key(address)))
                if address in cells.at:
                    return self._standing(address, distribution, support)
                symbol = len(self._addresses)
                self._addresses.append(address)
                form, source = real(distribution, support, cells.range(address), symbol)
                if source is not None:
                    self.sources[symbol] = (address, source)
                return form if self.grid is None else _rounded(form, self.grid)

    def _standing(self, address: str, distribution: Normal | LogNormal | Uniform | Beta, support: Support) -> Any:
        """A real at its uniform number: plain where nothing that is open has to do with it."""
        u = self.cells.at[address]
        if not hangs(distribution, support):
            return quantile(FLOAT, distribution, u, support)
        side = np.full(self.cells.count, u)
        return real(distribution, support, (side, side), -1)[0]

    def _can_wait(self, address: str, ways: list[Way] | None) -> bool:
        """Whether what is true or false is left open: many only choose between two numbers that nothing hangs on."""
        return address not in self.asked and ways is not None and len(ways) > 1 and _are_known(ways)

    def reals(self) -> tuple[str, ...]:
        """The addresses of what was given as forms."""
        return tuple(self._addresses)

    def by_address(self, blame: Slopes) -> Mapping[str, Lanes]:
        """Blame by address instead of by number; where none is known, of every real by its width."""
        found: dict[str, Lanes] = {}
        for symbol, address in enumerate(self._addresses):
            low, high = self.cells.range(address)
            found[address] = blame.get(symbol, 0.0) + _ANY * (high - low)
        return found


def _are_known(ways: list[Way]) -> bool:
    """Whether options are as probable in all of the cells: their ranges do not overlap."""
    return float(np.sum([high - low for _, low, high in ways], axis=0).max()) <= 1.0 + _OVERLAP


def _by_chance(ways: list[Way], u: float) -> Way:
    return next((way for way in ways if u < float(way[2][0])), ways[-1])
