"""A run: the items that are still to be made, made, and their rows put where they belong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, final

from shapelang.cli.sampling.folder import RunFolder
from shapelang.cli.sampling.items import Shard
from shapelang.cli.sampling.making import Row, Work
from shapelang.cli.sampling.pool import rows_of

if TYPE_CHECKING:
    from shapelang.semantics.program import Program

ROWS_ALONE: Final = 512
MODELS: Final = 64
"""Items of a chunk: enough for lanes to pay, few enough that little is lost by an interruption."""


@final
@dataclass(frozen=True, slots=True)
class Plan:
    """How many items, which of them are this run's, and the processes at once."""

    count: int
    shard: Shard
    jobs: int

    def indices(self) -> Iterator[int]:
        """The items of this run."""
        return map(self.shard.index, range(self.places))

    @property
    def places(self) -> int:
        """How many items are this run's."""
        return self.shard.places(self.count)


def rows_without_files(work: Work, program: Program, plan: Plan) -> Iterator[Row]:
    """A row for each item."""
    for rows in rows_of(work, program, plan.indices(), _chunk(ROWS_ALONE, plan), plan.jobs):
        yield from rows


def rows_in_folder(work: Work, program: Program, plan: Plan, folder: RunFolder) -> Iterator[Row]:
    """A row for each item that the folder lacks, added to it; ended at any moment, what was added stands."""
    missing = (index for index in plan.indices() if index not in folder.done)
    for rows in rows_of(work, program, missing, _chunk(MODELS, plan), plan.jobs):
        folder.add(rows)
        yield from rows


def _chunk(most: int, plan: Plan) -> int:
    """Smaller chunks where there would be too few for all processes."""
    return max(1, min(most, -(-plan.places // (plan.jobs * 4))))
