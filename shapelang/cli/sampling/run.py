"""A run: the items that are still to be made, made, and their rows put where they belong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, final

from shapelang.cli.sampling.drawing import Item, Maker, Recipe, items_of
from shapelang.cli.sampling.folder import RunFolder
from shapelang.cli.sampling.items import Shard
from shapelang.cli.sampling.making import Row, Work
from shapelang.cli.sampling.pool import rows_of

MODELS: Final = 256
LABELLED: Final = 4
"""Items of a chunk: enough for lanes to pay, few enough that little is lost by an interruption."""


@final
@dataclass(frozen=True, slots=True)
class Plan:
    """How many items, which of them are this run's, the processes at once (here or at an address of Ray), and
    how far apart items must be (metres).
    """

    count: int
    shard: Shard
    jobs: int | None
    ray: str | None
    distinct: float | None

    @property
    def places(self) -> int:
        """How many items are this run's."""
        return self.shard.places(self.count)

    def indices(self, maker: Maker, recipe: Recipe, refuse: Callable[[Row], None]) -> Iterator[int]:
        """The items of this run; those that are refused before they are made are told of."""
        if self.distinct is None:
            yield from map(self.shard.index, range(self.places))
            return
        yield from (item.index for item in self._selected(maker, recipe, refuse))

    def items(self, maker: Maker, recipe: Recipe) -> Iterator[Item]:
        """The same, drawn; without those that keep no budget."""
        if self.distinct is not None:
            yield from self._selected(maker, recipe, lambda row: None)
            return
        indices = [self.shard.index(place) for place in range(self.places)]
        yield from (drawn for drawn in items_of(maker, recipe, indices) if isinstance(drawn, Item))

    def _selected(self, maker: Maker, recipe: Recipe, refuse: Callable[[Row], None]) -> Iterator[Item]:
        from shapelang.cli.sampling.selecting import selected

        assert self.distinct is not None
        return selected(maker, recipe, self.shard, self.places, self.distinct, refuse)


@final
class Tally:
    """What a run came to: items made, items refused, and the draws of both."""

    def __init__(self) -> None:
        self.made = self.refused = self.draws = 0

    def count(self, row: Row) -> None:
        """Count a row."""
        self.draws += row["draws"]
        if "refused" in row:
            self.refused += 1
        else:
            self.made += 1


def rows_without_files(work: Work, maker: Maker, plan: Plan, tally: Tally) -> Iterator[Row]:
    """A row for each item."""
    indices = plan.indices(maker, work.recipe, tally.count)
    for rows in rows_of(work, maker, indices, _chunk(maker.pace.at_once, plan), plan.jobs, plan.ray):
        for row in rows:
            tally.count(row)
            if "refused" not in row:
                yield row


def rows_in_folder(work: Work, maker: Maker, plan: Plan, folder: RunFolder, tally: Tally) -> Iterator[Row]:
    """A row for each item that the folder lacks, added to it; ended at any moment, what was added stands."""

    def refuse(row: Row) -> None:
        if row["index"] not in folder.refused:
            folder.add([row])
            tally.count(row)

    indices = plan.indices(maker, work.recipe, refuse)
    most = MODELS if work.files is None or work.files.labelling is None else LABELLED
    missing = (index for index in indices if index not in folder.done and index not in folder.refused)
    for rows in rows_of(work, maker, missing, _chunk(min(most, maker.pace.at_once), plan), plan.jobs, plan.ray):
        folder.add(rows)
        for row in rows:
            tally.count(row)
            if "refused" not in row:
                yield row


def _chunk(most: int, plan: Plan) -> int:
    """Smaller chunks where there would be too few for all processes."""
    return max(1, min(most, -(-plan.places // ((plan.jobs or 1) * 4))))
