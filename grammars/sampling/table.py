"""The sites at which a flat program chooses, found by running it with one choice after the other taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor
from typing import Any, Final, TypeAlias, assert_never, final

from grammars.sampling.flat import NotFlat, refuse_bent
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
from shapelang.execution.constrain import constrain
from shapelang.execution.trace import Choice
from shapelang.semantics.program import Program

_MOST_SITES: Final = 5000

Label: TypeAlias = "str | int | bool"


@final
@dataclass(frozen=True, slots=True)
class Site:
    """An address at which something is chosen, its options, and for each the sites that come with it, in order."""

    address: str
    choice: Choice
    options: tuple[Label, ...]
    below: tuple[tuple[int, ...], ...]


@final
@dataclass(frozen=True, slots=True)
class Table:
    """All sites of a flat program; `first` are those that every derivation has, in the order of the program."""

    program: Program
    sites: tuple[Site, ...]
    first: tuple[int, ...]


def table_of(program: Program) -> Table:
    """The table of a program, its params at their defaults. Raises NotFlat; more than 5,000 sites are refused."""
    refuse_bent(program)
    explorer = _Explorer(program)
    first = explorer.explore({}, "")
    return Table(program, tuple(explorer.sites), first)


@final
class _Explorer:
    def __init__(self, program: Program) -> None:
        self.program = program
        self.sites: list[Site] = []

    def explore(self, taken: Mapping[str, Any], around: str) -> tuple[int, ...]:
        """The sites right below a choice that was taken with all around it, and all below them."""
        try:
            trace, _ = constrain(self.program, taken)
        except ProgramError as error:
            raise NotFlat(f"the program fails where it takes {taken}: {error.diagnostics[0].message}") from error
        mine = [address for address in trace.choices if address not in taken and address.startswith(around)]
        inner = [a for a in mine if not any(a.startswith(other + "/") for other in mine)]
        return tuple(self._site(address, trace.choices[address], taken) for address in inner)

    def _site(self, address: str, choice: Choice, taken: Mapping[str, Any]) -> int:
        options = _options(choice.distribution)
        place = len(self.sites)
        if place >= _MOST_SITES:
            raise NotFlat(f"more than {_MOST_SITES:,} places at which something is chosen: a recursion has no table")
        self.sites.append(Site(address, choice, options, ()))
        below = tuple(
            self.explore({**taken, address: option}, address + "/") if _possible(choice, option) else ()
            for option in options
        )
        self.sites[place] = Site(address, choice, options, below)
        return place


def _possible(choice: Choice, option: Label) -> bool:
    return Choice(option, choice.distribution, choice.support).log_prob() > float("-inf")


def _options(distribution: Distribution) -> tuple[Label, ...]:
    match distribution:
        case Categorical(labels=labels):
            return tuple(labels)
        case Bernoulli():
            return (False, True)
        case UniformInt(low, high):
            return tuple(range(-floor(-low), floor(high) + 1))
        case Normal() | LogNormal() | Uniform() | Beta() | Poisson():
            raise NotFlat(f"a draw from {type(distribution).__name__.lower()}")
    assert_never(distribution)
