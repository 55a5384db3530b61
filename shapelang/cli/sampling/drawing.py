"""Items drawn: each from its own seed alone, so that any of them is had without the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias, final

from shapelang.cli.sampling.items import seed_of

if TYPE_CHECKING:
    from shapelang.assembly.assembly import Assembly
    from shapelang.execution.budget import Limits

Row: TypeAlias = dict[str, Any]


class Sample(Protocol):
    """What one seed gives."""

    @property
    def seed(self) -> int:
        """The one that it was drawn from."""
        ...

    @property
    def assembly(self) -> Assembly:
        """What stands."""
        ...

    @property
    def text(self) -> str | None:
        """A `.shape` program of this alone, to be edited; None where there is none."""
        ...

    def row(self) -> Row:
        """What is told of it, as JSON."""
        ...


@final
@dataclass(frozen=True, slots=True)
class Pace:
    """How many items are worth their time: `at_once` between two looks at the clock or the disk, `probed` for what all
    items have, `tried` for whether any keeps the budgets.
    """

    at_once: int
    probed: int
    tried: int


FAST: Final = Pace(2048, 512, 8)
SLOW: Final = Pace(4, 32, 1)
"""Of what takes tenths of a second for an item."""


class Maker(Protocol):
    """What makes the items of a run."""

    @property
    def name(self) -> str:
        """What items are called by."""
        ...

    @property
    def pace(self) -> Pace:
        """By how long an item takes."""
        ...

    def samples(self, seeds: Sequence[int], limits: Limits) -> Iterator[Sample]:
        """One for each seed, in their order, which hangs on no other seed."""
        ...

    def header(self) -> Row:
        """What a manifest says of it."""
        ...

    def settings(self) -> Row:
        """What else two runs must have in common to be one."""
        ...


@final
@dataclass(frozen=True, slots=True)
class Budgets:
    """What an item may have at most: triangles at so many `segments`, and parts (leaf instances); None is no limit."""

    triangles: int | None
    parts: int | None
    segments: int

    @property
    def limited(self) -> bool:
        """Whether any item can be refused."""
        return self.triangles is not None or self.parts is not None

    def hold(self, assembly: Assembly) -> bool:
        """Whether an item keeps them."""
        if self.parts is not None and assembly.root.count > self.parts:
            return False
        return self.triangles is None or _triangles(assembly, self.segments) <= self.triangles


def _triangles(assembly: Assembly, segments: int) -> int:
    from shapelang.representations.surface import geometry_mesh

    return sum(len(geometry_mesh(leaf.geometry, segments).faces) for leaf in assembly.leaves())


@final
@dataclass(frozen=True, slots=True)
class Recipe:
    """What an item is drawn by, besides its maker and its index: the run's seed, the limits of a run, and what is
    refused. An item is drawn at most `limits.tries` times.
    """

    seed: int
    limits: Limits
    budgets: Budgets


@final
@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """An item, and how many draws it took."""

    index: int
    sample: Sample
    draws: int = 1


@final
@dataclass(frozen=True, slots=True)
class Missed:
    """An item of which no draw kept the budgets."""

    index: int
    draws: int


Drawn: TypeAlias = Item | Missed


def items_of(maker: Maker, recipe: Recipe, indices: Sequence[int]) -> Iterator[Drawn]:
    """The items of some indices, in their order. Raises what the maker raises, of a program before the first item."""
    if not recipe.budgets.limited:
        samples = _drawn(maker, recipe, indices, 0)
        yield from (Item(index, sample) for index, sample in zip(indices, samples, strict=True))
        return
    found: dict[int, Drawn] = {}
    waiting, draw = list(indices), 0
    while waiting and draw < recipe.limits.tries:
        samples = _drawn(maker, recipe, waiting, draw)
        draw += 1
        for index, sample in zip(waiting, samples, strict=True):
            if recipe.budgets.hold(sample.assembly):
                found[index] = Item(index, sample, draw)
        waiting = [index for index in waiting if index not in found]
    yield from (found.get(index, Missed(index, draw)) for index in indices)


def _drawn(maker: Maker, recipe: Recipe, indices: Sequence[int], draw: int) -> Iterator[Sample]:
    return maker.samples([seed_of(recipe.seed, index, draw) for index in indices], recipe.limits)
