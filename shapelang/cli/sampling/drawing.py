"""Items drawn: each from its own seed alone, so that any of them is had without the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, final

from shapelang.cli.programs import blaming_settings
from shapelang.cli.sampling.items import seed_of
from shapelang.cli.where import traces_where
from shapelang.diagnostics import UsageError

if TYPE_CHECKING:
    from shapelang.assembly.assembly import Assembly
    from shapelang.execution.budget import Limits
    from shapelang.execution.style import Style
    from shapelang.execution.trace import Trace
    from shapelang.semantics.program import Program


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
    """What an item is drawn by, besides its index: the run's seed, the values of `--set`, the limits of a run, how
    choices are drawn, and what is refused. An item is drawn at most `limits.tries` times.
    """

    seed: int
    given: Mapping[str, Any]
    limits: Limits
    style: Style
    budgets: Budgets
    where: tuple[str, ...]
    """Tests that an item has to meet."""


@final
@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """An item, and how many draws it took."""

    index: int
    trace: Trace
    draws: int = 1


@final
@dataclass(frozen=True, slots=True)
class Missed:
    """An item of which no draw kept the budgets."""

    index: int
    draws: int


Drawn: TypeAlias = Item | Missed


def items_of(program: Program, recipe: Recipe, indices: Sequence[int]) -> Iterator[Drawn]:
    """The items of some indices, in their order. Raises what `simulate` raises, for any of them before the first."""
    if not recipe.budgets.limited:
        yield from (
            Item(index, trace) for index, trace in zip(indices, _drawn(program, recipe, indices, 0), strict=True)
        )
        return
    found: dict[int, Drawn] = {}
    waiting, draw = list(indices), 0
    while waiting and draw < recipe.limits.tries:
        traces = _drawn(program, recipe, waiting, draw)
        draw += 1
        for index, trace in zip(waiting, traces, strict=True):
            if recipe.budgets.hold(trace.assembly):
                found[index] = Item(index, trace, draw)
        waiting = [index for index in waiting if index not in found]
    yield from (found.get(index, Missed(index, draw)) for index in indices)


def _drawn(program: Program, recipe: Recipe, indices: Sequence[int], draw: int) -> Iterator[Trace]:
    from shapelang.execution.batch import simulate_batch
    from shapelang.execution.replay import ReplayError

    seeds = [seed_of(recipe.seed, index, draw) for index in indices]
    if recipe.where:
        yield from traces_where(program, recipe.where, seeds, recipe.given, recipe.limits)
        return
    with blaming_settings(program, recipe.given):
        try:
            batch = simulate_batch(program, seeds, recipe.given, recipe.limits, recipe.style)
        except ReplayError as error:
            raise UsageError(f"--fix: {error}") from None
        yield from batch.traces()
