"""Which items are kept where near-duplicates are refused: judged here, in the order of the items."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Final

from shapelang.cli.sampling.drawing import Item, Maker, Missed, Recipe, Row, items_of
from shapelang.cli.sampling.items import Shard, seed_of
from shapelang.cli.sampling.making import refusal

CHUNK: Final = 512


def selected(
    maker: Maker, recipe: Recipe, shard: Shard, count: int, tolerance: float, refuse: Callable[[Row], None]
) -> Iterator[Item]:
    """The first items of a shard, at most `count`, of which none is within a tolerance of one before it.

    What is refused is told to `refuse`. Ends after `limits.tries` items for each that is wanted.
    """
    from shapelang.cli.sampling.distinct import Boxes, Kept

    kept, found = Kept(tolerance), 0
    places = iter(range(count * recipe.limits.tries))
    # Not more at once than may be needed, nor than the first row can wait for.
    most = min(CHUNK, maker.pace.at_once)
    while found < count and (some := list(islice(places, max(1, min(most, 2 * (count - found)))))):
        for drawn in items_of(maker, recipe, [shard.index(place) for place in some]):
            if isinstance(drawn, Missed):
                refuse(refusal(recipe, drawn))
                continue
            boxes = Boxes(drawn.sample.assembly)
            near = kept.nearest(boxes)
            if near is not None:
                seed = seed_of(recipe.seed, drawn.index)
                refuse({"index": drawn.index, "seed": seed, "refused": "near", "near": near, "draws": drawn.draws})
                continue
            kept.keep(drawn.index, boxes)
            found += 1
            yield drawn
            if found == count:
                return
