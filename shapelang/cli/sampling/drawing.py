"""Items drawn: each from its own seed alone, so that any of them is had without the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, final

from shapelang.cli.programs import blaming_settings
from shapelang.cli.sampling.items import seed_of

if TYPE_CHECKING:
    from shapelang.execution.budget import Limits
    from shapelang.execution.trace import Trace
    from shapelang.semantics.program import Program


@final
@dataclass(frozen=True, slots=True)
class Recipe:
    """What an item is drawn by, besides its index: the run's seed, the values of `--set`, and the limits of a run."""

    seed: int
    given: Mapping[str, Any]
    limits: Limits


@final
@dataclass(frozen=True, slots=True, eq=False)
class Item:
    """An item that was drawn."""

    index: int
    trace: Trace


def items_of(program: Program, recipe: Recipe, indices: Sequence[int]) -> Iterator[Item]:
    """The items of some indices, in their order. Raises what `simulate` raises, for any of them before the first."""
    from shapelang.execution.batch import simulate_batch

    seeds = [seed_of(recipe.seed, index) for index in indices]
    with blaming_settings(program, recipe.given):
        traces = simulate_batch(program, seeds, recipe.given, recipe.limits).traces()
        yield from (Item(index, trace) for index, trace in zip(indices, traces, strict=True))
